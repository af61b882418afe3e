"""What a worksheet's XML says beyond its cells' values: far cells, hidden parts, formulas.

The parser allocates the rectangle from the first to the last cell, so one cell at the far
corner of the sheet would ask for hundreds of gigabytes; and it does not tell which rows the
user has hidden or which cells are formulas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from core.errors import UnusableFile

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_DATA_ROWS = 1_040_000
"""Rows of one sheet: a million results with their header, and less than the grid holds."""
MANY_CELLS = 5_000_000
"""Cells in the rectangle that any sheet may span, however small its file."""


def most_cells(size: int) -> int:
    """Cells that the rectangle of a sheet may span in a file of ``size`` bytes: one a byte.

    A filled cell takes three packed bytes and more, so only an empty rectangle spans further.
    """
    return max(MANY_CELLS, size)


_DIGITS, _LETTERS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,7}[0-9]{1,12})"')
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
    struck_rows: tuple[int, ...] = ()
    """Rows with a filled cell that is struck out."""


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


Pieces = Callable[[], Iterable[bytes]]
"""Gives a part from its start, in pieces none of which ends within a tag."""


def _exact_extent(pieces: Pieces, shown: str) -> tuple[int, int]:
    extent = _Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    try:
        for piece in pieces():
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnusableFile("workbook_damaged", file=shown) from error
    if not extent.valid:
        raise UnusableFile("workbook_cell_out_of_range", file=shown)
    return extent.last_row, extent.last_column


def _tags(piece: bytes, name: bytes) -> int:
    """How many elements of that name start in the piece."""
    if b":" + name in piece:
        return len(re.findall(rb"<(?:\w+:)?" + name + rb"[\s/>]", piece))
    return sum(piece.count(b"<" + name + end) for end in (b" ", b">", b"/", b"\t", b"\n", b"\r"))


def _extent(pieces: Pieces, shown: str) -> tuple[int, int]:
    """Last row and column; by the plain form that nearly all programs write, else exactly."""
    letters: set[bytes] = set()
    last_row = rows = 0
    is_plain = True
    for piece in pieces():
        rows += (started := _tags(piece, b"row"))
        if rows > MAX_DATA_ROWS:
            raise UnusableFile("too_many_rows", file=shown, limit=MAX_DATA_ROWS)
        if not is_plain:
            continue
        cells, lines = _PLAIN_CELL.findall(piece), _PLAIN_ROW.findall(piece)
        is_plain = len(lines) == started and len(cells) == _tags(piece, b"c")
        named = b" ".join(cells)
        letters.update(named.translate(None, _DIGITS).split())
        last_row = max(last_row, *map(int, {*lines, *named.translate(None, _LETTERS).split()}), 0)
    if not is_plain:
        return _exact_extent(pieces, shown)
    return last_row, max((column_number(text.decode()) for text in letters), default=0)


def check_cells(shown: str, pieces: Pieces, size: int) -> None:
    """Refuse a worksheet with cells outside the grid or spanning an absurd rectangle.

    Args:
        size: bytes of the workbook.

    Raises:
        UnusableFile: a cell reference is invalid, the sheet has more than ``MAX_DATA_ROWS``
            rows, or it spans more cells than ``most_cells`` allows.
    """
    last_row, last_column = _extent(pieces, shown)
    if last_row > MAX_ROWS or last_column > MAX_COLUMNS:
        raise UnusableFile("workbook_cell_out_of_range", file=shown)
    _check_span(shown, last_row, last_column, size)


def check_rectangle(shown: str, rows: int, columns: int, size: int) -> None:
    """Refuse cells that span an absurd rectangle, whatever the kind of workbook.

    Args:
        size: bytes of the workbook.

    Raises:
        UnusableFile: more than ``MAX_DATA_ROWS`` rows, or more cells than ``most_cells`` allows.
    """
    if rows > MAX_DATA_ROWS:
        raise UnusableFile("too_many_rows", file=shown, limit=MAX_DATA_ROWS)
    _check_span(shown, rows, columns, size)


def _check_span(shown: str, rows: int, columns: int, size: int) -> None:
    if rows * columns > most_cells(size):
        raise UnusableFile("workbook_far_cell", file=shown, row=rows, columns=columns)


def worksheet_facts(part: bytes) -> WorksheetFacts:
    """Hidden rows and columns and the formulas of a worksheet."""
    hidden_columns: set[int] = set()
    for low, high in _HIDDEN_COLUMN.findall(part):
        hidden_columns.update(range(int(low), min(int(high), MAX_COLUMNS) + 1))
    formulas = _FORMULA.findall(part) if b"<f" in part else []
    return WorksheetFacts(
        tuple(int(number) for number in _HIDDEN_ROW.findall(part)) if b"hidden=" in part else (),
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
