"""Numbers as people and laboratory systems write them.

Only ASCII and full-width digits are numbers: Python's ``float`` also takes ``1_000`` and other
scripts' digits, which nobody means in a spreadsheet. A comma is a decimal comma or a thousands
separator only when the file leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.intake.cells import Cell

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_PREFIX = re.compile(r"^(<=|>=|<|>|≤|≥|≦|≧)\s*")
_FLAG = re.compile(
    r"\s*(?:[↑↓⬆⬇▲▼]+|(?<=[\d\sHL↑↓])(?:[HL]|偏?[高低]|\*{1,3}|[†‡])"
    r"|\((?:[HL]|偏?[高低]|[↑↓⬆⬇▲▼*]+)\))\s*$"
)
_LEADING_FLAG = re.compile(r"^\s*(?:[↑↓⬆⬇▲▼]+|\*{1,3}|[HL](?=\s\d)|\([HL]\))\s*")
_TEXT_MARK = re.compile(r"^'(?=[\d.])")
"""The sign by which Excel keeps a number as text, left over in an export."""
_NUMBER = re.compile(
    r"^([+-]?(?:\d{1,3}(?:[,' \u00a0\u202f’]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d+,\d+"
    r"|\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(?![\d,._])\s*(.*)$",
    re.DOTALL | re.ASCII,
)
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:[,' \u00a0\u202f’]\d{3})+(?:\.\d+)?$", re.ASCII)
_COMMA_ONLY = re.compile(r"^[+-]?\d+,\d+$", re.ASCII)
_EUROPEAN = re.compile(r"^[+-]?\d{1,3}(?:\.\d{3})+,\d+$", re.ASCII)
_PREFIXES = {"≤": "<=", "≥": ">=", "≦": "<=", "≧": ">="}
_MOST_DIGITS = 15
_LONGEST = 60
"""Signs in a cell that can still be a number with its unit."""


class Decimal(StrEnum):
    """How a file writes decimals, as far as its cells show."""

    POINT = "point"
    COMMA = "comma"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A number with what stood around it.

    ``how`` names the conversions that were needed: ``full_width``, ``thousands``,
    ``decimal_comma``, ``flag``.
    """

    value: float
    prefix: str = ""
    unit: str = ""
    how: tuple[str, ...] = ()


def decimal_style(cells: Iterable[Cell]) -> Decimal:
    """How the text cells of number columns write decimals.

    >>> decimal_style(["5,1", "7,25"]), decimal_style(["5.1", "1,200"]), decimal_style(["1,200"])
    (<Decimal.COMMA: 'comma'>, <Decimal.POINT: 'point'>, <Decimal.UNKNOWN: 'unknown'>)
    """
    commas = False
    for cell in set(cells):
        if not isinstance(cell, str) or len(cell) > _LONGEST:
            continue
        if re.match(r"^\s*[<>≤≥]?\s*[+-]?\d*\.\d+(?!\d*[.,])", cell, re.ASCII):
            return Decimal.POINT
        if re.match(r"^\s*[<>≤≥]?\s*[+-]?\d+,(?:\d{1,2}|\d{4,})(?!\d)", cell, re.ASCII):
            commas = True
    return Decimal.COMMA if commas else Decimal.UNKNOWN


def parse_number(cell: Cell, style: Decimal) -> ParsedNumber | str:
    """The number in a cell, or the code of what is wrong with it.

    >>> parse_number("3.2↑", Decimal.POINT)
    ParsedNumber(value=3.2, prefix='', unit='', how=('flag',))
    >>> parse_number("1,200", Decimal.UNKNOWN), parse_number("1_000", Decimal.POINT)
    ('number_comma_ambiguous', 'number_unreadable')
    """
    if isinstance(cell, bool | date | datetime | time | timedelta):
        return "number_is_other_type"
    if isinstance(cell, int | float):
        return ParsedNumber(float(cell)) if abs(cell) < 1e300 else "number_unreadable"
    if len(str(cell)) > _LONGEST:
        return "number_unreadable"
    text = str(cell).translate(_FULL_WIDTH).strip()
    how = ["full_width"] if text != str(cell).strip() else []
    prefix = ""
    found = _PREFIX.match(text)
    if found:
        prefix, text = _PREFIXES.get(found.group(1), found.group(1)), text[found.end() :]
    bare = _LEADING_FLAG.sub("", _FLAG.sub("", _FLAG.sub("", text))).strip()
    if bare != text:
        how.append("flag")
    if _TEXT_MARK.match(bare):
        how.append("flag")
        bare = bare[1:]
    matched = _NUMBER.match(bare)
    if not matched or sum(map(str.isdigit, matched.group(1))) > _MOST_DIGITS:
        return "number_unreadable"
    number, unit = matched.group(1), matched.group(2).strip()
    mantissa, power, exponent = number.partition("e" if "e" in number else "E")
    plain = _plain(mantissa, style, how)
    if plain is None:
        return "number_comma_ambiguous"
    return ParsedNumber(float(plain + power + exponent), prefix, unit, tuple(how))


def _plain(number: str, style: Decimal, how: list[str]) -> str | None:
    """The number as Python writes it; None if a comma could mean two things."""
    if _EUROPEAN.match(number):
        how.extend(("thousands", "decimal_comma"))
        return None if style is Decimal.POINT else number.replace(".", "").replace(",", ".")
    if _COMMA_ONLY.match(number):
        decimals = len(number.rpartition(",")[2])
        if style is Decimal.COMMA or (style is Decimal.UNKNOWN and decimals != 3):
            how.append("decimal_comma")
            return number.replace(",", ".")
        if style is Decimal.UNKNOWN or decimals != 3 or not _GROUPED.match(number):
            return None
    if _GROUPED.match(number):
        if style is Decimal.COMMA and "." in number:
            return None
        how.append("thousands")
        return re.sub(r"[,' \u00a0\u202f’]", "", number)
    if style is Decimal.COMMA and re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", number):
        return None
    return number
