"""Each patient's time line for the swimmer plot: sessions, response, progression, the end."""

from __future__ import annotations

from datetime import date

from core.analysis.response.frames import days, rows_by_patient, values
from core.options import ResponseOptions
from core.results.courses import LaneEvent, LaneEventKind, PatientLane
from core.results.response import CohortResponse, PatientResponse
from core.schema import StudyData

_Dated = dict[str, list[tuple[int, str]]]


def _dated(data: StudyData, table: str, column: str, detail: str = "") -> _Dated:
    """Patient -> (day, text beside it) of all rows of the table that have the date."""
    listed = days(data, table, column)
    texts = values(data, table, detail) if detail else [None] * len(listed)
    return {
        patient_id: [(day, str(texts[at] or "")) for at in rows if (day := listed[at]) is not None]
        for patient_id, rows in rows_by_patient(data, table).items()
    }


def _lane(
    patient: PatientResponse, start: int, dated: dict[LaneEventKind, _Dated], seen: list[int]
) -> PatientLane | None:
    events = [
        LaneEvent(day - start, kind, detail)
        for kind, found in dated.items()
        for day, detail in found.get(patient.patient_id, ())
        if day >= start
    ]
    course = patient.overall
    if patient.first_pd_day is not None:
        events = [one for one in events if one.kind != "progression"]
        events.append(LaneEvent(patient.first_pd_day, "progression"))
    onset = patient.response_onset_day
    if onset is not None:
        events.append(LaneEvent(onset, "response", patient.best))
    death = next((one.day for one in events if one.kind == "death"), None)
    known = [*(one.day for one in events), *(day - start for day in seen)]
    if course.last_evaluable_day is not None:
        known.append(course.last_evaluable_day)
    if not known or max(known) < 0:
        return None
    end = max(known) if death is None else death
    until = None
    if onset is not None:
        until = (
            patient.first_pd_day
            if patient.first_pd_day is not None
            else (course.last_evaluable_day)
        )
    order = sorted(events, key=lambda one: (one.day, one.kind, one.detail))
    return PatientLane(patient.patient_id, end, death is None, tuple(order), onset, until)


def patient_lanes(
    data: StudyData, cohort: CohortResponse, options: ResponseOptions | None = None
) -> tuple[PatientLane, ...]:
    """The lanes of all patients with a first HAIC and something dated after it.

    Args:
        options: those of ``cohort`` unless given; dates after the cut-off are left out.
    """
    cutoff = (options or cohort.options).cutoff
    dated: dict[LaneEventKind, _Dated] = {
        "session": _dated(data, "haic_sessions", "session_date", "regimen"),
        "progression": _dated(data, "follow_up", "progression_date"),
        "later_treatment": _dated(
            data, "follow_up", "subsequent_therapy_date", "subsequent_therapy"
        ),
        "death": _dated(data, "follow_up", "death_date"),
    }
    contacts = _dated(data, "follow_up", "last_followup_date")
    last = (cutoff or date.max).toordinal()
    kept: dict[LaneEventKind, _Dated] = {
        kind: {who: [one for one in found if one[0] <= last] for who, found in by.items()}
        for kind, by in dated.items()
    }
    lanes = []
    for patient in cohort.patients:
        if patient.start_date is None:
            continue
        seen = [min(day, last) for day, _ in contacts.get(patient.patient_id, ())]
        lane = _lane(patient, patient.start_date.toordinal(), kept, seen)
        if lane is not None:
            lanes.append(lane)
    return tuple(lanes)
