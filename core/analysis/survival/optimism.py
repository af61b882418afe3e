"""How much of a model's concordance is owed to its own patients, by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.analysis.survival.concordance import estimate_concordance
from core.analysis.survival.design import prepare_design
from core.analysis.survival.inputs import BoolArray
from core.analysis.survival.newton import maximise
from core.options import Ties
from core.results.common import Message
from core.results.cox_study import Optimism
from core.results.survival import FloatArray, IntArray

RESAMPLES = 200
SEED = 20240601
LARGEST_EXACT_ERROR = 10_000
"""Patients up to whom the standard error of the concordance is counted pair by pair."""
PAIRED_AT_ONCE = 1_000
"""Rows whose pairs with all the others are looked at together."""
FEWEST_USED = 0.5

ColumnChoice = Callable[[FloatArray, FloatArray, BoolArray], IntArray]
"""Which columns a model of these patients would hold."""


def risk_scores(
    x: FloatArray, time: FloatArray, is_event: BoolArray, ties: Ties
) -> FloatArray | None:
    """Coefficients (p,) of a Cox model, finite under separation too; None without one."""
    names = [str(i) for i in range(x.shape[1])]
    if not is_event.any() or not names:
        return None
    design = prepare_design(x, time, is_event, names, ties=ties)
    solution = maximise(design)
    return np.asarray(solution.b / design.scale, dtype=np.float64)


def validate_concordance(
    x: FloatArray,
    time: FloatArray,
    is_event: BoolArray,
    *,
    ties: Ties = "efron",
    choose: ColumnChoice | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Optimism:
    """Apparent concordance, its optimism and the corrected value.

    Each resample gets its own model (and, with ``choose``, its own choice of columns); its
    concordance there less that in the original patients is its optimism.

    Args:
        x: (n, p) covariates without missing values; time, is_event: (n,).
        choose: repeats the selection of columns; None = all columns.

    Source: Harrell, Lee & Mark 1996, Stat Med 15:361.
    """
    everything = np.arange(x.shape[1])
    columns = everything if choose is None else choose(x, time, is_event)
    apparent = error = None
    if columns.size:
        apparent, error = _concordance(x[:, columns], time, is_event, ties)
    repeats = choose is not None
    if apparent is None:
        reason = Message.of("prognosis.no_concordance")
        return Optimism(None, None, None, None, resamples, 0, seed, repeats, (reason,))
    random = np.random.default_rng(seed)
    drops = []
    layer = np.zeros(time.size, dtype=np.int64)
    for _ in range(resamples):
        drawn = random.integers(0, time.size, time.size)
        own = everything if choose is None else choose(x[drawn], time[drawn], is_event[drawn])
        if not own.size:
            # A resample that chooses nothing predicts nothing: both concordances are 1/2.
            drops.append(0.0)
            continue
        b = risk_scores(x[drawn][:, own], time[drawn], is_event[drawn], ties)
        if b is None:
            continue
        here = estimate_concordance(x[drawn][:, own] @ b, time[drawn], is_event[drawn], layer)
        there = estimate_concordance(x[:, own] @ b, time, is_event, layer)
        if here is not None and there is not None:
            drops.append(here - there)
    if len(drops) < FEWEST_USED * resamples:
        reason = Message.of("prognosis.too_few_resamples", used=len(drops), n=resamples)
        return Optimism(
            apparent, error, None, None, resamples, len(drops), seed, repeats, (reason,)
        )
    optimism = float(np.mean(drops))
    return Optimism(
        apparent, error, optimism, apparent - optimism, resamples, len(drops), seed, repeats
    )


def _concordance(
    x: FloatArray, time: FloatArray, is_event: BoolArray, ties: Ties
) -> tuple[float | None, float | None]:
    b = risk_scores(x, time, is_event, ties)
    if b is None:
        return None, None
    layer = np.zeros(time.size, dtype=np.int64)
    risk = x @ b
    found = estimate_concordance(risk, time, is_event, layer)
    return found, concordance_error(risk, time, is_event, layer)


def concordance_error(
    risk: FloatArray, time: FloatArray, is_event: BoolArray, stratum: IntArray
) -> float | None:
    """Standard error of the concordance by the infinitesimal jackknife.

    None without a comparable pair or with more patients than can be paired.

    Source: Therneau & Watson 2015, Mayo Clinic technical report 85 (the influence of one
        patient on the concordance).
    """
    if time.size > LARGEST_EXACT_ERROR:
        return None
    score = np.round(risk, 10)
    pairs = total = 0.0
    share, part = np.zeros(time.size), np.zeros(time.size)
    for at in np.array_split(np.flatnonzero(is_event), 1 + time.size // PAIRED_AT_ONCE):
        # Row i died first: j outlived i, in the same stratum.
        earlier = time[at, None]
        comparable = (earlier < time) | ((earlier == time) & ~is_event)
        comparable &= stratum[at, None] == stratum
        won = np.where(comparable, 0.5 * (np.sign(score[at, None] - score) + 1), 0.0)
        pairs += float(comparable.sum())
        total += float(won.sum())
        share += won.sum(axis=0)
        share[at] += won.sum(axis=1)
        part += comparable.sum(axis=0)
        part[at] += comparable.sum(axis=1)
    if not pairs:
        return None
    total /= pairs
    return float(np.sqrt(((share - total * part) ** 2).sum()) / pairs)
