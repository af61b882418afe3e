"""Spider plot: each patient's sum of diameters over time, as change from baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.figures.shades import Shade
from core.figures.theme import AXIS, YELLOW, safe, styled
from core.figures.waterfall import add_limits, signed
from core.options import DAYS_PER_MONTH
from core.text.catalogue import Language, text
from core.text.numbers import number

_MANY = 60


@dataclass(frozen=True, slots=True)
class SpiderPoint:
    """One complete sum: day from the first HAIC, change in percent, and why it counts so."""

    day: int
    change_percent: float
    reason: str
    has_new_lesion: bool = False


@dataclass(frozen=True, slots=True)
class SpiderLine:
    """One patient's points in time order, baseline (0 %) not among them."""

    patient_id: str
    group: str
    points: tuple[SpiderPoint, ...]


def _hover(line: SpiderLine, point: SpiderPoint, language: Language) -> str:
    return text(
        "figures.spider_hover",
        language,
        patient=safe(line.patient_id),
        months=number(point.day / DAYS_PER_MONTH),
        change=signed(point.change_percent),
        reason=safe(point.reason),
    )


def _trace(part: Sequence[SpiderLine], shade: Shade, many: bool, language: Language) -> go.Scatter:
    xs: list[float | None] = []
    ys: list[float | None] = []
    words: list[str] = []
    ids: list[list[str]] = []
    for line in part:
        xs += [0.0, *(point.day / DAYS_PER_MONTH for point in line.points), None]
        ys += [0.0, *(point.change_percent for point in line.points), None]
        words += [safe(line.patient_id), *(_hover(line, one, language) for one in line.points), ""]
        ids += [[line.patient_id]] * (len(line.points) + 2)
    return go.Scatter(
        x=xs,
        y=ys,
        mode="lines+markers",
        connectgaps=False,
        name=shade.label,
        line={"color": shade.colour, "width": 1 if many else 2, "dash": shade.dash},
        marker={"symbol": shade.symbol, "size": 4 if many else 7},
        opacity=0.5 if many else 1,
        customdata=ids,
        hovertext=words,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def figure(
    lines: Sequence[SpiderLine],
    shades: Sequence[Shade],
    language: Language,
    *,
    limits: Sequence[float],
) -> go.Figure:
    """Lines of change from baseline; a star marks a visit with a new lesion."""
    many = len(lines) > _MANY
    shown = go.Figure()
    for shade in shades:
        part = [line for line in lines if line.group == shade.code]
        if part:
            shown.add_trace(_trace(part, shade, many, language))
    new = [(line, point) for line in lines for point in line.points if point.has_new_lesion]
    if new:
        shown.add_trace(
            go.Scatter(
                x=[point.day / DAYS_PER_MONTH for _, point in new],
                y=[point.change_percent for _, point in new],
                mode="markers",
                marker={
                    "symbol": "star",
                    "size": 7 if many else 13,
                    "color": YELLOW,
                    "line": {"color": AXIS, "width": 1},
                },
                name=text("figures.new_lesion", language),
                customdata=[[line.patient_id] for line, _ in new],
                hoverinfo="skip",
            )
        )
    styled(shown, height=460)
    shown.update_layout(margin={"r": 64})
    add_limits(shown, limits)
    shown.update_xaxes(title=text("figures.months_since_haic", language), rangemode="tozero")
    shown.update_yaxes(title=text("figures.spider_y", language), ticksuffix=" %")
    return shown
