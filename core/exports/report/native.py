"""A plotly figure as a chart that PowerPoint itself can edit: lines, bars or points."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

MOST_BARS = 120
MOST_STEPS = 600


@dataclass(frozen=True, slots=True)
class NativeSeries:
    """Values of one series; for ``xy`` pairs of x and y.

    Attributes:
        colour: six hex digits.
        is_line: a line without marks; otherwise marks without a line.
        is_extra: without an entry of its own in the legend.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    colour: str
    is_line: bool = False
    is_extra: bool = False


@dataclass(frozen=True, slots=True)
class NativeChart:
    """``xy``: scatter; ``column``: one bar a category of any series; ``stacked``: sideways."""

    kind: Literal["xy", "column", "stacked"]
    categories: tuple[str, ...]
    series: tuple[NativeSeries, ...]
    x_title: str
    y_title: str
    is_log: bool = False
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    shown_of: tuple[int, int] | None = None


def _colour(value: object) -> str:
    words = str(value)
    return words[1:7].upper() if words.startswith("#") and len(words) >= 7 else "444444"


def _plain(value: object) -> str:
    return html.unescape(str(value)).replace("<br>", " ")


def _title(axis: Any) -> str:
    return _plain(axis.title.text or "")


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
    if bars:
        return _stacked(figure, bars) if bars[0].orientation == "h" else _column(figure, bars)
    lines = [
        trace
        for trace in figure.data
        if isinstance(trace, go.Scatter) and trace.mode == "lines" and trace.name
    ]
    if lines:
        series = []
        for trace in lines:
            xs, ys = _staircase(list(trace.x), list(trace.y))
            colour = _colour(trace.line.color)
            series.append(NativeSeries(_plain(trace.name), tuple(xs), tuple(ys), colour, True))
        x_title, y_title = _title(figure.layout.xaxis), _title(figure.layout.yaxis)
        return NativeChart("xy", (), tuple(series), x_title, y_title, y_range=(0.0, 1.0))
    points = [trace for trace in figure.data if trace.error_x is not None and trace.name]
    return _forest(figure, points) if points else None


def _stacked(figure: go.Figure, bars: list[Any]) -> NativeChart:
    names = [_plain(one) for one in bars[0].y]
    series = tuple(
        NativeSeries(
            _plain(one.name), (), tuple(float(v) for v in one.x), _colour(one.marker.color)
        )
        for one in bars
    )
    return NativeChart("stacked", tuple(names), series, _title(figure.layout.xaxis), "")


def _column(figure: go.Figure, bars: list[Any]) -> NativeChart:
    total = 1 + max(int(x) for one in bars for x in one.x)
    names = [str(position + 1) for position in range(total)]
    for one in bars:
        for x, name in zip(
            one.x, one.customdata if one.customdata is not None else (), strict=False
        ):
            names[int(x)] = _plain(name if isinstance(name, str) else name[0])
    keep = np.unique(np.linspace(0, total - 1, min(total, MOST_BARS)).round().astype(int))
    series = []
    for one in bars:
        heights = {int(x): float(y) for x, y in zip(one.x, one.y, strict=True)}
        values = tuple(heights.get(int(position)) for position in keep)
        colour = _colour(one.marker.color)
        series.append(NativeSeries(_plain(one.name), (), values, colour))
    shown_of = (len(keep), total) if len(keep) < total else None
    x_title, y_title = _title(figure.layout.xaxis), _title(figure.layout.yaxis)
    kept = tuple(names[int(position)] for position in keep)
    return NativeChart("column", kept, tuple(series), x_title, y_title, shown_of=shown_of)


def _forest(figure: go.Figure, points: list[Any]) -> NativeChart:
    low, high = (10 ** float(limit) for limit in figure.layout.xaxis.range)
    series = []
    for trace in points:
        colour = _colour(trace.marker.color)
        xs, ys = tuple(map(float, trace.x)), tuple(map(float, trace.y))
        series.append(NativeSeries(_plain(trace.name), xs, ys, colour))
        for x, y, up, down in zip(
            xs, ys, trace.error_x.array, trace.error_x.arrayminus, strict=True
        ):
            ends = (max(x - float(down), low), min(x + float(up), high))
            series.append(NativeSeries("", ends, (y, y), colour, True, True))
    names = figure.layout.yaxis.ticktext or ()
    bottom, top = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high))
    return NativeChart(
        "xy",
        tuple(_plain(name) for name in names),
        tuple(series),
        _title(figure.layout.xaxis),
        "",
        is_log=True,
        x_range=(bottom, top),
        y_range=(0.0, len(names) + 1.0),
    )
