"""Accepted records to the typed frames of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from core.intake.cells import Cell, full_text, is_empty
from core.intake.numbers import Decimal, ParsedNumber, parse_number
from core.intake.pool import Pool
from core.intake.records import Record, Source, own_values
from core.intake.workbooks import EXCEL_ERRORS
from core.schema import SOURCE_COLUMNS, PatientFrame, StudyData, column_specs, typed_frame

_ORDER = (
    "patients", "haic_sessions", "lesions", "lesion_measurements", "response_assessments", "labs",
    "adverse_events", "follow_up",
)  # fmt: skip


_NOT_STORED = frozenset({("patients", "birth_date")})
"""Identifies a person; the age takes its place."""


def _frame(pool: Pool, table: str, records: Sequence[Record]) -> pd.DataFrame:
    """The records' fields, those that the upload has a column for even if all are empty."""
    given = {
        match.field
        for reading in pool.readings
        for match in reading.mapping.columns
        if match.used and match.table == table
    }
    rows = [record.values for record in records]
    named = set().union(*rows) | given
    columns: dict[str, pd.Series] = {}
    for name in (spec.name for spec in column_specs(table) if spec.name in named):
        if (table, name) in _NOT_STORED:
            continue
        values = [row.get(name) for row in rows]
        if name in given or any(value is not None for value in values):
            columns[name] = pd.Series(values, dtype=object)
    frame = pd.DataFrame(columns)
    frame[SOURCE_COLUMNS[0]] = pd.Series(
        [pool.sheet_name(record) for record in records], dtype=object
    )
    frame[SOURCE_COLUMNS[1]] = pd.Series([record.source[1] for record in records], dtype="Int64")
    return frame


def _is_code(cell: Cell) -> bool:
    """Whether a text such as ``007`` would lose something by becoming a number."""
    text = cell.strip().lstrip("+-") if isinstance(cell, str) else ""
    return len(text) > 1 and text.startswith("0") and text[1] != "."


def own_column(cells: Sequence[Cell]) -> pd.Series:
    """An own variable: numbers if every filled cell is a plain number, else text."""
    numbers: list[float | None] = []
    for cell in cells:
        if is_empty(cell):
            numbers.append(None)
            continue
        parsed = parse_number(cell, Decimal.POINT)
        if (
            not isinstance(parsed, ParsedNumber)
            or parsed.prefix
            or parsed.unit
            or parsed.how
            or _is_code(cell)
        ):
            texts = [None if is_empty(c) else full_text(c).strip() for c in cells]
            return pd.Series(texts, dtype=object)
        numbers.append(parsed.value)
    return pd.Series(numbers, dtype="float64")


def _own_variables(pool: Pool, records: Sequence[Record]) -> Mapping[str, pd.Series]:
    values: dict[Source, Mapping[str, Cell]] = {}
    names: list[str] = []
    for reading in pool.readings:
        if reading.mapping.table != "patients":
            continue
        names += [name for name in reading.own.values() if name not in names]
        for line, found in own_values(reading).items():
            values[reading.index, line] = found
    columns = {}
    for name in names:
        cells = [values.get(record.source, {}).get(name) for record in records]
        cleaned: list[Cell] = [
            None if isinstance(cell, str) and cell in EXCEL_ERRORS else cell for cell in cells
        ]
        columns[name] = own_column(cleaned)
    return columns


def build_study(pool: Pool, cutoff: date | None) -> StudyData:
    """The validated tables; tables that no sheet gave are absent."""
    given = set(pool.tables())
    tables: dict[str, PatientFrame] = {}
    own: tuple[str, ...] = ()
    for table in _ORDER:
        records = pool.records(table)
        if table not in given:
            continue
        frame = _frame(pool, table, records)
        if table == "patients":
            variables = _own_variables(pool, records)
            own = tuple(variables)
            frame = pd.concat([frame, pd.DataFrame(variables, index=frame.index)], axis=1)
        tables[table] = typed_frame(table, frame)
    return StudyData(tables, own, cutoff)
