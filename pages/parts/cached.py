"""Bounded caches around the core's functions, keyed by study version and options.

The results are frozen, so the visitors of one server share them. Nothing is written to disk.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from core.analysis import cohort
from core.analysis.baseline.derive import derive_factors
from core.analysis.baseline.table import tabulate_baseline
from core.analysis.baseline_groups import with_outcome_groups
from core.analysis.eligibility.cohort import screen_cohort
from core.analysis.eligibility.protocol import default_protocol
from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.analysis.response.groups import response_by_factor
from core.analysis.response.lanes import patient_lanes
from core.analysis.response.lesion_map import lesion_map
from core.analysis.response.second_engine import check_response
from core.analysis.subset import subset_study
from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.labs import grade_labs
from core.analysis.toxicity.reconcile import reconcile
from core.analysis.validation.arithmetic import check_published_arithmetic
from core.exports.dictionary import dictionary_workbook, redcap_dictionary_csv
from core.exports.interchange.form import Form
from core.exports.interchange.forms import interchange_file
from core.exports.interchange.parts import StudyParts
from core.exports.template import template_workbook
from core.options import Convention, ResponseOptions, SurvivalOptions, ToxicityOptions
from core.results.baseline import BaselineTable, FactorFrame
from core.results.cohort import EndpointCurves, FactorAnalysis
from core.results.common import Finding
from core.results.courses import LesionMap, PatientLane
from core.results.eligibility import CohortEligibility
from core.results.endpoints import Endpoints
from core.results.response import (
    CohortResponse,
    Compartment,
    GroupedResponse,
    ResponseCheck,
)
from core.results.toxicity import AdverseEventTable, LabGrades, Reconciliation
from core.results.validation import ArithmeticCheck, PublishedComparison
from core.schema import StudyData
from core.storage.studies import VersionInfo
from core.text.catalogue import Language
from pages.parts import state

Key = tuple[str, int, str, tuple[str, ...]]
"""Study, version, the hash of its content, and the chosen patients (none = all)."""


def key_of(info: VersionInfo) -> Key:
    """What identifies a study version and the subgroup chosen in it in every cache."""
    return (info.study_id, info.number, info.content_hash, state.subgroup())


def whole_key_of(info: VersionInfo) -> Key:
    """The key of the version with all its patients."""
    return (info.study_id, info.number, info.content_hash, ())


@lru_cache(maxsize=8)
def data(key: Key) -> StudyData:
    """The tables of the version, cut down to the chosen patients."""
    if key[3]:
        return subset_study(data((*key[:3], ())), key[3])
    return state.store().load_version(key[0], key[1])[0]


@lru_cache(maxsize=64)
def response_groups(
    key: Key, options: ResponseOptions, factor: str, compartment: Compartment
) -> GroupedResponse:
    """Response by the levels of a factor."""
    return response_by_factor(response(key, options), factors(key), factor, compartment)


@lru_cache(maxsize=16)
def response_check(key: Key, options: ResponseOptions) -> ResponseCheck:
    """The categories computed a second time."""
    return check_response(data(key), response(key, options))


@lru_cache(maxsize=16)
def lanes(key: Key, options: ResponseOptions) -> tuple[PatientLane, ...]:
    """Each patient's time line."""
    return patient_lanes(data(key), response(key, options), options)


@lru_cache(maxsize=64)
def lesions_of(key: Key, options: ResponseOptions, patient_id: str) -> LesionMap | None:
    """One patient's lesions over the visits."""
    return lesion_map(data(key), patient_id, options.cutoff)


@lru_cache(maxsize=16)
def findings(key: Key) -> tuple[Finding, ...]:
    """The findings of the version."""
    return state.store().load_findings(key[0], key[1])


@lru_cache(maxsize=16)
def factors(key: Key) -> FactorFrame:
    """Every patient's level of every factor."""
    return derive_factors(data(key))


