"""The exact partial likelihood of tied deaths in discrete time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.analysis.survival.risk_sets import ETA_RANGE, RiskSets
from core.errors import NotComputable
from core.results.survival import FloatArray

LARGEST_LOG_COUNT = 600.0
"""Log of the number of ways to choose the deaths; beyond it the sums leave double precision."""
MOST_WORK = 4e7
"""Patients x largest tie x squared terms; beyond it nobody would wait."""


@dataclass(frozen=True, slots=True, eq=False)
class ExactMoments:
    """Log likelihood, score (p,) and information (p, p) at one coefficient vector."""

    loglik: float
    score: FloatArray
    information: FloatArray


def is_feasible(n: int, deaths: int, p: int) -> bool:
    """Whether the likelihood of up to ``deaths`` tied among ``n`` patients can be summed.

    >>> is_feasible(213, 4, 4), is_feasible(5000, 2500, 4)
    (True, False)
    """
    ways = math.lgamma(n + 1) - math.lgamma(deaths + 1) - math.lgamma(n - deaths + 1)
    return ways <= LARGEST_LOG_COUNT and n * (deaths + 1) * (p + 1) ** 2 <= MOST_WORK


def exact_moments(sets: RiskSets, b: FloatArray) -> ExactMoments:
    """The likelihood that just these of the patients at risk die, given how many do.

    The sums over all choices are elementary symmetric polynomials of the relative hazards;
    as the risk sets of a stratum are nested, one pass adds each patient once.

    Raises:
        NotComputable: too many tied deaths to sum over.

    Source: Cox 1972, JRSS B 34:187; Gail, Lubin & Rubinstein 1981, Biometrika 68:703.
    """
    n, p = sets.x.shape
    counts = np.diff(np.append(sets.group_begin, sets.deaths.size))
    largest = int(counts.max(initial=0))
    if not is_feasible(n, largest, p):
        raise NotComputable("cox_exact_too_large", n=n, deaths=largest)
    eta = sets.x @ b
    shift = float(eta.max()) if eta.size else 0.0
    eta = np.maximum(eta - shift, -ETA_RANGE)
    hazard = np.exp(eta)
    loglik = float(eta[sets.deaths].sum())
    score = sets.x[sets.deaths].sum(axis=0)
    info = np.zeros((p, p))
    layer, row = -1, 0
    sums = first = second = np.zeros(0)
    for group, deaths in enumerate(counts):
        if sets.group_stratum[group] != layer:
            layer, row = int(sets.group_stratum[group]), int(sets.start[group])
            sums, first = np.zeros(largest + 1), np.zeros((largest + 1, p))
            second = np.zeros((largest + 1, p, p))
            sums[0] = 1.0
        for position in range(row, int(sets.end[group])):
            _add_patient(sums, first, second, hazard[position], sets.x[position])
        row = int(sets.end[group])
        total = sums[deaths]
        if not 0 < total < np.inf:
            return ExactMoments(-np.inf, score, info)
        mean = first[deaths] / total
        loglik -= math.log(total)
        score = score - mean
        info += second[deaths] / total - np.outer(mean, mean)
    return ExactMoments(loglik, score, info)


def _add_patient(
    sums: FloatArray, first: FloatArray, second: FloatArray, hazard: float, x: FloatArray
) -> None:
    """Extend the polynomials (in place) and their two derivatives by one patient at risk."""
    below, below_first = sums[:-1], first[:-1]
    cross = below_first[:, :, None] * x
    second[1:] += hazard * (
        second[:-1] + cross + cross.transpose(0, 2, 1) + below[:, None, None] * np.outer(x, x)
    )
    first[1:] += hazard * (below_first + below[:, None] * x)
    sums[1:] += hazard * below
