"""One patient on one time axis: sessions, scans, a laboratory test, events, and what came after.

All lanes share the axis, so zooming one zooms all. Without dates (de-identified display) the
axis counts months from the first HAIC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.patient_event_lanes import At, add_events, add_turns, event_name
from core.figures.patient_lab_lane import add_lab
from core.figures.patient_treatment_lanes import add_scans, add_sessions
from core.figures.theme import BLUE, VERMILION, styled
from core.options import DAYS_PER_MONTH
from core.results.patient import LabSeries, PatientCourse
from core.text.catalogue import Language, text
from core.text.numbers import compact

_TICKS = [
    {"dtickrange": [None, "M1"], "value": "%Y-%m-%d"},
    {"dtickrange": ["M1", None], "value": "%Y-%m"},
]
"""A day where ticks are closer than a month, so that no two read the same."""
SESSIONS, SCANS, LAB, EVENTS, TURNS = "sessions", "scans", "lab", "events", "turns"


@dataclass(frozen=True, slots=True)
class TimelineLook:
    """How the timeline is shown.

    Attributes:
        analyte: test of the laboratory lane; "" = none.
        with_dates: dates on the axis; otherwise months from the first HAIC.
        since_haic: the axis begins shortly before the first HAIC instead of at diagnosis.
        height_px: of the figure; None = as high as its lanes need.
        only_changes: a category is printed only where it changes: large letters need the room.
    """

    analyte: str = ""
    with_dates: bool = True
    since_haic: bool = False
    height_px: int | None = None
    only_changes: bool = False


def _lane_heights(
    course: PatientCourse, series: LabSeries | None, language: Language
) -> dict[str, float]:
    """Relative height of each lane that has something to show; the turns always have theirs."""
    terms = {event_name(one, language) for one in course.events}
    heights = {
        SESSIONS: 1.0 if course.sessions else 0.0,
        SCANS: 1.5 if course.scans or course.liver_scans else 0.0,
        LAB: 1.4 if series is not None else 0.0,
        EVENTS: max(0.5, 0.2 * len(terms)) if terms else 0.0,
        TURNS: 0.8,
    }
    return {lane: height for lane, height in heights.items() if height}


def _placed(course: PatientCourse, look: TimelineLook) -> At:
    if look.with_dates:
        return lambda when: when
    origin = course.start or course.first or date.min
    return lambda when: round((when - origin).days / DAYS_PER_MONTH, 2)


def _when(when: date, at: At, language: Language) -> str:
    placed = at(when)
    if isinstance(placed, date):
        return f"{placed:%Y-%m-%d}"
    return text("patient.month_number", language, months=compact(round(placed, 1)))


def figure(course: PatientCourse, look: TimelineLook, language: Language) -> go.Figure:
    """The lanes of one patient that have something to show, over one axis."""
    at = _placed(course, look)

    def said(when: date) -> str:
        return _when(when, at, language)

    series = course.lab(look.analyte) if look.analyte else None
    heights = _lane_heights(course, series, language)
    row = {lane: number for number, lane in enumerate(heights, start=1)}
    shown = make_subplots(
        rows=len(heights),
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.035,
        row_heights=list(heights.values()),
    )
    if SESSIONS in row:
        add_sessions(shown, course.sessions, row[SESSIONS], at, said, language)
    unchanged = frozenset(
        (one.date, one.category)
        for before, one in pairwise(course.scans)
        if look.only_changes and before.category == one.category
    )
    same = frozenset((one.date, one.category) for one in course.scans)
    for scans, place, unnamed in (
        (course.scans, "overall", unchanged),
        (course.liver_scans, "liver", same),
    ):
        if scans:
            add_scans(
                shown,
                scans,
                row[SCANS],
                place,
                at,
                said,
                language,
                unnamed,
                with_reasons=look.with_dates,
            )
    if series is not None:
        add_lab(shown, series, row[LAB], at, said, language)
    if EVENTS in row:
        add_events(shown, course.events, row[EVENTS], at, said, language)
    add_turns(shown, course.milestones, row[TURNS], at, said, language)
    height = look.height_px or int(150 * sum(heights.values())) + 60
    styled(shown, height=height, legend=False)
    shown.update_layout(
        margin={"l": 150, "r": 24, "t": 8, "b": 36},
        font={"size": 13},
        barmode="overlay",
        bargap=0,
        hovermode="closest",
        dragmode="zoom",
    )
    shown.update_xaxes(tickfont={"size": 12})
    shown.update_yaxes(tickfont={"size": 12})
    _name_lanes(shown, row, language)
    _set_axis(shown, course, look, at)
    return shown


def _name_lanes(shown: go.Figure, row: Mapping[str, int], language: Language) -> None:
    for lane in (SESSIONS, SCANS, TURNS):
        if lane in row:
            name = text(f"patient.lane_{lane}", language)
            shown.update_yaxes(title={"text": name, "standoff": 6}, row=row[lane], col=1)
    shown.update_yaxes(fixedrange=True, nticks=4)
    if EVENTS in row:
        shown.update_yaxes(nticks=40, row=row[EVENTS], col=1)


def _set_axis(shown: go.Figure, course: PatientCourse, look: TimelineLook, at: At) -> None:
    if course.first is None or course.last is None:
        return
    first = course.first
    if look.since_haic and course.start is not None:
        first = course.start - timedelta(days=45)
    room = max((course.last - first).days // 25, 10)
    ends = [at(first - timedelta(days=room)), at(course.last + timedelta(days=room))]
    shown.update_xaxes(range=ends, type="date" if look.with_dates else "linear")
    if look.with_dates:
        shown.update_xaxes(tickformatstops=_TICKS)
    for when, colour in ((course.start, BLUE), (_first_progression(course), VERMILION)):
        if when is not None:
            shown.add_vline(
                x=at(when), line={"color": colour, "width": 1, "dash": "dot"}, row="all", col=1
            )


def _first_progression(course: PatientCourse) -> date | None:
    return next((one.date for one in course.milestones if one.kind == "progression"), None)
