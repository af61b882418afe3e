"""The analyses of a whole study: the rooms put together, once for screens and command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from core.analysis.baseline.derive import derive_factors
from core.analysis.baseline.table import tabulate_baseline
from core.analysis.competing_study import answer_competing, check_competing
from core.analysis.cox_study import analyse_cox, gather_cohort
from core.analysis.eligibility.cohort import screen_cohort
from core.analysis.eligibility.protocol import default_protocol
from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.measured_numbers import measured_numbers
from core.analysis.measured_study import (
    analyse_measured,
    check_measured,
    customary_steps,
    fit_measured,
    usual_numbers,
)
from core.analysis.response.cohort import evaluate_cohort
from core.analysis.survival.comparison import compare_factors
from core.analysis.survival.curve import estimate_curve
from core.analysis.survival.logrank import compare_curves
from core.analysis.survival.multivariable import fit_multivariable
from core.analysis.survival.second_engine import check_cox, check_curve, check_logrank
from core.analysis.survival_study import answer_by_factor
from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.labs import grade_labs
from core.analysis.toxicity.study import safety_study
from core.analysis.validation.compare import compare_with_published
from core.analysis.validation.computed import (
    adverse_event_figures,
    baseline_figures,
    later_treatment_figures,
    prognosis_figures,
    response_figures,
    survival_figures,
)
from core.options import DAYS_PER_UNIT, AnalysisOptions, Convention, CoxQuestion, SurvivalOptions
from core.results.baseline import FactorFrame
from core.results.cohort import EndpointCurves, FactorAnalysis, StudyAnalysis
from core.results.common import Message
from core.results.cox_study import CoxStudy
from core.results.endpoints import Endpoints
from core.results.measured import MeasuredStudy
from core.results.response import CohortResponse
from core.results.survival import Agreement, GroupCurve
from core.results.toxicity import AdverseEventTable
from core.results.validation import PublishedComparison
from core.schema import StudyData

CURVE_ENDPOINTS = ("os", "pfs", "hepatic_pfs")
"""Endpoints that every survival screen offers."""


def last_contact(data: StudyData) -> date | None:
    """The latest date of death or contact, which is the data cut-off unless one was given."""
    follow_up = data.table("follow_up")
    dates = pd.concat([follow_up["death_date"], follow_up["last_followup_date"]]).dropna()
    return dates.max().date() if len(dates) else None


def effective_options(data: StudyData, options: AnalysisOptions) -> AnalysisOptions:
    """The options with the study's own data cut-off where none was chosen."""
    if options.response.cutoff is not None:
        return options
    return replace(options, response=replace(options.response, cutoff=data.data_cutoff))


def estimate_endpoint(
    endpoints: Endpoints,
    code: str,
    options: SurvivalOptions,
    *,
    factors: FactorFrame | None = None,
    factor: str | None = None,
) -> EndpointCurves:
    """Curves of one endpoint, by the levels of ``factor`` if one is named.

    Raises:
        NotComputable: nobody has the endpoint.
    """
    endpoint = endpoints.get(code)
    frame = endpoints.frame(code)
    time = frame["time_months"].to_numpy(dtype=float)
    is_event = frame["is_event"].to_numpy(dtype=bool)
    if factor is None or factors is None:
        curve = estimate_curve(time, is_event, options=options)
        return EndpointCurves(endpoint, (GroupCurve("", curve),))
    definition = factors.factor(factor)
    levels = factors.table[factor].reindex(frame["patient_id"]).to_numpy(dtype=object)
    known = np.array([level is not None and level == level for level in levels], dtype=bool)
    groups = []
    for level in definition.codes:
        members = known & (levels == level)
        if members.any():
            groups.append(
                GroupCurve(level, estimate_curve(time[members], is_event[members], options=options))
            )
    logrank = None
    if len(groups) > 1:
        logrank = compare_curves(time[known], is_event[known], levels[known])
    return EndpointCurves(endpoint, tuple(groups), definition, logrank, int((~known).sum()))


def analyse_factors(
    endpoints: Endpoints,
    code: str,
    factors: FactorFrame,
    options: SurvivalOptions,
    *,
    joint_model: bool = True,
) -> FactorAnalysis:
    """Every factor of Table 4 alone and those of Table 5 together, for one endpoint.

    Args:
        joint_model: False leaves out the multivariable model, by far the slower part.
    """
    endpoint = endpoints.get(code)
    frame = endpoints.frame(code)
    if not len(frame):
        return FactorAnalysis(endpoint, (), None, (Message.of("cohort.no_endpoint"),))
    time = frame["time_days"].to_numpy(dtype=float) / DAYS_PER_UNIT[options.time_unit]
    is_event = frame["is_event"].to_numpy(dtype=bool)
    table = factors.table.reindex(frame["patient_id"]).reset_index(drop=True)

    def chosen(name: str) -> list[str]:
        return [item.name for item in factors.of_table(name) if table[item.name].notna().any()]

    levels = {item.name: _reference_first(item.codes, item.reference) for item in factors.factors}
    single, joint = chosen("table_4"), chosen("table_5")
    comparisons = compare_factors(
        table[single],
        time,
        is_event,
        levels={name: levels[name] for name in single},
        options=options,
    )
    if not joint_model:
        return FactorAnalysis(endpoint, comparisons, None)
    if not joint:
        return FactorAnalysis(
            endpoint, comparisons, None, (Message.of("cohort.no_factor_recorded"),)
        )
    model = fit_multivariable(table[joint], joint, levels, time, is_event, options)
    return FactorAnalysis(endpoint, comparisons, model)


