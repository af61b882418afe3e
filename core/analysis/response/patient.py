"""Response of one patient from whatever was recorded: lesions, readings or a category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.analysis.response.courses import (
    coded_course,
    computed_assessments,
    recorded_course,
    summarise_course,
)
from core.analysis.response.imaging import Imaging, read_imaging
from core.analysis.response.lesion_tables import LesionRow, MeasurementRow
from core.analysis.response.markers import MarkerRow, with_markers
from core.analysis.response.readers import LONGEST_VISIT_DAYS, ReaderRow
from core.options import ResponseOptions
from core.results.common import Message
from core.results.response import Assessment, Compartment, Course, PatientResponse, ResponseSource
from core.rules.response_criteria import RECIST, criteria_sets

COMPARTMENTS: tuple[Compartment, ...] = ("overall", "liver", "extrahepatic")


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """All that the study holds about one patient's response."""

    patient_id: str
    start: int | None
    lesions: Sequence[LesionRow]
    measurements: Sequence[MeasurementRow]
    readings: Sequence[ReaderRow]
    new_therapy: int | None
    recorded_best: str | None
    recorded_best_liver: str | None
    recorded_site: str | None
    recorded_progression: int | None
    markers: Sequence[MarkerRow] = ()


@dataclass(frozen=True, slots=True)
class PatientReading:
    """A patient's record, and what its scans say at each visit.

    Attributes:
        imaging: None if nothing was measured.
        assessments: compartment -> visits computed from the lesions; empty without imaging.
    """

    record: PatientRecord
    imaging: Imaging | None
    assessments: Mapping[Compartment, tuple[Assessment, ...]]


def reading_options(options: ResponseOptions) -> ResponseOptions:
    """The part of the options that a ``PatientReading`` depends on; the rest as by default."""
    return ResponseOptions(
        criteria=options.criteria,
        marker_required_for_cr=options.marker_required_for_cr,
        lenient_nontargets=options.lenient_nontargets,
        cutoff=options.cutoff,
    )


def read_patient(record: PatientRecord, options: ResponseOptions) -> PatientReading:
    """Every visit of one patient by the lesion rules, in all compartments."""
    imaging = read_imaging(
        record.lesions,
        record.measurements,
        record.readings,
        record.start,
        criteria_sets()[options.criteria],
    )
    if imaging is None:
        return PatientReading(record, None, {})
    if options.marker_required_for_cr:
        imaging = with_markers(imaging, record.markers)
    read = {name: computed_assessments(imaging, name, options) for name in COMPARTMENTS}
    return PatientReading(record, imaging, read)


def _choose_course(
    compartment: Compartment, reading: PatientReading, options: ResponseOptions
) -> tuple[Course, ResponseSource]:
    """The course by the best evidence there is: lesions, readings, the recorded category."""
    record, imaging = reading.record, reading.imaging
    reference = _reference_day(record, imaging)
    therapy = therapy_from_start(record, imaging)
    if imaging is not None:
        has_disease = compartment == "overall" or any(
            lesion.intrahepatic is (compartment == "liver") for lesion in imaging.lesions
        )
        computed = reading.assessments[compartment]
        course = summarise_course(compartment, computed, options, therapy)
        applies = has_disease or course.first_pd_day is not None or compartment == "extrahepatic"
        if applies and course.assessments:
            return course, "lesions"
    course = recorded_course(record.readings, compartment, reference, options, therapy)
    if course.assessments:
        return course, "assessments"
    recorded = {"overall": record.recorded_best, "liver": record.recorded_best_liver}
    category = recorded.get(compartment)
    return coded_course(compartment, category), "none" if category is None else "recorded"


def therapy_from_start(record: PatientRecord, imaging: Imaging | None) -> int | None:
    """Day of the first later therapy, counted as the assessments are; None = none usable."""
    if record.new_therapy is None or _therapy_is_impossible(record):
        return None
    return record.new_therapy - _reference_day(record, imaging)


def _therapy_is_impossible(record: PatientRecord) -> bool:
    """A later therapy dated on or before the first HAIC would leave nothing to assess."""
    start, therapy = record.start, record.new_therapy
    return start is not None and therapy is not None and therapy <= start


def _reference_day(record: PatientRecord, imaging: Imaging | None) -> int:
    if imaging is not None:
        return imaging.reference_day
    if record.start is not None:
        return record.start
    return min((row.day for row in record.readings), default=0)


def _progression_site(record: PatientRecord, liver: Course, outside: Course, pd: int | None) -> str:
    """Where the first progression was seen: at that visit, by compartment."""
    in_liver = pd is not None and liver.first_pd_day is not None and liver.first_pd_day <= pd
    elsewhere = pd is not None and outside.first_pd_day is not None and outside.first_pd_day <= pd
    if in_liver and elsewhere:
        return "BOTH"
    if in_liver:
        return "INTRAHEPATIC"
    if elsewhere:
        return "EXTRAHEPATIC"
    return record.recorded_site or "UNKNOWN"


