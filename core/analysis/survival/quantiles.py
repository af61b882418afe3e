"""Medians and quartiles of a Kaplan-Meier curve, by R's and by SPSS's rule."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri

from core.options import IntervalMethod, MedianRule
from core.results.survival import FloatArray, IntArray, Quantile

TOLERANCE = 1e-9
"""S(t) is a product of fractions: at an exact half it may miss 0.5 by rounding alone."""
SPSS_BAND = 0.05
"""Half-width of the band of S(t) over which SPSS takes the density at the median."""


def first_crossing(time: FloatArray, survival: FloatArray, target: float) -> float | None:
    """First time at which the curve is at or below ``target``; None if never.

    >>> first_crossing(np.array([1.0, 2.0, 4.0]), np.array([0.75, 0.5, 0.25]), 0.5)
    2.0
    """
    below = (survival <= target + TOLERANCE).nonzero()[0]
    return float(time[below[0]]) if below.size else None


def midpoint_crossing(time: FloatArray, survival: FloatArray, target: float) -> float | None:
    """First time below ``target``, or the midpoint of a step lying exactly on it.

    A step on the target that lasts to the end of the follow-up is halved at its last time.
    An upper limit may rise again late in the follow-up; as in R the value nearest to the
    target from below then decides, which is the first crossing wherever the limit falls.

    >>> midpoint_crossing(np.array([1.0, 2.0, 4.0]), np.array([0.75, 0.5, 0.25]), 0.5)
    3.0
    """
    start = _nearest(time, survival, (survival <= target + TOLERANCE).nonzero()[0])
    if start is None:
        return None
    end = _nearest(time, survival, (survival < target - TOLERANCE).nonzero()[0])
    if end is None:
        return None if math.isnan(survival[-1]) else (start + float(time[-1])) / 2
    return (start + end) / 2


def _nearest(time: FloatArray, survival: FloatArray, below: IntArray) -> float | None:
    """First time of the largest survival among the places ``below``."""
    return float(time[below[survival[below].argmax()]]) if below.size else None


def standard_error(
    time: FloatArray, n_event: IntArray, survival: FloatArray, std_err: FloatArray, target: float
) -> float | None:
    """SPSS's standard error of a quantile, SE(S)/f; None where the density isn't estimable.

    f is the slope of the curve between the last time with S >= target + 0.05 and the first
    with S <= target - 0.05. Checked against R output of the same formula.

    Source: Collett 2015, Modelling Survival Data in Medical Research, 3rd ed., s2.4.
    """
    above = (survival >= target + SPSS_BAND - TOLERANCE) & (n_event > 0)
    lower = np.flatnonzero(survival <= target - SPSS_BAND + TOLERANCE)
    at = np.flatnonzero(survival <= target + TOLERANCE)
    if not lower.size or not at.size:
        return None
    before = np.flatnonzero(above)
    start, high = (float(time[before[-1]]), survival[before[-1]]) if before.size else (0.0, 1.0)
    width = float(time[lower[0]]) - start
    if width <= 0:
        return None
    density = float(high - survival[lower[0]]) / width
    # No error remains once nobody is left: the formula has nothing to say there.
    return float(std_err[at[0]]) / density if std_err[at[0]] > 0 else None


def estimate_quantile(
    time: FloatArray,
    n_event: IntArray,
    survival: FloatArray,
    std_err: FloatArray,
    low: FloatArray,
    high: FloatArray,
    *,
    probability: float,
    rule: MedianRule,
    interval: IntervalMethod,
    level: float,
) -> Quantile:
    """Time by which the share ``probability`` of patients had the event, with its interval.

    ``midpoint`` carries the Brookmeyer-Crowley limits, read off the pointwise limits by the
    same rule; ``first`` carries estimate +- z * SE(S)/f, as SPSS prints it.

    Source: Brookmeyer & Crowley 1982, Biometrics 38:29.
    """
    target = 1 - probability
    if rule == "midpoint":
        return Quantile(
            probability,
            midpoint_crossing(time, survival, target),
            midpoint_crossing(time, low, target),
            midpoint_crossing(time, high, target),
            None,
            rule,
            "brookmeyer-crowley",
            interval,
            level,
        )
    estimate = first_crossing(time, survival, target)
    error = standard_error(time, n_event, survival, std_err, target)
    limits: tuple[float | None, float | None] = (None, None)
    if estimate is not None and error is not None:
        z = float(ndtri(0.5 + level / 2))
        limits = (max(estimate - z * error, 0.0), estimate + z * error)
    return Quantile(probability, estimate, *limits, error, rule, "standard-error", interval, level)
