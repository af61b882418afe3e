"""Tests between groups of patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.results.common import Message

TestName = Literal[
    "student",
    "welch",
    "anova",
    "rank_sum_exact",
    "rank_sum_corrected",
    "rank_sum_uncorrected",
    "kruskal_wallis",
    "levene_mean",
    "levene_median",
    "chi_square",
    "chi_square_yates",
    "likelihood_ratio",
    "linear_by_linear",
    "fisher_exact",
]


@dataclass(frozen=True, slots=True)
class StatisticalTest:
    """One test between groups.

    Attributes:
        name: which test.
        statistic: t, F, H, chi-square or W (rank sum of the first group less its minimum);
            None for Fisher's exact test.
        df, df_within: degrees of freedom; ``df_within`` only for F.
        p: two-sided P; None where it can't be computed.
        n: patients used.
        difference, low, high: difference of the means (first less second group) with its
            interval; t tests only.
        level: confidence level of that interval.
        odds_ratio, odds_low, odds_high: conditional odds ratio with exact limits; Fisher's
            test of two by two tables only. None = infinite where the low limit is given.
        why: why this test was chosen or why it can't be computed.
    """

    name: TestName
    statistic: float | None
    df: float | None
    p: float | None
    n: int
    df_within: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    odds_ratio: float | None = None
    odds_low: float | None = None
    odds_high: float | None = None
    why: tuple[Message, ...] = ()
