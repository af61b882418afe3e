"""The study as clinical files of cBioPortal: patients, one sample each, and their meta files.

No calendar dates. Months count from the first HAIC, which the descriptions say, since
cBioPortal itself counts from diagnosis. Names, data types and levels follow what its validator
(validateData.py) asks of clinical files.

Source: cBioPortal, docs/File-Formats.md and validateData.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from core.exports.interchange.archive import zip_bytes
from core.exports.interchange.delimited import Cell, cell_text
from core.exports.interchange.flat import FlatColumn, flat_columns
from core.exports.interchange.parts import StudyParts
from core.rules.columns import column_rules
from core.schema import TABLES, column_specs
from core.text.catalogue import text

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._-]")
_STATUS = {
    "os_event": ("OS_STATUS", "0:LIVING", "1:DECEASED"),
    "pfs_event": ("PFS_STATUS", "0:CENSORED", "1:PROGRESSION"),
    "hepatic_pfs_event": ("HEPATIC_PFS_STATUS", "0:CENSORED", "1:PROGRESSION"),
}
_SEX = {"M": "Male", "F": "Female"}
_RENAMED = {"primary_site": "TUMOR_SITE"}
"""PRIMARY_SITE is an attribute of samples there."""
_SAMPLE_CONSTANTS = ("CANCER_TYPE", "CANCER_TYPE_DETAILED", "SAMPLE_TYPE")
_TEXT_ONLY = frozenset({"HISTOLOGY", "TUMOR_SITE", "SEX"})
_RESERVED = frozenset(
    {
        "SAMPLE_ID", "MUTATION_COUNT", "FRACTION_GENOME_ALTERED", "METASTATIC_SITE",
        "OTHER_SAMPLE_ID", "PRIMARY_SITE", "SAMPLE_CLASS", "SAMPLE_DISPLAY_NAME",
        "TUMOR_TISSUE_SITE", "TUMOR_TYPE", *_SAMPLE_CONSTANTS,
    }
)  # fmt: skip
"""Names that are computed there, or belong to samples."""
_NULL = re.compile(r"(?i)\[[^\]]*\]|na|")
"""What counts as an empty cell there: nothing, NA, or words in square brackets."""
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_EXCEL_DATE = re.compile(rf"(?i)(?:{_MONTHS})-[^-]*|[^-]*-(?:{_MONTHS})")
"""What the validator takes for a date that a spreadsheet made."""
_FAR = 128
"""Longest text of a cell or description."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One column of a clinical file: the four lines above it and its cells."""

    name: str
    display: str
    description: str
    datatype: str
    priority: int
    cells: tuple[str, ...]


def study_identifier(name: str) -> str:
    """The study's name as cBioPortal's identifier: small letters, digits and underscores.

    >>> study_identifier("CRLM HAIC 24"), study_identifier("肝转移")
    ('crlm_haic_24', 'study')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return plain or "study"


def patient_identifiers(keys: Sequence[str]) -> list[str]:
    """The patients' numbers in allowed signs, each once.

    >>> patient_identifiers(["H01", "H 01", "患者1"])
    ['H01', 'H_01', '__1']
    """
    made: list[str] = []
    taken: set[str] = set()
    for key in keys:
        plain = _NOT_IN_ID.sub("_", key)[:48]
        name, n = plain, 1
        while name in taken:
            n += 1
            name = f"{plain}-{n}"
        taken.add(name)
        made.append(name)
    return made


def _plain(value: str) -> str:
    """Text of one line and one cell; quotes would be taken for the cell's own."""
    words = " ".join(value.replace('"', "'").split())[:_FAR]
    return words.replace("-", " ") if _EXCEL_DATE.fullmatch(words) else words


def _name(column: FlatColumn) -> str:
    rules = column_rules()
    for table in ("patients", "follow_up"):
        rule = rules.get((table, column.name))
        if rule is not None:
            fits = _NAME.fullmatch(rule.cbioportal)
            return _RENAMED.get(column.name, rule.cbioportal if fits else column.name.upper())
    # The user's own header may hold any letters.
    named = re.sub(r"[^A-Z0-9_]+", "_", column.name.upper()).strip("_")
    return named if _NAME.fullmatch(named) else f"OWN_{named}".rstrip("_")


def _description(column: FlatColumn) -> str:
    for table in TABLES:
        if table in ("patients", "follow_up") and any(
            spec.name == column.name for spec in column_specs(table)
        ):
            return text(f"dictionary.meaning.{table}.{column.name}", "en")
    return column.label


def _cell(column: FlatColumn, cell: Cell) -> str:
    if cell is None:
        return ""
    if column.name == "sex":
        return _SEX[str(cell)]
    if column.name in _STATUS:
        return _STATUS[column.name][2 if cell else 1]
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.10g}"
    return _plain(cell_text(cell))


