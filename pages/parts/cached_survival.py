"""Bounded caches around the survival analyses of the Survival screen."""

from __future__ import annotations

from concurrent.futures import Future

from core.analysis.checked_factors import check_analysis
from core.analysis.competing_study import answer_competing, check_competing
from core.analysis.factor_cuts import compare_recut
from core.analysis.survival_groups import numeric_values
from core.analysis.survival_study import answer, check_answer, own_columns
from core.options import CurveQuestion, CutRule, ResponseOptions, SurvivalOptions
from core.results.baseline import FactorFrame
from core.results.cohort import FactorAnalysis
from core.results.survival import Agreement
from core.results.survival_study import StudyCurves, StudyIncidence
from pages.parts import cached, second_opinion
from pages.parts.shared import Key, shared


@shared(maxsize=128)
def curves(
    key: Key, question: CurveQuestion, options: SurvivalOptions, response: ResponseOptions
) -> StudyCurves:
    """Curves, tests and restricted means of one question."""
    return answer(
        cached.data(key), cached.endpoints(key, response), cached.factors(key), question, options
    )


@shared(maxsize=128)
def engines(
    key: Key, question: CurveQuestion, options: SurvivalOptions, response: ResponseOptions
) -> Future[tuple[Agreement, ...]]:
    """The same by the second engine, computed beside the screen."""
    own = curves(key, question, options, response)
    return second_opinion.start(lambda: check_answer(own))


@shared(maxsize=64)
def incidence(
    key: Key, factor: str | None, options: SurvivalOptions, response: ResponseOptions
) -> StudyIncidence:
    """Competing first events."""
    return answer_competing(
        cached.data(key), cached.endpoints(key, response), cached.factors(key), factor, options
    )


@shared(maxsize=64)
def incidence_engines(
    key: Key, factor: str | None, options: SurvivalOptions, response: ResponseOptions
) -> Future[tuple[Agreement, ...]]:
    """The same by the second engine, computed beside the screen."""
    own = incidence(key, factor, options, response)
    data, times, levels = cached.data(key), cached.endpoints(key, response), cached.factors(key)
    return second_opinion.start(lambda: check_competing(data, times, levels, own))


@shared(maxsize=32)
def comparisons(
    key: Key, code: str, cut: CutRule, options: SurvivalOptions, response: ResponseOptions
) -> tuple[FactorAnalysis, FactorFrame]:
    """Table 4 of one endpoint, and the factors as their numbers were cut."""
    data, times = cached.data(key), cached.endpoints(key, response)
    return compare_recut(data, times, code, cached.factors(key), cut, options)


@shared(maxsize=32)
def comparison_engines(
    key: Key, code: str, cut: CutRule, options: SurvivalOptions, response: ResponseOptions
) -> Future[tuple[Agreement, ...]]:
    """The same by the second engine, computed beside the screen."""
    found, shown = comparisons(key, code, cut, options, response)
    times = cached.endpoints(key, response)
    return second_opinion.start(lambda: check_analysis(found, times, shown, options))


@shared(maxsize=32)
def columns(key: Key) -> tuple[str, ...]:
    """The study's own columns that may be a time or an event."""
    return own_columns(cached.data(key))


@shared(maxsize=32)
def numeric_factors(key: Key) -> frozenset[str]:
    """Factors that are bands of a number, so that they can be cut elsewhere."""
    data, factors = cached.data(key), cached.factors(key)
    return frozenset(
        factor.name for factor in factors.factors if numeric_values(data, factor) is not None
    )
