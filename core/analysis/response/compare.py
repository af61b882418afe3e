"""Two response rates compared: Fisher's exact test and the difference of shares.

Source: Fisher 1935 (two-sided p as R's ``fisher.test``: all tables not more probable than
the one observed); Newcombe 1998, Stat Med 17:873, method 10 (difference of shares).
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from core.analysis.baseline.association import exact_odds_ratio
from core.analysis.baseline.contingency import fisher_exact
from core.analysis.response.rates import wilson
from core.results.common import Rate
from core.results.response_groups import GroupRate, RateComparison


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
    cells = [[one.count, one.total - one.count] for one in (first, second)]
    counts = np.array(cells, dtype=np.int64)
    # Where all or none responded, the table seen is the only one possible.
    p = fisher_exact(counts).p if counts.sum(axis=0).all() else 1.0
    share1, share2 = first.count / first.total, second.count / second.total
    low1, high1 = wilson(first.count, first.total, level)
    low2, high2 = wilson(second.count, second.total, level)
    difference = share1 - share2
    return RateComparison(
        *named,
        p,
        *exact_odds_ratio(counts, level),
        difference=difference,
        difference_low=difference - sqrt((share1 - low1) ** 2 + (high2 - share2) ** 2),
        difference_high=difference + sqrt((high1 - share1) ** 2 + (share2 - low2) ** 2),
        level=level,
        method="fisher",
        rate=rate,
    )
