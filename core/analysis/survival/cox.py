"""Cox proportional hazards regression with Efron's, Breslow's or exact handling of ties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from core.analysis.survival.concordance import estimate_concordance
from core.analysis.survival.design import Design, prepare_design
from core.analysis.survival.newton import Solution, maximise
from core.analysis.survival.risk_sets import Hazards, RiskSets, exposure, hazards_at
from core.options import Ties
from core.results.prognosis import BaselineHazard, CoxModel, CoxTerm, GlobalTest
from core.results.survival import FloatArray

LARGEST_EXPONENT = 700.0


def fit_cox(
    X: ArrayLike,
    time: ArrayLike,
    is_event: ArrayLike,
    names: Sequence[str],
    *,
    ties: Ties = "efron",
    strata: ArrayLike | None = None,
    level: float = 0.95,
) -> CoxModel:
    """Hazard ratios of covariates, on the patients for whom all of them are known.

    What can't be estimated (no events, a covariate that never varies, one that repeats
    others, one that separates the deaths perfectly) is None with a message; the other terms
    stand.

    Args:
        X: covariates, NaN = missing; (n, p).
        time: follow-up, 0 or more; (n,).
        is_event: True for the event; (n,).
        names: of the p covariates.
        ties: ``efron`` (R), ``breslow`` (SPSS) or ``exact``: the conditional likelihood of
            tied deaths in discrete time; its baseline and residuals are Breslow's.
        strata: separate baseline hazards; None = missing; (n,).
        level: two-sided confidence level.

    Raises:
        NotComputable: a missing or negative time, an event code other than 0 and 1, or too
            many tied deaths for the exact likelihood.

    Source: Cox 1972, JRSS B 34:187; Efron 1977, JASA 72:557; Breslow 1974, Biometrics 30:89.

    >>> model = fit_cox([[0], [1], [0], [1]], [4, 1, 3, 5], [1, 1, 1, 1], ["x"])
    >>> round(model.terms[0].hr, 3)
    0.618
    """
    design = prepare_design(X, time, is_event, names, ties=ties, strata=strata)
    solution = maximise(design)
    estimable = np.flatnonzero(solution.status == "estimable")
    tested = np.flatnonzero((solution.status == "estimable") | (solution.status == "infinite"))
    p = len(design.names)
    covariance = np.zeros((p, p))
    if estimable.size:
        block = np.linalg.inv(solution.information[np.ix_(estimable, estimable)])
        covariance[np.ix_(estimable, estimable)] = block / np.outer(
            design.scale[estimable], design.scale[estimable]
        )
    b = solution.b / design.scale
    z = float(ndtri(0.5 + level / 2))
    terms = tuple(
        wald_term(name, float(b[i]), float(np.sqrt(covariance[i, i])), z)
        if solution.status[i] == "estimable"
        else CoxTerm(name, None, None, None, 0, None, None, None, None, design.reason(i, solution))
        for i, name in enumerate(design.names)
    )
    events = int(design.is_event.sum())
    computed = events > 0
    df = int(tested.size)
    lr = 2 * (solution.loglik - solution.loglik0) if computed else None
    wald = None
    if computed and df and df == estimable.size:
        wald = float(
            solution.b[tested] @ solution.information[np.ix_(tested, tested)] @ solution.b[tested]
        )
    risk = design.x @ solution.b
    hazards = hazards_at(design.sets, solution.b)
    return CoxModel(
        terms=terms,
        covariance=covariance,
        loglik0=solution.loglik0 if computed else None,
        loglik=solution.loglik if computed else None,
        lr=global_test(lr, df),
        score=global_test(solution.score_chi2 if computed else None, df),
        wald=global_test(wald, df),
        n=design.time.size,
        events=events,
        n_missing=design.n_missing,
        events_per_variable=events / df if df else None,
        ties=ties,
        level=level,
        n_strata=len(design.strata),
        converged=solution.converged,
        iterations=solution.iterations,
        concordance=estimate_concordance(risk, design.time, design.is_event, design.stratum)
        if df
        else None,
        baseline=_baseline(design, solution, hazards),
        martingale=_martingale(design, hazards),
        rows=design.rows,
        messages=design.messages(solution),
    )


def wald_term(name: str, b: float, se: float, z: float) -> CoxTerm:
    """A coefficient with its Wald test and the hazard ratio's limits b -+ z se."""
    wald = (b / se) ** 2
    hr, low, high = (
        float(np.exp(np.clip(value, -LARGEST_EXPONENT, LARGEST_EXPONENT)))
        for value in (b, b - z * se, b + z * se)
    )
    return CoxTerm(name, b, se, wald, 1, float(chdtrc(1, wald)), hr, low, high)


def global_test(statistic: float | None, df: int) -> GlobalTest:
    """A chi-square statistic with its P; blank without terms."""
    if statistic is None or df == 0:
        return GlobalTest(None, df, None)
    return GlobalTest(float(statistic), df, float(chdtrc(df, max(statistic, 0.0))))


def _martingale(design: Design, at: Hazards) -> FloatArray:
    """Observed minus expected events of each patient used."""
    sets = design.sets
    residual = design.is_event.astype(np.float64)
    if sets.deaths.size:
        residual[sets.order] -= at.relative_hazard * exposure(sets, 1 / at.total)
    return residual


def _baseline(design: Design, solution: Solution, at: Hazards) -> tuple[BaselineHazard, ...]:
    """Cumulative hazard at X = 0 per stratum, at the distinct observed times.

    None under separation: with an infinite coefficient the hazard at X = 0 is 0 or infinite.
    """
    sets: RiskSets = design.sets
    if not sets.deaths.size or (solution.status == "infinite").any():
        return ()
    # The hazards are scaled by exp(shift) and centred; undo both, in logarithms.
    exponent = -(at.shift + float(design.centre @ (solution.b / design.scale)))
    sums = np.log(np.add.reduceat(1 / at.total, sets.group_begin)) + exponent
    steps = np.exp(np.clip(sums, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    found = []
    for code, name in enumerate(design.strata):
        moments = np.unique(design.time[design.stratum == code])
        inside = sets.group_stratum == code
        hazard = np.zeros(moments.size)
        hazard[np.searchsorted(moments, sets.death_time[inside])] = steps[inside]
        found.append(BaselineHazard(name, moments, np.cumsum(hazard)))
    return tuple(found)
