"""One patient on one time axis: sessions, scans, a laboratory test, events, and what came after.

All lanes share the axis, so zooming one zooms all. Without dates (de-identified display) the
axis counts months from the first HAIC.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.patient_event_lanes import ABOVE, BELOW, At, add_events, add_turns, event_name
from core.figures.patient_lab_lane import add_lab
from core.figures.theme import (
    AXIS,
    BLUE,
    GREY,
    ORANGE,
    RESPONSE_COLOURS,
    VERMILION,
    safe,
    styled,
)
from core.options import DAYS_PER_MONTH
from core.results.patient import PatientCourse, ScanPoint, SessionPoint
from core.text.catalogue import Language, say, text
from core.text.numbers import MISSING, compact

SESSIONS, SCANS, LAB, EVENTS, TURNS = 1, 2, 3, 4, 5


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
    """The five lanes of one patient over one axis."""
    at = _placed(course, look)

    def said(when: date) -> str:
        return _when(when, at, language)

    terms = list(dict.fromkeys(event_name(one, language) for one in course.events))
    lanes = [1.0, 1.5, 1.4, max(0.5, 0.2 * len(terms)), 0.8]
    shown = make_subplots(
        rows=5, cols=1, shared_xaxes=True, vertical_spacing=0.035, row_heights=lanes
    )
    _add_sessions(shown, course.sessions, at, language)
    unchanged = frozenset(
        (one.date, one.category)
        for before, one in pairwise(course.scans)
        if look.only_changes and before.category == one.category
    )
    _add_scans(
        shown, course.scans, "overall", at, language, unchanged, with_reasons=look.with_dates
    )
    same = frozenset((one.date, one.category) for one in course.scans)
    _add_scans(shown, course.liver_scans, "liver", at, language, same, with_reasons=look.with_dates)
    series = course.lab(look.analyte) if look.analyte else None
    if series is not None:
        add_lab(shown, series, LAB, at, said, language)
    add_events(shown, course.events, EVENTS, at, said, language)
    add_turns(shown, course.milestones, TURNS, at, said, language)
    styled(shown, height=look.height_px or int(150 * sum(lanes)) + 60, legend=False)
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
    _name_lanes(shown, look, language)
    _set_axis(shown, course, look, at)
    return shown


def _name_lanes(shown: go.Figure, look: TimelineLook, language: Language) -> None:
    names = {
        SESSIONS: text("patient.lane_sessions", language),
        SCANS: text("patient.lane_scans", language),
        LAB: text("patient.lane_lab", language) if not look.analyte else "",
        TURNS: text("patient.lane_turns", language),
    }
    for row, name in names.items():
        if name:
            shown.update_yaxes(title={"text": name, "standoff": 6}, row=row, col=1)
    shown.update_yaxes(fixedrange=True, nticks=4)
    shown.update_yaxes(nticks=40, row=EVENTS, col=1)


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
        shown.update_xaxes(tickformat="%Y-%m")
    for when, colour in ((course.start, BLUE), (_first_progression(course), VERMILION)):
        if when is not None:
            shown.add_vline(
                x=at(when), line={"color": colour, "width": 1, "dash": "dot"}, row="all", col=1
            )


def _first_progression(course: PatientCourse) -> date | None:
    return next((one.date for one in course.milestones if one.kind == "progression"), None)


def _dose(value: float | None) -> str:
    return MISSING if value is None else compact(round(value, 1))


def _add_sessions(
    shown: go.Figure, sessions: Sequence[SessionPoint], at: At, language: Language
) -> None:
    xs, ys, hover = [], [], []
    for at_row, one in enumerate(sessions, start=1):
        extra = [words for words in (one.reason, one.complication) if words]
        hover.append(
            text(
                "patient.session_hover",
                language,
                number=one.number or at_row,
                date=_when(one.date, at, language),
                regimen=safe(one.regimen or MISSING),
                catheter=safe(one.catheter or MISSING),
                oxaliplatin=_dose(one.oxaliplatin_mg),
                leucovorin=_dose(one.leucovorin_mg),
                fluorouracil=_dose(one.fluorouracil_mg),
                more="".join(f"<br>{safe(words)}" for words in extra),
            )
        )
        xs.append(at(one.date))
        ys.append(one.oxaliplatin_mg or 0)
    if not sessions:
        return
    stems_x = [x for one in xs for x in (one, one, None)]
    stems_y = [y for one in ys for y in (0, one, None)]
    shown.add_trace(
        go.Scatter(
            x=stems_x, y=stems_y, mode="lines", line={"color": BLUE, "width": 4}, hoverinfo="skip"
        ),
        row=SESSIONS,
        col=1,
    )
    shown.add_trace(
        go.Scatter(
            x=xs,
            y=ys,
            mode="markers+text",
            marker={
                "size": 11,
                "color": [ORANGE if one.is_modified else BLUE for one in sessions],
                "symbol": ["diamond" if one.is_modified else "circle" for one in sessions],
            },
            text=[str(one.number or index) for index, one in enumerate(sessions, start=1)],
            textposition=ABOVE,
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        ),
        row=SESSIONS,
        col=1,
    )
    shown.update_yaxes(range=[0, 1.45 * max([*ys, 1])], row=SESSIONS, col=1)


def _add_scans(
    shown: go.Figure,
    scans: Sequence[ScanPoint],
    place: str,
    at: At,
    language: Language,
    unnamed: Container[tuple[date, str]],
    *,
    with_reasons: bool,
) -> None:
    """One compartment's line; ``unnamed`` visits already have their category printed."""
    if not scans:
        return
    is_liver = place == "liver"
    hover = []
    for one in scans:
        change = MISSING
        if one.change_percent is not None:
            change = ("+" if one.change_percent > 0 else "") + compact(round(one.change_percent, 1))
        hover.append(
            text(
                "patient.scan_hover",
                language,
                place=f"@tables.compartment.{place}",
                date=_when(one.date, at, language),
                category=one.category,
                sum=_dose(one.sum_mm),
                change=change,
                # A reason may quote dates and lesions by their names.
                reason=safe(say(one.reason, language)) if with_reasons else "",
            )
        )
    shown.add_trace(
        go.Scatter(
            x=[at(one.date) for one in scans],
            y=[one.sum_mm if one.sum_mm is not None else 0 for one in scans],
            mode="lines+markers+text",
            line={"color": AXIS, "width": 2, "dash": "dot" if is_liver else "solid"},
            marker={
                "size": 8 if is_liver else 11,
                "symbol": "square" if is_liver else "circle",
                "color": [RESPONSE_COLOURS.get(one.category, GREY) for one in scans],
            },
            text=["" if (one.date, one.category) in unnamed else one.category for one in scans],
            textposition=BELOW if is_liver else ABOVE,
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        ),
        row=SCANS,
        col=1,
    )
    if not is_liver:
        tallest = max([one.sum_mm or 0 for one in scans] + [1])
        shown.update_yaxes(range=[-0.25 * tallest, 1.35 * tallest], row=SCANS, col=1)
