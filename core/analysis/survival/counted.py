"""Cox regression of factors from counts by time and pattern: the rows are passed over once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from core.analysis.survival.concordance import concordance_of_counts
from core.analysis.survival.cox import LARGEST_EXPONENT, global_test, wald_term
from core.analysis.survival.grouped import (
    MOST_CELLS,
    PatternSets,
    counted_sets,
    pattern_hazards,
)
from core.analysis.survival.inputs import BoolArray
from core.analysis.survival.newton import Solution, maximise_counted
from core.analysis.survival.steps import count_cube
from core.options import Ties
from core.results.prognosis import BaselineHazard, CoxModel, CoxTerm
from core.results.survival import FloatArray, IntArray

CELLS_PER_PATIENT = 64
SMALL_CUBE = 20_000
LARGEST_CODE = 2**31 - 1
Codes = NDArray[np.signedinteger[Any]]
COUNTED_TIES: tuple[Ties, ...] = ("efron", "breslow")
_EXPONENTS = (-LARGEST_EXPONENT, LARGEST_EXPONENT)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """A fit of which every coefficient is estimable, in the units of the covariates."""

    solution: Solution
    sets: PatternSets
    with_death: BoolArray
    b: FloatArray
    covariance: FloatArray
    terms: tuple[CoxTerm, ...]


def count_patterns(codes: Sequence[IntArray], sizes: Sequence[int]) -> tuple[Codes, IntArray]:
    """The combinations of levels that occur.

    Args:
        codes: of each factor, 0 or more; (n,) each; sizes: numbers of levels.

    Returns:
        The pattern of each patient, (n,), and one patient of each pattern, (k,).

    >>> pattern, of = count_patterns([np.array([0, 1, 1]), np.array([1, 0, 0])], [2, 2])
    >>> pattern.tolist(), of.tolist()
    ([0, 1, 1], [0, 2])
    """
    crossed: Codes = codes[0].astype(np.int32)
    cells = sizes[0]
    for one, size in zip(codes[1:], sizes[1:], strict=True):
        if cells * size > LARGEST_CODE:
            crossed, cells = _compressed(crossed, cells)
        crossed *= size
        crossed += one.astype(np.int32)
        cells *= size
    pattern, _ = _compressed(crossed, cells)
    first = np.zeros(int(pattern.max(initial=-1)) + 1, dtype=np.int64)
    first[pattern] = np.arange(pattern.size)
    return pattern, first


def _compressed(crossed: Codes, cells: int) -> tuple[Codes, int]:
    """Codes without those that nobody has, and how many are left."""
    if cells <= max(crossed.size, SMALL_CUBE):
        present = np.bincount(crossed, minlength=cells) > 0
        code = np.cumsum(present, dtype=np.int32) - 1
        return code[crossed], int(code[-1]) + 1
    found, pattern = np.unique(crossed, return_inverse=True)
    return pattern.astype(np.int32), found.size


def is_worth_counting(patients: int, times: int, patterns: int) -> bool:
    """Whether the counts are few beside the patients."""
    cells = times * patterns
    return cells <= MOST_CELLS and cells <= max(SMALL_CUBE, CELLS_PER_PATIENT * patients)


def fit_terms(
    cube: IntArray, x: FloatArray, names: Sequence[str], *, ties: Ties, level: float
) -> tuple[CoxTerm, ...] | None:
    """Coefficients alone; None where one of them can't be estimated.

    Args:
        cube: patients by time, pattern and outcome (censored, event); times ascending.
        x: covariates of each pattern; (k, p).
        ties: ``efron`` or ``breslow``.
    """
    fit = _fit(cube, x, names, ties, level)
    return None if fit is None else fit.terms


def fit_patterns(
    x: FloatArray,
    pattern: Codes,
    moments: FloatArray,
    position: IntArray,
    is_event: BoolArray,
    names: Sequence[str],
    *,
    ties: Ties,
    level: float,
) -> CoxModel | None:
    """The model of ``fit_cox`` for patients told apart by pattern alone.

    Args:
        x: covariates of each pattern; (k, p); pattern: of each patient; (n,).
        moments: distinct times, ascending; position: of each patient's time; (n,).

    Returns:
        None where a coefficient can't be estimated: only the rows tell why.

    Source: as ``fit_cox``.
    """
    cube = count_cube(position, is_event, pattern, moments.size, x.shape[0])
    fit = _fit(cube, x, names, ties, level)
    if fit is None:
        return None
    solution, sets = fit.solution, fit.sets
    df, events = len(names), int(sets.deaths.sum())
    scaled = solution.b
    r, tied, shift = pattern_hazards(sets, fit.b)
    steps, gone = np.zeros(moments.size), np.zeros(moments.size)
    steps[fit.with_death], gone[fit.with_death] = tied.a0, tied.a1
    cumulative = np.cumsum(steps)
    # Of tied deaths each is exposed to a share of the others' hazards only.
    exposed = np.stack([cumulative, cumulative - gone], axis=1)
    expected = r[pattern] * exposed[position, is_event.astype(np.int64)]
    return CoxModel(
        terms=fit.terms,
        covariance=fit.covariance,
        loglik0=solution.loglik0,
        loglik=solution.loglik,
        lr=global_test(2 * (solution.loglik - solution.loglik0), df),
        score=global_test(solution.score_chi2, df),
        wald=global_test(float(scaled @ solution.information @ scaled), df),
        n=int(pattern.size),
        events=events,
        n_missing=0,
        events_per_variable=events / df,
        ties=ties,
        level=level,
        n_strata=1,
        converged=solution.converged,
        iterations=solution.iterations,
        concordance=concordance_of_counts(x @ fit.b, cube),
        baseline=(BaselineHazard("", moments, cumulative * np.exp(np.clip(-shift, *_EXPONENTS))),),
        martingale=is_event - expected,
        rows=np.arange(pattern.size),
        messages=(),
    )


def _fit(
    cube: IntArray, x: FloatArray, names: Sequence[str], ties: Ties, level: float
) -> _Fit | None:
    counts = cube.sum(axis=(0, 2))
    weight = counts / max(int(counts.sum()), 1)
    centre = weight @ x
    scale = np.sqrt(weight @ (x - centre) ** 2)
    dead = cube[:, :, 1]
    with_death: BoolArray = np.asarray(dead.any(axis=1), dtype=np.bool_)
    if not with_death.any() or not names or (scale <= 1e-12).any():
        return None
    at_risk = cube.sum(axis=2)[::-1].cumsum(axis=0)[::-1]
    sets = counted_sets(
        (x - centre) / scale, at_risk[with_death], dead[with_death], is_efron=ties == "efron"
    )
    solution = maximise_counted(sets)
    if not (solution.status == "estimable").all():
        return None
    covariance = np.linalg.inv(solution.information) / np.outer(scale, scale)
    b, z = solution.b / scale, float(ndtri(0.5 + level / 2))
    errors = np.sqrt(np.diag(covariance))
    terms = tuple(wald_term(name, float(b[i]), float(errors[i]), z) for i, name in enumerate(names))
    own = PatternSets(x, sets.at_risk, sets.dead, sets.deaths, sets.powers)
    return _Fit(solution, own, with_death, b, covariance, terms)
