"""Waterfall of the best change from baseline, one bar a patient, coloured by best response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.figures.theme import AXIS, RESPONSE_COLOURS, safe, styled
from core.results.response import CATEGORIES
from core.text.catalogue import Language, text
from core.text.numbers import number


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """One patient; ``mark`` is a sign on the bar, e.g. for progression outside the liver."""

    patient_id: str
    change_percent: float
    category: str
    reason: str
    mark: str = ""


def figure(bars: Sequence[WaterfallBar], language: Language, *, marks: str = "") -> go.Figure:
    """Bars from the largest growth to the deepest shrinkage with the -30 and +20 % lines.

    Args:
        marks: what the signs on the bars mean; "" = none is drawn.
    """
    ordered = sorted(bars, key=lambda bar: (-bar.change_percent, bar.patient_id))
    position = {bar.patient_id: index for index, bar in enumerate(ordered)}
    shown = go.Figure()
    for category in CATEGORIES:
        part = [bar for bar in ordered if bar.category == category]
        if not part:
            continue
        shown.add_trace(
            go.Bar(
                x=[position[bar.patient_id] for bar in part],
                # A bar of exactly 0 % would be invisible: it's drawn as a thin line.
                y=[bar.change_percent or 0.6 for bar in part],
                name=text(f"tables.category.{category}", language),
                marker={"color": RESPONSE_COLOURS[category]},
                customdata=[bar.patient_id for bar in part],
                hovertext=[
                    text(
                        "figures.waterfall_hover",
                        language,
                        patient=safe(bar.patient_id),
                        change=("+" if bar.change_percent > 0 else "") + number(bar.change_percent),
                        category=category,
                        reason=safe(bar.reason),
                    )
                    for bar in part
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    marked = [bar for bar in ordered if bar.mark]
    if marked:
        shown.add_trace(
            go.Scatter(
                x=[position[bar.patient_id] for bar in marked],
                y=[bar.change_percent + (4 if bar.change_percent >= 0 else -4) for bar in marked],
                mode="text",
                text=[bar.mark for bar in marked],
                textfont={"size": 15},
                hoverinfo="skip",
                name=marks,
                showlegend=False,
            )
        )
    styled(shown, height=430)
    shown.update_layout(margin={"r": 64})
    for limit in (20.0, -30.0):
        shown.add_hline(y=limit, line={"color": AXIS, "dash": "dash", "width": 1.2})
        shown.add_annotation(
            x=1.005,
            xref="paper",
            y=limit,
            xanchor="left",
            text=f"{'+' if limit > 0 else '−'}{abs(limit):g} %",
            showarrow=False,
            font={"size": 12},
        )
    labels = [safe(bar.patient_id) for bar in ordered]
    shown.update_xaxes(
        tickvals=list(range(len(ordered))) if len(ordered) <= 60 else [],
        ticktext=labels if len(ordered) <= 60 else [],
        tickangle=-60 if len(ordered) > 16 else 0,
        title=text("figures.waterfall_x", language),
        showgrid=False,
    )
    shown.update_yaxes(title=text("figures.waterfall_y", language), ticksuffix=" %")
    shown.update_layout(bargap=0.15)
    return shown
