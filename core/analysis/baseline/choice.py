"""Chooses the test for a row of Table 1 and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.analysis.baseline.association import exact_odds_ratio, linear_by_linear
from core.analysis.baseline.contingency import (
    chi_square,
    expected_counts,
    fisher_exact,
    likelihood_ratio,
    occurring,
)
from core.analysis.baseline.mean_tests import (
    compare_means,
    compare_two_means,
    compare_variances,
    not_computable,
)
from core.analysis.baseline.rank_tests import (
    compare_ranks,
    compare_ranks_of_groups,
    rank_sum_method,
)
from core.options import Convention
from core.results.common import Message
from core.results.group_tests import StatisticalTest, TestName

SMALL_EXPECTED = 5
"""Expected count below which chi-square gives way to Fisher's exact test (Cochran 1954)."""
EQUAL_VARIANCES_FROM_P = 0.05


@dataclass(frozen=True, slots=True)
class ChosenTests:
    """The test that a row shows, the ones beside it, and Levene's."""

    chosen: StatisticalTest
    others: tuple[StatisticalTest, ...] = ()
    equal_variances: StatisticalTest | None = None


def _because(test: StatisticalTest, *why: Message) -> StatisticalTest:
    return replace(test, why=(*why, *test.why))


def _two_means(
    groups: Sequence[np.ndarray], levene: StatisticalTest, convention: Convention
) -> tuple[StatisticalTest, StatisticalTest]:
    """The t test of the convention first, the other one second."""
    student = compare_two_means(groups[0], groups[1], equal_variances=True)
    welch = compare_two_means(groups[0], groups[1], equal_variances=False)
    if convention is not Convention.SPSS:
        return _because(welch, Message.of("baseline.test.welch")), student
    if levene.p is not None and levene.p < EQUAL_VARIANCES_FROM_P:
        return _because(welch, Message.of("baseline.test.levene_unequal", p=levene.p)), student
    return _because(student, Message.of("baseline.test.levene_equal")), welch


def compare_numbers(
    groups: Sequence[np.ndarray], *, skewed: bool, convention: Convention
) -> ChosenTests:
    """Compares a number between two or more groups.

    Args:
        groups: values per group without NaN; groups without values are left out.
        skewed: ranks rather than means are compared first.
        convention: rank-sum correction, kind of t test and centre of Levene's test.
    """
    groups = [group for group in groups if len(group)]
    if len(groups) < 2:
        n = sum(map(len, groups))
        name: TestName = "kruskal_wallis" if skewed else "anova"
        return ChosenTests(not_computable(name, n, "baseline.test.one_group"))
    levene = compare_variances(groups, centre="mean" if convention is Convention.SPSS else "median")
    if len(groups) == 2:
        method, why = rank_sum_method(groups[0], groups[1], convention)
        by_ranks = _because(compare_ranks(groups[0], groups[1], method), why)
        by_means, other = _two_means(groups, levene, convention)
        others: tuple[StatisticalTest, ...] = (other,)
    else:
        by_ranks, by_means, others = compare_ranks_of_groups(groups), compare_means(groups), ()
    shape = Message.of("baseline.test.by_ranks" if skewed else "baseline.test.by_means")
    # Where one family can't be computed the other one may still be.
    if (by_ranks if skewed else by_means).p is None and (
        by_means if skewed else by_ranks
    ).p is not None:
        skewed = not skewed
        shape = Message.of("baseline.test.other_family")
    first, second = (by_ranks, by_means) if skewed else (by_means, by_ranks)
    return ChosenTests(_because(first, shape), (second, *others), levene)


def compare_categories(counts: np.ndarray) -> ChosenTests:
    """Compares the shares of categories between groups.

    Args:
        counts: patients, levels x groups.

    Returns:
        Chi-square without continuity correction, or Fisher's exact test as soon as one
        expected count is below 5; the others beside it (Yates for two by two tables).
    """
    pearson = chi_square(counts)
    if pearson.p is None:
        return ChosenTests(pearson)
    table = occurring(counts)
    others = [likelihood_ratio(counts), linear_by_linear(counts)]
    if table.shape == (2, 2):
        others.insert(0, chi_square(counts, yates=True))
    expected = float(expected_counts(table).min())
    if expected >= SMALL_EXPECTED:
        why = Message.of("baseline.test.chi_square", expected=expected, limit=SMALL_EXPECTED)
        return ChosenTests(_because(pearson, why), tuple(others))
    exact = fisher_exact(counts)
    if table.shape == (2, 2):
        odds, low, high = exact_odds_ratio(table)
        exact = replace(exact, odds_ratio=odds, odds_low=low, odds_high=high)
    if exact.p is None:
        return ChosenTests(_because(pearson, *exact.why), tuple(others))
    why = Message.of("baseline.test.fisher", expected=expected, limit=SMALL_EXPECTED)
    return ChosenTests(_because(exact, why), (pearson, *others))
