"""One patient under one endpoint: dates first, coded months where dates are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.analysis.endpoints.assemble import (
    build_timeline,
    course_of,
    iso_date,
    recorded_progression,
)
from core.analysis.endpoints.coded import CodedTime, read_coded
from core.analysis.endpoints.records import FollowUpRecord
from core.analysis.endpoints.timeline import Outcome, Timeline, measure, order_problem
from core.options import DAYS_PER_MONTH, ResponseOptions
from core.results.common import Message
from core.results.endpoints import NotDerived, TimeToEvent
from core.results.response import Course, PatientResponse
from core.rules.endpoints import EndpointRule

_DIFFERENCE_MONTHS = 0.1


@dataclass(frozen=True, slots=True)
class StudyColumns:
    """Which evidence the study has at all, whoever it is about."""

    has_imaging: bool
    has_liver_imaging: bool
    has_progression_dates: bool
    has_progression_sites: bool


@dataclass(frozen=True, slots=True)
class Derived:
    """The time or the reason of its absence; both None outside the endpoint's population."""

    time: TimeToEvent | None
    missing: NotDerived | None
    messages: tuple[Message, ...] = ()


def _dates_suffice(
    rule: EndpointRule, course: Course, record: FollowUpRecord, study: StudyColumns
) -> bool:
    """Whether dates alone say when the endpoint was reached or how long it was not."""
    if "progression" not in rule.events:
        return True
    if course.assessments or recorded_progression(rule, record) is not None:
        return True
    if rule.compartment == "liver":
        if study.has_liver_imaging:
            return record.progression is None
        # After progression outside the liver nothing tells how long the liver held.
        return study.has_progression_sites and record.progression is None
    return study.has_imaging or study.has_progression_dates


def _has_no_scans(rule: EndpointRule, course: Course, study: StudyColumns) -> bool:
    imaging = study.has_imaging if rule.compartment == "overall" else study.has_liver_imaging
    return not imaging and not course.assessments and rule.censor == "last_assessment"


def _by_dates(
    rule: EndpointRule,
    response: PatientResponse,
    record: FollowUpRecord,
    study: StudyColumns,
    options: ResponseOptions,
) -> tuple[Outcome | Message | None, tuple[Message, ...]]:
    """Outcome by dates, or the message why not; None outside the population."""
    if record.start is None:
        return Message.of("endpoints.missing.start"), ()
    cutoff = None if options.cutoff is None else options.cutoff.toordinal()
    if cutoff is not None and record.start > cutoff:
        return Message.of("endpoints.missing.start_after_cutoff"), ()
    timeline, messages = build_timeline(rule, record.start, response, record, options)
    problem = order_problem(timeline)
    if problem is not None:
        return Message.of(f"endpoints.problem.{problem}"), messages
    course = course_of(rule, response)
    if not _dates_suffice(rule, course, record, study):
        return Message.of(f"endpoints.missing.progression_{rule.compartment}"), messages
    undated_death = record.death_known and timeline.death is None
    if undated_death and "death" in rule.events and timeline.progression is None:
        return Message.of("endpoints.missing.death_date"), messages
    outcome = measure(
        rule,
        timeline,
        censor_new_therapy=options.new_therapy == "censor",
        missed_visit_days=options.missed_visit_days if course.assessments else None,
    )
    if outcome is not None and not outcome.is_event and _has_no_scans(rule, course, study):
        # Nobody was scanned on record: the last contact is the best date there is.
        outcome = _censored_at_contact(timeline)
    if outcome is None and not rule.is_of_responders:
        return Message.of("endpoints.missing.last_contact"), messages
    return outcome, messages


def _censored_at_contact(timeline: Timeline) -> Outcome | None:
    end = timeline.last_contact
    if end is None:
        return None
    reason = Message.of("endpoints.reason.censored_contact_no_scans", date=iso_date(end))
    return Outcome(timeline.start, end, False, reason)


