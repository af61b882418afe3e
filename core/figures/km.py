"""Kaplan-Meier curves with interval bands, censor marks, medians and the table of those at risk.

Layout after Morris et al. 2019, BMJ Open 9:e030215 (KMunicate): numbers at risk, censored and
with the event so far stand under the curve at the same times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.figures.km_others import DashedCurve, ReferenceMedian, add_others
from core.figures.risk_table import LINE_PX, add_risk_table, lines_of
from core.figures.theme import AXIS, SERIES, safe, styled, transparent
from core.options import TimeUnit, unit_word
from core.results.survival import Curve
from core.text.catalogue import Language, text
from core.text.numbers import interval, number, percent

MAX_POINTS = 1500
"""Steps drawn per curve; more could not be told apart on a screen."""
STEPS: dict[str, tuple[int, ...]] = {
    "months": (1, 2, 3, 6, 12, 24, 60, 120),
    "weeks": (1, 2, 4, 8, 13, 26, 52, 104, 260),
    "days": (1, 7, 14, 30, 60, 90, 180, 365, 730, 1825),
    "years": (1, 2, 5, 10),
}
PLOT_PX = 370


@dataclass(frozen=True, slots=True)
class LabelledCurve:
    """A curve and its name in the reader's language."""

    label: str
    curve: Curve


@dataclass(frozen=True, slots=True)
class KmLook:
    """How the curves are drawn.

    Attributes:
        start: ``haic``, ``response``, ``landmark`` or ``own``: what the times count from.
        references: medians of other series, drawn as lines and bands.
    """

    unit: TimeUnit = "months"
    start: str = "haic"
    intervals: bool = True
    medians: bool = True
    censor_marks: bool = True
    references: tuple[ReferenceMedian, ...] = ()


def thinned(count: int, limit: int = MAX_POINTS) -> np.ndarray:
    """Indices of at most ``limit`` of ``count`` steps, the first and the last among them.

    >>> thinned(5, 3).tolist()
    [0, 2, 4]
    """
    if count <= limit:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, limit).round().astype(int))


def tick_step(longest: float, unit: TimeUnit = "months") -> float:
    """Distance of the time marks: at most some eleven of them.

    >>> tick_step(29.0), tick_step(130.0, "weeks")
    (3.0, 13.0)
    """
    for step in STEPS[unit]:
        if longest / step <= 11:
            return float(step) if longest > 1.5 or unit != "years" else 0.25
    return longest / 10


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


def _curve_traces(
    item: LabelledCurve, position: int, colour: str, look: KmLook, language: Language
) -> list[go.Scatter]:
    time, survival, low, high, risk = _steps(item.curve)
    hover = [
        text(
            "figures.km_hover",
            language,
            label=safe(item.label),
            time=number(at),
            time_unit=unit_word(look.unit),
            survival=percent(share),
            interval=interval(100 * lower, 100 * upper),
            at_risk=int(left),
        )
        for at, share, lower, upper, left in zip(time, survival, low, high, risk, strict=True)
    ]
    traces = _band(time, low, high, colour) if look.intervals else []
    traces.append(
        go.Scatter(
            x=time,
            y=survival,
            mode="lines",
            line={"shape": "hv", "color": colour, "width": 2.5},
            name=safe(item.label),
            hoverinfo="skip",
        )
    )
    # Only marks can be clicked: unseen ones stand on every step of the line.
    traces.append(
        go.Scatter(
            x=time,
            y=survival,
            mode="markers",
            marker={"size": 11, "color": colour, "opacity": 0},
            selected={"marker": {"opacity": 0.55}},
            unselected={"marker": {"opacity": 0}},
            customdata=[[position, float(at)] for at in time],
            text=hover,
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
    )
    censored = item.curve.n_censor > 0
    if look.censor_marks and censored.any():
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


def _median_line(median: float, colour: str) -> go.Scatter:
    return go.Scatter(
        x=[0, median, median],
        y=[0.5, 0.5, 0],
        mode="lines",
        line={"dash": "dot", "width": 1.2, "color": colour},
        hoverinfo="skip",
        showlegend=False,
    )


def figure(
    curves: Sequence[LabelledCurve],
    language: Language,
    look: KmLook | None = None,
    others: Sequence[DashedCurve] = (),
) -> go.Figure:
    """Curves over time with the numbers at risk beneath.

    Args:
        curves: at least one; drawn in this order, the colours follow it.
        others: curves of other patients, for comparison by eye.
    """
    look = look or KmLook()
    shown = go.Figure()
    ends = [float(item.curve.time[-1]) for item in curves if len(item.curve.time)]
    longest = max(ends, default=1.0) or 1.0
    step = tick_step(longest, look.unit)
    ticks = np.arange(0.0, longest + step, step)
    colours = [SERIES[index % len(SERIES)] for index in range(len(curves))]
    for index, item in enumerate(curves):
        shown.add_traces(_curve_traces(item, index, colours[index], look, language))
        median = item.curve.median.estimate
        if look.medians and median is not None:
            shown.add_trace(_median_line(median, colours[index]))
    add_others(shown, others, look.references, language)
    labelled = [(item.label, item.curve) for item in curves]
    names = add_risk_table(shown, labelled, colours, ticks, language)
    lines = lines_of(len(curves))
    table_px = LINE_PX * lines + 62
    height = PLOT_PX + table_px + 40
    styled(shown, height=height, legend=len(curves) + len(others) + len(look.references) > 1)
    drawable = height - 24 - 56
    table_share = (LINE_PX * lines) / drawable
    shown.update_xaxes(
        title={
            "text": text(
                f"figures.time_axis.{look.start}", language, time_unit=unit_word(look.unit)
            ),
            "standoff": 4,
        },
        tickvals=ticks,
        range=[-0.02 * ticks[-1], ticks[-1] * 1.02],
        showgrid=False,
        anchor="y",
    )
    longest_name = max(len(name) for _, name in names)
    shown.update_layout(
        yaxis={
            "title": text("figures.survival_axis", language),
            "domain": [table_share + 62 / drawable, 1.0],
            "range": [0, 1.03],
            "tickformat": ".0%",
        },
        yaxis2={
            "domain": [0.0, table_share],
            "range": [0.4, lines + 0.6],
            "showgrid": False,
            "tickvals": [line for line, _ in names],
            "ticktext": [name for _, name in names],
            "linecolor": "rgba(0,0,0,0)",
            "tickfont": {"size": 12, "color": AXIS},
            "automargin": True,
        },
        margin={"l": max(72, min(200, 8 * longest_name)), "b": 16},
    )
    return shown