_LIVER_SIGNS = (
    ("O-NEW", "NEW"),
    ("NL2-BACKDATED", "NEW"),
    ("O-TARGET-PD", "TARGET"),
    ("O-NONTARGET-PD", "NONTARGET"),
)


def _liver_progression(liver: Course) -> str | None:
    """What progressed at the liver's first progression; a new lesion is named first."""
    first = next((one for one in liver.assessments if one.dated_response == "PD"), None)
    if first is None:
        return None
    return next((sign for rule, sign in _LIVER_SIGNS if rule in first.rules), None)


def _same_visit(row: ReaderRow, assessments: Sequence[Assessment]) -> Assessment | None:
    """The computed assessment of the visit that a reading is about."""
    for one in assessments:
        apart = abs(one.date.toordinal() - row.day)
        same_label = bool(row.label) and row.label == one.visit
        if apart == 0 or (same_label and apart <= LONGEST_VISIT_DAYS):
            return one
    return None


def _differences(
    record: PatientRecord,
    overall: Course,
    liver: Course,
    best: tuple[str, str],
    options: ResponseOptions,
) -> list[Message]:
    found: list[Message] = []
    if options.criteria != RECIST:
        # Readings are by RECIST 1.1; other criteria are expected to differ.
        return found
    for recorded, computed, course, name in (
        (record.recorded_best, best[0], overall, "best_differs"),
        (record.recorded_best_liver, best[1], liver, "best_liver_differs"),
    ):
        if recorded is not None and course.assessments and recorded != computed:
            found.append(Message.of(f"response.note.{name}", recorded=recorded, computed=computed))
    if overall.assessments and "READER" in overall.assessments[0].rules:
        return found
    for row in record.readings:
        one = _same_visit(row, overall.assessments)
        if one is not None and row.overall is not None and row.overall != one.overall:
            found.append(
                Message.of(
                    "response.note.visit_differs",
                    date=one.date.isoformat(),
                    recorded=row.overall,
                    computed=one.overall,
                )
            )
        if one is None and row.overall == "PD" and overall.assessments:
            iso = date.fromordinal(row.day).isoformat()
            found.append(Message.of("response.note.reader_pd_unmeasured", date=iso))
    return found


def evaluate_patient(reading: PatientReading, options: ResponseOptions) -> PatientResponse:
    """Response of one patient in all compartments, with what differs from the record.

    Args:
        reading: made with the same criteria, marker, leniency and cut-off as ``options`` has.

    Without a date of the first HAIC the minimum time before SD can't be applied; a
    message says so.
    """
    record, imaging = reading.record, reading.imaging
    messages: list[Message] = []
    used = options
    if record.start is None:
        used = replace(options, sd_min_days=0)
    overall, source = _choose_course("overall", reading, used)
    liver, liver_source = _choose_course("liver", reading, used)
    outside, _ = _choose_course("extrahepatic", reading, used)
    if imaging is not None:
        messages += imaging.messages
    elif record.start is None and overall.assessments:
        messages.append(Message.of("response.note.no_start_date"))
    if _therapy_is_impossible(record):
        messages.append(Message.of("response.note.therapy_before_start"))
    best, onset = _main(overall, options)
    best_liver, _ = _main(liver, options)
    if options.confirmed and source == "recorded":
        messages.append(Message.of("response.note.cannot_confirm"))
    messages += [
        Message.of("response.note.cr_then_lesser")
        for flag in overall.best.flags
        if flag == "CR_THEN_LESSER"
    ]
    messages += _differences(record, overall, liver, (best, best_liver), options)
    progressed = overall.first_pd_day is not None or (
        not overall.assessments and record.recorded_progression is not None
    )
    return PatientResponse(
        patient_id=record.patient_id,
        start_date=None if record.start is None else date.fromordinal(record.start),
        source=source,
        liver_source=liver_source,
        overall=overall,
        liver=liver,
        extrahepatic=outside,
        best=best,
        best_unconfirmed=overall.best.unconfirmed,
        best_confirmed=overall.best.confirmed,
        best_liver=best_liver,
        best_liver_unconfirmed=liver.best.unconfirmed,
        best_liver_confirmed=liver.best.confirmed,
        recorded_best=record.recorded_best,
        recorded_best_liver=record.recorded_best_liver,
        best_change_percent=overall.best_change_percent,
        best_change_liver_percent=liver.best_change_percent,
        first_pd_day=overall.first_pd_day,
        first_pd_date=overall.first_pd_date,
        first_liver_pd_day=liver.first_pd_day,
        first_liver_pd_date=liver.first_pd_date,
        progression_site=(
            _progression_site(record, liver, outside, overall.first_pd_day) if progressed else None
        ),
        liver_progression=_liver_progression(liver),
        response_onset_day=onset,
        messages=tuple(messages),
    )


def _main(course: Course, options: ResponseOptions) -> tuple[str, int | None]:
    """Main best response and its onset: confirmed if asked for and possible."""
    best = course.best
    if options.confirmed and best.confirmed is not None:
        return best.confirmed, best.confirmed_onset_day
    return best.unconfirmed, best.onset_day