def _reference_first(codes: tuple[str, ...], reference: str) -> tuple[str, ...]:
    return (reference, *(code for code in codes if code != reference))


def check_engines(
    curves: EndpointCurves, endpoints: Endpoints, factors: FactorFrame
) -> tuple[Agreement, ...]:
    """The curves (and their log-rank test) recomputed by the second engine, lifelines."""
    frame = endpoints.frame(curves.endpoint.code)
    time = frame["time_months"].to_numpy(dtype=float)
    is_event = frame["is_event"].to_numpy(dtype=bool)
    if curves.factor is None:
        return tuple(check_curve(curves.groups[0].curve, time, is_event))
    levels = factors.table[curves.factor.name].reindex(frame["patient_id"]).to_numpy(dtype=object)
    found: list[Agreement] = []
    for group in curves.groups:
        members = levels == group.level
        found += check_curve(group.curve, time[members], is_event[members])
    if curves.logrank is not None:
        known = np.array([level is not None and level == level for level in levels], dtype=bool)
        found += check_logrank(curves.logrank, time[known], is_event[known], levels[known])
    return tuple(found)


def check_cox_model(
    analysis: FactorAnalysis, endpoints: Endpoints, factors: FactorFrame
) -> tuple[Agreement, ...]:
    """The multivariable model recomputed by the second engine; empty without a model."""
    model = analysis.multivariable
    if model is None or model.cox is None or not model.terms:
        return ()
    frame = endpoints.frame(analysis.endpoint.code)
    table = factors.table.reindex(frame["patient_id"])
    columns = [
        np.where(table[term.factor].isna(), np.nan, table[term.factor] == term.level)
        for term in model.terms
    ]
    return check_cox(
        model.cox,
        np.column_stack(columns).astype(float),
        frame["time_months"].to_numpy(dtype=float),
        frame["is_event"].to_numpy(dtype=bool),
        [term.name for term in model.cox.terms],
    )


def compare_with_publication(
    data: StudyData,
    factors: FactorFrame,
    endpoints: Endpoints,
    response: CohortResponse,
    events: AdverseEventTable,
    options: SurvivalOptions,
    *,
    is_example: bool,
) -> tuple[PublishedComparison, ...]:
    """Every figure of the published series beside the one computed here.

    Table 5 is computed with Breslow ties, as SPSS did for the publication, whatever the
    convention of the screen.
    """
    published = SurvivalOptions.following(Convention.SPSS)
    curves = curves_of_all(endpoints, options)
    figures = baseline_figures(
        tabulate_baseline(data, factors, group=None, convention=options.convention)
    )
    figures |= response_figures(response)
    figures |= survival_figures(curves)
    figures |= later_treatment_figures(data)
    figures |= adverse_event_figures(events)
    if "os" in curves:
        figures |= prognosis_figures(analyse_factors(endpoints, "os", factors, published))
    return compare_with_published(figures, is_example=is_example)


def curves_of_all(endpoints: Endpoints, options: SurvivalOptions) -> dict[str, EndpointCurves]:
    """The curve of all patients for each endpoint that somebody has."""
    return {
        code: estimate_endpoint(endpoints, code, options)
        for code in CURVE_ENDPOINTS
        if endpoints.get(code).times
    }


def _measure(
    data: StudyData, endpoints: Endpoints, factors: FactorFrame, cox: CoxStudy
) -> tuple[MeasuredStudy, tuple[Agreement, ...]]:
    """The usual numbers as measured in their customary steps, and what the second engine says."""
    numbers = usual_numbers(measured_numbers(data, factors))
    people = gather_cohort(endpoints, factors, cox.question)
    steps = customary_steps(numbers)
    models = fit_measured(cox, people, numbers, steps)
    return analyse_measured(cox, models, steps), check_measured(models)


def analyse_study(data: StudyData, options: AnalysisOptions) -> StudyAnalysis:
    """Everything at once, as ``python -m core analyse`` reports it."""
    used = effective_options(data, options)
    factors = derive_factors(data)
    response = evaluate_cohort(data, used.response)
    endpoints = derive_endpoints(data, response, used.response)
    curves = curves_of_all(endpoints, used.survival)
    prognosis = analyse_factors(endpoints, "os", factors, used.survival)
    grades = grade_labs(data)
    baseline = tabulate_baseline(data, factors, convention=used.survival.convention)
    agreements: list[Agreement] = []
    for item in curves.values():
        agreements += check_engines(item, endpoints, factors)
    agreements += check_cox_model(prognosis, endpoints, factors)
    cox = analyse_cox(endpoints, factors, CoxQuestion(), used.survival)
    measured, checked = _measure(data, endpoints, factors, cox)
    agreements += checked
    competing = answer_competing(data, endpoints, factors, None, used.survival)
    agreements += check_competing(data, endpoints, factors, competing)
    events = tabulate_adverse_events(data, used.toxicity, grades)
    return StudyAnalysis(
        n_patients=len(data.table("patients")),
        n_sessions=baseline.sessions.overall.total,
        data_cutoff=used.response.cutoff or last_contact(data),
        options=used,
        factors=factors,
        baseline=baseline,
        eligibility=screen_cohort(data, default_protocol()),
        response=response,
        endpoints=endpoints,
        curves=curves,
        prognosis=prognosis,
        cox=cox,
        measured=measured,
        lab_grades=grades,
        adverse_events=events,
        agreements=tuple(agreements),
        tests={
            code: answer_by_factor(data, endpoints, factors, code, used.survival) for code in curves
        },
        competing=competing,
        safety=safety_study(data, events),
    )
