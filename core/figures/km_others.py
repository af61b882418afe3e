"""Other patients beside Kaplan-Meier curves: digitised curves, medians and their ranges.

They are dashed, grey and named "not randomised": nothing tests them against the study.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.figures.theme import GREY, safe, transparent
from core.results.survival import FloatArray
from core.text.catalogue import Language, text

SYMBOLS = ("diamond", "square", "triangle-up", "circle", "star", "cross", "x")


@dataclass(frozen=True, slots=True, eq=False)
class DashedCurve:
    """A curve of other patients, drawn dashed and without numbers at risk."""

    label: str
    time: FloatArray
    survival: FloatArray


@dataclass(frozen=True, slots=True)
class ReferenceMedian:
    """Median of another series, or the range of its medians, in the unit of the plot."""

    label: str
    value: float | None
    low: float | None
    high: float | None


def add_others(
    shown: go.Figure,
    curves: Sequence[DashedCurve],
    medians: Sequence[ReferenceMedian],
    language: Language,
) -> None:
    """Draw curves and medians of other series into a plot of survival."""
    for other in curves:
        shown.add_trace(
            go.Scatter(
                x=np.concatenate([[0.0], other.time]),
                y=np.concatenate([[1.0], other.survival]),
                mode="lines",
                line={"shape": "hv", "dash": "dash", "color": GREY, "width": 2},
                name=text("figures.not_randomised", language, label=safe(other.label)),
                hovertemplate="%{y:.1%}<extra></extra>",
            )
        )
    for index, one in enumerate(medians):
        shown.add_traces(_reference_traces(one, SYMBOLS[index % len(SYMBOLS)], language))


def _reference_traces(one: ReferenceMedian, symbol: str, language: Language) -> list[go.Scatter]:
    """A band from the lower to the upper limit, and a line with a mark at the value."""
    name = text("figures.not_randomised", language, label=safe(one.label))
    hover = f"{name}<extra></extra>"
    traces = []
    if one.low is not None and one.high is not None:
        traces.append(
            go.Scatter(
                x=[one.low, one.low, one.high, one.high],
                y=[0, 0.5, 0.5, 0],
                mode="lines",
                line={"width": 1, "dash": "dash", "color": GREY},
                fill="toself",
                fillcolor=transparent(GREY, 0.10),
                name=name,
                legendgroup=name,
                showlegend=one.value is None,
                hoveron="points",
                hovertemplate=hover,
            )
        )
    if one.value is not None:
        traces.append(
            go.Scatter(
                x=[one.value, one.value],
                y=[0, 0.5],
                mode="lines+markers",
                line={"width": 1.5, "dash": "dash", "color": GREY},
                marker={"size": [0, 10], "symbol": symbol, "color": GREY},
                name=name,
                legendgroup=name,
                hovertemplate=hover,
            )
        )
    return traces
