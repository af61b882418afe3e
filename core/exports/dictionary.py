"""The data dictionary: every column with its meaning, limits and names in other standards."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from core.exports.fields import Field, analytes, fields, limits, unit_name
from core.exports.tables.table import Table, framed
from core.exports.workbook import workbook_bytes
from core.rules.redcap import COLUMNS, choice_code
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
_RECORD = "record_id"
_IDENTIFIERS = {"birth_date"}


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


def _redcap_names() -> dict[tuple[str, str], str]:
    """Variable names, each once in the project: of the rules where they are, else with the form."""
    wanted: dict[tuple[str, str], str] = {}
    for table in TABLES:
        for field in fields(table, "en"):
            name = field.spec.name
            if name == "patient_id":
                continue
            redcap = field.rule.redcap or name
            wanted[table, name] = name if redcap.startswith("redcap_") else redcap
    counts = Counter(wanted.values())
    return {
        (table, field): name if counts[name] == 1 or table == "patients" else f"{table}_{field}"
        for (table, field), name in wanted.items()
    }


def _redcap_type(field: Field, language: Language) -> dict[str, str]:
    spec = field.spec
    if spec.kind == "boolean":
        return {"type": "yesno"}
    if spec.name == "lab_test":
        known = "|".join(f" {rule.field}, {name.replace(',', ' ')} " for rule, name in
                         analytes(language))  # fmt: skip
        return {"type": "dropdown", "choices": known.strip()}
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


def redcap_dictionary_csv(language: Language = "en") -> str:
    """A data dictionary to upload into REDCap: one form a table.

    Forms other than ``patients`` and ``follow_up`` are to be set as repeating instruments.
    Choices carry the canonical codes where REDCap takes them; the labels are words that an
    upload reads.
    """
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS.values())
    names = _redcap_names()

    def row(**said: str) -> None:
        writer.writerow([said.get(column, "") for column in COLUMNS])

    for table in TABLES:
        for field in fields(table, language):
            spec = field.spec
            if spec.name == "patient_id":
                if table == "patients":
                    row(name=_RECORD, form=table, type="text", label=field.header, required="y")
                continue
            row(
                name=names[table, spec.name],
                form=table,
                label=field.header,
                note=field.meaning,
                identifier="y" if spec.name in _IDENTIFIERS else "",
                required="y" if spec.required else "",
                **_redcap_type(field, language),
            )
    return stream.getvalue()


__all__ = ["dictionary_table", "dictionary_workbook", "redcap_dictionary_csv"]
