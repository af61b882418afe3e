"""Reads the lines of a pasted table: a label and the numbers behind it, in their order."""

from __future__ import annotations

import math
import re
import unicodedata

from core.analysis.audit.commas import has_decimal_commas, with_points
from core.analysis.audit.medians import MEDIAN_WORDS
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


_LEVEL = re.compile(
    r"\d{2}(?:\.\d)?\s*%?\s*-?\s*(?:CIs?\b|C\.I\.|confidence intervals?|置信区间|可信区间|"
    r"下限|上限|lower|upper)",
    re.IGNORECASE,
)
"""A confidence level is no figure of the table."""
_RANGE = r"\d+(?:\.\d+)?\s*%?\s*(?:[-–−~,;]|to|至)\s*\d+(?:\.\d+)?\s*%?"
_INTERVAL = re.compile(rf"[(\[][^()\[\]]*{_RANGE}[^()\[\]]*[)\]]")
"""An interval in brackets behind a median or rate."""
_AFTER_PERCENT = re.compile(rf"(?<=%)([^%]*?){_RANGE}")
_RATIO = re.compile(r"(?:\bHRs?\b|hazard ratios?|风险比)[^\d\t|]{0,5}(?=\d)", re.IGNORECASE)
_OF_TOTAL = re.compile(r"(?<![\d./])\d+\s*/\s*\d+(?![\d./])")
_NOT_REACHED = re.compile(r"\b(?:NR|NE|not reached|not estimable)\b|未达到?|未到达", re.IGNORECASE)
_TIMES = (
    (re.compile(r"(\d+(?:\.\d+)?)\s*-?\s*(?:个?月|mo(?:nths?|s)?\b)", re.IGNORECASE), 1),
    (re.compile(r"(\d+(?:\.\d+)?)\s*-?\s*(?:年|y(?:ea)?rs?\b|years?\b)", re.IGNORECASE), 12),
)
"""How a time is written in words, and its unit in months."""
_BEFORE = " ([:\t|"
"""What stands between a label and its numbers."""
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


def _told(words: str, kind: PastedKind) -> str:
    """The line without what is no figure of its kind: levels and intervals."""
    words = _LEVEL.sub(" ", words)
    if kind in (PastedKind.MEDIANS, PastedKind.RATES):
        return _INTERVAL.sub(" ", words)
    return _AFTER_PERCENT.sub(r"\1", words) if kind is PastedKind.COUNTS else words


def _dated(row: PastedRow | None, words: str, number: int) -> PastedRow | None:
    """A rate whose time stands in words: ``12-month OS  50.0%``, ``1年生存率 50.0%``."""
    for written, months in _TIMES:
        found = written.search(words)
        if found is None:
            continue
        rest = numbers_in(words[: found.start()] + " " + words[found.end() :])
        if len(rest) != 1:
            return row
        time = PrintedNumber(float(found[1]) * months, 0)
        label = re.split(r"\t| {2,}|\|", words)[0].strip() or found[0]
        return PastedRow(number, label.rstrip(_BEFORE), (time, rest[0]))
    return row


def _row(number: int, line: str, kind: PastedKind, most: int) -> PastedRow | None:
    words = _told(_plain(line).strip(), kind)
    if kind is PastedKind.COUNTS and (share := _OF_TOTAL.search(words)) is not None:
        numbers = numbers_in(words[share.start() :])
        return PastedRow(number, words[: share.start()].rstrip(_BEFORE), numbers[:3])
    ratio = _RATIO.search(words) if kind is PastedKind.HAZARD else None
    if ratio is not None:
        # The label may compare numbers: "≥5 vs <5: HR 0.95 (...)".
        label = words[: ratio.start()].rstrip(_BEFORE)
        return PastedRow(number, label, numbers_in(words[ratio.end() :])[:most])
    row = _plain_row(number, words, most)
    if kind is PastedKind.RATES and not any(word in words.casefold() for word in MEDIAN_WORDS):
        return _dated(row, words, number)
    if kind is PastedKind.MEDIANS and row is not None and _NOT_REACHED.search(words):
        return PastedRow(number, row.label, (*row.numbers[:1], PrintedNumber(math.inf, 0)))
    return row


def _plain_row(number: int, words: str, most: int) -> PastedRow | None:
    cells = [cell for cell in _CELLS.split(words) if cell]
    if len(cells) > 1:
        numbers = numbers_in("  ".join(cells[1:]))
        return PastedRow(number, cells[0], numbers) if numbers else None
    # One run of words: the label may hold numbers itself, so only the last ones are the row's.
    found = [item for item in _numbers(words) if item[0] > 0][-most:]
    if not found:
        return None
    label = words[: found[0][0]].strip(_BEFORE)
    return PastedRow(number, label, tuple(one for _, one in found))


def read_pasted(words: str, kind: PastedKind, total: int | None = None) -> PastedTable:
    """A table as pasted from a paper, a spreadsheet or typed: one line a row.

    Cells may be separated by tabs, bars or two blanks; a line ``N = 24`` gives the total.
    Full-width digits, brackets, per cent signs and ``P < 0.001`` are understood; so are
    ``4/24 (16.7%)``, ``12-month OS 50.0%`` and a median not reached. ``95% CI`` is no figure.
    Commas are decimal marks where the whole table can be read in no other way.

    Args:
        total: number of patients; a line of the text overrides it.

    >>> table = read_pasted("N = 24\\nORR\\t4 (16.7%)\\nnot a row", PastedKind.COUNTS)
    >>> table.total, table.rows[0].label, len(table.rows[0].numbers), table.unread
    (24, 'ORR', 2, (3,))
    """
    rows: list[PastedRow] = []
    unread: list[int] = []
    is_decimal = has_decimal_commas(unicodedata.normalize("NFKC", words))
    if is_decimal:
        words = with_points(unicodedata.normalize("NFKC", words))
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
        row = _row(number, line, kind, most)
        if row is None:
            unread.append(number)
        else:
            rows.append(row)
    return PastedTable(kind, tuple(rows), total, tuple(unread), is_decimal)
