"""The study's figure beside published ones: points and ranges on one scale."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.figures.theme import BLUE, GREY, safe, styled
from core.text.catalogue import Language, text


@dataclass(frozen=True, slots=True)
class ComparatorRow:
    """One line: a value, a range, or both.

    Attributes:
        printed: the value as it is printed; source: who reported it.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    printed: str
    source: str
    is_own: bool


LETTERS = 26
"""Width of a label's line, in Latin letters; a Chinese one takes two."""


def _lines(label: str) -> list[str]:
    """A label in short lines, so that it leaves the plot its room.

    >>> _lines("FUDR HAIC + systemic, with extrahepatic disease")
    ['FUDR HAIC + systemic, with', 'extrahepatic disease']
    """
    if any(letter > "\u2e80" for letter in label):
        return textwrap.wrap(label, LETTERS - 10) or [label]
    return textwrap.wrap(label, LETTERS) or [label]


def figure(rows: Sequence[ComparatorRow], axis: str, language: Language) -> go.Figure:
    """Own figure at the top, with its value as a line through all others."""
    shown = go.Figure()
    heights = list(range(len(rows), 0, -1))
    for is_own, colour, symbol, name in (
        (True, BLUE, "square", "own_series"),
        (False, GREY, "circle", "published_series"),
    ):
        chosen = [(row, y) for row, y in zip(rows, heights, strict=True) if row.is_own == is_own]
        if not chosen:
            continue
        for row, y in chosen:
            if row.low is not None and row.high is not None:
                shown.add_trace(
                    go.Scatter(
                        x=[row.low, row.high],
                        y=[y, y],
                        mode="lines",
                        line={"color": colour, "width": 3 if row.value is None else 1.8},
                        hoverinfo="skip",
                        showlegend=False,
                    )
                )
        centres = [
            row.value if row.value is not None else ((row.low or 0.0) + (row.high or 0.0)) / 2
            for row, _ in chosen
        ]
        shown.add_trace(
            go.Scatter(
                x=centres,
                y=[y for _, y in chosen],
                mode="markers",
                marker={
                    "color": colour,
                    "symbol": symbol,
                    "size": [0 if row.value is None else 11 for row, _ in chosen],
                },
                name=text(f"figures.{name}", language),
                text=[
                    text(
                        "figures.comparator_hover",
                        language,
                        label=safe(row.label),
                        value=safe(row.printed),
                        source=safe(row.source),
                    )
                    for row, _ in chosen
                ],
                hovertemplate="%{text}<extra></extra>",
            )
        )
        if is_own and chosen[0][0].value is not None:
            shown.add_vline(x=chosen[0][0].value, line={"color": colour, "dash": "dot"})
    labels = [_lines(row.label) for row in rows]
    tallest = max((len(lines) for lines in labels), default=1)
    styled(shown, height=120 + max(34, 14 * tallest + 6) * len(rows))
    shown.update_xaxes(title=axis, rangemode="tozero")
    shown.update_yaxes(
        tickvals=heights,
        ticktext=["<br>".join(map(safe, lines)) for lines in labels],
        range=[0.4, len(rows) + 0.6],
        showgrid=False,
        automargin=True,
    )
    return shown
