"""Newton's method for the partial likelihood, with halving and detection of separation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.analysis.survival.design import Design
from core.analysis.survival.exact_ties import ExactMoments, exact_moments
from core.analysis.survival.grouped import (
    PatternMoments,
    PatternSets,
    pattern_moments,
    pattern_sets,
)
from core.analysis.survival.risk_sets import Moments, RiskSets, information, moments_at
from core.results.survival import FloatArray, IntArray

AnyMoments = Moments | PatternMoments | ExactMoments

MAX_ITERATIONS = 60
SETTLED_STEP = 1e-10
FLAT_LOGLIK = 1e-11
INFINITE_STEP = 1e-3
"""Under separation each step of a standardised coefficient stays near a constant size while
the likelihood no longer rises; elsewhere the steps shrink quadratically."""
ALIAS_TOLERANCE = 1e-9
"""Of the information of standardised covariates, which is near the number of events."""
MAX_HALVINGS = 40
VANISHED = 1e-8
DEFINITE = 1e-13


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Coefficients of standardised covariates.

    Attributes:
        b: (p,); 0 where aliased.
        status: (p,) ``estimable``, ``aliased`` (repeats others or has no variation among
            those at risk), ``infinite`` (separation) or ``unsettled``.
        information: (p, p) at ``b``; score_chi2: the score test at b = 0.
    """

    b: FloatArray
    status: NDArray[np.str_]
    information: FloatArray
    loglik0: float
    loglik: float
    score_chi2: float
    converged: bool
    iterations: int


def independent_columns(info: FloatArray) -> IntArray:
    """Columns that aren't linear combinations of earlier ones, by pivots of the information.

    >>> independent_columns(np.array([[2.0, 2.0, 0.0], [2.0, 2.0, 0.0], [0.0, 0.0, 1.0]]))
    array([0, 2])
    """
    left = info.copy()
    limit = ALIAS_TOLERANCE * max(float(np.diag(info).max(initial=0.0)), 1.0)
    kept = []
    for i in range(info.shape[0]):
        pivot = left[i, i]
        if pivot <= limit:
            continue
        kept.append(i)
        left = left - np.outer(left[:, i], left[i, :]) / pivot
    return np.array(kept, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """The partial likelihood by rows, or by patterns where these are few."""

    sets: RiskSets
    patterns: PatternSets | None = None

    def at(self, b: FloatArray) -> AnyMoments:
        """Value and score at coefficients ``b`` (p,)."""
        if self.sets.ties == "exact":
            return exact_moments(self.sets, b)
        if self.patterns is not None:
            return pattern_moments(self.patterns, b)
        return moments_at(self.sets, b)

    def information(self, at: AnyMoments) -> FloatArray:
        """Observed information (p, p) there."""
        return information(self.sets, at) if isinstance(at, Moments) else at.information


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """The partial likelihood of patients of whom nothing but counts is known."""

    patterns: PatternSets

    def at(self, b: FloatArray) -> PatternMoments:
        return pattern_moments(self.patterns, b)

    def information(self, at: AnyMoments) -> FloatArray:
        return cast(PatternMoments, at).information


def maximise(design: Design) -> Solution:
    """Maximum of the partial likelihood; never overflows, never walks off to infinity."""
    sets, p = design.sets, len(design.names)
    if not sets.deaths.size:
        status = np.full(p, "aliased", dtype="<U9")
        return Solution(np.zeros(p), status, np.zeros((p, p)), 0.0, 0.0, 0.0, False, 0)
    return _maximum(Likelihood(sets, pattern_sets(sets)), p)


def maximise_counted(patterns: PatternSets) -> Solution:
    """The same of patients counted by pattern, at least one of whom dies."""
    return _maximum(_Counted(patterns), patterns.x.shape[1])


def _maximum(likelihood: Likelihood | _Counted, p: int) -> Solution:
    b = np.zeros(p)
    status = np.full(p, "aliased", dtype="<U9")
    at = likelihood.at(b)
    info = likelihood.information(at)
    loglik0, start_diagonal = at.loglik, np.diag(info).copy()
    kept = independent_columns(info)
    if not kept.size:
        return Solution(b, status, info, loglik0, loglik0, 0.0, False, 0)
    square = np.ix_(kept, kept)
    score_chi2 = float(at.score[kept] @ np.linalg.solve(info[square], at.score[kept]))
    step = np.zeros(p)
    state, iterations = "unsettled", 0
    while iterations < MAX_ITERATIONS:
        iterations += 1
        step = _newton_step(at, info, kept, p)
        largest = float(np.abs(step).max())
        if largest <= SETTLED_STEP:
            b = b + step
            at = likelihood.at(b)
            info = likelihood.information(at)
            state = "estimable"
            break
        before = at.loglik
        b, at = _climb(likelihood, b, step, at)
        info = likelihood.information(at)
        if at.loglik - before <= FLAT_LOGLIK * (abs(before) + 1) and largest > INFINITE_STEP:
            state = "infinite"
            break
        if at.loglik - before <= 0 and largest <= 1e-7:
            # Rounding of the likelihood, not its shape, keeps the step from shrinking.
            state = "estimable"
            break
    status[kept] = "estimable"
    if state != "estimable":
        status[kept[np.abs(step[kept]) > INFINITE_STEP]] = state
        if state == "unsettled" and not (status == "unsettled").any():
            status[kept] = "unsettled"
    # Where next to nothing of the information at b = 0 is left, no step tells the coefficient.
    vanished = np.diag(info) <= VANISHED * start_diagonal
    status[kept] = np.where(
        vanished[kept] & (status[kept] == "estimable"), "infinite", status[kept]
    )
    left = np.flatnonzero(status == "estimable")
    if left.size and not _is_definite(info[np.ix_(left, left)]):
        status[left] = "unsettled"
    converged = bool((status[kept] == "estimable").all())
    return Solution(b, status, info, loglik0, at.loglik, score_chi2, converged, iterations)


def _is_definite(block: FloatArray) -> bool:
    if block.shape[0] == 1:
        return bool(block[0, 0] > 0)
    scale = np.sqrt(np.diag(block))
    return bool(np.linalg.eigvalsh(block / np.outer(scale, scale))[0] > DEFINITE)


def _newton_step(at: AnyMoments, info: FloatArray, kept: IntArray, p: int) -> FloatArray:
    step = np.zeros(p)
    if kept.size == 1:
        one = kept[0]
        step[one] = at.score[one] / max(info[one, one], 1e-290)
        return step
    block = info[np.ix_(kept, kept)]
    # Under separation the information of a coefficient vanishes: scale it before solving.
    scale = np.sqrt(np.maximum(np.diag(block), 1e-290))
    scaled = block / np.outer(scale, scale)
    try:
        step[kept] = np.linalg.solve(scaled, at.score[kept] / scale) / scale
    except np.linalg.LinAlgError:
        step[kept] = np.linalg.lstsq(scaled, at.score[kept] / scale)[0] / scale
    return step


def _climb(
    likelihood: Likelihood | _Counted, b: FloatArray, step: FloatArray, at: AnyMoments
) -> tuple[FloatArray, AnyMoments]:
    """Full step, halved until the likelihood doesn't fall."""
    share = 1.0
    for _ in range(MAX_HALVINGS):
        candidate = b + share * step
        there = likelihood.at(candidate)
        if there.loglik >= at.loglik - 1e-12 * abs(at.loglik):
            return candidate, there
        share /= 2
    return b, at
