"""Test of proportional hazards: does a coefficient change with time?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from core.analysis.survival.design import Design, prepare_design
from core.analysis.survival.newton import maximise
from core.analysis.survival.risk_sets import information, moments_at
from core.analysis.survival.steps import product_limit
from core.options import Ties
from core.results.common import Message
from core.results.prognosis import (
    GlobalTest,
    ProportionalityTerm,
    ProportionalityTest,
    Transform,
)
from core.results.survival import FloatArray


def test_proportional_hazards(
    X: ArrayLike,
    time: ArrayLike,
    is_event: ArrayLike,
    names: Sequence[str],
    *,
    ties: Ties = "efron",  # noqa: PT028
    strata: ArrayLike | None = None,  # noqa: PT028
    transform: Transform = "km",  # noqa: PT028
) -> ProportionalityTest:
    """Score test, per covariate and for all, that its effect doesn't drift with time.

    It's the exact score test of adding covariate x g(time), not the approximation from
    scaled Schoenfeld residuals of older software.

    Args:
        X, time, is_event, names, ties, strata: as for ``fit_cox``.
        transform: g: 1 - Kaplan-Meier just before each death (``km``), ``rank`` of the
            death, time itself (``identity``) or its ``log``.

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.

    Source: Grambsch & Therneau 1994, Biometrika 81:515; survival package for R, version 3,
        ``cox.zph`` (definition of the statistic).

    >>> test = test_proportional_hazards([[0], [1], [0], [1]], [4, 1, 3, 5], [1, 1, 1, 1], ["x"])
    >>> test.overall.df
    1
    """
    design = prepare_design(X, time, is_event, names, ties=ties, strata=strata)
    solution = maximise(design)
    kept = np.flatnonzero(solution.status == "estimable")
    deaths = design.sets.deaths.size
    reason = None
    if not deaths:
        reason = Message.of("survival.no_events", n=int(design.time.size))
    elif not kept.size:
        reason = Message.of("survival.zph_no_terms")
    elif transform == "log" and (design.time[design.is_event] <= 0).any():
        reason = Message.of("survival.zph_log_of_zero")
    elif np.unique(design.time[design.is_event]).size < 2:
        reason = Message.of("survival.zph_one_time")
    if reason is not None:
        blank = tuple(ProportionalityTerm(name, None, 0, None) for name in design.names)
        return ProportionalityTest(blank, GlobalTest(None, 0, None), transform, (reason,))
    g = _transformed_times(design, transform)
    at = moments_at(design.sets, solution.b)
    schoenfeld = design.sets.x[design.sets.deaths] - at.mean
    score = g @ schoenfeld[:, kept]
    plain, once, twice = (
        information(design.sets, at, weight)[np.ix_(kept, kept)]
        for weight in (np.ones(deaths), g, g * g)
    )
    drift = twice - once @ np.linalg.solve(plain, once)
    found: dict[int, float | None] = {}
    for i, column in enumerate(kept):
        found[int(column)] = (
            float(score[i] ** 2 / drift[i, i]) if drift[i, i] > 1e-10 * twice[i, i] else None
        )
    scale = np.sqrt(np.maximum(np.diag(drift), 1e-300))
    overall = GlobalTest(None, int(kept.size), None)
    messages = []
    if np.linalg.matrix_rank(drift / np.outer(scale, scale), tol=1e-9) == kept.size:
        chi2 = float(score / scale @ np.linalg.solve(drift / np.outer(scale, scale), score / scale))
        overall = GlobalTest(chi2, int(kept.size), float(chdtrc(kept.size, max(chi2, 0.0))))
    else:
        messages.append(Message.of("survival.zph_too_few_deaths"))
    terms = []
    for i, name in enumerate(design.names):
        value = found.get(i)
        p = None if value is None else float(chdtrc(1, value))
        terms.append(ProportionalityTerm(name, value, int(i in found), p))
    return ProportionalityTest(tuple(terms), overall, transform, tuple(messages))


def _transformed_times(design: Design, transform: Transform) -> FloatArray:
    """g of each death's time, centred; in the order of the risk sets' deaths."""
    sets = design.sets
    moments = sets.death_time[sets.death_group]
    if transform == "identity":
        g = moments
    elif transform == "log":
        g = np.log(moments)
    elif transform == "rank":
        # Rank among all patients, censored ones too, as in R; ties share their mean rank.
        distinct, counts = np.unique(design.time, return_counts=True)
        ranks = np.cumsum(counts) - (counts - 1) / 2
        g = ranks[np.searchsorted(distinct, moments)]
    else:
        steps = product_limit(design.time, design.is_event)
        before = np.concatenate([[1.0], steps.survival[:-1]])
        g = 1 - before[np.searchsorted(steps.time, moments)]
    return g - g.mean()
