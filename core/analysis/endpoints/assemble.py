"""One patient's timeline from responses and follow-up, for one endpoint's compartment."""

from __future__ import annotations

from datetime import date

from core.analysis.endpoints.records import FollowUpRecord
from core.analysis.endpoints.timeline import Timeline
from core.analysis.response.rates import EVALUABLE
from core.options import ResponseOptions
from core.results.common import Message
from core.results.response import Course, PatientResponse
from core.rules.endpoints import EndpointRule

_LIVER_SITES = ("INTRAHEPATIC", "BOTH")


def course_of(rule: EndpointRule, response: PatientResponse) -> Course:
    """The course whose progression and assessments the endpoint looks at."""
    return response.overall if rule.compartment == "overall" else response.liver


def iso_date(day: int) -> str:
    """A day ordinal as an ISO date."""
    return date.fromordinal(day).isoformat()


def recorded_progression(rule: EndpointRule, record: FollowUpRecord) -> int | None:
    """The progression that the team recorded, if it lies in the endpoint's compartment."""
    if rule.compartment == "liver" and record.site not in _LIVER_SITES:
        return None
    return record.progression


def _progression(
    rule: EndpointRule, course: Course, record: FollowUpRecord
) -> tuple[int | None, bool, tuple[Message, ...]]:
    """First progression, whether it is only recorded, and what differs."""
    recorded = recorded_progression(rule, record)
    computed = course.first_pd_date.toordinal() if course.first_pd_date else None
    if computed is None:
        if recorded is None or not course.assessments:
            return recorded, True, ()
        return (
            recorded,
            True,
            (Message.of("endpoints.note.progression_only_recorded", recorded=iso_date(recorded)),),
        )
    if recorded is not None and recorded != computed:
        return (
            computed,
            False,
            (
                Message.of(
                    "endpoints.note.progression_differs",
                    recorded=iso_date(recorded),
                    computed=iso_date(computed),
                ),
            ),
        )
    return computed, False, ()


def _onset(start: int, day: int | None) -> int | None:
    return None if day is None else start + day


def build_timeline(
    rule: EndpointRule,
    start: int,
    response: PatientResponse,
    record: FollowUpRecord,
    options: ResponseOptions,
) -> tuple[Timeline, tuple[Message, ...]]:
    """The dated course that one endpoint looks at, with remarks on differing dates."""
    course = course_of(rule, response)
    progression, is_recorded, messages = _progression(rule, course, record)
    contacts = [day for day in (record.last_contact, record.last_seen) if day is not None]
    last_contact = max(contacts, default=None)
    death, at_contact = record.death, False
    if death is None and record.death_known and record.last_contact is not None:
        # Sheets with one end date and a status write the day of death as the last contact.
        death, at_contact = last_contact, True
        messages += (
            Message.of(
                "endpoints.note.death_at_contact",
                date=iso_date(last_contact or record.last_contact),
            ),
        )
    if record.death is not None and (record.last_contact or 0) > record.death:
        messages += (Message.of("endpoints.note.contact_after_death"),)
    timeline = Timeline(
        start=start,
        progression=progression,
        progression_recorded=is_recorded,
        death=death,
        death_at_contact=at_contact,
        last_contact=last_contact,
        evaluable=tuple(
            one.date.toordinal() for one in course.assessments if one.dated_response in EVALUABLE
        ),
        response=_onset(start, response.response_onset_day),
        complete_response=(
            _onset(start, response.overall.best.cr_onset_day) if response.best == "CR" else None
        ),
        new_therapy=record.new_therapy,
        cutoff=None if options.cutoff is None else options.cutoff.toordinal(),
    )
    return timeline, messages
