"""The Kaplan-Meier steps themselves: counts, survival, Greenwood, pointwise limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from core.analysis.survival.inputs import BoolArray, distinct_times
from core.options import IntervalMethod
from core.results.survival import FloatArray, IntArray

MOST_CELLS = 400_000
"""Times x patterns of a crossing of factors, so that it stays in the processor's cache."""


class Steps(NamedTuple):
    """One entry per distinct observed time, ascending."""

    time: FloatArray
    n_risk: IntArray
    n_event: IntArray
    n_censor: IntArray
    survival: FloatArray
    std_err: FloatArray


def product_limit(time: FloatArray, is_event: BoolArray) -> Steps:
    """Kaplan-Meier steps; patients censored at a time of death count as at risk there.

    Source: Kaplan & Meier 1958, JASA 53:457; Greenwood 1926 (standard error).

    >>> product_limit(np.array([1.0, 2.0, 2.0, 3.0]), np.array([True, True, False, False]))[4]
    array([0.75, 0.5 , 0.5 ])
    """
    return steps_at(*distinct_times(time), is_event)


def steps_at(moments: FloatArray, position: IntArray, is_event: BoolArray) -> Steps:
    """Kaplan-Meier steps of times that were told apart already.

    Args:
        moments: distinct times, ascending; (k,).
        position: of each patient's time among them; (n,).
    """
    n_event = np.bincount(position[is_event], minlength=moments.size)
    total = np.bincount(position, minlength=moments.size)
    return steps_of_counts(moments, n_event, total - n_event)


def count_cube(
    position: IntArray,
    is_event: BoolArray,
    codes: NDArray[np.signedinteger[Any]],
    times: int,
    levels: int,
) -> IntArray:
    """Patients by time, level and outcome (censored, event); codes below 0 are left out.

    One pass over the patients: every curve and test of a factor is read off it.
    """
    cells = (position * levels + codes) * 2 + is_event
    if codes.size and codes.min() < 0:
        cells = cells[codes >= 0]
    found: IntArray = np.bincount(cells, minlength=times * levels * 2).reshape(times, levels, 2)
    return found


def count_factors(
    position: IntArray, is_event: BoolArray, factors: Sequence[tuple[IntArray, int]], times: int
) -> list[IntArray]:
    """The cubes of many factors from as few passes over the patients as possible.

    Factors are crossed as long as the crossing stays small; each factor's cube is then a sum
    over the others.

    Args:
        factors: codes (n,), below 0 = missing, and number of levels of each.
    """
    found: list[IntArray] = []
    start = 0
    # More cells than patients would cost more than another pass over these.
    most = min(MOST_CELLS, position.size) // max(times, 1)
    while start < len(factors):
        end, patterns = start, 1
        while end < len(factors) and patterns * (factors[end][1] + 1) <= most:
            patterns *= factors[end][1] + 1
            end += 1
        end = max(end, start + 1)
        found += _crossed(position, is_event, factors[start:end], times)
        start = end
    return found


def _crossed(
    position: IntArray, is_event: BoolArray, factors: Sequence[tuple[IntArray, int]], times: int
) -> list[IntArray]:
    cells = times * 2 * int(np.prod([levels + 1 for _, levels in factors]))
    cell: NDArray[np.signedinteger[Any]] = position.astype(np.int32 if cells < 2**31 else np.int64)
    for codes, levels in factors:
        cell *= levels + 1
        cell += codes.astype(cell.dtype)
        cell += 1
    cell *= 2
    cell += is_event
    shape = [times, *(levels + 1 for _, levels in factors), 2]
    crossed = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)
    outer = {0, len(factors) + 1}
    return [
        crossed.sum(axis=tuple(set(range(crossed.ndim)) - outer - {axis}))[:, 1:]
        for axis in range(1, len(factors) + 1)
    ]


def steps_of_counts(moments: FloatArray, n_event: IntArray, n_censor: IntArray) -> Steps:
    """Kaplan-Meier steps from counts at each time; times without anybody are passed over."""
    total = n_event + n_censor
    kept = total > 0
    if not kept.all():
        moments, n_event, n_censor, total = (
            moments[kept], n_event[kept], n_censor[kept], total[kept],
        )  # fmt: skip
    n_risk = total[::-1].cumsum()[::-1]
    survival: FloatArray = np.cumprod((n_risk - n_event) / n_risk).astype(np.float64)
    left = n_risk - n_event
    terms = np.divide(n_event, n_risk * left, out=np.zeros(moments.size), where=left > 0)
    std_err = survival * np.sqrt(np.cumsum(terms))
    return Steps(moments, n_risk, n_event, n_censor, survival, std_err)


def pointwise_limits(
    survival: FloatArray, std_err: FloatArray, interval: IntervalMethod, level: float
) -> tuple[FloatArray, FloatArray]:
    """Limits of S(t) on the scale ``interval``, within 0 and 1.

    NaN where S = 0, and on the log-log scale where S = 1: the transform doesn't exist there
    (R leaves the same places empty).

    Source: Borgan & Liestol 1990, Scand J Stat 17:35.
    """
    z = float(ndtri(0.5 + level / 2))
    inside = survival > 0
    low = np.full(survival.shape, np.nan)
    high = np.full(survival.shape, np.nan)
    if interval == "loglog":
        inside = inside & (survival < 1)
    s, error = survival[inside], std_err[inside]
    if interval == "plain":
        low[inside], high[inside] = np.maximum(s - z * error, 0), np.minimum(s + z * error, 1)
    elif interval == "log":
        width = np.exp(np.minimum(z * error / s, 700.0))
        low[inside], high[inside] = s / width, np.minimum(s * width, 1)
    else:
        logarithm = np.log(s)
        # Far beyond this width both limits are 0 and 1 to the last digit.
        width = np.exp(np.minimum(z * error / (s * -logarithm), 700.0))
        low[inside] = np.exp(np.maximum(logarithm * width, -745.0))
        high[inside] = np.exp(logarithm / width)
    return low, high
