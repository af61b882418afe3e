"""Swimmer plot: one lane a patient from the first HAIC to death or last contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.figures.shades import Shade
from core.figures.theme import AXIS, GREEN, PURPLE, VERMILION, safe, styled
from core.options import DAYS_PER_MONTH
from core.results.courses import LaneEvent, LaneEventKind, PatientLane
from core.text.catalogue import Language, text
from core.text.numbers import number

MOST_NAMED_LANES = 60
_PIXELS_A_LANE = 18
_PIXELS_A_THIN_LANE = 4
_SMALL_SIGN = 5
_SIGNS: Mapping[LaneEventKind, tuple[str, str]] = {
    "session": ("line-ns-open", AXIS),
    "response": ("triangle-up", GREEN),
    "progression": ("square", VERMILION),
    "later_treatment": ("diamond", PURPLE),
    "death": ("x", "#5B2333"),
}


def figure(
    lanes: Sequence[PatientLane],
    group_of: Mapping[str, str],
    shades: Sequence[Shade],
    language: Language,
) -> go.Figure:
    """Lanes, the longest on top; a bold line is the time in response, an arrow is ongoing.

    Args:
        group_of: patient -> code of the shade of the lane.
    """
    ordered = sorted(lanes, key=lambda lane: (lane.end_day, lane.patient_id))
    row = {lane.patient_id: index for index, lane in enumerate(ordered)}
    named = len(ordered) <= MOST_NAMED_LANES
    shown = go.Figure()
    for shade in shades:
        part = [lane for lane in ordered if group_of.get(lane.patient_id, "") == shade.code]
        if part:
            shown.add_trace(_bars(part, row, shade, 0.75 if named else 1.0, language))
    _add_response(shown, ordered, row, named, language)
    size = 10 if named else _SMALL_SIGN
    for kind in _SIGNS:
        found = [(lane, one) for lane in ordered for one in lane.events if one.kind == kind]
        if found:
            shown.add_trace(_signs(kind, found, row, size, language))
    going = [lane for lane in ordered if lane.is_ongoing]
    if going:
        shown.add_trace(_arrows(going, row, size, language))
    height = (_PIXELS_A_LANE if named else _PIXELS_A_THIN_LANE) * len(ordered) + 130
    styled(shown, height=max(height, 260))
    tags = {shade.code: shade.tag for shade in shades}
    shown.update_layout(barmode="overlay")
    shown.update_xaxes(title=text("figures.months_since_haic", language), rangemode="tozero")
    shown.update_yaxes(
        tickvals=list(range(len(ordered))) if named else [],
        ticktext=[_lane_name(lane, group_of, tags) for lane in ordered] if named else [],
        title="" if named else text("figures.patients_sorted", language, n=len(ordered)),
        range=[-0.7, len(ordered) - 0.3],
        showgrid=False,
    )
    return shown


def _lane_name(lane: PatientLane, group_of: Mapping[str, str], tags: Mapping[str, str]) -> str:
    tag = tags.get(group_of.get(lane.patient_id, ""), "")
    return f"{safe(lane.patient_id)}  {tag}"


def _months(day: int) -> float:
    return day / DAYS_PER_MONTH


def _bars(
    part: Sequence[PatientLane],
    row: Mapping[str, int],
    shade: Shade,
    width: float,
    language: Language,
) -> go.Bar:
    return go.Bar(
        x=[max(_months(lane.end_day), 0.05) for lane in part],
        y=[row[lane.patient_id] for lane in part],
        orientation="h",
        width=width,
        name=shade.label,
        marker={
            "color": shade.colour,
            "opacity": 0.55,
            "line": {"width": 0},
        },
        customdata=[[lane.patient_id] for lane in part],
        hovertext=[
            text(
                "figures.swimmer_hover",
                language,
                patient=safe(lane.patient_id),
                group=shade.label,
                months=number(_months(lane.end_day)),
                end="@figures.alive_at_end" if lane.is_ongoing else "@figures.dead_at_end",
            )
            for lane in part
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _add_response(
    shown: go.Figure,
    ordered: Sequence[PatientLane],
    row: Mapping[str, int],
    named: bool,
    language: Language,
) -> None:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for lane in ordered:
        if lane.response_from is not None and lane.response_until is not None:
            xs += [_months(lane.response_from), _months(lane.response_until), None]
            ys += [row[lane.patient_id]] * 2 + [None]
    if xs:
        shown.add_trace(
            go.Scatter(
                x=xs,
                y=ys,
                mode="lines",
                line={"color": GREEN, "width": 5 if named else 1.5},
                name=text("figures.in_response", language),
                hoverinfo="skip",
            )
        )


def _signs(
    kind: LaneEventKind,
    found: Sequence[tuple[PatientLane, LaneEvent]],
    row: Mapping[str, int],
    size: int,
    language: Language,
) -> go.Scatter:
    symbol, colour = _SIGNS[kind]
    name = text(f"figures.lane.{kind}", language)
    return go.Scatter(
        x=[_months(one.day) for _, one in found],
        y=[row[lane.patient_id] for lane, _ in found],
        mode="markers",
        marker={
            "symbol": symbol,
            "size": size,
            "color": colour,
            "line": {
                "color": colour if kind == "session" else "white",
                "width": 1.5 if size > _SMALL_SIGN else 0,
            },
        },
        name=name,
        customdata=[[lane.patient_id] for lane, _ in found],
        hovertext=[
            text(
                "figures.lane_hover",
                language,
                patient=safe(lane.patient_id),
                event=name,
                months=number(_months(one.day)),
                detail=f"<br>{safe(one.detail)}" if one.detail else "",
            )
            for lane, one in found
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _arrows(
    going: Sequence[PatientLane], row: Mapping[str, int], size: int, language: Language
) -> go.Scatter:
    return go.Scatter(
        x=[_months(lane.end_day) for lane in going],
        y=[row[lane.patient_id] for lane in going],
        mode="markers",
        marker={"symbol": "triangle-right", "size": size + 2, "color": AXIS},
        name=text("figures.ongoing", language),
        customdata=[[lane.patient_id] for lane in going],
        hoverinfo="skip",
    )
