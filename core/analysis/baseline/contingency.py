"""Tests of a table of counts: chi-square, likelihood ratio and Fisher's exact test."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc, gammaln

from core.analysis.baseline.mean_tests import not_computable
from core.results.common import Message
from core.results.group_tests import StatisticalTest, TestName

TABLE_LIMIT = 2_000_000
"""Most partial tables that the exact test enumerates at a time; about 100 MB."""
SAME_PROBABILITY = 1 + 1e-7
"""Tables whose probabilities differ by less count as equally probable, as in R."""


def occurring(counts: np.ndarray) -> np.ndarray:
    """The table without rows and columns in which nobody is."""
    return counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]


def expected_counts(counts: np.ndarray) -> np.ndarray:
    """Counts expected if rows and columns were independent."""
    return np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()


def _is_degenerate(counts: np.ndarray) -> bool:
    return min(counts.shape) < 2


def chi_square(counts: np.ndarray, *, yates: bool = False) -> StatisticalTest:
    """Pearson's chi-square test of independence; uncorrected unless ``yates``.

    Args:
        counts: patients, levels x groups; empty rows and columns are left out.
        yates: continuity correction, for two by two tables only.

    >>> round(chi_square(np.array([[36, 101], [27, 63]])).p, 6)
    0.540071
    """
    name: TestName = "chi_square_yates" if yates else "chi_square"
    counts = occurring(counts)
    if _is_degenerate(counts):
        return not_computable(name, int(counts.sum()), "baseline.test.one_level")
    expected = expected_counts(counts)
    distance = np.abs(counts - expected)
    if yates:
        distance = distance - min(0.5, float(distance.min()))
    x2 = float((distance**2 / expected).sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return StatisticalTest(name, x2, float(df), float(chdtrc(df, x2)), int(counts.sum()))


def likelihood_ratio(counts: np.ndarray) -> StatisticalTest:
    """Likelihood-ratio chi-square (G squared), as SPSS prints it beside Pearson's."""
    counts = occurring(counts)
    if _is_degenerate(counts):
        return not_computable("likelihood_ratio", int(counts.sum()), "baseline.test.one_level")
    observed, expected = counts[counts > 0], expected_counts(counts)[counts > 0]
    g2 = float(2 * (observed * np.log(observed / expected)).sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    p = float(chdtrc(df, max(g2, 0.0)))
    return StatisticalTest("likelihood_ratio", g2, float(df), p, int(counts.sum()))


def _spread_column(
    remaining: np.ndarray, log_weight: np.ndarray, total: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """All ways to put a column of ``total`` patients into the rows' remaining places.

    Args:
        remaining: places left, partial tables x rows.
        log_weight: minus the sum of log factorials of the cells filled, per partial table.
    """
    left = np.full(len(remaining), total)
    for row in range(remaining.shape[1] - 1):
        elsewhere = remaining[:, row + 1 :].sum(axis=1)
        low = np.maximum(0, left - elsewhere)
        high = np.minimum(remaining[:, row], left)
        choices = high - low + 1
        if choices.sum() > TABLE_LIMIT:
            return None
        parent = np.repeat(np.arange(len(remaining)), choices)
        offset = np.arange(len(parent)) - np.repeat(np.cumsum(choices) - choices, choices)
        cell = low[parent] + offset
        remaining = remaining[parent]
        remaining[:, row] -= cell
        left = left[parent] - cell
        log_weight = log_weight[parent] - gammaln(cell + 1)
    remaining = remaining.copy()
    remaining[:, -1] -= left
    return remaining, log_weight - gammaln(left + 1)


def fisher_exact(counts: np.ndarray) -> StatisticalTest:
    """Fisher's exact test of any table (Freeman-Halton beyond two by two), two-sided.

    P is the share of probability of all tables with these margins that are no more probable
    than the one observed; found by enumeration, never by simulation.

    Args:
        counts: patients, levels x groups; empty rows and columns are left out.

    Returns:
        No P where the table has too many arrangements to enumerate.

    Source: Freeman & Halton 1951, Biometrika 38:141.

    >>> round(fisher_exact(np.array([[7, 0], [4, 13]])).p, 6)
    0.000953
    """
    counts = occurring(counts).astype(np.int64)
    n = int(counts.sum())
    if _is_degenerate(counts):
        return not_computable("fisher_exact", n, "baseline.test.one_level")
    # Few rows and the largest column last keep the enumeration small: the last column follows.
    table = counts if counts.shape[0] <= counts.shape[1] else counts.T
    totals = np.sort(table.sum(axis=0))
    remaining, log_weight = table.sum(axis=1)[None, :], np.zeros(1)
    for total in totals[:-1]:
        spread = _spread_column(remaining, log_weight, int(total))
        if spread is None:
            why = Message.of("baseline.test.fisher_too_large", limit=TABLE_LIMIT)
            return StatisticalTest("fisher_exact", None, None, None, n, why=(why,))
        remaining, log_weight = spread
    log_weight = log_weight - gammaln(remaining + 1).sum(axis=1)
    constant = gammaln(totals + 1).sum() + gammaln(table.sum(axis=1) + 1).sum() - gammaln(n + 1)
    observed = float(np.exp(constant - gammaln(table + 1).sum()))
    probabilities = np.exp(constant + log_weight)
    extreme = probabilities <= observed * SAME_PROBABILITY
    p = float(probabilities[extreme].sum() / probabilities.sum())
    return StatisticalTest("fisher_exact", None, None, min(1.0, p), n)
