"""Profile-likelihood limits of the penalised Cox model."""

from __future__ import annotations

import math

import numpy as np

from core.analysis.survival.penalty import Penalised, climb, penalised_at
from core.analysis.survival.risk_sets import RiskSets
from core.results.survival import FloatArray, IntArray

MAX_ROUNDS = 40
SETTLED = 1e-9
NEARLY = 1e-5
"""A Newton step this short ends within its square of the limit."""
FURTHEST = 1000.0
"""In widths of the Wald interval: a limit beyond that means nothing."""


def profile_limit(
    sets: RiskSets,
    best: Penalised,
    curvature: FloatArray,
    kept: IntArray,
    column: int,
    sign: float,
    quantile: float,
) -> float | None:
    """Where twice the drop of the profile likelihood of one coefficient reaches ``quantile``.

    The root of the drop is nearly linear in the coefficient, so that secant steps on it need
    few rounds; each round maximises over the other coefficients from the last maximum.

    Args:
        curvature: (k, k) of the penalised likelihood at its maximum.
        column: of the coefficient; sign: -1 for the lower limit, 1 for the upper.

    Returns:
        The limit in the units of ``sets.x``; None if it lies beyond ``FURTHEST`` or
        where the information is lost in rounding.

    Source: Venzon & Moolgavkar 1988, Appl Stat 37:87 (profile limits).
    """
    at = int(np.flatnonzero(kept == column)[0])
    others = kept[kept != column]
    wanted = math.sqrt(quantile)
    centre = float(best.b[column])
    near, near_gap = centre, -wanted
    reach = wanted * math.sqrt(best.inverse[at, at])
    far: float | None = None
    far_gap = 0.0
    here = centre + sign * reach
    current = best
    for _ in range(MAX_ROUNDS):
        if abs(here - centre) > FURTHEST * reach:
            return None
        start = penalised_at(sets, ridge(current, curvature, kept, column, here), kept)
        if not np.isfinite(start.value):
            return None
        current, settled = climb(sets, start, kept, free=others, curvature=curvature)
        if not settled:
            return None
        drop = max(2 * (best.value - current.value), 0.0)
        gap = math.sqrt(drop) - wanted
        # The slope of the root at the profile's maximum is the score of this coefficient.
        slope = -sign * float(current.score[at]) / math.sqrt(drop) if drop > 0 else 0.0
        if gap < 0:
            near, near_gap = here, gap
        else:
            far, far_gap = here, gap
        if slope > 0 and abs(gap / slope) <= NEARLY * (1 + abs(here)):
            return here - sign * gap / slope
        step = here - sign * gap / slope if slope > 0 else None
        here = _next_guess(near, near_gap, far, far_gap, step, sign, centre, reach)
        if far is not None and abs(far - near) <= SETTLED * (1 + abs(here)):
            return here
    return None


def ridge(
    at: Penalised, curvature: FloatArray, kept: IntArray, column: int, value: float
) -> FloatArray:
    """Coefficients with one set to ``value``, the others following to first order."""
    b: FloatArray = at.b.copy()
    others = kept != column
    if others.any():
        cross = curvature[others][:, ~others][:, 0]
        follow = np.linalg.solve(curvature[np.ix_(others, others)], cross)
        b[kept[others]] -= (value - float(b[column])) * follow
    b[column] = value
    return b


def _next_guess(
    near: float,
    near_gap: float,
    far: float | None,
    far_gap: float,
    step: float | None,
    sign: float,
    centre: float,
    reach: float,
) -> float:
    """Newton's guess if it stays within the bracket, else its middle or further out."""
    if far is None:
        outward = near + sign * max(abs(near - centre), reach)
        if step is None:
            return outward
        return step if 0 < sign * (step - near) <= 4 * abs(outward - near) else outward
    if step is not None and min(near, far) < step < max(near, far):
        return step
    return near + (far - near) * -near_gap / (far_gap - near_gap)
