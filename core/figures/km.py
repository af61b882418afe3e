"""Kaplan-Meier curves with interval bands, censor marks, medians and the table of those at risk.

Layout after Morris et al. 2019, BMJ Open 9:e030215 (KMunicate): numbers at risk, with events
and censorings so far, stand under the curve at the same times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.figures.theme import AXIS, SERIES, safe, styled, transparent
from core.results.survival import Curve
from core.text.catalogue import Language, text
from core.text.numbers import interval, number, percent

MAX_POINTS = 1500
"""Steps drawn per curve; more could not be told apart on a screen."""


@dataclass(frozen=True, slots=True)
class LabelledCurve:
    """A curve and its name in the reader's language."""

    label: str
    curve: Curve


def thinned(count: int, limit: int = MAX_POINTS) -> np.ndarray:
    """Indices of at most ``limit`` of ``count`` steps, the first and the last among them.

    >>> thinned(5, 3).tolist()
    [0, 2, 4]
    """
    if count <= limit:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, limit).round().astype(int))


def tick_step(longest: float) -> float:
    """Distance of the time marks in months: 1, 2, 3, 6, 12 or more."""
    for step in (1, 2, 3, 6, 12, 24, 60, 120):
        if longest / step <= 11:
            return float(step)
    return longest / 10


def at_risk(curve: Curve, times: np.ndarray) -> list[tuple[int, int, int]]:
    """Patients at risk just before each time, events and censorings before it."""
    before = np.searchsorted(curve.time, times, side="left")
    events = np.concatenate([[0], np.cumsum(curve.n_event)])[before]
    censored = np.concatenate([[0], np.cumsum(curve.n_censor)])[before]
    return [
        (int(curve.n - dead - lost), int(dead), int(lost))
        for dead, lost in zip(events, censored, strict=True)
    ]


def _steps(curve: Curve) -> tuple[np.ndarray, ...]:
    keep = thinned(len(curve.time))
    start = ([0.0], [1.0], [1.0], [1.0], [float(curve.n)])
    parts = (curve.time, curve.survival, curve.low, curve.high, curve.n_risk)
    return tuple(
        np.concatenate([first, np.asarray(part, dtype=float)[keep]])
        for first, part in zip(start, parts, strict=True)
    )


def _band(time: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str) -> list[go.Scatter]:
    known = np.isfinite(low) & np.isfinite(high)
    common = {
        "mode": "lines",
        "line": {"shape": "hv", "width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [
        go.Scatter(x=time[known], y=high[known], **common),
        go.Scatter(
            x=time[known],
            y=low[known],
            fill="tonexty",
            fillcolor=transparent(colour, 0.15),
            **common,
        ),
    ]


def _curve_traces(item: LabelledCurve, colour: str, language: Language) -> list[go.Scatter]:
    time, survival, low, high, risk = _steps(item.curve)
    hover = [
        text(
            "figures.km_hover",
            language,
            label=safe(item.label),
            months=number(at),
            survival=percent(share),
            interval=interval(100 * lower, 100 * upper),
            at_risk=int(left),
        )
        for at, share, lower, upper, left in zip(time, survival, low, high, risk, strict=True)
    ]
    traces = _band(time, low, high, colour)
    traces.append(
        go.Scatter(
            x=time,
            y=survival,
            mode="lines",
            line={"shape": "hv", "color": colour, "width": 2.5},
            name=safe(item.label),
            text=hover,
            hovertemplate="%{text}<extra></extra>",
        )
    )
    censored = item.curve.n_censor > 0
    if censored.any():
        keep = thinned(int(censored.sum()))
        traces.append(
            go.Scatter(
                x=item.curve.time[censored][keep],
                y=item.curve.survival[censored][keep],
                mode="markers",
                marker={"symbol": "line-ns-open", "size": 11, "color": colour},
                hoverinfo="skip",
                showlegend=False,
            )
        )
    return traces


def figure(
    curves: Sequence[LabelledCurve], language: Language, *, intervals: bool = True
) -> go.Figure:
    """Curves over months with the numbers at risk beneath.

    Args:
        curves: at least one; drawn in this order, the colours follow it.
        intervals: draw the pointwise interval as a band.
    """
    shown = go.Figure()
    longest = max(
        (float(item.curve.time[-1]) for item in curves if len(item.curve.time)), default=1.0
    )
    step = tick_step(longest)
    ticks = np.arange(0.0, longest + step, step)
    rows = len(curves)
    height = 430 + 30 * rows
    table_share = (34 + 30 * rows) / height
    for index, item in enumerate(curves):
        colour = SERIES[index % len(SERIES)]
        traces = _curve_traces(item, colour, language)
        shown.add_traces(traces if intervals else traces[2:])
        median = item.curve.median.estimate
        if median is not None:
            shown.add_trace(
                go.Scatter(
                    x=[0, median, median],
                    y=[0.5, 0.5, 0],
                    mode="lines",
                    line={"dash": "dot", "width": 1.2, "color": colour},
                    hoverinfo="skip",
                    showlegend=False,
                )
            )
        counts = at_risk(item.curve, ticks)
        shown.add_trace(
            go.Scatter(
                x=ticks,
                y=[rows - index] * len(ticks),
                mode="text",
                text=[str(left) for left, _, _ in counts],
                textfont={"color": colour, "size": 13},
                hovertext=[
                    text(
                        "figures.at_risk_hover", language, at_risk=left, events=dead, censored=lost
                    )
                    for left, dead, lost in counts
                ],
                hovertemplate="%{hovertext}<extra></extra>",
                yaxis="y2",
                showlegend=False,
                cliponaxis=False,
            )
        )
    styled(shown, height=height, legend=rows > 1)
    span = [-0.02 * ticks[-1], ticks[-1] * 1.02]
    shown.update_xaxes(
        title=text("figures.months_since_haic", language),
        tickvals=ticks,
        range=span,
        anchor="y2",
        showgrid=False,
    )
    shown.update_layout(
        yaxis={
            "title": text("figures.survival_axis", language),
            "domain": [table_share + 0.06, 1.0],
            "range": [0, 1.03],
            "tickformat": ".0%",
        },
        yaxis2={
            "domain": [0.0, table_share - 0.02],
            "range": [0.4, rows + 0.6],
            "showgrid": False,
            "tickvals": [rows - index for index in range(rows)],
            "ticktext": [safe(item.label) for item in curves]
            if rows > 1
            else [text("figures.at_risk", language)],
            "linecolor": "rgba(0,0,0,0)",
        },
    )
    if rows > 1:
        shown.add_annotation(
            text=text("figures.at_risk", language),
            xref="paper",
            yref="paper",
            x=0,
            y=table_share + 0.01,
            xanchor="left",
            showarrow=False,
            font={"size": 12, "color": AXIS},
        )
    shown.update_layout(margin={"l": 96})
    return shown
