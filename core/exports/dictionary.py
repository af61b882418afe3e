"""The data dictionary: every column with its meaning, limits and names in other standards."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from types import MappingProxyType

from core.exports.fields import Field, analytes, fields, limits, unit_name
from core.exports.tables.table import Table, framed
from core.exports.workbook import workbook_bytes
from core.rules.columns import STUDY, display_header
from core.rules.redcap import COLUMNS, DATA_CUTOFF, RECORD, choice_code, variable_names
from core.rules.units import accepted_units
from core.schema import TABLES
from core.text.catalogue import Language, text
from core.text.units import shown_unit

_STANDARDS = {
    "cdisc": "CDISC",
    "fhir_or_mcode": "FHIR/mCODE",
    "cbioportal": "cBioPortal",
    "redcap": "REDCap",
}
_IDENTIFIERS = {"birth_date"}
NOTHING: Mapping[str, str] = MappingProxyType({})


def _allowed(field: Field, language: Language) -> str:
    shown = [
        word if word == code else text("dictionary.word_code", language, word=word, code=code)
        for code, word in field.words
    ]
    return "; ".join(shown)


def _columns(language: Language) -> Iterator[list[str]]:
    for table in TABLES:
        name = text(f"data.table.{table}", language)
        for field in fields(table, language):
            spec, rule = field.spec, field.rule
            yield [
                name,
                rule.headers_zh[0],
                rule.headers_en[0],
                spec.name,
                field.meaning,
                text(f"dictionary.kind.{spec.kind}", language),
                unit_name(rule.unit, language),
                text("common.yes", language) if spec.required else "",
                _allowed(field, language),
                limits(field),
                *(getattr(rule, standard) for standard in _STANDARDS),
            ]


def _tests(language: Language) -> Iterator[list[str]]:
    for rule, name in analytes(language):
        units = "; ".join(shown_unit(unit) for unit in accepted_units(rule.field))
        known = text("dictionary.analyte_units", language, names=units) if units else ""
        kind = "number" if units else "text"
        yield [
            text("data.table.labs", language),
            rule.headers_zh[0],
            rule.headers_en[0],
            rule.field,
            name,
            text(f"dictionary.kind.{kind}", language),
            unit_name(rule.unit, language),
            "",
            known,
            "",
            *(getattr(rule, standard) for standard in _STANDARDS),
        ]


def dictionary_table(language: Language) -> Table:
    """Every column of every table, then the laboratory tests that can stand as columns."""
    names = (
        "table", "header_zh", "header_en", "field", "meaning_of", "type", "unit", "required",
        "allowed", "limits",
    )  # fmt: skip
    headers = [*(text(f"dictionary.{name}", language) for name in names), *_STANDARDS.values()]
    notes = tuple(
        text(f"dictionary.note.{name}", language)
        for name in ("required", "limits", "words", "analytes")
    )
    rows = [*_columns(language), *_tests(language)]
    return Table("dictionary", text("dictionary.title", language), framed(rows, headers), notes)


def dictionary_workbook(language: Language) -> bytes:
    """The data dictionary as an Excel workbook."""
    return workbook_bytes([dictionary_table(language)])


def _redcap_type(
    field: Field, language: Language, further_tests: Mapping[str, str]
) -> dict[str, str]:
    spec = field.spec
    if spec.kind == "boolean":
        return {"type": "yesno"}
    if spec.name == "lab_test":
        tests = {rule.field: name for rule, name in analytes(language)} | dict(further_tests)
        known = " | ".join(f"{code}, {re.sub('[,|]', ' ', name)}" for code, name in tests.items())
        return {"type": "dropdown", "choices": known}
    if field.words:
        choices = " | ".join(f"{choice_code(code)}, {word}" for code, word in field.words)
        return {"type": "radio" if len(field.words) < 5 else "dropdown", "choices": choices}
    if spec.kind == "date":
        return {"type": "text", "validation": "date_ymd"}
    if spec.kind in ("integer", "number"):
        bounds = (spec.minimum, spec.maximum)
        low, high = ("" if bound is None else f"{bound:g}" for bound in bounds)
        is_free = spec.name == "lab_value"
        validation = "" if is_free else spec.kind
        return {"type": "text", "validation": validation, "minimum": low, "maximum": high}
    return {"type": "text"}


def redcap_dictionary_csv(
    language: Language = "en",
    own_variables: Mapping[str, str] = NOTHING,
    further_tests: Mapping[str, str] = NOTHING,
) -> str:
    """A data dictionary to upload into REDCap: one form a table.

    Forms other than ``patients`` and ``follow_up`` are to be set as repeating instruments.
    Choices carry the canonical codes where REDCap takes them; the labels are words that an
    upload reads.

    Args:
        own_variables: further variables of the patient form and their labels.
        further_tests: codes and names of laboratory tests beyond those of the rules.
    """
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS.values())
    names = variable_names()

    def row(**said: str) -> None:
        writer.writerow([said.get(column, "") for column in COLUMNS])

    for table in TABLES:
        for field in fields(table, language):
            spec = field.spec
            if spec.name == "patient_id":
                if table == "patients":
                    row(name=RECORD, form=table, type="text", label=field.header, required="y")
                continue
            row(
                name=names[table, spec.name],
                form=table,
                label=field.header,
                note=field.meaning,
                identifier="y" if spec.name in _IDENTIFIERS else "",
                required="y" if spec.required else "",
                **_redcap_type(field, language, further_tests),
            )
        if table == "patients":
            row(
                name=DATA_CUTOFF, form=table, type="text", validation="date_ymd",
                label=display_header(STUDY, "data_cutoff", language),
                note=text("dictionary.meaning_of_cutoff", language),
            )  # fmt: skip
            for name, label in own_variables.items():
                row(name=name, form=table, type="text", label=label)
    return stream.getvalue()


__all__ = ["dictionary_table", "dictionary_workbook", "redcap_dictionary_csv"]
