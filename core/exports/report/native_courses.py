"""Spider and swimmer as charts that PowerPoint can edit: a series a line, lane or kind of mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.exports.report.native_parts import (
    NativeChart,
    NativeSeries,
    axis_title,
    hex_colour,
    plain_words,
)

MOST_LINES = 60
"""Each line or lane is a series of its own; PowerPoint becomes slow with more."""
MOST_NAMED = 30
_LANE_POINTS, _RESPONSE_POINTS = 7.0, 3.5
_PERCENT = '0" %"'


def _runs(xs: Sequence[Any], ys: Sequence[Any]) -> Iterator[tuple[list[float], list[float]]]:
    """Stretches between gaps."""
    run_x: list[float] = []
    run_y: list[float] = []
    for x, y in zip([*xs, None], [*ys, None], strict=True):
        if x is None or y is None:
            if run_x:
                yield run_x, run_y
            run_x, run_y = [], []
        else:
            run_x.append(float(x))
            run_y.append(float(y))


def _marks(figure: go.Figure) -> Iterator[Any]:
    for trace in figure.data:
        if isinstance(trace, go.Scatter) and trace.mode == "markers" and len(trace.x):
            yield trace


def _pale(colour: str) -> str:
    """The colour as it looks at the lanes' opacity on white."""
    parts = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return "".join(f"{round(255 - 0.55 * (255 - part)):02X}" for part in parts)


def spider_chart(figure: go.Figure, lines: Sequence[Any]) -> NativeChart:
    """Each patient's line under the legend entry of the best response."""
    found = [(trace, run) for trace in lines for run in _runs(trace.x, trace.y)]
    kept = _evenly(len(found), MOST_LINES)
    series = []
    named: set[str] = set()
    for at in kept:
        trace, (xs, ys) = found[at]
        name = plain_words(trace.name)
        series.append(
            NativeSeries(
                name, tuple(xs), tuple(ys), hex_colour(trace.line.color), True, name in named,
                width=1.5,
            )
        )  # fmt: skip
        named.add(name)
    # A mark belongs to a point of a line that is drawn.
    drawn = {point for one in series for point in zip(one.x, one.y, strict=True)}
    for trace in _marks(figure):
        points = [(float(x), float(y)) for x, y in zip(trace.x, trace.y, strict=True)]
        marked = [one for one in points if one in drawn]
        if marked:
            series.append(_mark(trace, [x for x, _ in marked], [y for _, y in marked]))
    return NativeChart(
        "xy", (), tuple(series), axis_title(figure.layout.xaxis), axis_title(figure.layout.yaxis),
        y_format=_PERCENT,
        shown_of=(len(kept), len(found)) if len(kept) < len(found) else None,
    )  # fmt: skip


def _mark(trace: Any, xs: Sequence[float], ys: Sequence[float]) -> NativeSeries:
    colour = hex_colour(trace.marker.color)
    symbol = str(trace.marker.symbol)
    return NativeSeries(plain_words(trace.name), tuple(xs), tuple(ys), colour, symbol=symbol)


def swimmer_chart(figure: go.Figure, bars: Sequence[Any]) -> NativeChart:
    """A thick line a lane, the time in response over it, and the marks of the events."""
    lanes = {
        int(row): (trace, float(length))
        for trace in bars
        for row, length in zip(trace.y, trace.x, strict=True)
    }
    rows = sorted(lanes)
    kept = [rows[at] for at in _evenly(len(rows), MOST_LINES)]
    place = {row: at + 1.0 for at, row in enumerate(kept)}
    series = []
    named: set[str] = set()
    # In the order of the legend: by shade, then by row.
    for trace in bars:
        for row in (one for one in kept if lanes[one][0] is trace):
            name = plain_words(trace.name)
            series.append(
                NativeSeries(
                    name, (0.0, lanes[row][1]), (place[row],) * 2,
                    _pale(hex_colour(trace.marker.color)), True, name in named,
                    width=_LANE_POINTS,
                )
            )  # fmt: skip
            named.add(name)
    for trace in figure.data:
        if isinstance(trace, go.Scatter) and trace.mode == "lines" and trace.x is not None:
            runs = [run for run in _runs(trace.x, trace.y) if int(run[1][0]) in place]
            for at, (xs, ys) in enumerate(runs):
                series.append(
                    NativeSeries(
                        plain_words(trace.name), tuple(xs), (place[int(ys[0])],) * len(xs),
                        hex_colour(trace.line.color), True, at > 0, width=_RESPONSE_POINTS,
                    )
                )  # fmt: skip
    for trace in _marks(figure):
        points = [
            (float(x), place[int(y)])
            for x, y in zip(trace.x, trace.y, strict=True)
            if int(y) in place
        ]
        if points:
            series.append(_mark(trace, [x for x, _ in points], [y for _, y in points]))
    names = figure.layout.yaxis.ticktext or ()
    has_names = len(names) == len(rows) <= MOST_NAMED
    return NativeChart(
        "xy",
        tuple(plain_words(name) for name in names) if has_names else (),
        tuple(series),
        axis_title(figure.layout.xaxis),
        axis_title(figure.layout.yaxis),
        y_range=(0.0, len(kept) + 1.0),
        is_by_row=True,
        shown_of=(len(kept), len(rows)) if len(kept) < len(rows) else None,
    )


def _evenly(total: int, most: int) -> list[int]:
    return np.unique(np.linspace(0, total - 1, min(total, most)).round().astype(int)).tolist()
