"""Every visit with its category, sentence and rules; and where readers and rules disagree."""

from __future__ import annotations

from core.exports.tables.table import Table, framed
from core.results.response import NOT_APPLICABLE, Assessment, CohortResponse, Course
from core.text.catalogue import Language, say, text
from core.text.numbers import MISSING, compact, day, number

_DIFFERENCES = ("_differs", "reader_pd_unmeasured")


def _signed(value: float | None) -> str:
    if value is None:
        return MISSING
    return ("+" if value > 0 else "") + number(value) + "%"


def _category(code: str, language: Language) -> str:
    return text("tables.not_applicable", language) if code == NOT_APPLICABLE else code


def _headers(language: Language) -> list[str]:
    return [
        text(name, language)
        for name in (
            "tables.date",
            "tables.day",
            "tables.overall_category",
            "tables.reason",
            "tables.sum",
            "tables.from_baseline",
            "tables.from_nadir",
            "tables.target",
            "tables.nontarget",
            "tables.new_lesion",
            "response_tables.continuing",
            "tables.rules",
        )
    ]


def _line(visit: Assessment, shown_as: str, language: Language) -> list[str]:
    return [
        day(visit.date),
        str(visit.day),
        _category(visit.overall, language),
        say(visit.reason, language),
        compact(visit.sum_mm),
        _signed(visit.percent_from_baseline),
        _signed(visit.percent_from_nadir),
        visit.target or MISSING,
        visit.nontarget or MISSING,
        text(f"tables.new.{visit.new_lesion}", language),
        _category(shown_as, language),
        ", ".join(visit.rules),
    ]


def _lines(course: Course, language: Language) -> list[list[str]]:
    return [
        _line(visit, category, language)
        for visit, category in zip(course.assessments, course.displayed, strict=True)
    ]


def course_table(course: Course, language: Language) -> Table:
    """Every visit of one compartment with sums, category and the sentence that explains it."""
    title = text(f"tables.compartment.{course.compartment}", language)
    notes = (
        text("response_tables.continuing_note", language),
        text("response_tables.rules_note", language),
    )
    frame = framed(_lines(course, language), _headers(language))
    return Table(f"course_{course.compartment}", title, frame, notes)


def visits_table(cohort: CohortResponse, language: Language) -> Table:
    """Every visit of every patient, overall, in the liver and outside it."""
    rows = []
    for patient in cohort.patients:
        for course in (patient.overall, patient.liver, patient.extrahepatic):
            if all(one.overall == NOT_APPLICABLE for one in course.assessments):
                continue
            place = text(f"tables.compartment.{course.compartment}", language)
            rows += [[patient.patient_id, place, *line] for line in _lines(course, language)]
    headers = [
        text("common.patient", language),
        text("response_tables.compartment_header", language),
        *_headers(language),
    ]
    notes = (
        text("response_tables.continuing_note", language),
        text("response_tables.rules_note", language),
    )
    title = text("response_tables.visits_title", language)
    return Table("response_visits", title, framed(rows, headers), notes)


def differences_table(cohort: CohortResponse, language: Language) -> Table:
    """Recorded and computed responses that differ, one line each."""
    rows = [
        [patient.patient_id, say(message, language)]
        for patient in cohort.patients
        for message in patient.messages
        if message.code.endswith(_DIFFERENCES)
    ]
    headers = [
        text("common.patient", language),
        text("response_tables.difference_remark", language),
    ]
    title = text("response_tables.differences_title", language)
    return Table("response_differences", title, framed(rows, headers))
