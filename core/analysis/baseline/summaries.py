"""Mean, spread, quartiles and skewness of one number, and standardised differences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Literal

import numpy as np

from core.options import Convention
from core.results.baseline import NumericSummary
from core.results.common import Message

SKEWNESS_LIMIT = 1.0
"""Beyond it a distribution counts as skewed (Bulmer 1979, Principles of Statistics, ch. 4)."""
GROUP_SIZE_FOR_SKEWNESS = 8
"""In smaller groups the skewness of a sample says next to nothing."""


def quartile_type(convention: Convention) -> Literal[6, 7]:
    """Definition of the quartiles by Hyndman & Fan 1996: 6 as SPSS, 7 as R."""
    return 6 if convention is Convention.SPSS else 7


def quantiles(
    values: np.ndarray, probabilities: Sequence[float], kind: Literal[6, 7]
) -> np.ndarray:
    """Sample quantiles of type 6 (SPSS) or 7 (R) of values without NaN.

    >>> quantiles(np.array([1.0, 2.0, 3.0, 4.0]), [0.25], 6).tolist()
    [1.25]
    >>> quantiles(np.array([1.0, 2.0, 3.0, 4.0]), [0.25], 7).tolist()
    [1.75]
    """
    method: Literal["weibull", "linear"] = "weibull" if kind == 6 else "linear"
    return np.quantile(values, probabilities, method=method)


def skewness(values: np.ndarray) -> float | None:
    """Bias-adjusted skewness G1, as SPSS prints it; None below 3 values or without spread."""
    n = len(values)
    if n < 3:
        return None
    centred = values - values.mean()
    variance = float((centred**2).mean())
    if variance <= 1e-24 * max(1.0, float((values**2).mean())):
        return None
    g1 = float((centred**3).mean()) / variance**1.5
    return g1 * float(np.sqrt(n * (n - 1))) / (n - 2)


def summarise_number(values: np.ndarray, kind: Literal[6, 7]) -> NumericSummary:
    """Mean (SD), median (quartiles), range and skewness; NaN = missing.

    >>> summarise_number(np.array([1.0, 2.0, 3.0, np.nan]), 7).median
    2.0
    """
    known = values[~np.isnan(values)]
    n = len(known)
    missing = len(values) - n
    if not n:
        return NumericSummary(0, missing, None, None, None, None, None, None, None, None)
    q1, median, q3 = quantiles(known, [0.25, 0.5, 0.75], kind)
    return NumericSummary(
        n=n,
        missing=missing,
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)) if n > 1 else None,
        median=float(median),
        q1=float(q1),
        q3=float(q3),
        minimum=float(known.min()),
        maximum=float(known.max()),
        skewness=skewness(known),
    )


def is_skewed(
    overall: NumericSummary, groups: Sequence[NumericSummary] = ()
) -> tuple[bool, Message]:
    """Whether median and ranks suit a number better than mean and t, and why.

    Skewed: |G1| > 1 among all patients or in a group of at least 8 values; fewer than 3
    values in the series also call for the median.
    """
    if overall.n < 3:
        return True, Message.of("baseline.shown.too_few", n=overall.n)
    seen = [overall.skewness]
    seen += [group.skewness for group in groups if group.n >= GROUP_SIZE_FOR_SKEWNESS]
    largest = max((value for value in seen if value is not None), key=abs, default=None)
    if largest is None:
        return False, Message.of("baseline.shown.no_spread")
    code = "skewed" if abs(largest) > SKEWNESS_LIMIT else "symmetric"
    return code == "skewed", Message.of(
        f"baseline.shown.{code}", skewness=largest, limit=SKEWNESS_LIMIT
    )


def standardised_difference_of_means(groups: Sequence[NumericSummary]) -> float | None:
    """|difference of means| / sqrt of the mean variance; the largest of all pairs.

    None if a pair has no mean or no variance.

    Source: Austin 2009, Stat Med 28:3083.
    """
    found: list[float] = []
    for one, other in combinations(groups, 2):
        if one.mean is None or other.mean is None or one.sd is None or other.sd is None:
            return None
        spread = np.sqrt((one.sd**2 + other.sd**2) / 2)
        if not spread:
            return None
        found.append(float(abs(one.mean - other.mean) / spread))
    return max(found, default=None)


def standardised_difference_of_shares(counts: np.ndarray) -> float | None:
    """Standardised difference of categories; the largest of all pairs of groups.

    Args:
        counts: patients, levels x groups.

    Returns:
        For two levels |p1 - p2| / sqrt of the mean variance, for more the Mahalanobis distance
        of the shares; None where a group is empty or the shares have no variance.

    Source: Yang & Dalton 2012, SAS Global Forum 335; Austin 2009, Stat Med 28:3083.
    """
    found: list[float] = []
    for one, other in combinations(counts.T.astype(float), 2):
        if not one.sum() or not other.sum():
            return None
        occurring = (one + other) > 0
        p, q = (one / one.sum())[occurring][1:], (other / other.sum())[occurring][1:]
        if not len(p):
            found.append(0.0)
            continue
        covariance = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
        if np.linalg.matrix_rank(covariance) < len(p):
            return None
        distance = (p - q) @ np.linalg.solve(covariance, p - q)
        found.append(float(np.sqrt(max(distance, 0.0))))
    return max(found, default=None)
