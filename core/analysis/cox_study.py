"""The multivariable analysis of a study as one question asks for it, with all its checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.analysis.checked_factors import check_factors
from core.analysis.survival.adjusted import adjust_curves
from core.analysis.survival.comparison import compare_factors
from core.analysis.survival.cox_residuals import estimate_residuals, robust_terms
from core.analysis.survival.exact_ties import is_feasible
from core.analysis.survival.inputs import BoolArray
from core.analysis.survival.levels import factor_name, level_codes, level_name
from core.analysis.survival.multivariable import fit_multivariable, indicator_columns
from core.analysis.survival.optimism import validate_concordance
from core.analysis.survival.second_engine import check_multivariable
from core.analysis.survival.stepwise import Candidates, choose_factors
from core.options import CoxQuestion, SurvivalOptions, Ties
from core.results.baseline import FactorFrame
from core.results.common import Message
from core.results.cox_study import AdjustedCurves, CoxStudy, Optimism, Selection
from core.results.endpoints import Endpoints
from core.results.prognosis import FactorComparison, GlobalTest, MultivariableModel
from core.results.survival import Agreement, FloatArray, IntArray

PH_LIMIT = 0.05
INFLATION_LIMIT = 5.0
"""Variance inflation from which on factors count as entangled; half of the 10 of textbooks."""
FACTOR_CODES = ("survival.factor_", "survival.no_events")
SELECTION_RESAMPLES = 50
RESAMPLED_TIES: Ties = "efron"
"""A resample is full of ties; the order of risks hardly depends on how they are handled."""


@dataclass(frozen=True, slots=True, eq=False)
class CoxCohort:
    """The patients of one endpoint with their levels.

    Attributes:
        table: (n, factors) level codes; levels: of each factor, the reference first.
    """

    table: pd.DataFrame
    time: FloatArray
    is_event: BoolArray
    patients: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]


def gather_cohort(endpoints: Endpoints, factors: FactorFrame, question: CoxQuestion) -> CoxCohort:
    """The endpoint's patients, their levels and the references that the question asks for."""
    frame = endpoints.frame(question.endpoint)
    references = dict(question.references)
    levels = {}
    for factor in factors.factors:
        first = references.get(factor.name, factor.reference)
        first = first if first in factor.codes else factor.reference
        levels[factor.name] = (first, *(code for code in factor.codes if code != first))
    return CoxCohort(
        table=factors.table.reindex(frame["patient_id"]).reset_index(drop=True),
        time=frame["time_months"].to_numpy(dtype=float),
        is_event=frame["is_event"].to_numpy(dtype=bool),
        patients=tuple(frame["patient_id"]),
        levels=levels,
    )


def analyse_cox(
    endpoints: Endpoints, factors: FactorFrame, question: CoxQuestion, options: SurvivalOptions
) -> CoxStudy:
    """The candidates alone, the choice among them, the joint model and its checks."""
    endpoint = endpoints.get(question.endpoint)
    blank = CoxStudy(
        question, endpoint, options, (), None, None, None, (), (), GlobalTest(None, 0, None), (), ()
    )
    cohort = gather_cohort(endpoints, factors, question)
    if not cohort.time.size:
        return replace(blank, messages=(Message.of("cohort.no_endpoint"),))
    names = _candidates(cohort, factors, question)
    if not names:
        return replace(blank, messages=(Message.of("cohort.no_factor_recorded"),))
    messages: list[Message] = []
    if options.ties == "exact" and not _exact_is_feasible(cohort, len(names)):
        options = replace(options, ties="efron")
        messages.append(Message.of("prognosis.exact_too_large", n=cohort.time.size))
    comparisons = compare_factors(
        cohort.table[names],
        cohort.time,
        cohort.is_event,
        levels={name: cohort.levels[name] for name in names},
        options=options,
    )
    selection = choose_factors(candidates_of(cohort, names, options), question)
    messages += _selection_remarks(cohort, selection, names, options)
    found = replace(
        blank,
        options=options,
        comparisons=comparisons,
        selection=selection,
        messages=(*_about_factors(comparisons), *messages, *selection.messages),
    )
    if not selection.chosen:
        return found
    model = fit_multivariable(
        cohort.table, selection.chosen, cohort.levels, cohort.time, cohort.is_event, options
    )
    if not model.terms:
        reasons = (Message.of("prognosis.no_terms"), *model.messages)
        return replace(found, messages=(*found.messages, *reasons))
    return _with_checks(found, model, cohort)


def _about_factors(comparisons: Sequence[FactorComparison]) -> list[Message]:
    """Factors with one level, an empty reference or missing values, each told once."""
    found = [message for item in comparisons for message in item.messages]
    told = [message for message in found if message.code.startswith(FACTOR_CODES)]
    return list(dict.fromkeys(told))


def _candidates(cohort: CoxCohort, factors: FactorFrame, question: CoxQuestion) -> list[str]:
    wanted = question.factors or tuple(one.name for one in factors.of_table("table_5"))
    known = [one.name for one in factors.factors if one.name in wanted]
    return [name for name in known if cohort.table[name].notna().any()]


def _exact_is_feasible(cohort: CoxCohort, factors: int) -> bool:
    deaths = cohort.time[cohort.is_event]
    largest = int(np.unique(deaths, return_counts=True)[1].max()) if deaths.size else 0
    return is_feasible(cohort.time.size, largest, 2 * factors)


