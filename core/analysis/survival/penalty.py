"""Firth's penalty on the partial likelihood: value, modified score, and its maximum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.survival.risk_sets import RiskSets, exposure, moments_at
from core.results.survival import FloatArray, IntArray

MAX_ITERATIONS = 60
SETTLED_GAIN = 1e-20
"""Gain still promised by a step; its root is the distance left, in standard errors."""
ROUNDING_GAIN = 1e-14
"""Below it a gain that no longer shrinks is rounding of the score, not slow progress."""
DIFFERENCE = 1e-4
LARGEST_STEP = 20.0
MAX_HALVINGS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Penalised:
    """Penalised likelihood at ``b`` (p,), of the kept columns.

    Attributes:
        value: log partial likelihood + half the log-determinant of the information.
        score: (k,) its gradient; information, inverse: (k, k), of the unpenalised model.
    """

    b: FloatArray
    value: float
    score: FloatArray
    information: FloatArray
    inverse: FloatArray


def penalised_at(sets: RiskSets, b: FloatArray, kept: IntArray) -> Penalised:
    """Penalised likelihood and score at ``b``; the value is -inf where it isn't defined.

    The score's penalty is half the trace of inverse information times its derivative; all
    third moments are contracted before summing, so the cost stays n * k^2.

    Source: Firth 1993, Biometrika 80:27; Heinze & Schemper 2001, Biometrics 57:114.
    """
    at = moments_at(sets, b)
    x, mean, r = sets.x[:, kept], at.mean[:, kept], at.relative_hazard
    k = kept.size
    # One pass over the deaths for 1/S0 and mean/S0.
    sums = exposure(sets, np.column_stack([np.ones(mean.shape[0]), mean]) / at.total[:, None])
    weight = r * sums[:, 0]
    weighted_mean = r[:, None] * sums[:, 1:]
    info = (x * weight[:, None]).T @ x - mean.T @ mean
    sign, logdet = np.linalg.slogdet(info)
    if sign <= 0 or not np.isfinite(logdet):
        zero = np.zeros((k, k))
        return Penalised(b, -np.inf, np.zeros(k), zero, zero)
    inverse: FloatArray = np.linalg.inv(info).astype(np.float64, copy=False)
    turned = x @ inverse
    leverage = (turned * x).sum(axis=1)
    mixed = (turned * weighted_mean).sum(axis=1)
    centre = ((mean @ inverse) * mean).sum(axis=1)
    trace = (weight * leverage - 2 * mixed) @ x - leverage @ weighted_mean + 2 * centre @ mean
    return Penalised(
        b, at.loglik + 0.5 * float(logdet), at.score[kept] + 0.5 * trace, info, inverse
    )


def curvature_at(sets: RiskSets, at: Penalised, kept: IntArray) -> FloatArray:
    """Minus the second derivatives (k, k) of the penalised likelihood, by central differences.

    The unpenalised information can be far from it under separation, where steps taken with
    it alone would hardly settle.
    """
    rows = []
    for column in kept:
        sides = []
        for shift in (-DIFFERENCE, DIFFERENCE):
            b = at.b.copy()
            b[column] += shift
            sides.append(penalised_at(sets, b, kept).score)
        rows.append((sides[0] - sides[1]) / (2 * DIFFERENCE))
    curvature = np.array(rows)
    return (curvature + curvature.T) / 2


def climb(
    sets: RiskSets,
    start: Penalised,
    kept: IntArray,
    *,
    free: IntArray,
    curvature: FloatArray | None = None,
) -> tuple[Penalised, bool]:
    """Maximum over the columns ``free`` from ``start`` on; the others keep their value.

    Quasi-Newton steps (symmetric rank one) from ``curvature``, by default the information.

    Returns:
        The maximum and whether the steps settled.
    """
    at, chosen = start, np.isin(kept, free)
    if not free.size:
        return at, True
    square = np.ix_(chosen, chosen)
    bend = at.information if curvature is None else curvature
    gain = np.inf
    for _ in range(MAX_ITERATIONS):
        if not np.isfinite(at.value):
            return at, False
        score = at.score[chosen]
        step = _ascent(bend[square], score)
        if step is None:
            bend = at.information
            step = np.asarray(np.linalg.solve(bend[square], score), dtype=np.float64)
        promised = float(score @ step)
        if promised <= SETTLED_GAIN or (promised <= ROUNDING_GAIN and promised > gain / 4):
            return at, True
        gain = promised
        step = step * min(1.0, LARGEST_STEP / float(np.abs(step).max()))
        moved = _halved(sets, at, kept, kept[chosen], step)
        if moved is None:
            if bend is at.information or promised <= ROUNDING_GAIN:
                return at, promised <= ROUNDING_GAIN
            bend, gain = at.information, np.inf
            continue
        bend = _updated(bend, moved.b[kept] - at.b[kept], at.score - moved.score)
        at = moved
    return at, False


def _ascent(bend: FloatArray, score: FloatArray) -> FloatArray | None:
    """Newton step if ``bend`` is positive definite, else None."""
    try:
        half = np.linalg.cholesky(bend)
    except np.linalg.LinAlgError:
        return None
    step = np.linalg.solve(half.T, np.linalg.solve(half, score))
    return np.asarray(step, dtype=np.float64)


def _updated(bend: FloatArray, moved: FloatArray, change: FloatArray) -> FloatArray:
    miss = change - bend @ moved
    weight = float(miss @ moved)
    if abs(weight) <= 1e-8 * float(np.linalg.norm(miss) * np.linalg.norm(moved)):
        return bend
    return bend + np.outer(miss, miss) / weight


def _halved(
    sets: RiskSets, at: Penalised, kept: IntArray, columns: IntArray, step: FloatArray
) -> Penalised | None:
    share = 1.0
    for _ in range(MAX_HALVINGS):
        b = at.b.copy()
        b[columns] += share * step
        there = penalised_at(sets, b, kept)
        if there.value >= at.value - 1e-11 * (1 + abs(at.value)):
            return there
        share /= 2
    return None
