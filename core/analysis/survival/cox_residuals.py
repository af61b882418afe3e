"""Residuals of a Cox model, and the standard errors that don't trust the model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from core.analysis.survival.design import prepare_design
from core.analysis.survival.newton import maximise
from core.analysis.survival.risk_sets import exposure, moments_at
from core.options import Ties
from core.results.cox_study import CoxResiduals, RobustTerm
from core.results.survival import FloatArray, IntArray


def estimate_residuals(
    X: ArrayLike,
    time: ArrayLike,
    is_event: ArrayLike,
    names: Sequence[str],
    *,
    ties: Ties = "efron",
    strata: ArrayLike | None = None,
) -> CoxResiduals:
    """Martingale, deviance, score, delta-beta and (scaled) Schoenfeld residuals.

    Args:
        X, time, is_event, names, ties, strata: as for ``fit_cox``; under ``exact`` ties the
            residuals are Breslow's at the exact coefficients.

    Raises:
        NotComputable: as ``fit_cox``.

    Source: Therneau & Grambsch 2000, Modeling Survival Data, ch. 4 to 7; Schoenfeld 1982,
        Biometrika 69:239.
    """
    design = prepare_design(X, time, is_event, names, ties=ties, strata=strata)
    solution = maximise(design)
    sets, p = design.sets, len(design.names)
    kept = np.flatnonzero(solution.status == "estimable")
    covariance = np.zeros((p, p))
    if kept.size:
        square = np.ix_(kept, kept)
        scale = np.outer(design.scale[kept], design.scale[kept])
        covariance[square] = np.linalg.inv(solution.information[square]) / scale
    n, event = design.time.size, design.is_event
    expected, score = np.zeros(n), np.zeros((n, p))
    schoenfeld = np.zeros((0, p))
    event_time, event_row = np.zeros(0), np.zeros(0, dtype=np.int64)
    if sets.deaths.size:
        at = moments_at(sets, solution.b)
        first_of = np.diff(np.append(sets.group_begin, sets.deaths.size))
        mean = np.add.reduceat(at.mean, sets.group_begin, axis=0) / first_of[:, None]
        centred = sets.x[sets.deaths] - mean[sets.death_group]
        sums = exposure(
            sets, np.column_stack([np.ones(sets.deaths.size), at.mean]) / at.total[:, None]
        )
        hazard = at.relative_hazard[:, None]
        expected[sets.order] = (hazard * sums[:, :1])[:, 0]
        own = -hazard * (sets.x * sums[:, :1] - sums[:, 1:])
        own[sets.deaths] += centred
        score[sets.order] = own * design.scale
        rows = sets.order[sets.deaths]
        in_time = np.lexsort((rows, design.time[rows], design.stratum[rows]))
        schoenfeld = (centred * design.scale)[in_time]
        event_row = design.rows[rows][in_time]
        event_time = design.time[rows][in_time]
    b = solution.b / design.scale
    score[:, solution.status != "estimable"] = 0.0
    schoenfeld[:, solution.status != "estimable"] = 0.0
    martingale = event - expected
    return CoxResiduals(
        rows=design.rows,
        martingale=martingale,
        deviance=_deviance(martingale, event.astype(np.float64)),
        score=score,
        dfbeta=score @ covariance,
        event_time=event_time,
        event_row=event_row,
        schoenfeld=schoenfeld,
        scaled=b + event_time.size * schoenfeld @ covariance,
        covariance=covariance,
    )


def _deviance(martingale: FloatArray, event: FloatArray) -> FloatArray:
    expected = np.maximum(event - martingale, 1e-300)
    inside = martingale + np.where(event > 0, np.log(expected), 0.0)
    return np.asarray(np.sign(martingale) * np.sqrt(np.maximum(-2 * inside, 0.0)))


def robust_covariance(residuals: CoxResiduals, cluster: IntArray | None = None) -> FloatArray:
    """Lin and Wei's sandwich (p, p); patients of one ``cluster`` (n,) count as one unit.

    Source: Lin & Wei 1989, JASA 84:1074.
    """
    units = residuals.dfbeta
    if cluster is not None:
        _, position = np.unique(cluster, return_inverse=True)
        units = np.zeros((int(position.max(initial=-1)) + 1, units.shape[1]))
        np.add.at(units, position, residuals.dfbeta)
    return np.asarray(units.T @ units, dtype=np.float64)


def robust_terms(
    names: Sequence[str],
    b: Sequence[float | None],
    residuals: CoxResiduals,
    level: float,
    cluster: IntArray | None = None,
) -> tuple[RobustTerm, ...]:
    """The coefficients with robust standard errors; None where there is no estimate."""
    naive = np.sqrt(np.diag(residuals.covariance))
    robust = np.sqrt(np.diag(robust_covariance(residuals, cluster)))
    width = float(ndtri(0.5 + level / 2))
    found = []
    for name, estimate, own, other in zip(names, b, naive, robust, strict=True):
        if estimate is None or not other > 0:
            found.append(RobustTerm(name, estimate, None, None, None, None, None, None))
            continue
        z = float(estimate / other)
        low, high = (float(np.exp(estimate + sign * width * other)) for sign in (-1, 1))
        p = float(chdtrc(1, z * z))
        found.append(RobustTerm(name, estimate, float(own), float(other), z, p, low, high))
    return tuple(found)
