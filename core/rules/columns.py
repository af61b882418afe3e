"""Which header means which column, and how tables and columns are shown.

``columns.csv`` holds one row a column: the unit that the study keeps, the Chinese and English
headers (the first of each language is the one that templates and exports print), the headers
under which a bare 0/1 can be read, and the names in CDISC, FHIR/mCODE, cBioPortal and REDCap.
``tables.csv`` holds the sheet names. Laboratory tests as columns (one row per patient) stand
under the table ``labs_wide`` with the analyte's code as field.

Source: CDISC SDTMIG/ADaM, mCODE STU4, cBioPortal file formats; Chinese headers as in hospital
laboratory systems and the published tables.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from core.errors import RuleFileInvalid
from core.schema import TABLES, column_specs

FOLDER = Path(__file__).parent
Language = Literal["zh", "en"]

IDENTIFIER = "_identifier"
"""Field of columns that identify a person; they are never stored."""
RUNNING_NUMBER = "_running_number"
"""Field of ``序号`` or ``No``: the patient's number only where no other column names it."""
REFERENCE_RANGE = "_ref_range"
"""Field of a laboratory range such as ``3.5-9.5``, split into ``lln`` and ``uln``."""
LABS_WIDE = "labs_wide"
STUDY = "study"
_EXTRA_FIELDS: Mapping[str, tuple[str, ...]] = {
    "patients": (IDENTIFIER, RUNNING_NUMBER),
    "labs": (REFERENCE_RANGE,),
    STUDY: ("data_cutoff",),
}
_IGNORED = re.compile(r"[\s_\-‐-―.:：'\"“”‘’·,，、;；*?？​-‏⁠﻿]+")


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One column: its unit, its headers and its names in other standards.

    Attributes:
        values: group of ``values.csv`` that puts the column's words into categories.
        class_field: column that takes a class (``>=5``) written where a number belongs.
        zero_one_headers: headers under which a bare 0 means no and 1 means yes; empty =
            under any header.
    """

    table: str
    field: str
    unit: str
    headers_zh: tuple[str, ...]
    headers_en: tuple[str, ...]
    values: str
    class_field: str
    zero_one_headers: tuple[str, ...]
    cdisc: str
    fhir_or_mcode: str
    cbioportal: str
    redcap: str
    note: str

    def header(self, language: Language) -> str:
        return (self.headers_zh if language == "zh" else self.headers_en)[0]


def header_key(header: str) -> str:
    """The form in which headers are compared: width, case, spaces and dashes don't count.

    >>> header_key("ＥＣＯＧ 评分") == header_key("ecog评分")
    True
    >>> header_key("Last follow-up date")
    'lastfollowupdate'
    """
    folded = unicodedata.normalize("NFKC", header).casefold()
    return _IGNORED.sub("", folded.replace("µ", "μ"))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        return [(reader.line_num, row) for row in reader]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _known_fields(table: str) -> frozenset[str] | None:
    if table in TABLES:
        names = {spec.name for spec in column_specs(table)}
        return frozenset(names | set(_EXTRA_FIELDS.get(table, ())))
    if table in _EXTRA_FIELDS:
        return frozenset(_EXTRA_FIELDS[table])
    return None


def read_column_rules(path: Path) -> tuple[ColumnRule, ...]:
    """Read and check a file of column rules.

    Raises:
        RuleFileInvalid: unknown table or field, no header, the same column twice, or one
            header for two columns of a table; names file and line.
    """
    rules: list[ColumnRule] = []
    seen: set[tuple[str, str]] = set()
    owners: dict[tuple[str, str], str] = {}
    for line, row in _rows(path):

        def broken(problem: str, at: int = line) -> RuleFileInvalid:
            return RuleFileInvalid("rule_file_invalid", file=path.name, line=at, problem=problem)

        if None in row or None in row.values():
            raise broken("wrong number of cells")
        table, name = row["table"], row["field"]
        known = _known_fields(table)
        if table != LABS_WIDE and (known is None or name not in known):
            raise broken(f"unknown column {table}.{name}")
        if (table, name) in seen:
            raise broken(f"{table}.{name} occurs twice")
        seen.add((table, name))
        rule = ColumnRule(
            table,
            name,
            row["unit"],
            _split(row["headers_zh"]),
            _split(row["headers_en"]),
            row["values"],
            row["class_field"],
            _split(row["zero_one_headers"]),
            row["cdisc"],
            row["fhir_or_mcode"],
            row["cbioportal"],
            row["redcap"],
            row["note"],
        )
        if not rule.headers_zh or not rule.headers_en:
            raise broken("a header is needed in each language")
        for header in rule.headers_zh + rule.headers_en:
            owner = owners.setdefault((table, header_key(header)), name)
            if owner != name:
                raise broken(f"header {header} already means {owner}")
        rules.append(rule)
    return tuple(rules)


@cache
def column_rules() -> Mapping[tuple[str, str], ColumnRule]:
    """All columns by (table, field)."""
    return {(rule.table, rule.field): rule for rule in read_column_rules(FOLDER / "columns.csv")}


@cache
def headers_of(table: str) -> Mapping[str, str]:
    """Compared form of a header -> field, for one table; field names count as headers."""
    found: dict[str, str] = {}
    for (owner, name), rule in column_rules().items():
        if owner == table:
            for header in (*rule.headers_zh, *rule.headers_en):
                found[header_key(header)] = name
            if not name.startswith("_"):
                found.setdefault(header_key(name), name)
    return found


def lab_codes() -> tuple[str, ...]:
    """Codes of the laboratory tests that can stand as columns.

    >>> lab_codes()[:3]
    ('HGB', 'WBC', 'NEUT')
    """
    return tuple(name for table, name in column_rules() if table == LABS_WIDE)


def display_header(table: str, field: str, language: Language) -> str:
    """The header that templates, the example workbook and exports print for a column.

    Args:
        table: a table of the schema, or ``labs_wide`` with an analyte's code as field.

    Raises:
        KeyError: no such column.

    >>> display_header("patients", "height_cm", "zh"), display_header("labs_wide", "HGB", "en")
    ('身高(cm)', 'Hemoglobin (g/L)')
    """
    return column_rules()[table, field].header(language)


@cache
def _table_names() -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    path = FOLDER / "tables.csv"
    names = {}
    for line, row in _rows(path):
        zh, en = _split(row.get("names_zh") or ""), _split(row.get("names_en") or "")
        if row["table"] not in {*TABLES, STUDY} or not zh or not en:
            raise RuleFileInvalid(
                "rule_file_invalid", file=path.name, line=line, problem="unknown table or no name"
            )
        names[row["table"]] = (zh, en)
    return names


def sheet_name(table: str, language: Language) -> str:
    """Name of a table's sheet (Chinese) or of its sheet and CSV file (English).

    >>> sheet_name("haic_sessions", "zh"), sheet_name("haic_sessions", "en")
    ('HAIC治疗', 'haic_sessions')
    """
    zh, en = _table_names()[table]
    return zh[0] if language == "zh" else en[0]


@cache
def sheets_by_name() -> Mapping[str, str]:
    """Compared form of a sheet name -> table."""
    return {
        header_key(name): table
        for table, names in _table_names().items()
        for name in (*names[0], *names[1])
    }


__all__ = [
    "IDENTIFIER", "LABS_WIDE", "REFERENCE_RANGE", "RUNNING_NUMBER", "STUDY", "ColumnRule",
    "column_rules", "display_header", "header_key", "headers_of", "lab_codes", "read_column_rules",
    "sheet_name", "sheets_by_name",
]  # fmt: skip
