"""The lanes of adverse events and of the turns of the course in a patient's timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import plotly.graph_objects as go

from core.figures.theme import AXIS, BLUE, GRADE_COLOURS, GREEN, GREY, PURPLE, VERMILION, safe
from core.results.patient import EventBar, Milestone
from core.text.catalogue import Language, code_word, text
from core.text.numbers import MISSING
from core.text.terms import term_name

At = Callable[[date], date | float]
ABOVE, BELOW, BESIDE = (
    place.replace("-", " ") for place in ("top-center", "bottom-center", "middle-right")
)
_SIGNS = {
    "diagnosis": ("circle-open", AXIS),
    "enrolment": ("circle", GREY),
    "first_haic": ("line-ns-open", BLUE),
    "progression": ("square", VERMILION),
    "later_treatment": ("diamond", PURPLE),
    "death": ("x", "#5B2333"),
    "last_contact": ("triangle-right", GREEN),
}


def event_name(event: EventBar, language: Language) -> str:
    """The event's term; of one whose own name is kept back only that it is another."""
    return term_name(event.term, language) if event.term else text("patient.other_event", language)


def add_events(
    shown: go.Figure,
    events: Sequence[EventBar],
    row: int,
    at: At,
    when: Callable[[date], str],
    language: Language,
) -> None:
    """Bars from start to end of each event, one line a term, the grade printed beside."""
    for one in events:
        name = safe(event_name(one, language))
        end = one.end or one.start
        grade = MISSING if one.grade is None else str(one.grade)
        hover = text(
            "patient.event_hover",
            language,
            term=name,
            grade=grade,
            start=when(one.start),
            end=when(one.end) if one.end else MISSING,
            related=code_word(one.related or "UNKNOWN", language),
        )
        colour = GRADE_COLOURS.get(grade, GREY)
        shown.add_trace(
            go.Scatter(
                x=[at(one.start), at(end)],
                y=[name, name],
                mode="lines+markers+text",
                line={"color": colour, "width": 8},
                marker={"size": 9, "color": colour, "symbol": "square"},
                text=["", grade],
                textposition=BESIDE,
                hovertext=[hover, hover],
                hovertemplate="%{hovertext}<extra></extra>",
                cliponaxis=False,
            ),
            row=row,
            col=1,
        )


def add_turns(
    shown: go.Figure,
    turns: Sequence[Milestone],
    row: int,
    at: At,
    when: Callable[[date], str],
    language: Language,
) -> None:
    """Signs of diagnosis, first HAIC, progression, later treatment and the end."""
    places = [ABOVE, BELOW]
    shown.add_trace(
        go.Scatter(
            x=[at(one.date) for one in turns],
            y=[0] * len(turns),
            mode="markers+text",
            marker={
                "size": 12,
                "symbol": [_SIGNS[one.kind][0] for one in turns],
                "color": [_SIGNS[one.kind][1] for one in turns],
                "line": {"width": 2, "color": [_SIGNS[one.kind][1] for one in turns]},
            },
            # Enrolment is days before the first HAIC: the two names would cover one another.
            text=[
                "" if one.kind == "enrolment" else text(f"patient.turn.{one.kind}", language)
                for one in turns
            ],
            textposition=[places[one.kind == "progression"] for one in turns],
            hovertext=[
                text(
                    "patient.turn_hover",
                    language,
                    turn=f"@patient.turn.{one.kind}",
                    date=when(one.date),
                    detail=f"<br>{safe(code_word(one.detail, language))}" if one.detail else "",
                )
                for one in turns
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        ),
        row=row,
        col=1,
    )
    shown.update_yaxes(range=[-1, 1], showticklabels=False, showgrid=False, row=row, col=1)