def candidates_of(cohort: CoxCohort, names: Sequence[str], options: SurvivalOptions) -> Candidates:
    """Complete cases over all candidates as 0/1 columns, block by block."""
    codes = {name: level_codes(cohort.table, name, cohort.levels[name]) for name in names}
    complete = np.all([own >= 0 for own in codes.values()], axis=0)
    columns: list[FloatArray] = []
    blocks: dict[str, IntArray] = {}
    for name, own in codes.items():
        used = own[complete]
        present = np.unique(used)[1:]
        blocks[name] = np.arange(len(columns), len(columns) + present.size)
        columns += [(used == code).astype(np.float64) for code in present]
    x = np.column_stack(columns) if columns else np.zeros((int(complete.sum()), 0))
    return Candidates(x, cohort.time[complete], cohort.is_event[complete], blocks, options.ties)


def _selection_remarks(
    cohort: CoxCohort, selection: Selection, names: Sequence[str], options: SurvivalOptions
) -> list[Message]:
    if selection.method == "enter":
        return []
    found = []
    if selection.n < cohort.time.size:
        left_out = cohort.time.size - selection.n
        found.append(Message.of("prognosis.selection_complete", n=selection.n, left_out=left_out))
    # All that was looked at has used up events, not only what stayed.
    terms = sum(len(cohort.levels[name]) - 1 for name in names)
    events = int(cohort.is_event.sum())
    if events < options.minimum_events_per_variable * terms:
        found.append(Message.of("prognosis.selection_events", events=events, terms=terms))
    return found


def _with_checks(found: CoxStudy, model: MultivariableModel, cohort: CoxCohort) -> CoxStudy:
    x = indicator_columns(model, cohort.table)
    names = [term.term for term in model.terms]
    residuals = estimate_residuals(x, cohort.time, cohort.is_event, names, ties=found.options.ties)
    robust = robust_terms(names, [term.b for term in model.terms], residuals, found.options.level)
    violated = [
        term.factor for term in model.terms if term.ph_p is not None and term.ph_p < PH_LIMIT
    ]
    # What separates has an estimate by Firth's method, what repeats others has none.
    separated = [term.factor for term in model.terms if term.b is None and term.firth_b is not None]
    overall = model.proportionality.overall if model.proportionality else found.ph_overall
    return replace(
        found,
        model=model,
        residuals=residuals,
        robust=robust,
        patients=tuple(cohort.patients[int(row)] for row in residuals.rows),
        ph_overall=overall,
        ph_violated=tuple(dict.fromkeys(violated)),
        separated=tuple(dict.fromkeys(separated)),
        messages=(*found.messages, *_entangled(model)),
    )


def _entangled(model: MultivariableModel) -> list[Message]:
    """Factors whose coefficients can hardly be told apart, by variance inflation."""
    if model.cox is None:
        return []
    kept = [i for i, term in enumerate(model.terms) if term.b is not None]
    covariance = model.cox.covariance[np.ix_(kept, kept)]
    if len(kept) < 2:
        return []
    error = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(error, error)
    inflation = np.diag(np.linalg.pinv(correlation, hermitian=True))
    found = []
    for i, value in zip(kept, inflation, strict=True):
        if value >= INFLATION_LIMIT:
            term = model.terms[i]
            found.append(
                Message.of(
                    "prognosis.entangled",
                    factor=factor_name(term.factor),
                    level=level_name(term.factor, term.level),
                    inflation=float(value),
                )
            )
    return found


def adjusted_curves(study: CoxStudy, cohort: CoxCohort, factor: str) -> AdjustedCurves:
    """Adjusted curves of one factor of the study's model."""
    if study.model is None:
        return AdjustedCurves(factor, (), 0, (Message.of("prognosis.no_adjusted_curves"),))
    x = indicator_columns(study.model, cohort.table)
    return adjust_curves(study.model, x[np.isfinite(x).all(axis=1)], factor)


def validate_model(study: CoxStudy, cohort: CoxCohort) -> Optimism | None:
    """Optimism of the model's concordance, its choice of factors repeated; None without one."""
    if study.model is None or study.selection is None:
        return None
    if study.selection.method == "enter":
        x = indicator_columns(study.model, cohort.table)
        complete = np.isfinite(x).all(axis=1)
        return validate_concordance(
            x[complete], cohort.time[complete], cohort.is_event[complete], ties=RESAMPLED_TIES
        )
    given = candidates_of(cohort, study.selection.candidates, study.options)

    def choose(x: FloatArray, time: FloatArray, is_event: BoolArray) -> IntArray:
        again = replace(given, x=x, time=time, is_event=is_event, ties=RESAMPLED_TIES, fits={})
        return given.columns(choose_factors(again, study.question).chosen)

    return validate_concordance(
        given.x,
        given.time,
        given.is_event,
        ties=RESAMPLED_TIES,
        choose=choose,
        resamples=SELECTION_RESAMPLES,
    )


def check_cox_study(study: CoxStudy, cohort: CoxCohort) -> tuple[Agreement, ...]:
    """The joint model and every candidate alone, recomputed by the second engine."""
    found: list[Agreement] = []
    if study.model is not None:
        found += check_multivariable(study.model, cohort.table, cohort.time, cohort.is_event)
    found += check_factors(study.comparisons, cohort.table, cohort.time, cohort.is_event)
    return tuple(found)
