"""Cells and sheets as read, before anything is understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from core.results.common import Finding

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""Text stays text; numbers, dates and booleans of a workbook keep their type; None = empty."""

LONGEST_SHOWN = 80
UNNAMED = ""
"""Stands for the file's name in the reading process, which is not told it."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it arrived. The name is untrusted: shown, never used as a path."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One data row with its line in the user's file (1 = first line)."""

    line: int
    cells: tuple[Cell, ...]
    problems: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet before its header is found.

    Attributes:
        merged: 0-based column -> lines that lie under a merged cell without being its first.
        names: variables of a statistical file, whose rows hold cases only; () = the header is
            among the rows.
        labels: what the statistical file calls each variable; "" for none.
    """

    name: str
    rows: list[SheetRow]
    findings: list[Finding]
    merged: Mapping[int, frozenset[int]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or one text file.

    Attributes:
        name: sheet name, or the file's name without its ending.
        header_line: line of the (last) header row; 0 = no header was found, or none is needed.
        headers: header cells as written; "" for a blank one.
        rows: data rows; every row has as many cells as there are headers.
        preface: rows above the header, for the sheet of study settings.
        findings: remarks on the sheet's shape.
        merged_lines: lines hidden under a merged cell, by column position.
        file: name of the file, cleaned for display.
    """

    name: str
    header_line: int
    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    preface: tuple[tuple[Cell, ...], ...] = ()
    findings: tuple[Finding, ...] = ()
    merged_lines: Mapping[int, frozenset[int]] = field(default_factory=dict)
    file: str = ""
    is_text: bool = True


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing but space.

    >>> is_empty("  "), is_empty(0)
    (True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cell_text(cell: Cell) -> str:
    """A cell as the user sees it, at most 80 characters.

    >>> cell_text(66.0), cell_text(date(2021, 3, 1)), cell_text(True)
    ('66', '2021-03-01', 'TRUE')
    """
    text = full_text(cell)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def full_text(cell: Cell) -> str:
    """A cell as text, uncut."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def excel_column(position: int) -> str:
    """Letter of a column, 0-based.

    >>> excel_column(0), excel_column(26)
    ('A', 'AA')
    """
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
