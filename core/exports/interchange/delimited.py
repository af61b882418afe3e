"""Rows as CSV text that a spreadsheet can open without running anything."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

import pandas as pd

from core.rules.formula_text import inert

Cell = str | float | int | bool | date | None


def shown_number(value: float) -> str:
    """The shortest text that is read back as this number.

    >>> shown_number(4.0), shown_number(8.2)
    ('4', '8.2')
    """
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def cell_of(value: object) -> Cell:
    """A frame's value as Python has it; None where it is missing."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, bool | date):
        return value
    if hasattr(value, "item"):
        return cell_of(value.item())
    if isinstance(value, float) and math.isnan(value):
        return None
    return value  # type: ignore[return-value]


def cell_text(cell: Cell) -> str:
    """A cell as unguarded text: dates ISO, missing empty, yes as 1 and no as 0."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return cell.isoformat()
    return shown_number(cell)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as CSV; only text can be taken for a formula, so only text is guarded."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([inert(cell) if isinstance(cell, str) else cell_text(cell) for cell in row])
    return stream.getvalue()
