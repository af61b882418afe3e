"""Rows of a sheet to records of the study's tables.

One source row gives one record of the sheet's own table and, from a flat sheet, records of
``follow_up``, ``labs`` and ``haic_sessions``. A cell that can't be read sets the whole source
row aside: half a patient is not stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.errors import UnusableFile
from core.intake.cells import Cell, Sheet, cell_text, is_empty
from core.intake.findings import problem, with_facts
from core.intake.identity import filled_cells, is_rounded
from core.intake.numbers import Decimal, decimal_style
from core.intake.personal_text import kind_of
from core.intake.value import Value
from core.intake.values import reader_for
from core.intake.workbooks import EXCEL_ERRORS
from core.results.common import Finding, FindingKind, Severity
from core.results.intake import ColumnMatch, Confidence, SheetMapping
from core.rules.columns import LABS_WIDE, REFERENCE_RANGE
from core.schema import column_specs

Source = tuple[int, int]
"""Index of the sheet and line of the row: the row that a record came from."""


@dataclass(slots=True)
class Record:
    """One row of a table before its final check."""

    table: str
    source: Source
    values: dict[str, object]
    derived: bool = False
    """Came from another table's sheet (flat form)."""

    @property
    def patient(self) -> str:
        """The patient's number."""
        return str(self.values.get("patient_id"))

    def day(self, name: str) -> date | None:
        """A field that holds a date; None = missing."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def number(self, name: str) -> float | None:
        """A field that holds a number; None = missing."""
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) else None


@dataclass(slots=True)
class SheetReading:
    """A sheet with its mapping while its rows are read."""

    index: int
    sheet: Sheet
    mapping: SheetMapping
    records: list[Record] = field(default_factory=list)
    errors: dict[int, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    findings: list[Finding] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    """Positions of columns that identify a person: never shown, never stored."""
    withheld: set[int] = field(default_factory=set)
    """Positions of columns whose unit is contradicted: what is possible isn't stored, what is
    impossible sets its row aside as in any column."""
    own: dict[int, str] = field(default_factory=dict)
    """Positions of the user's own variables and their names."""
    style: Decimal = Decimal.UNKNOWN

    def at(self, line: int, match: ColumnMatch | None, cell: Cell = None) -> dict[str, str | int]:
        """Where a finding stands."""
        column = match.header if match else ""
        shown = "" if match and match.position in self.hidden else cell_text(cell)
        return {
            "table": self.mapping.table,
            "sheet": self.sheet.name,
            "row": line,
            "column": column,
            "value": shown,
        }

    def report(self, value: Value, line: int, match: ColumnMatch, cell: Cell) -> None:
        """Keep what a reader had to say about a cell."""
        if not value.code:
            return
        finding = Finding(
            value.severity, value.code, kind=value.kind, facts=value.facts,
            **self.at(line, match, cell),  # type: ignore[arg-type]
        )  # fmt: skip
        if value.is_error:
            self.errors[line].append(finding)
        else:
            self.findings.append(finding)

    def column(self, table: str, name: str) -> ColumnMatch | None:
        """The used column of a field."""
        for match in self.mapping.columns:
            if match.used and (match.table, match.field) == (table, name):
                return match
        return None


def open_sheet(index: int, sheet: Sheet, mapping: SheetMapping) -> SheetReading:
    """A sheet ready to be read: identifiers hidden, decimals sniffed.

    Raises:
        UnusableFile: the patient column holds identity numbers, phone numbers, or numbers that
            Excel has rounded.
    """
    reading = SheetReading(index, sheet, mapping)
    numeric: list[Cell] = []
    for match in mapping.columns:
        cells = [row.cells[match.position] for row in sheet.rows]
        if match.confidence is Confidence.IDENTIFIER:
            reading.hidden.add(match.position)
        elif match.used and match.field == "patient_id":
            _check_patient_ids(reading, match, cells)
        elif match.used and _is_number(match):
            numeric.extend(cells)
    reading.style = decimal_style(numeric)
    return reading


def _is_number(match: ColumnMatch) -> bool:
    if match.table == LABS_WIDE:
        return True
    return any(
        spec.name == match.field and spec.kind in ("number", "integer")
        for spec in column_specs(match.table)
    )


def _check_patient_ids(reading: SheetReading, match: ColumnMatch, cells: list[Cell]) -> None:
    where = {"sheet": reading.sheet.name, "column": match.header}
    kind = kind_of(filled_cells(cells))
    if kind:
        raise UnusableFile(f"id_is_{kind}", **where)
    if any(is_rounded(cell) for cell in cells):
        raise UnusableFile("id_precision_lost", **where)


