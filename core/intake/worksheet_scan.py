"""What a worksheet's XML says beyond its cells' values: far cells, hidden parts, formulas.

The parser allocates the rectangle from the first to the last cell, so one cell at the far
corner of the sheet would ask for hundreds of gigabytes; and it does not tell which rows the
user has hidden or which cells are formulas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from core.errors import UnusableFile

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_DATA_ROWS = 1_040_000
"""Rows of one sheet: a million results with their header, and less than the grid holds."""
MAX_CELLS = 5_000_000
"""Cells in the rectangle that a sheet spans."""

_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,7})([0-9]{1,12})"')
_PLAIN_ROW = re.compile(rb'<row r="([0-9]{1,12})"')
_HIDDEN_ROW = re.compile(rb'<row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="([0-9]+)"')
_HIDDEN_COLUMN = re.compile(
    rb'<col (?=[^>]*\bhidden="(?:1|true)")(?=[^>]*\bmin="([0-9]+)")(?=[^>]*\bmax="([0-9]+)")'
)
_FORMULA = re.compile(
    rb'<c (?=[^>]*\br="([A-Z]+)([0-9]+)")[^>]*>\s*<f\b[^>]*(?:/>|>([^<]*)</f>)\s*'
    rb"(<v>[^<]+</v>|<is>)?"
)


_ERROR = re.compile(
    rb'<c (?=[^>]*\bt="e")(?=[^>]*\br="([A-Z]+)([0-9]+)")[^>]*>(?:\s*<f\b[^>]*(?:/>|>[^<]*</f>))?'
    rb"\s*<v>([^<]*)</v>"
)


@dataclass(frozen=True, slots=True)
class WorksheetFacts:
    """Hidden rows and columns (1-based), and cells that are formulas.

    ``empty_formulas`` holds (row, column) of formulas stored without a result, ``error_cells``
    the error (``#N/A``) by (row, column): the parser reads those as empty.
    """

    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]
    formula_cells: int
    formula_columns: frozenset[int]
    empty_formulas: frozenset[tuple[int, int]]
    error_cells: Mapping[tuple[int, int], str]


def column_number(letters: str) -> int:
    """Number of a column, 1-based.

    >>> column_number("A"), column_number("XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _Extent:
    """Follows every row and cell of a worksheet to find the rectangle that it spans."""

    def __init__(self) -> None:
        self.row = 0
        self.column = 0
        self.last_row = 0
        self.last_column = 0
        self.valid = True

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self.column = 0
            self.row = self._number(attributes.get("r"), self.row + 1)
        elif local == "c":
            reference = attributes.get("r")
            if reference is None:
                self.column += 1
            else:
                found = re.fullmatch(r"\$?([A-Za-z]{1,7})\$?([0-9]{1,12})", reference)
                if not found:
                    self.valid = False
                    return
                self.column = column_number(found.group(1).upper())
                self.row = int(found.group(2))
        else:
            return
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)

    def _number(self, text: str | None, default: int) -> int:
        if text is None:
            return default
        if not re.fullmatch(r"[0-9]{1,12}", text):
            self.valid = False
            return default
        return int(text)


def _extent(part: bytes, shown: str) -> tuple[int, int]:
    cells = _PLAIN_CELL.findall(part)
    rows = _PLAIN_ROW.findall(part)
    if len(cells) == len(_CELL.findall(part)) and len(rows) == len(_ROW.findall(part)):
        columns = {column_number(text.decode()) for text in {letters for letters, _ in cells}}
        numbers = {int(number) for number in {number for _, number in cells} | set(rows)}
        return max(numbers, default=0), max(columns, default=0)
    extent = _Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise UnusableFile("workbook_damaged", file=shown) from error
    if not extent.valid:
        raise UnusableFile("workbook_cell_out_of_range", file=shown)
    return extent.last_row, extent.last_column


def check_cells(shown: str, part: bytes) -> None:
    """Refuse a worksheet with cells outside the grid or spanning an absurd rectangle.

    Raises:
        UnusableFile: a cell reference is invalid, the sheet has more than 200 000 rows, or it
            spans more than 5 million cells.
    """
    if len(_ROW.findall(part)) > MAX_DATA_ROWS:
        raise UnusableFile("too_many_rows", file=shown, limit=MAX_DATA_ROWS)
    last_row, last_column = _extent(part, shown)
    if last_row > MAX_ROWS or last_column > MAX_COLUMNS:
        raise UnusableFile("workbook_cell_out_of_range", file=shown)
    if last_row * last_column > MAX_CELLS:
        raise UnusableFile("workbook_far_cell", file=shown, row=last_row, columns=last_column)


def worksheet_facts(part: bytes) -> WorksheetFacts:
    """Hidden rows and columns and the formulas of a worksheet."""
    hidden_columns: set[int] = set()
    for low, high in _HIDDEN_COLUMN.findall(part):
        hidden_columns.update(range(int(low), min(int(high), MAX_COLUMNS) + 1))
    formulas = _FORMULA.findall(part) if b"<f" in part else []
    return WorksheetFacts(
        tuple(int(number) for number in _HIDDEN_ROW.findall(part)),
        tuple(sorted(hidden_columns)),
        len(formulas),
        frozenset(column_number(letters.decode()) for letters, *_ in formulas),
        frozenset(
            (int(number), column_number(letters.decode()))
            for letters, number, _, result in formulas
            if not result
        ),
        {
            (int(number), column_number(letters.decode())): error.decode("utf-8", "replace")
            for letters, number, error in (_ERROR.findall(part) if b't="e"' in part else ())
        },
    )
