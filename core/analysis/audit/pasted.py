"""Reads the lines of a pasted table: a label and the numbers behind it, in their order."""

from __future__ import annotations

import re
import unicodedata

from core.results.audit import PastedKind, PastedRow, PastedTable, PrintedNumber

MOST_LINES = 500
_NUMBER = re.compile(r"([<>])?\s*((?:(?<![\d.)%a-zA-Z])-)?)\s*(\d+\.\d+|\.\d+|\d+)")
_CELLS = re.compile(r"\t+|\s*\|\s*| {2,}")
_MOST = {
    PastedKind.COUNTS: 3,
    PastedKind.HAZARD: 4,
    PastedKind.COX: 8,
    PastedKind.MEDIANS: 2,
    PastedKind.RATES: 2,
}
"""Numbers that a line of each kind can hold."""
_TOTAL = re.compile(r"^\s*(?:n|N|total|Total|总数|总例数|例数)\s*[=:]\s*(\d+)\s*$")


_SIGNS = str.maketrans({"−": "-", "–": "-", "≤": "<", "≥": ">", "~": "-"})


def _plain(line: str) -> str:
    """Full-width forms made plain, and no separators of thousands."""
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", unicodedata.normalize("NFKC", line))


def _numbers(words: str) -> list[tuple[int, PrintedNumber]]:
    found = []
    for match in _NUMBER.finditer(words.translate(_SIGNS)):
        bound, sign, digits = match.groups()
        decimals = len(digits.partition(".")[2])
        found.append((match.start(), PrintedNumber(float(sign + digits), decimals, bound or "")))
    return found


def numbers_in(words: str) -> tuple[PrintedNumber, ...]:
    """All numbers with the decimals that they are printed with.

    A dash between two numbers is a range, before a number a sign.

    >>> [one.shown for one in numbers_in("0.526 (0.163–1.694), P < .001")]
    ['0.526', '0.163', '1.694', '<0.001']
    >>> [one.value for one in numbers_in("-0.642  0.5-0.9")]
    [-0.642, 0.5, 0.9]
    """
    return tuple(one for _, one in _numbers(_plain(words)))


def _row(number: int, line: str, most: int) -> PastedRow | None:
    words = _plain(line).strip()
    cells = [cell for cell in _CELLS.split(words) if cell]
    if len(cells) > 1:
        numbers = numbers_in("  ".join(cells[1:]))
        return PastedRow(number, cells[0], numbers) if numbers else None
    # One run of words: the label may hold numbers itself, so only the last ones are the row's.
    found = [item for item in _numbers(words) if item[0] > 0][-most:]
    if not found:
        return None
    label = words[: found[0][0]].strip(" ([:")
    return PastedRow(number, label, tuple(one for _, one in found))


def read_pasted(words: str, kind: PastedKind, total: int | None = None) -> PastedTable:
    """A table as pasted from a paper, a spreadsheet or typed: one line a row.

    Cells may be separated by tabs, bars or two blanks; a line ``N = 24`` gives the total.
    Full-width digits, brackets, per cent signs and ``P < 0.001`` are understood.

    Args:
        total: number of patients; a line of the text overrides it.

    >>> table = read_pasted("N = 24\\nORR\\t4 (16.7%)\\nnot a row", PastedKind.COUNTS)
    >>> table.total, table.rows[0].label, len(table.rows[0].numbers), table.unread
    (24, 'ORR', 2, (3,))
    """
    rows: list[PastedRow] = []
    unread: list[int] = []
    for number, line in enumerate(words.splitlines()[:MOST_LINES], start=1):
        if not line.strip():
            continue
        given = _TOTAL.match(_plain(line))
        if given:
            total = int(given[1])
            continue
        most = _MOST[kind]
        if kind is PastedKind.COUNTS and total is not None:
            most = 2
        row = _row(number, line, most)
        if row is None:
            unread.append(number)
        else:
            rows.append(row)
    return PastedTable(kind, tuple(rows), total, tuple(unread))
