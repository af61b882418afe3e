"""Local linear regression through a cloud of points, for diagnostic plots."""

from __future__ import annotations

import numpy as np

from core.results.survival import FloatArray

FEWEST_POINTS = 6
FEWEST_VALUES = 4
POINTS_DRAWN = 60


def smooth_points(
    x: FloatArray, y: FloatArray, *, share: float = 0.75
) -> tuple[FloatArray, FloatArray]:
    """Tricube-weighted local lines at equally spaced places; empty with too few points.

    Args:
        share: of the points that each local line is drawn through.

    Source: Cleveland 1979, JASA 74:829 (without the robustness iterations).

    >>> at, line = smooth_points(np.arange(10.0), 2 * np.arange(10.0))
    >>> bool(np.allclose(line, 2 * at))
    True
    """
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if x.size < FEWEST_POINTS or np.unique(x).size < FEWEST_VALUES:
        return np.zeros(0), np.zeros(0)
    places = np.linspace(x.min(), x.max(), POINTS_DRAWN)
    nearest = max(int(np.ceil(share * x.size)), FEWEST_VALUES)
    fitted = np.empty(places.size)
    for i, place in enumerate(places):
        distance = np.abs(x - place)
        # A little further than the last point, so that this one keeps some weight.
        reach = 1.001 * max(np.partition(distance, nearest - 1)[nearest - 1], 1e-12)
        weight = np.clip(1 - (distance / reach) ** 3, 0, None) ** 3
        total = weight.sum()
        mean_x, mean_y = weight @ x / total, weight @ y / total
        spread = weight @ (x - mean_x) ** 2
        slope = weight @ ((x - mean_x) * (y - mean_y)) / spread if spread > 1e-12 else 0.0
        fitted[i] = mean_y + slope * (place - mean_x)
    return places, fitted
