"""The multivariable Cox table, level by level, with Firth and proportionality beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from core.analysis.survival.counted import (
    COUNTED_TIES,
    count_patterns,
    fit_patterns,
    is_worth_counting,
)
from core.analysis.survival.cox import fit_cox
from core.analysis.survival.firth import fit_firth
from core.analysis.survival.inputs import BoolArray, check_times, distinct_times
from core.analysis.survival.levels import (
    level_codes,
    other_reference,
    told_of_level,
    unlisted_levels,
)
from core.analysis.survival.zph import test_proportional_hazards
from core.options import SurvivalOptions, Ties
from core.results.common import Message
from core.results.prognosis import (
    CoxModel,
    FirthModel,
    MultivariableModel,
    MultivariableTerm,
    ProportionalityTest,
)
from core.results.survival import FloatArray, IntArray

Key = tuple[str, str, str]
FIRTH_UP_TO = 5000
"""Patients; with more, and events enough, the penalty moves no printed digit."""


def fit_multivariable(
    frame: pd.DataFrame,
    factors: Sequence[str],
    levels: Mapping[str, tuple[str, ...]],
    time: ArrayLike,
    is_event: ArrayLike,
    options: SurvivalOptions,
) -> MultivariableModel:
    """Cox model of several factors on complete cases, one term per non-reference level.

    Args:
        frame: level codes, one column per factor, None = missing; (n, factors).
        factors: in the order of the table.
        levels: of each factor; the first with complete cases is the reference.
        time: follow-up, 0 or more; (n,).
        is_event: True for the event; (n,).
        options: ties, level, events per variable below which the table warns.

    Raises:
        NotComputable: a missing or negative time, an event code other than 0 and 1, or a
            factor that the frame doesn't have.

    Source: Peduzzi 1995, J Clin Epidemiol 48:1503 (events per variable).

    >>> frame = pd.DataFrame({"ecog": list("001101")})
    >>> model = fit_multivariable(frame, ["ecog"], {"ecog": ("0", "1")},
    ...     [4.0, 9, 1, 5, 6, 3], [1] * 6, SurvivalOptions())
    >>> [(term.term, term.df) for term in model.terms]
    [('ecog=1', 1)]
    """
    times, events = check_times(time, is_event)
    codes = {factor: level_codes(frame, factor, levels[factor]) for factor in factors}
    remarks = [unlisted_levels(frame, factor, codes[factor]) for factor in factors]
    keys, complete, empty = _terms(factors, levels, codes, times.size)
    remarks += empty
    used = _of(codes, complete)
    cox = _fit(used, levels, keys, times[complete], events[complete], options)
    x, terms = _indicators(keys, levels, used), _names(keys)
    data = (x, times[complete], events[complete], terms)
    scarce = (
        cox.events_per_variable is not None
        and cox.events_per_variable < options.minimum_events_per_variable
    )
    firth: FirthModel | None = None
    ties: Ties = options.ties
    if ties == "exact":
        ties = "efron"
        remarks.append(Message.of("survival.efron_beside_exact"))
    if cox.n <= FIRTH_UP_TO or scarce or not cox.converged:
        firth = fit_firth(*data, ties=ties, level=options.level)
    else:
        remarks.append(Message.of("survival.firth_not_needed", n=cox.n))
    proportionality = test_proportional_hazards(*data, ties=ties)
    n_dropped = int((~complete).sum())
    if n_dropped:
        remarks.append(Message.of("survival.missing_left_out", n=n_dropped))
    if scarce:
        remarks.append(_few_events(cox, options))
    remarks += _told_of_levels(keys, cox, firth, proportionality)
    return MultivariableModel(
        terms=tuple(_term(key, i, cox, firth, proportionality) for i, key in enumerate(keys)),
        factors=tuple(factors),
        n=cox.n,
        n_dropped=n_dropped,
        events=cox.events,
        events_per_variable=cox.events_per_variable,
        ties=options.ties,
        lr=cox.lr,
        score=cox.score,
        wald=cox.wald,
        cox=cox,
        firth=firth,
        proportionality=proportionality,
        options=options,
        messages=tuple(dict.fromkeys(remark for remark in remarks if remark is not None)),
    )


def fit_factor_model(
    frame: pd.DataFrame,
    factors: Sequence[str],
    levels: Mapping[str, tuple[str, ...]],
    time: ArrayLike,
    is_event: ArrayLike,
    options: SurvivalOptions,
) -> CoxModel:
    """The Cox model of ``fit_multivariable`` alone, without Firth's and the test beside it.

    Args, raises: as ``fit_multivariable``.
    """
    times, events = check_times(time, is_event)
    codes = {factor: level_codes(frame, factor, levels[factor]) for factor in factors}
    keys, complete, _ = _terms(factors, levels, codes, times.size)
    if complete.all():
        return _fit(codes, levels, keys, times, events, options)
    return _fit(_of(codes, complete), levels, keys, times[complete], events[complete], options)


def _fit(
    codes: Mapping[str, IntArray],
    levels: Mapping[str, tuple[str, ...]],
    keys: Sequence[Key],
    time: FloatArray,
    is_event: BoolArray,
    options: SurvivalOptions,
) -> CoxModel:
    """From counts by pattern; from rows where these are better or must tell what is wrong."""
    names = _names(keys)
    if options.ties in COUNTED_TIES and keys and time.size:
        moments, position = distinct_times(time)
        pattern, first = count_patterns(
            list(codes.values()), [len(levels[factor]) for factor in codes]
        )
        if is_worth_counting(time.size, moments.size, first.size):
            x = _indicators(keys, levels, {name: one[first] for name, one in codes.items()})
            found = fit_patterns(
                x, pattern, moments, position, is_event, names,
                ties=options.ties, level=options.level,
            )  # fmt: skip
            if found is not None:
                return found
    x = _indicators(keys, levels, codes) if keys else np.zeros((time.size, 0))
    return fit_cox(x, time, is_event, names, ties=options.ties, level=options.level)


def _terms(
    factors: Sequence[str],
    levels: Mapping[str, tuple[str, ...]],
    codes: Mapping[str, IntArray],
    n: int,
) -> tuple[list[Key], BoolArray, list[Message]]:
    """Terms (factor, level, reference), complete cases, and remarks.

    A level that nobody has, complete case or not, gives no term.
    """
    complete = np.full(n, bool(factors))
    for factor in factors:
        complete &= codes[factor] >= 0
    keys, remarks = [], []
    for factor in factors:
        names, own = levels[factor], codes[factor]
        everybody = np.bincount(own + 1, minlength=len(names) + 1)[1:]
        counts = everybody if complete.all() else np.bincount(own[complete], minlength=len(names))
        reference = int(np.flatnonzero(counts)[0]) if counts.any() else 0
        if reference:
            remarks.append(other_reference(factor, names[0], names[reference]))
        keys += [
            (factor, name, names[reference])
            for i, name in enumerate(names)
            if i != reference and everybody[i]
        ]
    return keys, complete, remarks


def _names(keys: Sequence[Key]) -> list[str]:
    return [f"{factor}={level}" for factor, level, _ in keys]


def _of(codes: Mapping[str, IntArray], rows: BoolArray) -> dict[str, IntArray]:
    return {factor: own[rows] for factor, own in codes.items()}


def _indicators(
    keys: Sequence[Key], levels: Mapping[str, tuple[str, ...]], codes: Mapping[str, IntArray]
) -> FloatArray:
    """The terms' 0/1 columns; (n, terms)."""
    n = next((own.size for own in codes.values()), 0)
    x = np.zeros((n, len(keys)))
    for i, (factor, level, _) in enumerate(keys):
        x[:, i] = codes[factor] == levels[factor].index(level)
    return x


