"""Objective response and disease control with exact or Wilson intervals.

Source: Clopper & Pearson 1934, Biometrika 26:404; Wilson 1927, J Am Stat Assoc 22:209;
categories from RECIST 1.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Literal

from scipy.special import betaincinv, ndtri

from core.errors import EmptyCohort
from core.options import ResponseOptions
from core.results.common import Rate

RESPONSE = frozenset({"CR", "PR"})
CONTROL = frozenset({"CR", "PR", "SD", "NON-CR/NON-PD"})
EVALUABLE = CONTROL | {"PD"}

IntervalName = Literal["clopper-pearson", "wilson"]


def clopper_pearson(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Exact limits of a share, as fractions of 1.

    >>> [round(limit, 4) for limit in clopper_pearson(4, 24)]
    [0.0474, 0.3738]
    """
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, total - count + 1, tail))
    high = 1.0 if count == total else float(betaincinv(count + 1, total - count, 1 - tail))
    return low, high


def wilson(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score limits without continuity correction, as fractions of 1.

    >>> [round(limit, 4) for limit in wilson(4, 24)]
    [0.0668, 0.3585]
    """
    z = float(ndtri((1 + level) / 2))
    share, z2 = count / total, z * z
    centre = share + z2 / (2 * total)
    half = z * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    scale = 1 + z2 / total
    low = 0.0 if count == 0 else (centre - half) / scale
    high = 1.0 if count == total else (centre + half) / scale
    return low, high


def estimate_rate(
    count: int,
    total: int,
    *,
    interval: IntervalName = "clopper-pearson",
    level: float = 0.95,
    denominator: str = "treated",
) -> Rate:
    """A share with its interval; estimate and limits are None when nobody is counted.

    >>> estimate_rate(0, 0).estimate is None
    True
    """
    if total == 0:
        return Rate(count, 0, None, None, None, interval, level, denominator)
    limits = clopper_pearson if interval == "clopper-pearson" else wilson
    low, high = limits(count, total, level)
    return Rate(count, total, count / total, low, high, interval, level, denominator)


def _rate(categories: Iterable[str], wanted: frozenset[str], options: ResponseOptions) -> Rate:
    listed = list(categories)
    if not listed:
        raise EmptyCohort("no_patients")
    if options.denominator == "evaluable":
        listed = [category for category in listed if category in EVALUABLE]
    return estimate_rate(
        sum(category in wanted for category in listed),
        len(listed),
        interval=options.interval,
        level=options.level,
        denominator=options.denominator,
    )


def objective_response_rate(
    categories: Iterable[str], options: ResponseOptions | None = None
) -> Rate:
    """Share of patients whose best response is CR or PR.

    Args:
        categories: one best response per patient. Among all treated patients NE and
            MISSING count as no response; among the evaluable they are left out.

    Raises:
        EmptyCohort: there is no patient at all.

    >>> rate = objective_response_rate(["PR"] * 4 + ["SD"] * 11 + ["PD"] * 9)
    >>> rate.count, rate.total
    (4, 24)
    """
    return _rate(categories, RESPONSE, options or ResponseOptions())


def disease_control_rate(categories: Iterable[str], options: ResponseOptions | None = None) -> Rate:
    """Share of patients whose best response is CR, PR or SD (or NON-CR/NON-PD).

    Args and errors as for ``objective_response_rate``.

    >>> disease_control_rate(["PR"] * 4 + ["SD"] * 11 + ["PD"] * 9).estimate
    0.625
    """
    return _rate(categories, CONTROL, options or ResponseOptions())
