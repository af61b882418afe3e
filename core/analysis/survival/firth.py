"""Firth's penalised Cox regression: finite estimates where the ordinary ones run away."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, chdtri

from core.analysis.survival.design import Design, prepare_design
from core.analysis.survival.newton import Solution, independent_columns
from core.analysis.survival.penalty import Penalised, climb, curvature_at, penalised_at
from core.analysis.survival.profile import profile_limit, ridge
from core.analysis.survival.risk_sets import information, moments_at
from core.options import Ties
from core.results.common import Message
from core.results.prognosis import FirthModel, FirthTerm, GlobalTest
from core.results.survival import FloatArray, IntArray

LARGEST_EXPONENT = 700.0


def fit_firth(
    X: ArrayLike,
    time: ArrayLike,
    is_event: ArrayLike,
    names: Sequence[str],
    *,
    ties: Ties = "efron",
    strata: ArrayLike | None = None,
    level: float = 0.95,
) -> FirthModel:
    """Hazard ratios from few events or separated deaths, by Firth's penalised likelihood.

    Limits come from the profile of the penalised likelihood and P values from its ratio, not
    from the standard error, which misleads exactly where this method is needed.

    Args:
        X, time, is_event, names, ties, strata, level: as for ``fit_cox``.

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.

    Source: Firth 1993, Biometrika 80:27; Heinze & Schemper 2001, Biometrics 57:114.

    >>> model = fit_firth([[1], [1], [0], [0]], [1, 2, 3, 4], [1, 1, 1, 1], ["x"])
    >>> 1 < model.terms[0].hr < 100
    True
    """
    design = prepare_design(X, time, is_event, names, ties=ties, strata=strata)
    p, events = len(design.names), int(design.is_event.sum())
    kept = np.zeros(0, dtype=np.int64)
    if events:
        kept = independent_columns(information(design.sets, moments_at(design.sets, np.zeros(p))))
    if not kept.size:
        return _unfitted(design, ties, level, None)
    null = penalised_at(design.sets, np.zeros(p), kept)
    best, settled = climb(design.sets, null, kept, free=kept)
    if not settled:
        return _unfitted(design, ties, level, Message.of("survival.firth_not_converged"))
    curvature = curvature_at(design.sets, best, kept)
    quantile = float(chdtri(1, 1 - level))
    terms = []
    for i in range(p):
        if i in kept:
            terms.append(_term(design, best, curvature, kept, i, quantile))
        else:
            terms.append(_blank(design, i, _reason(design, i)))
    statistic = max(2 * (best.value - null.value), 0.0)
    # The screens show the likelihood of the covariates in their own units.
    unit = float(np.log(design.scale[kept]).sum())
    return FirthModel(
        terms=tuple(terms),
        penalised_loglik=best.value + unit,
        lr=GlobalTest(statistic, int(kept.size), float(chdtrc(kept.size, statistic))),
        n=design.time.size,
        events=events,
        n_missing=design.n_missing,
        ties=ties,
        level=level,
        converged=True,
        messages=_messages(design, kept),
    )


def _term(
    design: Design,
    best: Penalised,
    curvature: FloatArray,
    kept: IntArray,
    i: int,
    quantile: float,
) -> FirthTerm:
    at = int(np.flatnonzero(kept == i)[0])
    scale, name = float(design.scale[i]), design.names[i]
    towards = ridge(best, curvature, kept, i, 0.0)
    without, _ = climb(
        design.sets,
        penalised_at(design.sets, towards, kept),
        kept,
        free=kept[kept != i],
        curvature=curvature,
    )
    chi2 = max(2 * (best.value - without.value), 0.0)
    low, high = (
        profile_limit(design.sets, best, curvature, kept, i, sign, quantile) for sign in (-1.0, 1.0)
    )
    found = low is not None and high is not None
    return FirthTerm(
        name=name,
        b=float(best.b[i]) / scale,
        se=math.sqrt(best.inverse[at, at]) / scale,
        chi2=chi2,
        df=1,
        p=float(chdtrc(1, chi2)),
        hr=_ratio(float(best.b[i]) / scale),
        low=None if low is None else _ratio(low / scale),
        high=None if high is None else _ratio(high / scale),
        message=None if found else Message.of("survival.term_firth_limit", name=name),
    )


def _blank(design: Design, i: int, reason: Message) -> FirthTerm:
    return FirthTerm(design.names[i], None, None, None, 0, None, None, None, None, reason)


def _ratio(b: float) -> float:
    return math.exp(min(max(b, -LARGEST_EXPONENT), LARGEST_EXPONENT))


def _reason(design: Design, i: int) -> Message:
    p = len(design.names)
    info = np.zeros((p, p))
    if design.sets.deaths.size:
        info = information(design.sets, moments_at(design.sets, np.zeros(p)))
    aliased = Solution(np.zeros(p), np.full(p, "aliased"), info, 0.0, 0.0, 0.0, False, 0)
    return design.reason(i, aliased)


def _messages(design: Design, kept: IntArray) -> tuple[Message, ...]:
    found = []
    if design.n_missing:
        found.append(Message.of("survival.missing_left_out", n=design.n_missing))
    if not design.time.size:
        found.append(Message.of("survival.no_complete_cases"))
    elif not design.is_event.any():
        found.append(Message.of("survival.no_events", n=int(design.time.size)))
    else:
        left_out = np.setdiff1d(np.arange(len(design.names)), kept)
        found.extend(_reason(design, int(i)) for i in left_out)
    return tuple(found)


def _unfitted(design: Design, ties: Ties, level: float, failure: Message | None) -> FirthModel:
    return FirthModel(
        terms=tuple(
            _blank(design, i, failure or _reason(design, i)) for i in range(len(design.names))
        ),
        penalised_loglik=None,
        lr=GlobalTest(None, 0, None),
        n=design.time.size,
        events=int(design.is_event.sum()),
        n_missing=design.n_missing,
        ties=ties,
        level=level,
        converged=False,
        messages=(*_messages(design, np.arange(len(design.names))), failure)
        if failure
        else _messages(design, np.zeros(0, dtype=np.int64)),
    )
