"""How numbers are printed: decimals, percentages, P values, intervals, dates.

Rounding happens here, at the edge, and nowhere else. What is missing is printed as an
em dash in both languages; the reason stands in the text beside the table.
"""

from __future__ import annotations

import math
from datetime import date, datetime

from core.options import Convention
from core.results.common import Rate
from core.text.catalogue import Language, text

MISSING = "—"
NOT_REACHED = "NR"
SMALLEST_RATIO = 0.005
"""Smaller ones would be printed as 0.00, which no ratio is."""


def is_missing(value: float | None) -> bool:
    """Whether a number is absent (None or NaN).

    >>> is_missing(None), is_missing(float("nan")), is_missing(0.0)
    (True, True, False)
    """
    return value is None or (isinstance(value, float) and math.isnan(value))


def number(value: float | None, decimals: int = 1) -> str:
    """A number with fixed decimals.

    >>> number(13.6345), number(None)
    ('13.6', '—')
    """
    if value is None or is_missing(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{decimals}f}".replace("-", "−")


def compact(value: float | None) -> str:
    """A number as short as it can be, for readings in their own unit.

    >>> compact(80.0), compact(3.25)
    ('80', '3.25')
    """
    if value is None or is_missing(value):
        return MISSING
    return f"{value:.6g}".replace("-", "−")


def ratio(value: float | None) -> str:
    """A hazard or odds ratio: two decimals, fewer once it is large; never 0 for a small one.

    >>> ratio(0.5278), ratio(18.54), ratio(1234.5), ratio(2.1e9), ratio(0.003)
    ('0.53', '18.54', '1234.5', '> 10⁶', '<0.01')
    """
    if value is None or is_missing(value):
        return MISSING
    if value > 1e6:
        return "> 10⁶"
    if 0 < value < SMALLEST_RATIO:
        return "<0.01"
    return number(value, 2 if value < 1000 else 1)


def percent(fraction: float | None, decimals: int = 1) -> str:
    """A fraction of 1 as a percentage.

    >>> percent(4 / 24), percent(None)
    ('16.7%', '—')
    """
    if fraction is None or is_missing(fraction):
        return MISSING
    return f"{100 * fraction:.{decimals}f}%"


def p_value(p: float | None, convention: Convention = Convention.RECOMMENDED) -> str:
    """A P value to three decimals; small ones as a bound, in SPSS's look as .000.

    >>> p_value(0.0214), p_value(0.00002), p_value(0.00002, Convention.SPSS)
    ('0.021', '< 0.001', '.000')
    """
    if p is None or is_missing(p):
        return MISSING
    if convention is Convention.SPSS:
        return f"{p:.3f}".removeprefix("0")
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def interval(low: float | None, high: float | None, decimals: int = 1) -> str:
    """Two limits.

    >>> interval(4.7, 37.4)
    '4.7–37.4'
    """
    return f"{number(low, decimals)}–{number(high, decimals)}"


def time_or_not_reached(value: float | None, decimals: int = 1) -> str:
    """A quantile of a survival time; one that the curve doesn't reach is ``NR``.

    >>> time_or_not_reached(13.6), time_or_not_reached(None)
    ('13.6', 'NR')
    """
    return NOT_REACHED if value is None or is_missing(value) else number(value, decimals)


def quantile_interval(value: float | None, low: float | None, high: float | None) -> str:
    """A survival quantile with its limits; what the curve doesn't reach is ``NR``.

    >>> quantile_interval(13.6, 9.0, None), quantile_interval(None, 8.0, None)
    ('13.6 (9.0–NR)', 'NR (8.0–NR)')
    """
    limits = f"{time_or_not_reached(low)}–{time_or_not_reached(high)}"
    return f"{time_or_not_reached(value)} ({limits})"


def count_percent(count: int, total: int) -> str:
    """A count with its share.

    >>> count_percent(4, 24), count_percent(0, 0)
    ('4 (16.7%)', '0')
    """
    return f"{count} ({percent(count / total)})" if total else str(count)


def rate(value: Rate) -> str:
    """A rate as n/N, per cent and interval.

    >>> rate(Rate(4, 24, 4 / 24, 0.0474, 0.3738, "clopper-pearson", 0.95, "treated"))
    '4/24 = 16.7% (4.7–37.4)'
    """
    if value.estimate is None or value.low is None or value.high is None:
        return f"{value.count}/{value.total}"
    limits = interval(100 * value.low, 100 * value.high)
    return f"{value.count}/{value.total} = {percent(value.estimate)} ({limits})"


def day(value: date | datetime | None) -> str:
    """A date, in both languages as ISO 8601.

    >>> day(date(2023, 2, 23)), day(None)
    ('2023-02-23', '—')
    """
    return MISSING if value is None or value != value else f"{value:%Y-%m-%d}"


def listed(items: list[str], language: Language, limit: int = 12) -> str:
    """Items in a row, cut with a count of the rest.

    >>> listed(["H01", "H02", "H03"], "en", limit=2)
    'H01, H02 and 1 more'
    """
    separator = "、" if language == "zh" else ", "
    shown = separator.join(items[:limit])
    rest = len(items) - limit
    return shown if rest <= 0 else text("common.and_more", language, shown=shown, n=rest)


def file_size(size: int) -> str:
    """Bytes as people say them.

    >>> file_size(900), file_size(2048), file_size(3 * 2**20)
    ('1 kB', '2 kB', '3.0 MB')
    """
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(round(size / 1024), 1)} kB"
