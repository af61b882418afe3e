"""Tests of means and variances between groups: t, Welch, analysis of variance, Levene."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.special import fdtrc, stdtr, stdtrit

from core.results.common import Message
from core.results.group_tests import StatisticalTest, TestName


def not_computable(name: TestName, n: int, code: str) -> StatisticalTest:
    """A test without a P value, saying why."""
    return StatisticalTest(name, None, None, None, n, why=(Message.of(code),))


def _has_no_spread(groups: Sequence[np.ndarray]) -> bool:
    return all(np.ptp(group) == 0 for group in groups)


def compare_two_means(
    first: np.ndarray, second: np.ndarray, *, equal_variances: bool, level: float = 0.95
) -> StatisticalTest:
    """Student's (pooled variance) or Welch's t test of two independent groups.

    Args:
        first, second: values without NaN, in the same unit.
        equal_variances: Student's test if true, else Welch's.
        level: confidence level of the interval for first less second mean.

    Returns:
        No P where a group has fewer than 2 values or nothing varies.

    Source: Welch 1947, Biometrika 34:28.

    >>> test = compare_two_means(
    ...     np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), equal_variances=True
    ... )
    >>> round(test.p, 4), test.df
    (0.1963, 4.0)
    """
    name: TestName = "student" if equal_variances else "welch"
    n1, n2 = len(first), len(second)
    if min(n1, n2) < 2:
        return not_computable(name, n1 + n2, "baseline.test.group_too_small")
    if _has_no_spread((first, second)):
        return not_computable(name, n1 + n2, "baseline.test.no_spread")
    v1, v2 = float(first.var(ddof=1)), float(second.var(ddof=1))
    if equal_variances:
        df = float(n1 + n2 - 2)
        pooled = ((n1 - 1) * v1 + (n2 - 1) * v2) / df
        error = float(np.sqrt(pooled * (1 / n1 + 1 / n2)))
    else:
        a, b = v1 / n1, v2 / n2
        error = float(np.sqrt(a + b))
        df = float((a + b) ** 2 / (a**2 / (n1 - 1) + b**2 / (n2 - 1)))
    difference = float(first.mean() - second.mean())
    t = difference / error
    half = float(stdtrit(df, (1 + level) / 2)) * error
    return StatisticalTest(
        name=name,
        statistic=t,
        df=df,
        p=float(2 * stdtr(df, -abs(t))),
        n=n1 + n2,
        difference=difference,
        low=difference - half,
        high=difference + half,
        level=level,
    )


def _f_test(name: TestName, groups: Sequence[np.ndarray]) -> StatisticalTest:
    n = sum(map(len, groups))
    between, within = len(groups) - 1, n - len(groups)
    if within < 1 or between < 1:
        return not_computable(name, n, "baseline.test.group_too_small")
    if _has_no_spread(groups):
        return not_computable(name, n, "baseline.test.no_spread")
    grand = np.concatenate(groups).mean()
    explained = sum(len(group) * (group.mean() - grand) ** 2 for group in groups) / between
    residual = sum(((group - group.mean()) ** 2).sum() for group in groups) / within
    f = float(explained / residual)
    return StatisticalTest(
        name, f, float(between), float(fdtrc(between, within, f)), n, df_within=float(within)
    )


def compare_means(groups: Sequence[np.ndarray]) -> StatisticalTest:
    """One-way analysis of variance of independent groups (values without NaN).

    >>> round(compare_means([np.arange(3.0), np.arange(3.0) + 1, np.arange(3.0) + 2]).p, 4)
    0.125
    """
    return _f_test("anova", groups)


def compare_variances(
    groups: Sequence[np.ndarray], *, centre: Literal["mean", "median"]
) -> StatisticalTest:
    """Levene's test of equal variances, about the mean (SPSS) or the median (Brown-Forsythe).

    Source: Levene 1960; Brown & Forsythe 1974, J Am Stat Assoc 69:364.
    """
    middle = np.mean if centre == "mean" else np.median
    name: TestName = "levene_mean" if centre == "mean" else "levene_median"
    if any(len(group) < 2 for group in groups):
        return not_computable(name, sum(map(len, groups)), "baseline.test.group_too_small")
    return _f_test(name, [np.abs(group - middle(group)) for group in groups])