def cells_of(reading: SheetReading, match: ColumnMatch) -> list[Cell]:
    """Cells of a column, row by row; error values of formulas are reported and read as empty."""
    cells = [row.cells[match.position] for row in reading.sheet.rows]
    wrong = {c for c in set(cells) if isinstance(c, str) and c.strip() in EXCEL_ERRORS}
    if not wrong:
        return cells
    for index, row in enumerate(reading.sheet.rows):
        cell = cells[index]
        if cell in wrong:
            finding = problem(
                Severity.ERROR, "cell_is_excel_error",
                **reading.at(row.line, match, cell),
            )  # fmt: skip
            reading.errors[row.line].append(finding)
            cells[index] = None
    return cells


def is_column_empty(reading: SheetReading, match: ColumnMatch) -> bool:
    """Whether no row has anything in the column."""
    return all(is_empty(row.cells[match.position]) for row in reading.sheet.rows)


def read_fields(
    reading: SheetReading, table: str, leaving: Collection[str] = ()
) -> list[dict[str, object]]:
    """Values of the columns that fill one table, row by row; conversions are reported.

    ``leaving``: fields that another reader takes.
    """
    rows = reading.sheet.rows
    values: list[dict[str, object]] = [{} for _ in rows]
    for match in reading.mapping.columns:
        if not match.used or match.table != table or match.position in reading.hidden:
            continue
        if match.field == REFERENCE_RANGE or match.field in leaving:
            continue
        if match.sequence is None:
            _read_column(reading, match, values)
    return values


def _is_possible(match: ColumnMatch, value: object) -> bool:
    spec = next(spec for spec in column_specs(match.table) if spec.name == match.field)
    if not isinstance(value, int | float):
        return False
    above = spec.minimum is None or value >= spec.minimum
    return above and (spec.maximum is None or value <= spec.maximum)


def _read_column(
    reading: SheetReading, match: ColumnMatch, values: Sequence[dict[str, object]]
) -> None:
    """Each different cell is read once; most give a value of which nothing is to be said."""
    read, name = reader_for(match, reading.style), match.field
    cells = cells_of(reading, match)
    # With its type, because True == 1 == 1.0.
    keys = list(zip(map(type, cells), cells, strict=True))
    found = {key: read(key[1]) for key in dict.fromkeys(keys)}
    if match.position in reading.withheld:
        # Values of a unit in question aren't stored; impossible ones still set their row aside.
        found = {
            key: replace(value, value=None) if _is_possible(match, value.value) else value
            for key, value in found.items()
        }
    plain = {
        key: value.value
        for key, value in found.items()
        if not (value.code or value.word or value.also)
    }
    words: dict[str, str] = {}
    for index, key in enumerate(keys):
        if key in plain:
            if plain[key] is not None:
                values[index][name] = plain[key]
            continue
        value, line, fields = found[key], reading.sheet.rows[index].line, values[index]
        reading.report(value, line, match, key[1])
        if value.word:
            also = value.also[0][1] if value.also else None
            words.setdefault(value.word, str(also if value.value is None else value.value))
        if value.value is not None:
            fields[name] = value.value
        for other, extra in value.also:
            fields.setdefault(other, extra)
    if words:
        reading.findings.append(words_note(reading, match, words))


def words_note(reading: SheetReading, match: ColumnMatch, words: dict[str, str]) -> Finding:
    """How the words of a column were read, once a column."""
    shown = "; ".join(f"{word} = {meaning}" for word, meaning in list(words.items())[:8])
    return with_facts(
        Finding(
            Severity.INFO, "words_read", reading.mapping.table, reading.sheet.name, None,
            match.header, "", FindingKind.NOTE,
        ),
        words=shown,
    )  # fmt: skip


def is_blank(values: dict[str, object]) -> bool:
    """Whether a record holds nothing but its patient."""
    return not any(value is not None for name, value in values.items() if name != "patient_id")


def own_values(reading: SheetReading) -> dict[int, dict[str, Cell]]:
    """The user's own variables by line, as found."""
    found: dict[int, dict[str, Cell]] = defaultdict(dict)
    for position, name in reading.own.items():
        for row in reading.sheet.rows:
            cell = row.cells[position]
            if not is_empty(cell):
                found[row.line][name] = cell.strip() if isinstance(cell, str) else cell
    return found
