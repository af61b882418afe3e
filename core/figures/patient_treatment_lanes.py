"""The lanes of HAIC sessions and of scans in a patient's timeline."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from datetime import date

import plotly.graph_objects as go

from core.figures.patient_event_lanes import ABOVE, BELOW, At
from core.figures.theme import AXIS, BLUE, GREY, ORANGE, RESPONSE_COLOURS, safe
from core.results.patient import ScanPoint, SessionPoint
from core.text.catalogue import Language, say, text
from core.text.numbers import MISSING, compact


def _dose(value: float | None) -> str:
    return MISSING if value is None else compact(round(value, 1))


def add_sessions(
    shown: go.Figure,
    sessions: Sequence[SessionPoint],
    row: int,
    at: At,
    when: Callable[[date], str],
    language: Language,
) -> None:
    """A stem per session, as high as the oxaliplatin given; a diamond where the dose was changed.

    Args:
        at: place of a date on the axis; when: the date in words.
    """
    xs, ys, hover = [], [], []
    for at_row, one in enumerate(sessions, start=1):
        extra = [words for words in (one.reason, one.complication) if words]
        hover.append(
            text(
                "patient.session_hover",
                language,
                number=one.number or at_row,
                date=when(one.date),
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
    stems_x = [x for one in xs for x in (one, one, None)]
    stems_y = [y for one in ys for y in (0, one, None)]
    shown.add_trace(
        go.Scatter(
            x=stems_x, y=stems_y, mode="lines", line={"color": BLUE, "width": 4}, hoverinfo="skip"
        ),
        row=row,
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
        row=row,
        col=1,
    )
    shown.update_yaxes(range=[0, 1.45 * max([*ys, 1])], row=row, col=1)


def add_scans(
    shown: go.Figure,
    scans: Sequence[ScanPoint],
    row: int,
    place: str,
    at: At,
    when: Callable[[date], str],
    language: Language,
    unnamed: Container[tuple[date, str]],
    *,
    with_reasons: bool,
) -> None:
    """One compartment's line; ``unnamed`` visits already have their category printed."""
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
                date=when(one.date),
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
        row=row,
        col=1,
    )
    if not is_liver:
        tallest = max([one.sum_mm or 0 for one in scans] + [1])
        shown.update_yaxes(range=[-0.25 * tallest, 1.35 * tallest], row=row, col=1)
