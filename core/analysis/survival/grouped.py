"""The partial likelihood of few covariate patterns: counts by time and pattern, not rows.

A registry's factors have few combinations, so everything that the likelihood needs at a time
of death is a short sum over patterns. The same quantities as in ``risk_sets``, in time that
hardly grows with the number of patients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.survival.risk_sets import ETA_RANGE, RiskSets
from core.results.survival import FloatArray, IntArray

FEWEST_PATIENTS = 5_000
MOST_PATTERNS = 256
MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class PatternSets:
    """Who is at risk and who dies, by distinct time of death and pattern.

    Attributes:
        x: (k, p) covariates of each pattern; pattern: (n,) that of each row of the risk sets.
        at_risk, dead: (g, k) patients; death_group, fraction: (m,) as in ``RiskSets``.
    """

    x: FloatArray
    pattern: IntArray
    at_risk: FloatArray
    dead: FloatArray
    death_group: IntArray
    fraction: FloatArray


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
    return PatternSets(
        x=sets.x[first],
        pattern=codes,
        at_risk=at_risk.astype(np.float64),
        dead=dead.reshape(groups, k).astype(np.float64),
        death_group=sets.death_group,
        fraction=sets.fraction,
    )


def pattern_moments(sets: PatternSets, b: FloatArray) -> PatternMoments:
    """Log partial likelihood, score and information at coefficients ``b`` (p,)."""
    eta = sets.x @ b
    eta = np.maximum(eta - float(eta.max()), -ETA_RANGE)
    r = np.exp(eta)
    rx = r[:, None] * sets.x
    total, dead = sets.at_risk @ r, sets.dead @ r
    first, dead_x = sets.at_risk @ rx, sets.dead @ rx
    f, g = sets.fraction, sets.death_group
    groups = total.size
    each = total[g] - f * dead[g]
    inverse = 1 / each
    a = [np.bincount(g, inverse * f**power, minlength=groups) for power in (0, 1)]
    c = [np.bincount(g, inverse**2 * f**power, minlength=groups) for power in (0, 1, 2)]
    by_pattern = sets.dead.sum(axis=0)
    loglik = float(by_pattern @ eta - np.log(each).sum())
    score = by_pattern @ sets.x - (a[0] @ first - a[1] @ dead_x)
    hazard = r * (a[0] @ sets.at_risk - a[1] @ sets.dead)
    mixed = (first * c[1][:, None]).T @ dead_x
    squares = (
        (first * c[0][:, None]).T @ first - mixed - mixed.T + (dead_x * c[2][:, None]).T @ dead_x
    )
    information = (sets.x * hazard[:, None]).T @ sets.x - squares
    return PatternMoments(loglik, score, information)
