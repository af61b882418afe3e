"""Spider plot: each patient's sum of diameters over time, as change from baseline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import plotly.graph_objects as go

from core.figures.shades import Shade
from core.figures.theme import AXIS, YELLOW, safe, styled
from core.figures.waterfall import add_limits, signed
from core.options import DAYS_PER_MONTH
from core.text.catalogue import Language, text
from core.text.numbers import number

_MANY = 60
_HITS_ACROSS = 50


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


def _between(line: SpiderLine, spacing: tuple[float, float]) -> list[tuple[float, float]]:
    """Places on the line between its points, no further apart than ``spacing`` in x and y."""
    corners = [(0.0, 0.0), *((one.day / DAYS_PER_MONTH, one.change_percent) for one in line.points)]
    found = []
    for (x, y), (next_x, next_y) in pairwise(corners):
        steps = math.ceil(max(abs(next_x - x) / spacing[0], abs(next_y - y) / spacing[1]))
        for step in range(1, steps):
            share = step / steps
            found.append((x + share * (next_x - x), y + share * (next_y - y)))
    return found


def _line_hits(lines: Sequence[SpiderLine]) -> go.Scatter:
    """Unseen marks along the lines: a click between two points means this line's patient."""
    months = [one.day / DAYS_PER_MONTH for line in lines for one in line.points]
    changes = [0.0, *(one.change_percent for line in lines for one in line.points)]
    spacing = (
        max(max(months) / _HITS_ACROSS, 0.01),
        max((max(changes) - min(changes)) / _HITS_ACROSS, 0.1),
    )
    hits = [(line.patient_id, *place) for line in lines for place in _between(line, spacing)]
    return go.Scatter(
        x=[x for _, x, _ in hits],
        y=[y for _, _, y in hits],
        mode="markers",
        marker={"color": "rgba(0,0,0,0)", "size": 8},
        showlegend=False,
        customdata=[[name] for name, _, _ in hits],
        hovertext=[safe(name) for name, _, _ in hits],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def figure(
    lines: Sequence[SpiderLine],
    shades: Sequence[Shade],
    language: Language,
    *,
    limits: Sequence[float],
    clickable: bool = False,
    height: int = 460,
) -> go.Figure:
    """Lines of change from baseline; a star marks a visit with a new lesion.

    Args:
        clickable: a click between two points of a line finds its patient too, where the lines
            are few enough to tell them apart.
    """
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
    if clickable and lines and not many:
        shown.add_trace(_line_hits(lines))
    styled(shown, height=height)
    shown.update_layout(margin={"r": 64})
    add_limits(shown, limits)
    shown.update_xaxes(title=text("figures.months_since_haic", language), rangemode="tozero")
    shown.update_yaxes(title=text("figures.spider_y", language), ticksuffix=" %")
    return shown
