"""Bounded caches around the core's functions, keyed by study version and options.

The results are frozen, so the visitors of one server share them; each visitor's permission is
asked for at every call (``pages/parts/shared.py``). Nothing is written to disk.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from core import enrolment
from core.analysis import cohort
from core.analysis.baseline.derive import derive_factors
from core.analysis.baseline.table import tabulate_baseline
from core.analysis.baseline_groups import with_outcome_groups
from core.analysis.dosing.regimen import Regimen
from core.analysis.dosing.sessions import dose_intensity, session_inputs
from core.analysis.eligibility.cohort import screen_cohort
from core.analysis.eligibility.cycles import judge_cycles
from core.analysis.eligibility.edit import content_of, protocol_from
from core.analysis.eligibility.protocol import Protocol, next_cycle_protocol
from core.analysis.endpoints.derive import derive_endpoints, subset_endpoints
from core.analysis.patient.course import patient_course
from core.analysis.response.cohort import evaluate_cohort, read_cohort, subset_response
from core.analysis.response.groups import response_by_factor
from core.analysis.response.lanes import patient_lanes
from core.analysis.response.lesion_map import lesion_map
from core.analysis.response.patient import PatientReading, reading_options
from core.analysis.response.second_engine import check_response
from core.analysis.subset import subset_study
from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.labs import grade_labs
from core.analysis.validation.arithmetic import check_published_arithmetic
from core.exports.dictionary import dictionary_workbook, redcap_dictionary_csv
from core.exports.interchange.form import Form
from core.exports.interchange.forms import interchange_file
from core.exports.interchange.parts import StudyParts
from core.exports.template import template_workbook
from core.options import (
    AnalysisOptions,
    Convention,
    ResponseOptions,
    SurvivalOptions,
    ToxicityOptions,
)
from core.results.baseline import BaselineTable, FactorFrame
from core.results.cohort import EndpointCurves
from core.results.common import Finding
from core.results.courses import LesionMap, PatientLane
from core.results.dosing import DrugIntensity, SessionInputs
from core.results.eligibility import CohortEligibility, CohortFitness, Waiver
from core.results.endpoints import Endpoints
from core.results.patient import PatientCourse
from core.results.response import CohortResponse, Compartment, ResponseCheck
from core.results.response_groups import GroupedResponse
from core.results.toxicity import AdverseEventTable, LabGrades
from core.results.validation import ArithmeticCheck, PublishedComparison
from core.schema import StudyData
from core.storage.studies import VersionInfo
from core.text.catalogue import Language
from pages.parts import state
from pages.parts.shared import Key, shared


def key_of(info: VersionInfo) -> Key:
    """What identifies a study version and the subgroup chosen in it in every cache."""
    return (info.study_id, info.number, info.content_hash, state.subgroup())


def whole_key_of(info: VersionInfo) -> Key:
    """The key of the version with all its patients."""
    return (info.study_id, info.number, info.content_hash, ())


def _whole(key: Key) -> Key:
    return (*key[:3], ())


@shared(maxsize=8)
def data(key: Key) -> StudyData:
    """The tables of the version, cut down to the chosen patients."""
    if key[3]:
        return subset_study(data(_whole(key)), key[3])
    return state.store().load_version(key[0], key[1])[0]


@shared(maxsize=64)
def response_groups(
    key: Key, options: ResponseOptions, factor: str, compartment: Compartment
) -> GroupedResponse:
    """Response by the levels of a factor."""
    return response_by_factor(response(key, options), factors(key), factor, compartment)


@shared(maxsize=16)
def response_check(key: Key, options: ResponseOptions) -> ResponseCheck:
    """The categories computed a second time."""
    evaluated = response(key, options)
    return check_response(readings(key, reading_options(evaluated.options)), evaluated)


@shared(maxsize=16)
def lanes(key: Key, options: ResponseOptions) -> tuple[PatientLane, ...]:
    """Each patient's time line."""
    evaluated = response(key, options)
    return patient_lanes(data(key), evaluated, evaluated.options)


@shared(maxsize=64)
def lesions_of(key: Key, options: ResponseOptions, patient_id: str) -> LesionMap | None:
    """One patient's lesions over the visits."""
    return lesion_map(data(key), patient_id, response(key, options).options.cutoff)


@shared(maxsize=128)
def course_of(key: Key, options: ResponseOptions, patient_id: str) -> PatientCourse:
    """One patient's whole course."""
    return patient_course(data(key), response(key, options), lab_grades(key), patient_id)


@shared(maxsize=16)
def findings(key: Key) -> tuple[Finding, ...]:
    """The findings of the version."""
    return state.store().load_findings(key[0], key[1])


