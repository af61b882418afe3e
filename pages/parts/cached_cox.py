"""Bounded caches around the analyses of the Prognosis screen."""

from __future__ import annotations

from concurrent.futures import Future

from core.analysis.cox_checks import (
    curves_by_level,
    drift_of,
    functional_form,
    numeric_factors,
)
from core.analysis.cox_study import (
    CoxCohort,
    adjusted_curves,
    analyse_cox,
    check_cox_study,
    gather_cohort,
    validate_model,
)
from core.analysis.measured_numbers import measured_numbers
from core.analysis.measured_study import analyse_measured, check_measured, fit_measured
from core.options import CoxQuestion, ResponseOptions, SurvivalOptions
from core.results.baseline import Factor
from core.results.cox_study import (
    AdjustedCurves,
    CoxStudy,
    FunctionalForm,
    LogMinusLog,
    Optimism,
)
from core.results.measured import MeasuredNumber, MeasuredStudy
from core.results.survival import Agreement, FloatArray
from core.rules.measured import Step
from pages.parts import cached, second_opinion
from pages.parts.shared import Key, shared


@shared(maxsize=32)
def cohort(key: Key, question: CoxQuestion, response: ResponseOptions) -> CoxCohort:
    """Patients of the endpoint with their levels."""
    return gather_cohort(cached.endpoints(key, response), cached.factors(key), question)


@shared(maxsize=64)
def study(
    key: Key, question: CoxQuestion, options: SurvivalOptions, response: ResponseOptions
) -> CoxStudy:
    """The multivariable analysis of one question."""
    return analyse_cox(cached.endpoints(key, response), cached.factors(key), question, options)


@shared(maxsize=64)
def engines(
    key: Key, question: CoxQuestion, options: SurvivalOptions, response: ResponseOptions
) -> Future[tuple[Agreement, ...]]:
    """The same by the second engine, computed beside the screen."""
    own, people = study(key, question, options, response), cohort(key, question, response)
    return second_opinion.start(lambda: check_cox_study(own, people))


@shared(maxsize=32)
def optimism(
    key: Key, question: CoxQuestion, options: SurvivalOptions, response: ResponseOptions
) -> Optimism | None:
    """The concordance corrected by the bootstrap; seconds of computing."""
    own = study(key, question, options, response)
    return validate_model(own, cohort(key, question, response))


@shared(maxsize=64)
def adjusted(
    key: Key,
    question: CoxQuestion,
    options: SurvivalOptions,
    response: ResponseOptions,
    factor: str,
) -> AdjustedCurves:
    """Adjusted curves of one factor of the model."""
    own = study(key, question, options, response)
    return adjusted_curves(own, cohort(key, question, response), factor)


@shared(maxsize=64)
def by_level(
    key: Key,
    question: CoxQuestion,
    options: SurvivalOptions,
    response: ResponseOptions,
    factor: str,
) -> LogMinusLog:
    """Observed curves of one factor's levels."""
    own = study(key, question, options, response)
    return curves_by_level(own, cohort(key, question, response), factor)


@shared(maxsize=64)
def form(
    key: Key,
    question: CoxQuestion,
    options: SurvivalOptions,
    response: ResponseOptions,
    factor: Factor,
) -> FunctionalForm | None:
    """Residuals against the number behind a factor."""
    own = study(key, question, options, response)
    return functional_form(own, cohort(key, question, response), cached.data(key), factor)


@shared(maxsize=64)
def cut_numbers(
    key: Key, question: CoxQuestion, options: SurvivalOptions, response: ResponseOptions
) -> tuple[Factor, ...]:
    """Candidates that are cut from a number."""
    own = study(key, question, options, response)
    return numeric_factors(own, cached.data(key), cached.factors(key))


@shared(maxsize=32)
def numbers(key: Key) -> tuple[MeasuredNumber, ...]:
    """Every number at baseline that somebody has."""
    return measured_numbers(cached.data(key), cached.factors(key))


Steps = tuple[tuple[str, Step], ...]


@shared(maxsize=32)
def measured(
    key: Key,
    question: CoxQuestion,
    options: SurvivalOptions,
    response: ResponseOptions,
    steps: Steps,
    joined: tuple[str, ...],
) -> tuple[MeasuredStudy, Future[tuple[Agreement, ...]]]:
    """The numbers named by ``steps`` as measured, some of them in the joint model.

    With them what the second engine says of the same models, computed beside the screen.
    """
    own, people = study(key, question, options, response), cohort(key, question, response)
    chosen = dict(steps)
    models = fit_measured(own, people, _chosen(key, steps), chosen, joined=joined)
    checked = second_opinion.start(lambda: check_measured(models))
    return analyse_measured(own, models, chosen), checked


def _chosen(key: Key, steps: Steps) -> tuple[MeasuredNumber, ...]:
    names = dict(steps)
    return tuple(one for one in numbers(key) if one.name in names)


@shared(maxsize=64)
def drift(
    key: Key,
    question: CoxQuestion,
    options: SurvivalOptions,
    response: ResponseOptions,
    column: int,
) -> tuple[FloatArray, FloatArray]:
    """The smooth line through one term's scaled Schoenfeld residuals."""
    return drift_of(study(key, question, options, response), column)
