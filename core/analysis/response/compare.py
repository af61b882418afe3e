"""Two response rates compared: Fisher's exact test and the difference of shares.

Source: Fisher 1935 (two-sided p as R's ``fisher.test``: all tables not more probable than
the one observed); Newcombe 1998, Stat Med 17:873, method 10 (difference of shares).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from scipy.special import gammaln

from core.analysis.response.rates import wilson
from core.results.common import Rate
from core.results.response import GroupRate, RateComparison

_RELATIVE_TOLERANCE = 1e-7
_LOG_ODDS_LIMIT = 60.0


@dataclass(frozen=True)
class _Table:
    """All 2x2 tables with the margins of the observed one, by their first cell."""

    observed: int
    cells: np.ndarray
    log_weights: np.ndarray

    def probabilities(self, log_odds: float = 0.0) -> np.ndarray:
        logs = self.log_weights + self.cells * log_odds
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    def mean(self, log_odds: float) -> float:
        return float(self.probabilities(log_odds) @ self.cells)

    def at_least(self, log_odds: float) -> float:
        return float(self.probabilities(log_odds)[self.cells >= self.observed].sum())

    def at_most(self, log_odds: float) -> float:
        return float(self.probabilities(log_odds)[self.cells <= self.observed].sum())


def _table(first: Rate, second: Rate) -> _Table:
    n1, n2, events = first.total, second.total, first.count + second.count
    cells = np.arange(max(0, events - n2), min(events, n1) + 1)
    logs = -(
        gammaln(cells + 1)
        + gammaln(n1 - cells + 1)
        + gammaln(events - cells + 1)
        + gammaln(n2 - events + cells + 1)
    )
    return _Table(first.count, cells, logs)


def _root(increasing: Callable[[float], float], wanted: float) -> float:
    low, high = -_LOG_ODDS_LIMIT, _LOG_ODDS_LIMIT
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if increasing(middle) < wanted else (low, middle)
    return exp((low + high) / 2)


def _odds_ratio(table: _Table, level: float) -> tuple[float | None, float | None, float | None]:
    """Estimate and limits; a limit that is infinite is None."""
    lowest, highest = int(table.cells[0]), int(table.cells[-1])
    if lowest == highest:
        return None, None, None
    tail = (1 - level) / 2
    at_bottom, at_top = table.observed == lowest, table.observed == highest
    estimate = 0.0 if at_bottom else None if at_top else _root(table.mean, table.observed)
    low = 0.0 if at_bottom else _root(table.at_least, tail)
    high = None if at_top else _root(lambda odds: -table.at_most(odds), -tail)
    return estimate, low, high


def compare_rates(
    first: Rate,
    second: Rate,
    *,
    groups: tuple[str, str] = ("1", "2"),
    level: float = 0.95,
    rate: str = "orr",
) -> RateComparison:
    """Fisher's exact test, odds ratio and difference between two groups' rates.

    Returns:
        All None where a group is empty; the odds ratio is None where it is infinite.

    >>> from core.analysis.response.rates import estimate_rate
    >>> result = compare_rates(estimate_rate(3, 4), estimate_rate(1, 4))
    >>> round(result.p, 4), round(result.odds_ratio, 3), result.difference
    (0.4857, 6.408, 0.5)
    """
    named = GroupRate(groups[0], first), GroupRate(groups[1], second)
    if not first.total or not second.total:
        return RateComparison(*named, *(None,) * 7, level=level, method="fisher", rate=rate)
    table = _table(first, second)
    chances = table.probabilities()
    observed = chances[table.cells == table.observed][0]
    p = float(chances[chances <= observed * (1 + _RELATIVE_TOLERANCE)].sum())
    share1, share2 = first.count / first.total, second.count / second.total
    low1, high1 = wilson(first.count, first.total, level)
    low2, high2 = wilson(second.count, second.total, level)
    difference = share1 - share2
    return RateComparison(
        *named,
        min(p, 1.0),
        *_odds_ratio(table, level),
        difference=difference,
        difference_low=difference - sqrt((share1 - low1) ** 2 + (high2 - share2) ** 2),
        difference_high=difference + sqrt((high1 - share1) ** 2 + (share2 - low2) ** 2),
        level=level,
        method="fisher",
        rate=rate,
    )
