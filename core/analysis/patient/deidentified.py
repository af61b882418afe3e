"""A patient's course without what somebody wrote: free text can name anybody."""

from __future__ import annotations

from dataclasses import replace

from core.results.patient import EventBar, PatientCourse
from core.rules.ctcae import resolve_term


def without_words(course: PatientCourse) -> PatientCourse:
    """The course with its numbers, codes and dates, but without id and free text.

    Terms of CTCAE stay; an event under any other name has the term "". Sites of progression
    are codes and stay.
    """
    return replace(
        course,
        headline=replace(course.headline, patient_id="", extrahepatic_sites=None),
        sessions=tuple(
            replace(one, regimen="", catheter="", reason="", complication="")
            for one in course.sessions
        ),
        events=tuple(_coded(one) for one in course.events),
        milestones=tuple(
            one if one.kind == "progression" else replace(one, detail="")
            for one in course.milestones
        ),
    )


def _coded(event: EventBar) -> EventBar:
    found = resolve_term(event.term)
    return replace(event, term=found.term if found else "")
