"""Rank tests between groups: rank-sum (Mann-Whitney) and Kruskal-Wallis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.special import chdtrc, ndtr

from core.analysis.baseline.mean_tests import not_computable
from core.options import Convention
from core.results.common import Message
from core.results.group_tests import StatisticalTest, TestName

EXACT_UP_TO = 50
"""Largest number of patients for the exact rank-sum test that is recommended."""
R_EXACT_BELOW = 50
"""R's ``wilcox.test`` is exact below this size of each group, without ties."""

RankSumMethod = Literal["exact", "corrected", "uncorrected"]
_NAMES: dict[RankSumMethod, TestName] = {
    "exact": "rank_sum_exact",
    "corrected": "rank_sum_corrected",
    "uncorrected": "rank_sum_uncorrected",
}


def mid_ranks(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ranks with ties at their mean, and the sizes of the tied runs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse], counts


def _exact_p(ranks: np.ndarray, n1: int, observed: float) -> float:
    """Share of all choices of n1 patients whose rank sum lies as far from its mean.

    Counts by the recursion over patients; doubled ranks are whole numbers, so ties are exact.
    """
    doubled = np.rint(2 * ranks).astype(np.int64)
    scale = 2 if (doubled % 2).any() else 1
    steps = doubled if scale == 2 else doubled // 2
    largest = int(np.sort(steps)[-n1:].sum())
    ways = np.zeros((n1 + 1, largest + 1))
    ways[0, 0] = 1.0
    for step in steps:
        # Downwards, so that each patient is chosen once at most.
        for chosen in range(n1, 0, -1):
            ways[chosen, step:] += ways[chosen - 1, : largest + 1 - step]
    sums = np.arange(largest + 1) / scale
    mean = n1 * (len(ranks) + 1) / 2
    extreme = np.abs(sums - mean) >= abs(observed - mean) - 1e-9
    return min(1.0, float(ways[n1, extreme].sum() / ways[n1].sum()))


def rank_sum_method(
    first: np.ndarray, second: np.ndarray, convention: Convention
) -> tuple[RankSumMethod, Message]:
    """How the rank-sum P is obtained under a convention, and why.

    SPSS: asymptotic without continuity correction. R: exact below 50 a group without ties,
    else corrected. Recommended: exact, given the ties, up to 50 patients, else corrected.
    """
    if convention is Convention.SPSS:
        return "uncorrected", Message.of("baseline.test.rank_sum_spss")
    has_ties = len(np.unique(np.concatenate([first, second]))) < len(first) + len(second)
    if convention is Convention.R:
        if max(len(first), len(second)) < R_EXACT_BELOW and not has_ties:
            return "exact", Message.of("baseline.test.rank_sum_r_exact", limit=R_EXACT_BELOW)
        return "corrected", Message.of("baseline.test.rank_sum_r_corrected", limit=R_EXACT_BELOW)
    if len(first) + len(second) <= EXACT_UP_TO:
        return "exact", Message.of("baseline.test.rank_sum_exact", limit=EXACT_UP_TO)
    return "corrected", Message.of("baseline.test.rank_sum_corrected", limit=EXACT_UP_TO)


def compare_ranks(first: np.ndarray, second: np.ndarray, method: RankSumMethod) -> StatisticalTest:
    """Rank-sum test (Mann-Whitney, Wilcoxon) of two independent groups.

    Args:
        first, second: values without NaN.
        method: ``exact`` (permutation distribution given the ties), or the normal
            approximation with tie correction, with or without continuity correction.

    Returns:
        Statistic W: rank sum of the first group less its minimum, as R prints it. No P where
        a group is empty or all values are equal.

    Source: Mann & Whitney 1947, Ann Math Stat 18:50; Lehmann 1975, Nonparametrics.

    >>> compare_ranks(np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0]), "exact").p
    0.2
    """
    n1, n2 = len(first), len(second)
    n = n1 + n2
    name = _NAMES[method]
    if min(n1, n2) < 1:
        return not_computable(name, n, "baseline.test.group_too_small")
    ranks, ties = mid_ranks(np.concatenate([first, second]))
    if len(ties) == 1:
        return not_computable(name, n, "baseline.test.no_spread")
    rank_sum = float(ranks[:n1].sum())
    w = rank_sum - n1 * (n1 + 1) / 2
    if method == "exact":
        return StatisticalTest(name, w, None, _exact_p(ranks, n1, rank_sum), n)
    tied = float((ties.astype(float) ** 3 - ties).sum())
    spread = np.sqrt(n1 * n2 / 12 * (n + 1 - tied / (n * (n - 1))))
    distance = abs(w - n1 * n2 / 2)
    if method == "corrected":
        distance = max(distance - 0.5, 0.0)
    return StatisticalTest(name, w, None, float(2 * ndtr(-distance / spread)), n)


def compare_ranks_of_groups(groups: Sequence[np.ndarray]) -> StatisticalTest:
    """Kruskal-Wallis test, corrected for ties, of independent groups (values without NaN).

    Source: Kruskal & Wallis 1952, J Am Stat Assoc 47:583.
    """
    values = np.concatenate(groups)
    n = len(values)
    if any(not len(group) for group in groups) or len(groups) < 2:
        return not_computable("kruskal_wallis", n, "baseline.test.group_too_small")
    ranks, ties = mid_ranks(values)
    if len(ties) == 1:
        return not_computable("kruskal_wallis", n, "baseline.test.no_spread")
    parts = np.split(ranks, np.cumsum([len(group) for group in groups])[:-1])
    between = sum(part.sum() ** 2 / len(part) for part in parts)
    tied = float((ties.astype(float) ** 3 - ties).sum())
    h = float((12 * between / (n * (n + 1)) - 3 * (n + 1)) / (1 - tied / (float(n) ** 3 - n)))
    df = len(groups) - 1
    return StatisticalTest("kruskal_wallis", h, float(df), float(chdtrc(df, h)), n)
