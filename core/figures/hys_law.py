"""Hy's-law plot: peak ALT or AST against peak bilirubin, both as multiples of ULN.

Source: FDA 2009, Guidance for Industry: Drug-Induced Liver Injury.
"""

from __future__ import annotations

import math

import plotly.graph_objects as go

from core.figures.theme import AXIS, BLUE, GREY, ORANGE, VERMILION, safe, styled
from core.results.safety import LiverSafety
from core.text.catalogue import Language, text
from core.text.numbers import number

_LOOKS = {
    "HY": (VERMILION, "diamond"),
    "TEMPLE": (ORANGE, "triangle-up"),
    "CHOLESTASIS": (BLUE, "square"),
    "NORMAL": (GREY, "circle-open"),
}
_TICKS = (0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100)


def figure(
    liver: LiverSafety, language: Language, *, limits: tuple[float, float] = (3.0, 2.0)
) -> go.Figure:
    """Both axes on a logarithmic scale; the lines part the four quadrants."""
    shown = go.Figure()
    for code, (colour, symbol) in _LOOKS.items():
        mine = [point for point in liver.points if point.quadrant == code]
        if not mine:
            continue
        shown.add_trace(
            go.Scatter(
                x=[point.transaminase for point in mine],
                y=[point.bilirubin for point in mine],
                mode="markers",
                name=text(f"safety_tables.quadrant.{code}", language),
                marker={"symbol": symbol, "size": 11, "color": colour},
                customdata=[[point.patient_id] for point in mine],
                hovertext=[
                    text(
                        "safety_figures.liver_hover",
                        language,
                        patient=safe(point.patient_id),
                        analyte=point.analyte,
                        enzyme=number(point.transaminase, 2),
                        bilirubin=number(point.bilirubin, 2),
                        alp=number(point.alp, 2),
                    )
                    for point in mine
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    line = {"color": AXIS, "dash": "dash", "width": 1.4}
    shown.add_vline(x=limits[0], line=line)
    shown.add_hline(y=limits[1], line=line)
    styled(shown, height=480)
    for axis, limit, key, values in (
        (shown.update_xaxes, limits[0], "peak_enzyme", [p.transaminase for p in liver.points]),
        (shown.update_yaxes, limits[1], "peak_bilirubin", [p.bilirubin for p in liver.points]),
    ):
        known = [value for value in values if value > 0]
        low, high = min([*known, limit / 6]), max([*known, limit * 3])
        axis(
            title=text(f"safety_figures.{key}", language),
            type="log",
            range=[math.log10(low * 0.85), math.log10(high * 1.15)],
            tickvals=list(_TICKS),
            ticktext=[f"{tick:g}" for tick in _TICKS],
            zeroline=False,
        )
    return shown
