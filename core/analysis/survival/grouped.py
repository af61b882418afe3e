"""The partial likelihood of few covariate patterns: counts by time and pattern, not rows.

A registry's factors have few combinations, so everything that the likelihood needs at a time
of death is a short sum over patterns. The same quantities as in ``risk_sets``, in time that
hardly grows with the number of patients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.survival.risk_sets import ETA_RANGE, RiskSets
from core.analysis.survival.tied_sums import TiedSums, power_sums, tied_sums
from core.results.survival import FloatArray, IntArray

FEWEST_PATIENTS = 5_000
MOST_PATTERNS = 256
MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class PatternSets:
    """Who is at risk and who dies, by distinct time of death and pattern.

    Attributes:
        x: (k, p) covariates of each pattern; at_risk, dead: (g, k) patients.
        deaths: (g,) at each time; powers: sums over tied deaths of Efron's shares, None where
            nobody's share counts (Breslow, or no ties).
    """

    x: FloatArray
    at_risk: FloatArray
    dead: FloatArray
    deaths: FloatArray
    powers: FloatArray | None


@dataclass(frozen=True, slots=True, eq=False)
class PatternMoments:
    """The partial likelihood at one coefficient vector; information is (p, p)."""

    loglik: float
    score: FloatArray
    information: FloatArray


def pattern_sets(sets: RiskSets) -> PatternSets | None:
    """Counts by pattern; None where rows are better (few patients or many patterns)."""
    n, p = sets.x.shape
    groups = sets.death_time.size
    if n < FEWEST_PATIENTS or not groups or not p:
        return None
    codes = np.zeros(n, dtype=np.int64)
    for column in sets.x.T:
        # A sample tells at once that a measurement has too many values.
        if np.unique(column[:: max(1, n // 500)]).size > MOST_PATTERNS:
            return None
        values = np.unique(column)
        codes = codes * values.size + np.searchsorted(values, column)
        _, codes = np.unique(codes, return_inverse=True)
        if int(codes.max()) >= MOST_PATTERNS:
            return None
    k = int(codes.max()) + 1
    if groups * k > MOST_CELLS:
        return None
    first = np.zeros(k, dtype=np.int64)
    first[codes[::-1]] = np.arange(n - 1, -1, -1)
    # A row is at risk from the first to before the last of its deaths' groups.
    entering = np.bincount(sets.first_group * k + codes, minlength=(groups + 1) * k)
    leaving = np.bincount(sets.last_group * k + codes, minlength=(groups + 1) * k)
    changes = (entering - leaving).reshape(groups + 1, k)
    at_risk = np.cumsum(changes, axis=0)[:groups]
    dead = np.bincount(sets.death_group * k + codes[sets.deaths], minlength=groups * k)
    return counted_sets(
        sets.x[first], at_risk, dead.reshape(groups, k), is_efron=bool(sets.fraction.any())
    )


def counted_sets(
    x: FloatArray, at_risk: IntArray, dead: IntArray, *, is_efron: bool
) -> PatternSets:
    """Pattern sets of patients who were counted already; each time has a death."""
    deaths = dead.sum(axis=1)
    powers = power_sums(deaths) if is_efron and deaths.max(initial=0) > 1 else None
    return PatternSets(
        x, at_risk.astype(np.float64), dead.astype(np.float64), deaths.astype(np.float64), powers
    )


def pattern_hazards(sets: PatternSets, b: FloatArray) -> tuple[FloatArray, TiedSums, float]:
    """exp(x b) of each pattern up to a common factor, the sums over deaths, that factor's log."""
    eta = sets.x @ b
    shift = float(eta.max())
    r = np.exp(np.maximum(eta - shift, -ETA_RANGE))
    return r, tied_sums(sets.at_risk @ r, sets.dead @ r, sets.deaths, sets.powers), shift


def pattern_moments(sets: PatternSets, b: FloatArray) -> PatternMoments:
    """Log partial likelihood, score and information at coefficients ``b`` (p,)."""
    eta = sets.x @ b
    eta = np.maximum(eta - eta.max(), -ETA_RANGE)
    r = np.exp(eta)
    rx = r[:, None] * sets.x
    first = sets.at_risk @ rx
    by_pattern = sets.dead.sum(axis=0)
    total = sets.at_risk @ r
    dead = None if sets.powers is None else sets.dead @ r
    tied = tied_sums(total, dead, sets.deaths, sets.powers)
    mean, hazard = tied.a0 @ first, tied.a0 @ sets.at_risk
    squares = (first * tied.c0[:, None]).T @ first
    if dead is not None:
        dead_x = sets.dead @ rx
        mean, hazard = mean - tied.a1 @ dead_x, hazard - tied.a1 @ sets.dead
        mixed = (first * tied.c1[:, None]).T @ dead_x
        squares += (dead_x * tied.c2[:, None]).T @ dead_x - mixed - mixed.T
    return PatternMoments(
        float(by_pattern @ eta - tied.log),
        by_pattern @ sets.x - mean,
        (sets.x * (r * hazard)[:, None]).T @ sets.x - squares,
    )
