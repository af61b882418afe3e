"""A plotly figure as a chart that PowerPoint itself can edit: lines, bars or points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.exports.report.native_courses import spider_chart, swimmer_chart
from core.exports.report.native_parts import (
    NativeChart,
    NativeSeries,
    axis_title,
    hex_colour,
    plain_words,
)

MOST_BARS = 120
SIGNS = {"star": "★", "diamond": "◆"}
"""Letters for plotly's symbols: a bar's label can hold these only."""
MOST_STEPS = 600


def _staircase(x: Sequence[float], y: Sequence[float]) -> tuple[list[float], list[float]]:
    keep = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_STEPS)).round().astype(int))
    xs, ys = [], []
    before: float | None = None
    for index in keep:
        if before is not None:
            xs.append(float(x[index]))
            ys.append(before)
        before = float(y[index])
        xs.append(float(x[index]))
        ys.append(before)
    return xs, ys


def native_chart(figure: go.Figure) -> NativeChart | None:
    """The chart behind a figure of curves, bars or estimates; None for any other figure."""
    bars = [trace for trace in figure.data if isinstance(trace, go.Bar)]
    if bars and bars[0].orientation != "h":
        return _column(figure, bars)
    if bars:
        is_by_row = not isinstance(bars[0].y[0], str)
        return swimmer_chart(figure, bars) if is_by_row else _stacked(figure, bars)
    courses = [trace for trace in figure.data if trace.mode == "lines+markers" and trace.name]
    if courses:
        return spider_chart(figure, courses)
    lines = [
        trace
        for trace in figure.data
        if isinstance(trace, go.Scatter) and trace.mode == "lines" and trace.name
    ]
    if lines:
        series = []
        for trace in lines:
            xs, ys = _staircase(list(trace.x), list(trace.y))
            colour = hex_colour(trace.line.color)
            series.append(NativeSeries(plain_words(trace.name), tuple(xs), tuple(ys), colour, True))
        x_title, y_title = axis_title(figure.layout.xaxis), axis_title(figure.layout.yaxis)
        return NativeChart(
            "xy",
            (),
            tuple(series),
            x_title,
            y_title,
            y_range=(0.0, 1.0),
            y_format="0%",
            below=_counts(figure),
        )
    points = [trace for trace in figure.data if trace.error_x is not None and trace.name]
    return _forest(figure, points) if points else None


def _counts(figure: go.Figure) -> tuple[str, ...]:
    """The table under survival curves, one line a row: ``At risk  0: 24; 3: 22``."""
    axis = figure.layout.yaxis2
    names = dict(zip(axis.tickvals or (), axis.ticktext or (), strict=True))
    lines = []
    for trace in figure.data:
        if trace.mode == "text" and trace.yaxis == "y2":
            cells = [f"{x:g}: {words}" for x, words in zip(trace.x, trace.text, strict=True)]
            lines.append(f"{plain_words(names.get(trace.y[0], ''))}  {'; '.join(cells)}")
    return tuple(lines)


def _stacked(figure: go.Figure, bars: list[Any]) -> NativeChart:
    names = [plain_words(one) for one in bars[0].y]
    series = tuple(
        NativeSeries(
            plain_words(one.name), (), tuple(float(v) for v in one.x), hex_colour(one.marker.color)
        )
        for one in bars
    )
    return NativeChart("stacked", tuple(names), series, axis_title(figure.layout.xaxis), "")


def _column(figure: go.Figure, bars: list[Any]) -> NativeChart:
    total = 1 + max(int(x) for one in bars for x in one.x)
    names = [str(position + 1) for position in range(total)]
    for one in bars:
        for x, name in zip(
            one.x, one.customdata if one.customdata is not None else (), strict=False
        ):
            names[int(x)] = plain_words(name if isinstance(name, str) else name[0])
    keep = np.unique(np.linspace(0, total - 1, min(total, MOST_BARS)).round().astype(int))
    series = []
    for one in bars:
        heights = {int(x): float(y) for x, y in zip(one.x, one.y, strict=True)}
        values = tuple(heights.get(int(position)) for position in keep)
        colour = hex_colour(one.marker.color)
        series.append(NativeSeries(plain_words(one.name), (), values, colour))
    shown_of = (len(keep), total) if len(keep) < total else None
    x_title, y_title = axis_title(figure.layout.xaxis), axis_title(figure.layout.yaxis)
    kept = tuple(names[int(position)] for position in keep)
    signs = [""] * total
    for trace in figure.data:
        if isinstance(trace, go.Scatter) and trace.mode == "markers" and len(trace.x):
            for x in trace.x:
                signs[int(x)] += SIGNS[str(trace.marker.symbol)]
    return NativeChart(
        "column",
        kept,
        tuple(series),
        x_title,
        y_title,
        shown_of=shown_of,
        labels=tuple(signs[int(position)] for position in keep) if any(signs) else (),
    )


def _forest(figure: go.Figure, points: list[Any]) -> NativeChart:
    low, high = (10 ** float(limit) for limit in figure.layout.xaxis.range)
    series = []
    for trace in points:
        colour = hex_colour(trace.marker.color)
        xs, ys = tuple(map(float, trace.x)), tuple(map(float, trace.y))
        series.append(NativeSeries(plain_words(trace.name), xs, ys, colour))
        for x, y, up, down in zip(
            xs, ys, trace.error_x.array, trace.error_x.arrayminus, strict=True
        ):
            ends = (max(x - float(down), low), min(x + float(up), high))
            series.append(NativeSeries("", ends, (y, y), colour, True, True))
    axis = figure.layout.yaxis
    rows = sorted(zip(axis.tickvals or (), axis.ticktext or (), strict=True))
    names = [name for _, name in rows]
    bottom, top = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high))
    return NativeChart(
        "xy",
        tuple(plain_words(name) for name in names),
        tuple(series),
        axis_title(figure.layout.xaxis),
        "",
        is_log=True,
        x_range=(bottom, top),
        y_range=(0.0, len(names) + 1.0),
        is_by_row=True,
    )
