"""All endpoints and every way of entry at once, for scripts; the screens compute what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import get_args

from core.analysis.checked_factors import check_analysis
from core.analysis.cohort import (
    CURVE_ENDPOINTS,
    analyse_factors,
    check_engines,
    estimate_endpoint,
)
from core.analysis.competing_study import answer_competing, check_competing
from core.analysis.cox_study import (
    analyse_cox,
    check_cox_study,
    gather_cohort,
    validate_model,
)
from core.analysis.survival.second_engine import not_compared
from core.analysis.survival_study import answer_by_factor, check_answer
from core.options import CoxQuestion, EntryMethod
from core.results.cohort import StudyAnalysis
from core.results.common import Message
from core.results.cox_study import CoxStudy, Optimism
from core.results.further import Bootstrap, FurtherAnalysis, ValidatedModel
from core.results.survival import Agreement
from core.results.survival_study import StudyCurves
from core.schema import StudyData

OTHER_ENDPOINTS = ("ttp", "dor")
ENTRIES: tuple[EntryMethod, ...] = get_args(EntryMethod)
LARGEST_REPEATED = 5_000
"""Patients up to whom models are fitted again in resamples and by the second engine."""


def analyse_further(
    data: StudyData, analysis: StudyAnalysis, bootstrap: Bootstrap = "main"
) -> FurtherAnalysis:
    """What stands beside the analysis of the same study, by the same options.

    Args:
        bootstrap: whose concordance is corrected for optimism; a model that chooses its
            factors takes seconds each.
    """
    endpoints, factors, options = analysis.endpoints, analysis.factors, analysis.options.survival
    others = [code for code in OTHER_ENDPOINTS if endpoints.get(code).times]
    curves = {code: estimate_endpoint(endpoints, code, options) for code in others}
    tests = {code: answer_by_factor(data, endpoints, factors, code, options) for code in others}
    alone = {
        code: analyse_factors(endpoints, code, factors, options, joint_model=False)
        for code in (*CURVE_ENDPOINTS, *OTHER_ENDPOINTS)
        if endpoints.get(code).times
    }
    models = tuple(
        _validated(analysis, CoxQuestion(endpoint=code, entry=entry), bootstrap)
        for code in CURVE_ENDPOINTS
        if code in alone
        for entry in ENTRIES
    )
    competing = tuple(
        answer_competing(data, endpoints, factors, one.name, options)
        for one in factors.of_table("table_4")
        if factors.table[one.name].notna().any()
    )
    found = FurtherAnalysis(curves, tests, alone, competing, models, ())
    return replace(found, agreements=tuple(_checked(data, analysis, found)))


def _is_small(analysis: StudyAnalysis) -> bool:
    return analysis.n_patients <= LARGEST_REPEATED


def _validated(
    analysis: StudyAnalysis, question: CoxQuestion, bootstrap: Bootstrap
) -> ValidatedModel:
    endpoints, factors = analysis.endpoints, analysis.factors
    study = analyse_cox(endpoints, factors, question, analysis.options.survival)
    wanted = bootstrap == "all" or (
        question.entry == "enter"
        and (bootstrap == "entered" or question.endpoint == analysis.prognosis.endpoint.code)
        and bootstrap != "none"
    )
    if study.model is None or not wanted:
        return ValidatedModel(study, None)
    if not _is_small(analysis):
        return ValidatedModel(study, _not_repeated(study))
    people = gather_cohort(endpoints, factors, question)
    return ValidatedModel(study, validate_model(study, people))


def _not_repeated(study: CoxStudy) -> Optimism:
    model = study.model
    apparent = model.cox.concordance if model is not None and model.cox is not None else None
    reason = Message.of("prognosis.too_many_to_resample", n=LARGEST_REPEATED)
    repeats = study.question.entry != "enter"
    return Optimism(apparent, None, None, None, 0, 0, 0, repeats, (reason,))


def _checked(
    data: StudyData, analysis: StudyAnalysis, found: FurtherAnalysis
) -> Iterator[Agreement]:
    """The second engine on all of it; each quantity is named by endpoint and analysis."""
    if not _is_small(analysis):
        reason = Message.of("survival.engine_too_many", n=LARGEST_REPEATED)
        yield not_compared("further", 0.0, reason)
        return
    for code, item in found.curves.items():
        yield from _named(code, check_engines(item, analysis.endpoints, analysis.factors))
    for code, curves in (analysis.tests | found.tests).items():
        for one in curves:
            checked = check_answer(one, beside_table=True)
            yield from _named(f"{code} {_factor(one)}", checked)
    for code, alone in found.factors.items():
        checked = check_analysis(
            alone, analysis.endpoints, analysis.factors, analysis.options.survival
        )
        yield from _named(code, checked)
    for incidence in found.competing:
        factor = "" if incidence.factor is None else incidence.factor.name
        checked = check_competing(data, analysis.endpoints, analysis.factors, incidence)
        yield from _named(f"competing {factor}", checked)
    seen = set()
    for model in found.models:
        question = model.study.question
        chosen = model.study.model.factors if model.study.model is not None else ()
        if (question.endpoint, chosen) in seen:
            continue
        seen.add((question.endpoint, chosen))
        people = gather_cohort(analysis.endpoints, analysis.factors, question)
        joint_only = replace(model.study, comparisons=())
        place = f"{question.endpoint} {question.entry}"
        yield from _named(place, check_cox_study(joint_only, people))


def _factor(curves: StudyCurves) -> str:
    return curves.factors[0].name if curves.factors else ""


def _named(place: str, agreements: Iterable[Agreement]) -> Iterator[Agreement]:
    for one in agreements:
        yield replace(one, quantity=f"{place}: {one.quantity}")
