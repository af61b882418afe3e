"""Stacked cumulative incidence of competing events, one panel a group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.km import thinned
from core.figures.theme import BLUE, ORANGE, VERMILION, safe, styled, transparent
from core.options import unit_word
from core.results.competing import IncidenceCurve
from core.text.catalogue import Language, text
from core.text.numbers import interval, number, percent

COLOURS = (VERMILION, ORANGE, BLUE)
PATTERNS = ("", "/", ".")
"""Told apart by their hatching too, not by colour alone."""
MOST_PANELS = 4


def figure(
    panels: Sequence[tuple[str, IncidenceCurve]], causes: Sequence[str], language: Language
) -> go.Figure:
    """Incidences stacked on one another: their top is the share with any event.

    Args:
        panels: printed name and curve of each group (at most four are drawn).
        causes: printed names of the causes.
    """
    drawn = list(panels)[:MOST_PANELS]
    shown = make_subplots(
        rows=1,
        cols=len(drawn),
        shared_yaxes=True,
        subplot_titles=[safe(name) for name, _ in drawn] if len(drawn) > 1 else None,
        horizontal_spacing=0.04,
    )
    for column, (name, curve) in enumerate(drawn, start=1):
        keep = thinned(curve.time.size)
        time = np.concatenate([[0.0], curve.time[keep]])
        risk = np.concatenate([[curve.n], curve.n_risk[keep]])
        unit = unit_word(curve.options.time_unit)
        for position, (cause, label) in enumerate(zip(curve.causes, causes, strict=True)):
            value, low, high = (
                np.concatenate([[0.0], part[keep]])
                for part in (cause.incidence, cause.low, cause.high)
            )
            hover = [
                text(
                    "figures.incidence_hover",
                    language,
                    label=safe(name),
                    cause=safe(label),
                    time=number(at),
                    time_unit=unit,
                    incidence=percent(share),
                    interval=interval(100 * lower, 100 * upper),
                    at_risk=int(left),
                )
                for at, share, lower, upper, left in zip(time, value, low, high, risk, strict=True)
            ]
            colour = COLOURS[position % len(COLOURS)]
            shown.add_trace(
                go.Scatter(
                    x=time,
                    y=value,
                    mode="lines",
                    line={"shape": "hv", "width": 1.5, "color": colour},
                    stackgroup=f"group{column}",
                    fillcolor=transparent(colour, 0.45),
                    fillpattern={
                        "shape": PATTERNS[position % len(PATTERNS)],
                        "fgcolor": colour,
                        "bgcolor": transparent(colour, 0.35),
                        "size": 7,
                        "solidity": 0.25,
                    },
                    name=safe(label),
                    legendgroup=label,
                    showlegend=column == 1,
                    text=hover,
                    hovertemplate="%{text}<extra></extra>",
                ),
                row=1,
                col=column,
            )
        shown.update_xaxes(
            title=text("figures.time_axis.haic", language, time_unit=unit), row=1, col=column
        )
    styled(shown, height=400 if len(drawn) == 1 else 430)
    if len(drawn) > 1:
        shown.update_layout(legend={"y": 1.1}, margin={"t": 60})
    shown.update_yaxes(range=[0, 1.02], tickformat=".0%")
    shown.update_yaxes(title=text("figures.incidence_axis", language), row=1, col=1)
    return shown
