"""Survival that a Cox model predicts if all its patients had one level of a factor."""

from __future__ import annotations

import numpy as np

from core.analysis.survival.quantiles import first_crossing
from core.results.common import Message
from core.results.cox_study import AdjustedCurve, AdjustedCurves
from core.results.prognosis import MultivariableModel
from core.results.survival import FloatArray

LARGEST_EXPONENT = 700.0


def adjust_curves(model: MultivariableModel, x: FloatArray, factor: str) -> AdjustedCurves:
    """Direct adjustment: each patient's predicted curve under each level, averaged.

    Args:
        model: the fitted model; x: (n, p) its indicator columns of the patients used.
        factor: one of the model's.

    Source: Chang, Gelman & Pagano 1982, J Chronic Dis 35:669.
    """
    cox = model.cox
    own = [i for i, term in enumerate(model.terms) if term.factor == factor]
    if cox is None or not own or not cox.baseline:
        reason = Message.of("prognosis.no_adjusted_curves")
        return AdjustedCurves(factor, (), x.shape[0], (reason,))
    missing = [i for i, term in enumerate(model.terms) if term.b is None]
    if missing:
        reason = Message.of("prognosis.no_adjusted_curves_term")
        return AdjustedCurves(factor, (), x.shape[0], (reason,))
    b = np.array([term.b or 0.0 for term in model.terms])
    hazard = cox.baseline[0]
    levels = [(model.terms[own[0]].reference, -1)]
    levels += [(model.terms[i].level, i) for i in own]
    found = []
    for level, column in levels:
        changed = x.copy()
        changed[:, own] = 0.0
        if column >= 0:
            changed[:, column] = 1.0
        # Patients with the same covariates share a curve: one exponential for each kind.
        kinds, counts = np.unique(changed @ b, return_counts=True)
        relative = np.exp(np.clip(kinds, -LARGEST_EXPONENT, LARGEST_EXPONENT))
        curves = np.exp(-np.outer(hazard.cumulative_hazard, relative))
        survival = np.asarray(curves @ counts / counts.sum(), dtype=np.float64)
        found.append(
            AdjustedCurve(level, hazard.time, survival, first_crossing(hazard.time, survival, 0.5))
        )
    return AdjustedCurves(factor, tuple(found), x.shape[0])
