"""Association in a table of counts: trend over ordered levels, and the exact odds ratio."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import chdtrc, gammaln

from core.analysis.baseline.mean_tests import not_computable
from core.results.group_tests import StatisticalTest

LOG_RANGE = 60.0
"""Odds ratios are sought between exp(-60) and exp(60)."""
ROUNDS = 200
PRECISION = 1e-14
"""Newton's steps end where they are this short, relative to the logarithm."""


def linear_by_linear(counts: np.ndarray) -> StatisticalTest:
    """Mantel-Haenszel test of a linear trend, levels and groups scored 1, 2, ... in order.

    Args:
        counts: patients, levels x groups.

    Source: Mantel 1963, JASA 58:690; as SPSS prints it beside chi-square.
    """
    n = int(counts.sum())
    rows, columns = (np.arange(size, dtype=np.float64) for size in counts.shape)
    by_row, by_column = counts.sum(axis=1), counts.sum(axis=0)
    if n < 2 or (by_row > 0).sum() < 2 or (by_column > 0).sum() < 2:
        return not_computable("linear_by_linear", n, "baseline.test.one_level")
    rows -= rows @ by_row / n
    columns -= columns @ by_column / n
    spread = (rows**2 @ by_row) * (columns**2 @ by_column)
    x2 = float((n - 1) * (rows @ counts @ columns) ** 2 / spread)
    return StatisticalTest("linear_by_linear", x2, 1.0, float(chdtrc(1, x2)), n)


def exact_odds_ratio(
    counts: np.ndarray, level: float = 0.95
) -> tuple[float | None, float | None, float | None]:
    """Conditional odds ratio of a two by two table with its exact limits.

    Returns:
        Estimate, lower and upper limit; the estimate is 0 or None (infinite), and the limit
        on that side 0 or None, where a diagonal is empty. All None where the margins leave
        one table only.

    Source: Cornfield 1956, Berkeley Symposium 4:135; Fisher 1935, JRSS 98:39.
    """
    a, b, c, d = (int(value) for value in counts.ravel())
    column, row, total = a + c, a + b, a + b + c + d
    low, high = max(0, column + row - total), min(column, row)
    if low == high:
        return None, None, None
    support = np.arange(low, high + 1)
    ways = -(
        gammaln(support + 1)
        + gammaln(row - support + 1)
        + gammaln(column - support + 1)
        + gammaln(total - row - column + support + 1)
    )

    tail = math.log((1 - level) / 2)
    estimate: float | None = 0.0 if a == low else None
    if low < a < high:
        estimate = _rising(lambda x: _mean(ways, support, x), a)
    at_least = support >= a
    below = 0.0 if a == low else _rising(lambda x: _log_tail(ways, support, x, at_least), tail)
    at_most = support <= a
    above = None
    if a < high:
        above = 1 / _rising(lambda x: _log_tail(ways, -support, x, at_most), tail)
    return estimate, below, above


def _shares(ways: np.ndarray, support: np.ndarray, log_ratio: float) -> np.ndarray:
    """Probability of each possible cell under an odds ratio."""
    weight = ways + support * log_ratio
    weight = np.exp(weight - weight.max())
    return np.asarray(weight / weight.sum())


def _mean(ways: np.ndarray, support: np.ndarray, log_ratio: float) -> tuple[float, float]:
    """Expected cell and its slope."""
    share = _shares(ways, support, log_ratio)
    mean = float(share @ support)
    return mean, float(share @ (support - mean) ** 2)


def _log_tail(
    ways: np.ndarray, support: np.ndarray, log_ratio: float, inside: np.ndarray
) -> tuple[float, float]:
    """Logarithm of the probability of the cells ``inside`` and its slope."""
    share = _shares(ways, support, log_ratio)
    tail = float(share[inside].sum())
    if tail == 0.0:
        return -math.inf, math.nan
    return math.log(tail), float(share[inside] @ support[inside] / tail - share @ support)


def _rising(function: Callable[[float], tuple[float, float]], target: float) -> float:
    """exp of the place where a rising function with known slope reaches the target.

    Newton's steps; a step that leaves the bracket is replaced by its middle.
    """
    low, high, place = -LOG_RANGE, LOG_RANGE, 0.0
    for _ in range(ROUNDS):
        value, slope = function(place)
        low, high = (place, high) if value < target else (low, place)
        step = place + (target - value) / slope if slope > 0 else math.nan
        following = step if low < step < high else (low + high) / 2
        if abs(following - place) <= PRECISION * max(1.0, abs(place)):
            return math.exp(following)
        place = following
    return math.exp(place)
