"""The Kaplan-Meier steps themselves: counts, survival, Greenwood, pointwise limits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from core.analysis.survival.inputs import BoolArray
from core.options import IntervalMethod
from core.results.survival import FloatArray, IntArray


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
    moments, position, total = np.unique(time, return_inverse=True, return_counts=True)
    n_event = np.bincount(position[is_event], minlength=moments.size).astype(np.int64)
    n_risk = time.size - np.cumsum(total) + total
    survival: FloatArray = np.cumprod((n_risk - n_event) / n_risk).astype(np.float64)
    left = n_risk - n_event
    terms = np.divide(n_event, n_risk * left, out=np.zeros(moments.size), where=left > 0)
    std_err = survival * np.sqrt(np.cumsum(terms))
    return Steps(moments, n_risk, n_event, total - n_event, survival, std_err)


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
