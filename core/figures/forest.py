"""Forest plots of hazard ratios on a logarithmic axis, up to three series of estimates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.figures.theme import AXIS, BLUE, GREEN, ORANGE, safe, styled
from core.text.catalogue import Language, text
from core.text.numbers import ratio

WIDEST = (0.02, 500.0)
"""Limits of the axis; an interval beyond them is drawn to the edge, its numbers in the hover."""
MARKS = ((BLUE, "square"), (ORANGE, "diamond"), (GREEN, "circle"))
SPREAD = 0.26
"""Distance of the series of one row, in rows."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One term; ``low``/``high`` None = no limit could be computed."""

    label: str
    estimate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ForestSeries:
    """Estimates of one kind for all rows, e.g. maximum likelihood or Firth."""

    name: str
    rows: tuple[ForestRow, ...]


def _ticks(low: float, high: float) -> list[float]:
    marks = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500]
    return [mark for mark in marks if low * 0.99 <= mark <= high * 1.01]


def figure(series: Sequence[ForestSeries], language: Language) -> go.Figure:
    """Points and whiskers, reference line at 1; rows from top to bottom as given."""
    shown = go.Figure()
    limits = [
        value
        for one in series
        for row in one.rows
        for value in (row.low, row.high, row.estimate)
        if value is not None and math.isfinite(value) and value > 0
    ]
    low = max(min([0.5, *limits]) / 1.3, WIDEST[0])
    high = min(max([2.0, *limits]) * 1.3, WIDEST[1])
    count = len(series[0].rows) if series else 0
    for index, (one, (colour, symbol)) in enumerate(zip(series, MARKS, strict=False)):
        offset = SPREAD * ((len(series) - 1) / 2 - index)
        drawn = [
            (row, count - position + offset)
            for position, row in enumerate(one.rows)
            if row.estimate is not None and low / 10 < row.estimate < high * 10
        ]
        estimates = [row.estimate or 1.0 for row, _ in drawn]
        shown.add_trace(
            go.Scatter(
                x=estimates,
                y=[height for _, height in drawn],
                mode="markers",
                name=safe(one.name),
                marker={
                    "size": 11,
                    "color": colour,
                    "symbol": symbol,
                },
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [
                        (row.high or at) - at for (row, _), at in zip(drawn, estimates, strict=True)
                    ],
                    "arrayminus": [
                        at - (row.low or at) for (row, _), at in zip(drawn, estimates, strict=True)
                    ],
                    "color": colour,
                    "thickness": 2,
                    "width": 5,
                },
                text=[
                    text(
                        "figures.forest_hover",
                        language,
                        label=safe(row.label),
                        hr=safe(ratio(row.estimate)),
                        low=safe(ratio(row.low)),
                        high=safe(ratio(row.high)),
                    )
                    for row, _ in drawn
                ],
                hovertemplate="%{text}<extra></extra>",
            )
        )
    styled(shown, height=120 + 46 * max(count, 1), legend=len(series) > 1)
    shown.add_vline(x=1, line={"color": AXIS, "dash": "dash", "width": 1.5})
    ticks = _ticks(low, high)
    shown.update_xaxes(
        type="log",
        range=[math.log10(low), math.log10(high)],
        tickvals=ticks,
        ticktext=[f"{mark:g}" for mark in ticks],
        title=text("figures.hazard_ratio_axis", language),
    )
    rows = series[0].rows if series else ()
    shown.update_yaxes(
        tickvals=[count - position for position in range(count)],
        ticktext=[safe(row.label) for row in rows],
        range=[0.4, count + 0.6],
        showgrid=False,
        automargin=True,
    )
    return shown
