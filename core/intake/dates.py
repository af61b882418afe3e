"""Dates as people and spreadsheets write them; what could be two dates is never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from core.intake.cells import Cell
from core.intake.value import Value, converted, error

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_YEAR_FIRST = re.compile(
    r"^(\d{4})(?:[-/.]\s?|年\s?)(\d{1,2})(?:[-/.]\s?|月\s?)(\d{1,2})\s?[日号]?"
    r"(?:[T\s]\s*(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2}|AM|PM)?)?$",
    re.ASCII | re.IGNORECASE,
)
_YEAR_LAST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:\s+[\d:.]+)?$", re.ASCII)
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$", re.ASCII)
_TWO_DIGIT = re.compile(r"^\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$", re.ASCII)
_TAIWAN = re.compile(r"^(?:民国|民國|ROC).*|^\d{3}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$", re.ASCII)
_PARTIAL = re.compile(r"^\d{4}(?:年|[-/.]\d{1,2}|年\d{1,2}月?)?$", re.ASCII)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DAY_NAMED = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[-\s/.]*([A-Za-z]{3,9})\.?[-\s/.,]*(\d{4})$")
_NAMED_DAY = re.compile(r"^([A-Za-z]{3,9})\.?[-\s/.]*(\d{1,2})(?:st|nd|rd|th)?[-\s/.,]+(\d{4})$")
_LONGEST = 100
"""Signs in a cell that can still be a date."""
_EPOCH = date(1899, 12, 30)
_SERIALS = range(3_654, 73_051)
"""Excel serial numbers of 1910 to 2099; below 60 the 1900 system is off by a day."""
FIRST, LAST = date(1900, 1, 2), date(2100, 12, 31)
"""Outside lie only placeholders such as 1900-01-01 or 9999-12-31."""


def _checked(year: int, month: int, day: int) -> Value:
    try:
        found = date(year, month, day)
    except ValueError:
        return error("date_impossible")
    if not FIRST <= found <= LAST:
        return error("date_placeholder")
    return Value(found)


def _serial(number: float) -> Value:
    if number < 0 or int(number) not in _SERIALS:
        compact = _COMPACT.match(str(int(number))) if abs(number) < 1e9 else None
        if compact and float(number).is_integer():
            return _noted(_checked(*map(int, compact.groups())), "date_compact")
        return error("date_unreadable")
    found = _EPOCH + timedelta(days=int(number))
    return converted(found, "date_serial", to=found.isoformat())


def _noted(value: Value, code: str) -> Value:
    if value.is_error or not isinstance(value.value, date):
        return value
    return converted(value.value, code, to=value.value.isoformat())


def _named(text: str) -> Value | None:
    for pattern, order in ((_DAY_NAMED, (2, 1, 0)), (_NAMED_DAY, (2, 0, 1))):
        found = pattern.match(text)
        if found:
            groups = found.groups()
            month = _MONTHS.get(groups[order[1]][:3].casefold())
            if month is not None:
                return _checked(int(groups[order[0]]), month, int(groups[order[2]]))
    return None


def _year_last(first: int, second: int, year: int) -> Value:
    if first <= 12 and second <= 12 and first != second:
        return error("date_day_month_ambiguous")
    day, month = (first, second) if first > 12 or first == second else (second, first)
    return _noted(_checked(year, month, day), "date_year_last")


def read_date(cell: Cell) -> Value:
    """The date in a cell, or what is wrong with it.

    Year-first forms (``2021-03-01``, ``2021/3/1``, ``2021.3.1``, ``2021年3月1日``) and dates
    with a month's name are read as they are. Serial numbers, ``20210301``, times of day and
    ``25/12/2021`` are converted and recorded. ``5/7/2021``, two-digit years, other calendars,
    partial and impossible dates are errors.

    >>> read_date("2021年3月1日").value
    datetime.date(2021, 3, 1)
    >>> read_date(44256).value, read_date(44256).code
    (datetime.date(2021, 3, 1), 'date_serial')
    >>> read_date("5/7/2021").code, read_date("2021-02-30").code
    ('date_day_month_ambiguous', 'date_impossible')
    """
    if isinstance(cell, datetime):
        whole = _checked(cell.year, cell.month, cell.day)
        return whole if cell.time() == time(0) else _noted(whole, "date_time_dropped")
    if isinstance(cell, date):
        return _checked(cell.year, cell.month, cell.day)
    if isinstance(cell, bool | time | timedelta):
        return error("date_unreadable")
    if isinstance(cell, int | float):
        return _serial(float(cell))
    if len(str(cell)) > _LONGEST:
        return error("date_unreadable")
    text = " ".join(str(cell).translate(_FULL_WIDTH).split())
    found = _YEAR_FIRST.match(text)
    if found:
        year, month, day, clock, zone = found.groups()
        value = _checked(int(year), int(month), int(day))
        timed = (clock and clock.strip("0:.")) or zone
        return _noted(value, "date_time_dropped") if timed else value
    if re.fullmatch(r"\d{5}(?:\.\d+)?|\d{8}", text, re.ASCII):
        return _serial(float(text))
    last = _YEAR_LAST.match(text)
    if last:
        return _year_last(*map(int, last.groups()))
    named = _named(text)
    if named is not None:
        return named
    for pattern, code in (
        (_TAIWAN, "date_other_calendar"),
        (_TWO_DIGIT, "date_two_digit_year"),
        (_PARTIAL, "date_partial"),
    ):
        if pattern.match(text):
            return error(code)
    return error("date_unreadable")
