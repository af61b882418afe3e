"""Response of the whole cohort: counts, ORR and DCR, overall against liver.

Source: RECIST 1.1 (Eisenhauer 2009, Eur J Cancer 45:228), s4.9 for the denominators.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from core.analysis.response.benefit import clinical_benefit_rate
from core.analysis.response.best import RANK
from core.analysis.response.frames import days, rows_by_patient, start_days, values
from core.analysis.response.lesion_tables import read_lesions, read_measurements
from core.analysis.response.markers import read_markers
from core.analysis.response.patient import (
    PatientReading,
    PatientRecord,
    evaluate_patient,
    read_patient,
)
from core.analysis.response.rates import (
    CONTROL,
    EVALUABLE,
    disease_control_rate,
    objective_response_rate,
)
from core.analysis.response.readers import read_assessments
from core.errors import EmptyCohort
from core.options import ResponseOptions
from core.results.common import Message, Rate
from core.results.response import (
    CATEGORIES,
    CohortResponse,
    Compartment,
    CrossCell,
    PatientResponse,
    ResponseSummary,
)
from core.schema import StudyData


def _first_of(data: StudyData, column: str, *, dated: bool) -> dict[str, Any]:
    """Patient -> first value in ``follow_up``."""
    listed: list[Any] = (
        list(days(data, "follow_up", column)) if dated else values(data, "follow_up", column)
    )
    return {
        patient_id: next((listed[at] for at in rows if listed[at] is not None), None)
        for patient_id, rows in rows_by_patient(data, "follow_up").items()
    }


def patient_records(data: StudyData, options: ResponseOptions) -> list[PatientRecord]:
    """One record per row of ``patients``, with its lesions and readings up to the cut-off."""
    cutoff = None if options.cutoff is None else options.cutoff.toordinal()
    starts = start_days(data)
    lesions = read_lesions(data)
    measurements = read_measurements(data, cutoff)
    readings = read_assessments(data, cutoff)
    markers = read_markers(data, cutoff) if options.marker_required_for_cr else {}
    therapy = _first_of(data, "subsequent_therapy_date", dated=True)
    site = _first_of(data, "progression_site", dated=False)
    progression = _first_of(data, "progression_date", dated=True)
    best = values(data, "patients", "best_response")
    best_liver = values(data, "patients", "best_response_liver")
    return [
        PatientRecord(
            patient_id=patient_id,
            start=starts[patient_id],
            lesions=lesions.get(patient_id, ()),
            measurements=measurements.get(patient_id, ()),
            readings=readings.get(patient_id, ()),
            new_therapy=therapy.get(patient_id),
            recorded_best=best[at],
            recorded_best_liver=best_liver[at],
            recorded_site=site.get(patient_id),
            recorded_progression=progression.get(patient_id),
            markers=markers.get(patient_id, ()),
        )
        for at, patient_id in enumerate(values(data, "patients", "patient_id"))
    ]


def _summary(
    compartment: Compartment,
    categories: Sequence[str],
    options: ResponseOptions,
    *,
    confirmed: bool,
    benefit: Rate | None = None,
) -> ResponseSummary:
    counted = Counter(categories)
    return ResponseSummary(
        compartment=compartment,
        confirmed=confirmed,
        counts={category: counted[category] for category in CATEGORIES},
        orr=objective_response_rate(categories, options),
        dcr=disease_control_rate(categories, options),
        benefit=benefit,
    )


def _confirmed_summary(
    compartment: Compartment, patients: Sequence[PatientResponse], options: ResponseOptions
) -> ResponseSummary | None:
    courses = [one.overall if compartment == "overall" else one.liver for one in patients]
    if not any(course.assessments for course in courses):
        return None
    categories = [course.best.confirmed or "MISSING" for course in courses]
    return _summary(compartment, categories, options, confirmed=True)


def _cross_table(patients: Sequence[PatientResponse]) -> tuple[CrossCell, ...]:
    cells: dict[tuple[str, str], list[str]] = {}
    for one in patients:
        cells.setdefault((one.best, one.best_liver), []).append(one.patient_id)
    ordered = sorted(cells, key=lambda pair: (RANK[pair[0]], RANK[pair[1]]))
    return tuple(CrossCell(*pair, tuple(cells[pair])) for pair in ordered)


def _unlocks(data: StudyData, *, has_overall: bool, has_liver: bool) -> tuple[Message, ...]:
    found = []
    if not has_overall:
        found.append(Message.of("response.unlock.overall"))
    if not has_liver:
        found.append(Message.of("response.unlock.liver"))
    if not data.has("lesion_measurements") or not data.has("lesions"):
        found.append(Message.of("response.unlock.lesions"))
        if not data.has("response_assessments", "overall_response"):
            found.append(Message.of("response.unlock.assessments"))
    return tuple(found)


def read_cohort(data: StudyData, options: ResponseOptions) -> tuple[PatientReading, ...]:
    """Every visit of every patient; depends on ``reading_options`` of the options only."""
    return tuple(read_patient(one, options) for one in patient_records(data, options))


def evaluate_cohort(
    data: StudyData,
    options: ResponseOptions | None = None,
    readings: Sequence[PatientReading] | None = None,
) -> CohortResponse:
    """Response of every patient and of the cohort, overall and in the liver.

    Each patient's response comes from lesion measurements; without them from the reader's
    category per visit; without those from the best response recorded in ``patients``.
    What was recorded is kept beside what was computed, and differences are listed.

    Args:
        readings: what ``read_cohort`` gave for the same study and ``reading_options``; None =
            read now.

    Raises:
        EmptyCohort: the study has no patient.
    """
    chosen = options or ResponseOptions()
    read = read_cohort(data, chosen) if readings is None else readings
    return _summarise(data, tuple(evaluate_patient(one, chosen) for one in read), chosen)


def subset_response(data: StudyData, whole: CohortResponse) -> CohortResponse:
    """Response of some of the patients, taken from that of all: no visit is judged again.

    The same as ``evaluate_cohort`` of ``data``, because each patient is judged alone.

    Args:
        data: the study cut down to these patients (``subset_study``).
        whole: response of the study before it was cut.

    Raises:
        EmptyCohort: none of the patients is in the study.
    """
    kept = set(values(data, "patients", "patient_id"))
    patients = tuple(one for one in whole.patients if one.patient_id in kept)
    return _summarise(data, patients, whole.options)


def _summarise(
    data: StudyData, patients: tuple[PatientResponse, ...], chosen: ResponseOptions
) -> CohortResponse:
    if not patients:
        raise EmptyCohort("no_patients")
    has_overall = any(one.source != "none" for one in patients)
    has_liver = any(one.liver_source != "none" for one in patients)
    better = tuple(
        one.patient_id
        for one in patients
        if one.best_liver in CONTROL
        and one.best in EVALUABLE
        and RANK[one.best_liver] < RANK[one.best]
    )
    return CohortResponse(
        patients=patients,
        overall=(
            _summary(
                "overall",
                [one.best for one in patients],
                chosen,
                confirmed=chosen.confirmed,
                benefit=clinical_benefit_rate(patients, "overall", chosen),
            )
            if has_overall
            else None
        ),
        liver=(
            _summary(
                "liver",
                [one.best_liver for one in patients],
                chosen,
                confirmed=chosen.confirmed,
                benefit=clinical_benefit_rate(patients, "liver", chosen),
            )
            if has_liver
            else None
        ),
        overall_confirmed=_confirmed_summary("overall", patients, chosen),
        liver_confirmed=_confirmed_summary("liver", patients, chosen),
        cross_table=_cross_table(patients) if has_overall and has_liver else (),
        better_in_liver=better,
        options=chosen,
        messages=_unlocks(data, has_overall=has_overall, has_liver=has_liver),
    )
