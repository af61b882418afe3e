"""What rounding of printed figures leaves open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from core.results.audit import PrintedNumber

Range = tuple[float, float]


def possible(formula: Callable[..., float], printed: Sequence[PrintedNumber]) -> Range:
    """Range of a formula, monotone in each argument, over all values that print so.

    >>> low, high = possible(lambda n, total: 100 * n / total, [PrintedNumber(4, 0)] * 2)
    >>> low < 100 < high
    True
    """
    corners = product(*((one.value - one.half_unit, one.value + one.half_unit) for one in printed))
    values = [formula(*corner) for corner in corners]
    return min(values), max(values)


def fits(printed: PrintedNumber, expected: Range) -> bool:
    """Whether the printed figure can be a rounded value of the range."""
    low, high = expected
    slack = 1e-9
    if printed.bound == "<":
        return low < printed.value + slack
    if printed.bound == ">":
        return high > printed.value - slack
    if printed.value == 0.0:
        # A P value or share printed as zero is one that rounds to it.
        return low <= printed.half_unit + slack
    return low - printed.half_unit - slack <= printed.value <= high + printed.half_unit + slack


def shown(expected: Range, decimals: int) -> str:
    """A range in print; one number where both ends print alike.

    >>> shown((16.6, 16.71), 1), shown((16.66, 16.668), 1)
    ('16.6–16.7', '16.7')
    """
    low, high = (f"{value:.{decimals}f}" for value in expected)
    return low if low == high else f"{low}–{high}"


def shown_p(p: float) -> str:
    """A P value in print, never as zero.

    >>> shown_p(0.0004), shown_p(0.2146)
    ('P < 0.001', 'P 0.215')
    """
    return "P < 0.001" if p < 0.001 else f"P {p:.3f}"