def _coded_wins(
    rule: EndpointRule, outcome: Outcome, coded: CodedTime, record: FollowUpRecord, course: Course
) -> bool:
    """Whether the coded time says more than what the dates leave to be inferred."""
    if outcome.reason.code == "endpoints.reason.death_at_contact":
        return coded.is_event and _differ(outcome, coded)
    if rule.censor == "last_contact":
        # A session or scan shows the patient alive that day; a recorded time may reach further.
        reaches_further = coded.days > outcome.end - outcome.start
        return not outcome.is_event and record.last_contact is None and reaches_further
    if rule.censor != "last_assessment" or course.assessments:
        return False
    if recorded_progression(rule, record) is not None:
        return False
    # Without scans or a progression date only the coded time can hold the progression.
    days = outcome.end - outcome.start
    return not outcome.is_event or (coded.is_event and coded.days < days)


def _differ(outcome: Outcome, coded: CodedTime) -> bool:
    days = outcome.end - outcome.start
    return abs(days - coded.days) > _DIFFERENCE_MONTHS * DAYS_PER_MONTH


def _undated_response(rule: EndpointRule, response: PatientResponse) -> Derived:
    """A recorded response without its date is listed; no response is no part of it."""
    wanted = ("CR",) if rule.start == "first_complete_response" else ("CR", "PR")
    if response.best not in wanted:
        return Derived(None, None)
    reason = Message.of("endpoints.missing.response_date")
    return Derived(None, NotDerived(response.patient_id, reason))


def derive_patient(
    rule: EndpointRule,
    response: PatientResponse,
    record: FollowUpRecord,
    study: StudyColumns,
    options: ResponseOptions,
) -> Derived:
    """Time to event of one patient under one endpoint.

    Dates win over coded months; where both exist and differ by more than 0.1 month or in
    the event, a message names both.
    """
    if rule.is_of_responders and response.response_onset_day is None:
        return _undated_response(rule, response)
    found, messages = _by_dates(rule, response, record, study, options)
    if found is None:
        return Derived(None, None)
    cutoff = None if options.cutoff is None else options.cutoff.toordinal()
    coded = read_coded(rule, record, cutoff)
    patient_id = response.patient_id
    if isinstance(found, Message):
        is_impossible = found.code.startswith("endpoints.problem.")
        if isinstance(coded, Message) or is_impossible:
            return Derived(None, NotDerived(patient_id, _reason_missing(found, coded)), messages)
        if cutoff is not None and record.start is None:
            messages += (Message.of("endpoints.note.coded_not_cut"),)
        return Derived(_coded_time(patient_id, coded), None, messages)
    if isinstance(coded, CodedTime):
        messages += _coded_difference(found, coded)
        if _coded_wins(rule, found, coded, record, course_of(rule, response)):
            return Derived(_coded_time(patient_id, coded), None, messages)
    time = TimeToEvent(
        patient_id=patient_id,
        time_days=found.end - found.start,
        is_event=found.is_event,
        start=date.fromordinal(found.start),
        end=date.fromordinal(found.end),
        reason=found.reason,
        source="dates",
    )
    return Derived(time, None, messages)


def _reason_missing(by_dates: Message, coded: CodedTime | Message) -> Message:
    """A time without its event flag is the nearest thing to repair."""
    if isinstance(coded, Message) and coded.code == "endpoints.missing.event":
        return coded
    return by_dates


def _coded_time(patient_id: str, coded: CodedTime) -> TimeToEvent:
    return TimeToEvent(patient_id, coded.days, coded.is_event, None, None, coded.reason, "coded")


def _coded_difference(outcome: Outcome, coded: CodedTime) -> tuple[Message, ...]:
    if not _differ(outcome, coded) and outcome.is_event == coded.is_event:
        return ()
    computed = (outcome.end - outcome.start) / DAYS_PER_MONTH
    recorded = coded.days / DAYS_PER_MONTH
    return (
        Message.of(
            "endpoints.note.coded_differs",
            computed_months=round(computed, 2),
            recorded_months=round(recorded, 2),
            computed_event=f"@endpoints.event.{'yes' if outcome.is_event else 'no'}",
            recorded_event=f"@endpoints.event.{'yes' if coded.is_event else 'no'}",
        ),
    )
