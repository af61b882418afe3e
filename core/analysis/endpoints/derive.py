"""All endpoints of a study from its dates, responses and coded times.

Source: RECIST 1.1 (Eisenhauer 2009) s4.6; definitions in ``rules/endpoints.toml``.
"""

from __future__ import annotations

from dataclasses import replace

from core.analysis.endpoints.patient import Derived, StudyColumns, derive_patient
from core.analysis.endpoints.records import follow_up_records
from core.options import ResponseOptions
from core.results.endpoints import Endpoint, Endpoints, PatientMessage
from core.results.response import CohortResponse
from core.rules.endpoints import endpoint_rules
from core.schema import StudyData


def _study_columns(data: StudyData) -> StudyColumns:
    lesions = data.has("lesions") and data.has("lesion_measurements")
    readings = data.has("response_assessments", "overall_response")
    return StudyColumns(
        has_imaging=lesions or readings,
        has_liver_imaging=lesions or data.has("response_assessments", "intrahepatic_response"),
        has_progression_dates=data.has("follow_up", "progression_date"),
        has_progression_sites=data.has("follow_up", "progression_site"),
    )


def derive_endpoints(
    data: StudyData, response: CohortResponse, options: ResponseOptions | None = None
) -> Endpoints:
    """Times to event of every patient: OS, PFS, intrahepatic PFS, TTP, DoR and others.

    Args:
        data: the study; ``response`` must have been computed from it.
        options: those of ``response`` unless given.

    Returns:
        Each patient either has a time, or is listed with the reason why not; patients
        without a response are no part of the endpoints of responders. Values that differ
        between dates and record are listed, both named.
    """
    chosen = options or response.options
    cutoff = None if chosen.cutoff is None else chosen.cutoff.toordinal()
    records = follow_up_records(data, cutoff)
    study = _study_columns(data)
    items = {}
    differences: dict[PatientMessage, None] = {}
    for code, rule in endpoint_rules().items():
        derived: list[Derived] = []
        for patient in response.patients:
            one = derive_patient(rule, patient, records[patient.patient_id], study, chosen)
            derived.append(one)
            for message in one.messages:
                differences[PatientMessage(patient.patient_id, message)] = None
        items[code] = Endpoint(
            code=code,
            label=f"endpoints.{code}.label",
            definition=f"endpoints.{code}.definition",
            times=tuple(one.time for one in derived if one.time is not None),
            not_derived=tuple(one.missing for one in derived if one.missing is not None),
        )
    return Endpoints(items=items, differences=tuple(differences), options=chosen)


def subset_endpoints(
    data: StudyData, response: CohortResponse, study: StudyData, whole: Endpoints
) -> Endpoints:
    """Times of some of the patients, taken from those of all; the same as deriving them anew.

    What a missing date means depends on whether anybody in the study has such dates. Where
    these patients have evidence of fewer kinds than the study, their times are derived anew.

    Args:
        data: the study cut down to these patients; ``response`` is theirs.
        study: the study before it was cut; ``whole`` are its endpoints.
    """
    if _study_columns(data) != _study_columns(study):
        return derive_endpoints(data, response, whole.options)
    kept = {one.patient_id for one in response.patients}
    items = {
        code: replace(
            endpoint,
            times=tuple(one for one in endpoint.times if one.patient_id in kept),
            not_derived=tuple(one for one in endpoint.not_derived if one.patient_id in kept),
        )
        for code, endpoint in whole.items.items()
    }
    differences = tuple(one for one in whole.differences if one.patient_id in kept)
    return Endpoints(items=items, differences=differences, options=whole.options)
