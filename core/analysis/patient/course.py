"""One patient's course put together from the study's tables and the analyses of the study."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.patient.labs import lab_series
from core.errors import ArteriaError
from core.results.patient import (
    EventBar,
    Headline,
    Milestone,
    MilestoneKind,
    PatientCourse,
    ScanPoint,
    SessionPoint,
)
from core.results.response import NOT_APPLICABLE, CohortResponse, Course
from core.results.toxicity import LabGrades
from core.rules.ctcae import resolve_term
from core.schema import StudyData


def _value(row: Any, name: str) -> Any:
    found = getattr(row, name)
    if found is None or pd.isna(found):
        return None
    return found.item() if isinstance(found, np.generic) else found


def _day(row: Any, name: str) -> date | None:
    found = _value(row, name)
    return None if found is None else found.date()


def _words(row: Any, name: str) -> str:
    return str(_value(row, name) or "")


def _rows(data: StudyData, table: str, patient_id: str) -> list[Any]:
    frame = data.table(table)
    return list(frame[frame["patient_id"] == patient_id].itertuples(index=False))


def _headline(
    patient: Any, follow_up: list[Any], sessions: int | None, last_seen: date | None
) -> Headline:
    status = next((_value(one, "vital_status") for one in follow_up), None)
    if any(_day(one, "death_date") for one in follow_up):
        status = "DEAD"
    if status is None and any(_value(one, "os_event") for one in follow_up):
        # A coded time of overall survival ends by death or is censored.
        status = "DEAD"
    lines = _value(patient, "prior_lines")
    return Headline(
        patient_id=patient.patient_id,
        age=_value(patient, "age"),
        sex=_value(patient, "sex"),
        prior_lines=None if lines is None else int(lines),
        mutation=_value(patient, "ras_braf_status"),
        ecog=_value(patient, "ecog"),
        tumor_number=_value(patient, "tumor_number"),
        max_diameter_cm=_value(patient, "max_tumor_diameter_cm"),
        extrahepatic=_value(patient, "extrahepatic_mets"),
        extrahepatic_sites=_value(patient, "extrahepatic_sites"),
        sessions=sessions or _value(patient, "n_haic_sessions"),
        status=status,
        last_seen=last_seen,
    )


def _session(row: Any) -> SessionPoint:
    number = _value(row, "session_no")
    return SessionPoint(
        date=row.session_date.date(),
        number=None if number is None else int(number),
        regimen=_words(row, "regimen"),
        catheter=_words(row, "catheter_position"),
        oxaliplatin_mg=_value(row, "oxaliplatin_mg"),
        leucovorin_mg=_value(row, "leucovorin_mg"),
        fluorouracil_mg=_value(row, "fluorouracil_mg"),
        is_modified=bool(_value(row, "dose_modified")),
        reason=_words(row, "dose_modification_reason"),
        complication=_words(row, "complication_text"),
    )


def _scans(course: Course | None) -> tuple[ScanPoint, ...]:
    return tuple(
        ScanPoint(
            visit.date, visit.sum_mm, visit.percent_from_baseline, visit.overall, visit.reason
        )
        for visit in (course.assessments if course else ())
        if visit.overall != NOT_APPLICABLE
    )


def _milestones(patient: Any, follow_up: list[Any], start: date | None) -> list[Milestone]:
    found: list[Milestone] = []

    def add(when: date | None, kind: MilestoneKind, detail: str = "") -> None:
        if when is not None:
            found.append(Milestone(when, kind, detail))

    add(_day(patient, "diagnosis_date"), "diagnosis")
    add(_day(patient, "enrol_date"), "enrolment")
    add(start, "first_haic")
    for row in follow_up:
        add(
            _day(row, "subsequent_therapy_date"),
            "later_treatment",
            _words(row, "subsequent_therapy"),
        )
        death, seen = _day(row, "death_date"), _day(row, "last_followup_date")
        if death is not None:
            add(death, "death", _words(row, "death_cause"))
        else:
            add(seen, "last_contact")
    return found


def _ends(dates: Iterable[date]) -> tuple[date | None, date | None]:
    known = sorted(dates)
    return (known[0], known[-1]) if known else (None, None)


def patient_course(
    data: StudyData, cohort: CohortResponse, grades: LabGrades, patient_id: str
) -> PatientCourse:
    """The whole course of one patient.

    Args:
        cohort: response of the study, or of a part of it that has the patient.
        grades: laboratory values of the study graded by CTCAE.

    Raises:
        ArteriaError: ``patient_not_found``.
    """
    found = _rows(data, "patients", patient_id)
    if not found:
        raise ArteriaError("patient_not_found", patient_id=patient_id)
    patient = found[0]
    follow_up = _rows(data, "follow_up", patient_id)
    sessions = tuple(
        sorted(
            (_session(row) for row in _rows(data, "haic_sessions", patient_id)),
            key=lambda one: one.date,
        )
    )
    response = cohort.patient(patient_id)
    start = response.start_date if response else None
    milestones = _milestones(patient, follow_up, start)
    if response is not None and response.first_pd_date is not None:
        milestones.append(
            Milestone(response.first_pd_date, "progression", response.progression_site or "")
        )
    events, undated = _events(data, patient_id)
    scans = _scans(response.overall if response else None)
    labs = lab_series(grades.rows[grades.rows["patient_id"] == patient_id])
    first, last = _ends(
        [
            *(one.date for one in milestones),
            *(one.date for one in sessions),
            *(one.date for one in scans),
            *(point.date for series in labs for point in series.points),
            *(one.start for one in events),
        ]
    )
    seen = [one.date for one in milestones if one.kind in ("death", "last_contact")]
    headline = _headline(patient, follow_up, len(sessions) or None, max(seen, default=None))
    return PatientCourse(
        headline=headline,
        start=start,
        first=first,
        last=last,
        sessions=sessions,
        scans=scans,
        liver_scans=_scans(response.liver if response else None),
        labs=labs,
        events=events,
        undated_events=undated,
        milestones=tuple(sorted(milestones, key=lambda one: (one.date, one.kind))),
    )


def _term(recorded: str) -> str:
    found = resolve_term(recorded)
    return found.term if found else recorded


def _events(data: StudyData, patient_id: str) -> tuple[tuple[EventBar, ...], int]:
    bars, undated = [], 0
    for row in _rows(data, "adverse_events", patient_id):
        start = _day(row, "ae_start")
        if start is None:
            undated += 1
            continue
        grade = _value(row, "ae_grade")
        bars.append(
            EventBar(
                _term(_words(row, "ctcae_term") or row.ae_term),
                None if grade is None else int(grade),
                start,
                _day(row, "ae_end"),
                _value(row, "ae_related"),
            )
        )
    return tuple(sorted(bars, key=lambda one: (one.start, one.term))), undated