def indicator_columns(model: MultivariableModel, frame: pd.DataFrame) -> FloatArray:
    """The 0/1 columns of a fitted model's terms for all rows of ``frame``.

    NaN throughout the row of a patient with a missing factor.
    """
    columns: list[FloatArray] = []
    incomplete = np.zeros(len(frame), dtype=bool)
    for factor in model.factors:
        own = [term for term in model.terms if term.factor == factor]
        incomplete |= frame[factor].isna().to_numpy()
        names = tuple(dict.fromkeys(name for t in own for name in (t.reference, t.level)))
        codes = level_codes(frame, factor, names)
        if own:
            incomplete |= codes < 0
        columns += [(codes == names.index(term.level)).astype(np.float64) for term in own]
    x = np.column_stack(columns) if columns else np.zeros((len(frame), 0))
    x[incomplete] = np.nan
    return x


def _told_of_levels(
    keys: list[Key],
    cox: CoxModel,
    firth: FirthModel | None,
    proportionality: ProportionalityTest,
) -> list[Message]:
    """The models' messages, those about a term told about its level."""
    terms = [*zip(cox.terms, keys, strict=True)]
    told = {term.message: told_of_level(term.message, key[0], key[1]) for term, key in terms}
    messages = [*cox.messages, *(firth.messages if firth else ()), *proportionality.messages]
    return [told.get(message) or message for message in messages]


def _few_events(cox: CoxModel, options: SurvivalOptions) -> Message:
    return Message.of(
        "survival.few_events_per_variable",
        events=cox.events,
        terms=cox.lr.df,
        per_variable=cox.events_per_variable,
        minimum=options.minimum_events_per_variable,
    )


def _term(
    key: Key,
    i: int,
    cox: CoxModel,
    firth: FirthModel | None,
    proportionality: ProportionalityTest,
) -> MultivariableTerm:
    factor, level, reference = key
    own = cox.terms[i]
    penalised = firth.terms[i] if firth else None
    return MultivariableTerm(
        term=own.name,
        factor=factor,
        level=level,
        reference=reference,
        b=own.b,
        se=own.se,
        wald=own.wald,
        df=own.df,
        p=own.p,
        hr=own.hr,
        low=own.low,
        high=own.high,
        firth_b=penalised.b if penalised else None,
        firth_se=penalised.se if penalised else None,
        firth_hr=penalised.hr if penalised else None,
        firth_low=penalised.low if penalised else None,
        firth_high=penalised.high if penalised else None,
        firth_p=penalised.p if penalised else None,
        ph_p=proportionality.terms[i].p,
        message=told_of_level(
            own.message or (penalised.message if penalised else None), factor, level
        ),
    )