def _datatype(column: FlatColumn, name: str) -> str:
    if name in _TEXT_ONLY or column.name in _STATUS:
        return "STRING"
    if column.kind in ("integer", "number"):
        return "NUMBER"
    return "BOOLEAN" if column.kind == "boolean" else "STRING"


def _attribute(column: FlatColumn) -> Attribute:
    name = _STATUS[column.name][0] if column.name in _STATUS else _name(column)
    description = _description(column)
    if name.endswith("_MONTHS") or column.name in _STATUS:
        description = text("interchange.cbioportal.since_haic", "en", what=description)
    display, about = _plain(column.label), _plain(description)
    return Attribute(
        name,
        name if _NULL.fullmatch(display) else display,
        name if _NULL.fullmatch(about) else about,
        _datatype(column, name), 1,
        tuple(_cell(column, cell) for cell in column.cells),
    )  # fmt: skip


def _has_dates(column: FlatColumn) -> bool:
    names = {
        spec.name
        for table in TABLES
        for spec in column_specs(table)
        if spec.kind in ("date", "date_or_never")
    }
    return column.kind == "date" or column.name in names


def _undated(columns: Sequence[FlatColumn]) -> Iterator[FlatColumn]:
    """The columns without calendar dates and the patient's number."""
    for column in columns:
        if not _has_dates(column) and column.name != "patient_id":
            yield column


def _file(attributes: Sequence[Attribute]) -> bytes:
    above = [
        "#" + "\t".join(str(getattr(one, name)) for one in attributes)
        for name in ("display", "description", "datatype", "priority")
    ]
    rows = zip(*(one.cells for one in attributes), strict=True)
    lines = [*above, "\t".join(one.name for one in attributes), *("\t".join(row) for row in rows)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def patient_attributes(study: StudyParts) -> list[Attribute]:
    """The columns of the patient file, each name once."""
    columns = flat_columns(study, "en")
    keys = next(column.cells for column in columns if column.name == "patient_id")
    ids = patient_identifiers([str(key) for key in keys])
    found = [_fixed("PATIENT_ID", ids)]
    taken = {"PATIENT_ID", *_RESERVED}
    own = set(study.own_variables()) | set(study.own_variables().values())
    for column in _undated(columns):
        attribute = _attribute(column)
        if column.name in own:
            # The user's own variable must neither vanish nor take a name that means something.
            attribute = replace(attribute, name=_free(attribute.name, taken))
        if attribute.name not in taken and any(attribute.cells):
            taken.add(attribute.name)
            found.append(attribute)
    return found


def _free(name: str, taken: Collection[str]) -> str:
    """The name, marked as one's own and numbered as far as it is taken."""
    wanted = f"OWN_{name}" if name in _RESERVED else name
    free, n = wanted, 1
    while free in taken:
        n += 1
        free = f"{wanted}_{n}"
    return free


def _fixed(name: str, cells: Sequence[str]) -> Attribute:
    key = f"interchange.cbioportal.{name.lower()}"
    return Attribute(
        name, text(f"{key}.display", "en"), text(f"{key}.description", "en"), "STRING", 1,
        tuple(cells),
    )  # fmt: skip


def _sample_attributes(ids: Sequence[str]) -> list[Attribute]:
    """One sample a patient: clinical attributes of patients need samples to be shown."""
    constants = [
        _fixed(name, [text(f"interchange.cbioportal.{name.lower()}.value", "en")] * len(ids))
        for name in _SAMPLE_CONSTANTS
    ]
    samples = _fixed("SAMPLE_ID", [f"{key}-S1" for key in ids])
    return [_fixed("PATIENT_ID", ids), samples, *constants]


def _meta(**said: str) -> bytes:
    return "".join(f"{key}: {value}\n" for key, value in said.items()).encode("utf-8")


def cbioportal_zip(study: StudyParts) -> bytes:
    """Clinical data of patients and samples with their meta files and that of the study."""
    patients = patient_attributes(study)
    ids = patients[0].cells
    identifier = study_identifier(study.name)
    clinical = {"cancer_study_identifier": identifier, "genetic_alteration_type": "CLINICAL"}
    return zip_bytes(
        {
            "meta_study.txt": _meta(
                type_of_cancer="coadread",
                cancer_study_identifier=identifier,
                name=_plain(study.name),
                description=_plain(text("interchange.cbioportal.study", "en", n=len(ids))),
                add_global_case_list="true",
            ),
            "meta_clinical_patient.txt": _meta(
                **clinical, datatype="PATIENT_ATTRIBUTES", data_filename="data_clinical_patient.txt"
            ),
            "meta_clinical_sample.txt": _meta(
                **clinical, datatype="SAMPLE_ATTRIBUTES", data_filename="data_clinical_sample.txt"
            ),
            "data_clinical_patient.txt": _file(patients),
            "data_clinical_sample.txt": _file(_sample_attributes(ids)),
        }
    )


__all__ = ["Attribute", "cbioportal_zip", "patient_attributes", "patient_identifiers"]
