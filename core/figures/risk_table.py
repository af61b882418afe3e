"""The table under survival curves: at risk, censored and with the event, at the same times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.figures.theme import AXIS, safe
from core.results.survival import Curve
from core.text.catalogue import Language, text

MOST_FULL_CURVES = 3
"""With more curves each keeps one line: at risk (events)."""
LINE_PX = 21


def at_risk(curve: Curve, times: np.ndarray) -> list[tuple[int, int, int]]:
    """Patients at risk just before each time, events and censorings before it."""
    before = np.searchsorted(curve.time, times, side="left")
    events = np.concatenate([[0], np.cumsum(curve.n_event)])[before]
    censored = np.concatenate([[0], np.cumsum(curve.n_censor)])[before]
    return [
        (int(curve.n - dead - lost), int(dead), int(lost))
        for dead, lost in zip(events, censored, strict=True)
    ]


def lines_of(count: int) -> int:
    """Lines of the table for so many curves, their names included."""
    if count > MOST_FULL_CURVES:
        return count + 1
    return 3 * count + (count if count > 1 else 0)


def add_risk_table(
    figure: go.Figure,
    items: Sequence[tuple[str, Curve]],
    colours: Sequence[str],
    ticks: np.ndarray,
    language: Language,
) -> list[tuple[int, str]]:
    """Draw the counts on ``y2``, the first line at the top.

    Returns:
        Height (in lines from the bottom) and printed name of each line.
    """
    total = lines_of(len(items))
    height = total
    names: list[tuple[int, str]] = []
    short = len(items) > MOST_FULL_CURVES
    if short:
        names.append((height, text("figures.at_risk_events", language)))
        height -= 1
    for (label, curve), colour in zip(items, colours, strict=True):
        counts = at_risk(curve, ticks)
        hover = [
            text("figures.at_risk_hover", language, at_risk=left, events=dead, censored=lost)
            for left, dead, lost in counts
        ]
        if short:
            names.append((height, safe(label)))
            cells = [f"{left} ({dead})" for left, dead, _ in counts]
            _line(figure, ticks, height, cells, hover, colour)
            height -= 1
            continue
        if len(items) > 1:
            names.append((height, f"<b>{safe(label)}</b>"))
            height -= 1
        for key, place in (("at_risk", 0), ("censored", 2), ("events", 1)):
            names.append((height, text(f"figures.{key}", language)))
            cells = [str(count[place]) for count in counts]
            _line(figure, ticks, height, cells, hover, colour if place == 0 else AXIS)
            height -= 1
    return names


def _line(
    figure: go.Figure,
    ticks: np.ndarray,
    height: int,
    cells: list[str],
    hover: list[str],
    colour: str,
) -> None:
    figure.add_trace(
        go.Scatter(
            x=ticks,
            y=[height] * len(ticks),
            mode="text",
            text=cells,
            textfont={"color": colour, "size": 13},
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            yaxis="y2",
            showlegend=False,
            cliponaxis=False,
        )
    )
