"""One patient's dated course, and the time to event that a definition makes of it.

Convention: days = end - start (no +1). Days are ordinals of the Gregorian calendar.

Source: RECIST 1.1 (Eisenhauer 2009) s4.6; PFS and OS from the first HAIC on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.results.common import Message
from core.rules.endpoints import EndpointRule


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened on which day; None = did not happen or is not known.

    Attributes:
        progression: first progression of the compartment that the endpoint looks at.
        progression_recorded: that date was recorded, not read from scans.
        death_at_contact: no date of death, only a last contact of a patient known dead.
        last_contact: last day on which the patient was known to be alive.
        evaluable: days of the assessments that were not NE.
        response, complete_response: first response that counts.
        new_therapy: first new anticancer therapy.
        cutoff: end of the data used.
    """

    start: int
    progression: int | None = None
    progression_recorded: bool = False
    death: int | None = None
    death_at_contact: bool = False
    last_contact: int | None = None
    evaluable: tuple[int, ...] = ()
    response: int | None = None
    complete_response: int | None = None
    new_therapy: int | None = None
    cutoff: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Time zero, end and what ended the time."""

    start: int
    end: int
    is_event: bool
    reason: Message


def order_problem(timeline: Timeline) -> str | None:
    """Code of an impossible order of dates; None if there is none.

    >>> order_problem(Timeline(start=100, death=88))
    'death_before_start'
    """
    start, death = timeline.start, timeline.death
    if death is not None and death < start:
        return "death_before_start"
    if timeline.progression is not None and timeline.progression < start:
        return "progression_before_start"
    if timeline.last_contact is not None and timeline.last_contact < start:
        return "last_contact_before_start"
    if death is not None and any(day > death for day in timeline.evaluable):
        return "assessment_after_death"
    return None


def _dated(code: str, day: int, compartment: str = "") -> Message:
    iso = date.fromordinal(day).isoformat()
    if compartment:
        where = f"@endpoints.compartment.{compartment}"
        return Message.of(f"endpoints.reason.{code}", date=iso, compartment=where)
    return Message.of(f"endpoints.reason.{code}", date=iso)


def _first_event(rule: EndpointRule, timeline: Timeline) -> tuple[int, Message] | None:
    """The earliest event of the definition; progression before death on the same day."""
    found: list[tuple[int, Message]] = []
    if "progression" in rule.events and timeline.progression is not None:
        code = "progression_recorded" if timeline.progression_recorded else "progression"
        day = timeline.progression
        found.append((day, _dated(code, day, rule.compartment)))
    if "death" in rule.events and timeline.death is not None:
        code = "death_at_contact" if timeline.death_at_contact else "death"
        found.append((timeline.death, _dated(code, timeline.death)))
    if "response" in rule.events and timeline.response is not None:
        found.append((timeline.response, _dated("response", timeline.response)))
    return min(found, key=lambda one: one[0], default=None)


def _start_of(rule: EndpointRule, timeline: Timeline) -> int | None:
    if rule.start == "first_response":
        return timeline.response
    if rule.start == "first_complete_response":
        return timeline.complete_response
    return timeline.start


def _last_assessment(timeline: Timeline, start: int, before: int | None) -> int | None:
    usable = [
        day for day in timeline.evaluable if day >= start and (before is None or day < before)
    ]
    return max(usable, default=None)


def _censored(rule: EndpointRule, timeline: Timeline, start: int) -> Outcome | None:
    if rule.censor == "last_contact":
        end = timeline.last_contact
        if end is None:
            return None
        code = "censored_cutoff" if end == timeline.cutoff else "censored_last_contact"
        return Outcome(start, end, False, _dated(code, end))
    last = _last_assessment(timeline, start, None)
    if last is None:
        return Outcome(start, start, False, _dated("censored_no_assessment", start))
    return Outcome(start, last, False, _dated("censored_last_assessment", last))


def _after_missed_visits(
    rule: EndpointRule, timeline: Timeline, start: int, event_day: int, planned: int | None
) -> Outcome | None:
    """Censoring of an event that follows more than two planned intervals without a scan.

    Source: the FDA's guidance on endpoints for cancer drugs (progression or death after more
    than one missed visit is censored at the last assessment before).
    """
    if planned is None or rule.censor != "last_assessment":
        return None
    last = _last_assessment(timeline, start, event_day)
    seen = start if last is None else last
    if event_day - seen <= 2 * planned:
        return None
    return Outcome(start, seen, False, _dated("censored_missed_visits", seen))


def measure(
    rule: EndpointRule,
    timeline: Timeline,
    *,
    censor_new_therapy: bool = False,
    missed_visit_days: int | None = None,
) -> Outcome | None:
    """The time of one endpoint; None if the patient has no such time.

    Args:
        censor_new_therapy: a new anticancer therapy before the event ends the time at the
            last evaluable assessment before it (only where assessments censor).
        missed_visit_days: planned days between scans; an event after a longer gap than two of
            them ends the time at the last evaluable assessment before it. None = never.

    Returns:
        None for patients without response in endpoints of responders, and where a
        censoring date is missing.

    >>> from core.rules.endpoints import endpoint_rules
    >>> outcome = measure(endpoint_rules()["pfs"], Timeline(100, progression=190, death=404))
    >>> outcome.end - outcome.start, outcome.is_event
    (90, True)
    """
    start = _start_of(rule, timeline)
    if start is None:
        return None
    event = _first_event(rule, timeline)
    therapy = timeline.new_therapy
    applies = censor_new_therapy and rule.censor == "last_assessment"
    is_later = therapy is not None and therapy >= start and (event is None or event[0] > therapy)
    if applies and is_later and therapy is not None:
        end = _last_assessment(timeline, start, therapy)
        reason = _dated("censored_new_therapy", therapy)
        return Outcome(start, start if end is None else end, False, reason)
    if event is not None:
        missed = _after_missed_visits(rule, timeline, start, event[0], missed_visit_days)
        return missed or Outcome(start, event[0], True, event[1])
    return None if rule.censor == "none" else _censored(rule, timeline, start)