@lru_cache(maxsize=32)
def grouped_factors(
    key: Key, response_options: ResponseOptions, chosen: tuple[str, ...]
) -> FactorFrame:
    """The factors, and outcomes and the chosen patients as further groupings."""
    return with_outcome_groups(
        factors(key), response(key, response_options), endpoints(key, response_options), chosen
    )


@lru_cache(maxsize=64)
def baseline(
    key: Key,
    group: str | None,
    convention: Convention,
    response_options: ResponseOptions,
    chosen: tuple[str, ...] = (),
) -> BaselineTable:
    """Table 1."""
    grouped = grouped_factors(key, response_options, chosen)
    return tabulate_baseline(data(key), grouped, group=group, convention=convention)


@lru_cache(maxsize=16)
def eligibility(key: Key) -> CohortEligibility:
    """Every patient against every criterion of the default protocol."""
    return screen_cohort(data(key), default_protocol())


@lru_cache(maxsize=32)
def response(key: Key, options: ResponseOptions) -> CohortResponse:
    """RECIST 1.1 of every patient."""
    return evaluate_cohort(data(key), options)


@lru_cache(maxsize=32)
def endpoints(key: Key, options: ResponseOptions) -> Endpoints:
    """Times to event of every patient."""
    return derive_endpoints(data(key), response(key, options), options)


@lru_cache(maxsize=64)
def endpoint_curves(
    key: Key, code: str, options: SurvivalOptions, response_options: ResponseOptions
) -> EndpointCurves:
    """The curve of all patients for one endpoint."""
    return cohort.estimate_endpoint(endpoints(key, response_options), code, options)


@lru_cache(maxsize=32)
def comparisons(
    key: Key, code: str, options: SurvivalOptions, response_options: ResponseOptions
) -> FactorAnalysis:
    """Table 4 of one endpoint, without the multivariable model."""
    return cohort.analyse_factors(
        endpoints(key, response_options), code, factors(key), options, joint_model=False
    )


@lru_cache(maxsize=16)
def lab_grades(key: Key) -> LabGrades:
    """Laboratory values graded by CTCAE."""
    return grade_labs(data(key))


@lru_cache(maxsize=32)
def adverse_events(key: Key, options: ToxicityOptions) -> AdverseEventTable:
    """Table 3."""
    return tabulate_adverse_events(data(key), options, lab_grades(key))


@lru_cache(maxsize=16)
def reconciliation(key: Key) -> Reconciliation:
    """Recorded events against laboratory grades."""
    return reconcile(adverse_events(key, ToxicityOptions()), lab_grades(key))


@lru_cache(maxsize=16)
def published(
    key: Key, options: SurvivalOptions, response_options: ResponseOptions, is_example: bool
) -> tuple[PublishedComparison, ...]:
    """The published series' figures beside the study's."""
    return cohort.compare_with_publication(
        data(key),
        factors(key),
        endpoints(key, response_options),
        response(key, response_options),
        adverse_events(key, ToxicityOptions()),
        options,
        is_example=is_example,
    )


@lru_cache(maxsize=1)
def arithmetic() -> tuple[ArithmeticCheck, ...]:
    """The printed tables checked against themselves."""
    return check_published_arithmetic()


@lru_cache(maxsize=2)
def template(language: Language) -> bytes:
    """The empty workbook to fill in."""
    return template_workbook(language)


@lru_cache(maxsize=2)
def dictionary(language: Language) -> bytes:
    """The data dictionary as a workbook."""
    return dictionary_workbook(language)


@lru_cache(maxsize=2)
def redcap_dictionary(language: Language) -> bytes:
    """The data dictionary in REDCap's form."""
    return redcap_dictionary_csv(language).encode("utf-8-sig")


@lru_cache(maxsize=8)
def interchange(
    key: Key, name: str, form: Form, options: ResponseOptions, language: Language
) -> bytes:
    """The study as a file for another program, cut at its data cut-off."""
    used = replace(options, cutoff=options.cutoff or data(key).data_cutoff)
    parts = StudyParts(name, data(key), endpoints(key, used), response(key, used))
    return interchange_file(form, parts, language)