@shared(maxsize=16)
def factors(key: Key) -> FactorFrame:
    """Every patient's level of every factor."""
    return derive_factors(data(key))


@shared(maxsize=32)
def grouped_factors(
    key: Key, response_options: ResponseOptions, chosen: tuple[str, ...]
) -> FactorFrame:
    """The factors, and outcomes and the chosen patients as further groupings."""
    return with_outcome_groups(
        factors(key), response(key, response_options), endpoints(key, response_options), chosen
    )


@shared(maxsize=64)
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


def eligibility(key: Key) -> CohortEligibility:
    """Every patient against every criterion of the protocol that the study has in force."""
    current = enrolment.protocol_versions(state.store().entries, key[0])[-1]
    waivers = enrolment.waivers_in_force(state.store().entries, key[0])
    return screened(key, content_of(current.protocol), waivers)


@shared(maxsize=32)
def screened(key: Key, protocol: str, waivers: tuple[Waiver, ...]) -> CohortEligibility:
    """Every patient against a protocol as JSON, in force or being edited."""
    return screen_cohort(data(key), protocol_from(protocol), waivers)


def screened_by(key: Key, protocol: Protocol, waivers: tuple[Waiver, ...]) -> CohortEligibility:
    """Every patient against a version of the protocol."""
    return screened(key, content_of(protocol), waivers)


@shared(maxsize=32)
def fitness(key: Key, protocol: str) -> CohortFitness:
    """Every session against the criteria of a cycle, as JSON."""
    return judge_cycles(data(key), protocol_from(protocol))


@shared(maxsize=4)
def readings(key: Key, options: ResponseOptions) -> tuple[PatientReading, ...]:
    """Every visit by the lesion rules, which most options of the screen leave as it is."""
    if key[3]:
        chosen = set(key[3])
        read = readings(_whole(key), options)
        return tuple(one for one in read if one.record.patient_id in chosen)
    return read_cohort(data(key), options)


@shared(maxsize=32)
def response(key: Key, options: ResponseOptions) -> CohortResponse:
    """RECIST 1.1 of every patient; chosen patients' from that of all."""
    study = data(key)
    if key[3]:
        return subset_response(study, response(_whole(key), options))
    used = cohort.effective_options(study, AnalysisOptions(response=options)).response
    return evaluate_cohort(study, used, readings(key, reading_options(used)))


@shared(maxsize=32)
def endpoints(key: Key, options: ResponseOptions) -> Endpoints:
    """Times to event of every patient; chosen patients' from those of all."""
    evaluated = response(key, options)
    if key[3]:
        whole = _whole(key)
        return subset_endpoints(data(key), evaluated, data(whole), endpoints(whole, options))
    return derive_endpoints(data(key), evaluated, evaluated.options)


@shared(maxsize=64)
def endpoint_curves(
    key: Key, code: str, options: SurvivalOptions, response_options: ResponseOptions
) -> EndpointCurves:
    """The curve of all patients for one endpoint."""
    return cohort.estimate_endpoint(endpoints(key, response_options), code, options)


@shared(maxsize=16)
def lab_grades(key: Key) -> LabGrades:
    """Laboratory values graded by CTCAE."""
    return grade_labs(data(key))


@shared(maxsize=32)
def adverse_events(key: Key, options: ToxicityOptions) -> AdverseEventTable:
    """Table 3."""
    return tabulate_adverse_events(data(key), options, lab_grades(key))


@shared(maxsize=16)
def published(
    key: Key,
    options: SurvivalOptions,
    response_options: ResponseOptions,
    toxicity: ToxicityOptions,
    is_example: bool,
) -> tuple[PublishedComparison, ...]:
    """The published series' figures beside the study's."""
    return cohort.compare_with_publication(
        data(key),
        factors(key),
        endpoints(key, response_options),
        response(key, response_options),
        adverse_events(key, toxicity),
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


@shared(maxsize=8)
def interchange(
    key: Key, name: str, form: Form, options: ResponseOptions, language: Language
) -> bytes:
    """The study as a file for another program, cut at its data cut-off."""
    used = replace(options, cutoff=options.cutoff or data(key).data_cutoff)
    parts = StudyParts(name, data(key), endpoints(key, used), response(key, used))
    return interchange_file(form, parts, language)


@shared(maxsize=64)
def dose_inputs(key: Key, patient_id: str) -> tuple[SessionInputs, ...]:
    """What the study records for the dose of each session of a patient."""
    shipped = content_of(next_cycle_protocol())
    return session_inputs(data(key), patient_id, fitness(key, shipped))


@shared(maxsize=16)
def intensity(key: Key, regimen: Regimen) -> tuple[DrugIntensity, ...]:
    """Given against planned dose."""
    return dose_intensity(data(key), regimen)
