"""The curved part of a restricted cubic spline with three knots."""

from __future__ import annotations

import numpy as np

from core.results.survival import FloatArray

KNOTS = (10.0, 50.0, 90.0)
"""Percentiles; Harrell 2015, Regression Modeling Strategies, table 2.3."""


def curved_part(value: FloatArray) -> FloatArray | None:
    """The one column that, beside the number itself, bends its line between the knots.

    None where too few different values leave no three knots.

    Args:
        value: none missing; (n,).

    Source: Harrell 2015, Regression Modeling Strategies, 2.4.5.

    >>> curved_part(np.array([1.0, 1.0, 2.0, 2.0])) is None
    True
    >>> curved_part(np.arange(11.0))[[0, 1, 10]].round(3).tolist()
    [0.0, 0.0, 7.5]
    """
    if np.unique(value).size < len(KNOTS):
        return None
    first, middle, last = np.percentile(value, KNOTS)
    if not first < middle < last:
        return None

    def beyond(knot: float) -> FloatArray:
        return np.asarray(np.maximum(value - knot, 0.0) ** 3, dtype=np.float64)

    bent: FloatArray = (
        beyond(first)
        - beyond(middle) * (last - first) / (last - middle)
        + beyond(last) * (middle - first) / (last - middle)
    ) / (last - first) ** 2
    return bent
