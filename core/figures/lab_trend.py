"""One laboratory value before each session: every patient's line, the median, the limit."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

import plotly.graph_objects as go

from core.figures.lab_limits import COLOUR, SYMBOL
from core.figures.theme import BLUE, GREY, VERMILION, safe, styled, transparent
from core.results.eligibility import CohortFitness, CriterionResult, Status
from core.text.catalogue import Language, say, text
from core.text.units import shown_unit


def figure(fitness: CohortFitness, criterion: str, language: Language) -> go.Figure:
    """Value of one criterion against the number of the session."""
    lines: dict[str, list[tuple[int, float, CriterionResult]]] = defaultdict(list)
    for cycle in fitness.cycles:
        result = cycle.judged.criterion(criterion)
        if isinstance(result.value, float) and not cycle.is_next:
            lines[cycle.patient_id].append((cycle.session_no, result.value, result))
    shown = go.Figure()
    for points in lines.values():
        shown.add_trace(
            go.Scatter(
                x=[at for at, _, _ in points],
                y=[value for _, value, _ in points],
                mode="lines",
                line={"color": transparent(GREY, 0.45), "width": 1},
                hoverinfo="skip",
                showlegend=False,
            )
        )
    every = [(patient, *point) for patient, points in lines.items() for point in points]
    for status in Status:
        part = [point for point in every if point[3].status is status]
        if part:
            shown.add_trace(
                go.Scatter(
                    x=[at for _, at, _, _ in part],
                    y=[value for _, _, value, _ in part],
                    mode="markers",
                    marker={"size": 8, "symbol": SYMBOL[status], "color": COLOUR[status]},
                    name=text(f"eligibility.status.{status.value}", language),
                    hovertext=[
                        text(
                            "figures.strip_hover", language, patient=safe(patient),
                            reason=safe(say(result.reason, language)),
                        )
                        for patient, _, _, result in part
                    ],
                    hovertemplate="%{hovertext}<extra></extra>",
                )
            )  # fmt: skip
    numbers = sorted({at for _, at, _, _ in every})
    shown.add_trace(
        go.Scatter(
            x=numbers,
            y=[median(value for _, at, value, _ in every if at == number) for number in numbers],
            mode="lines",
            line={"color": BLUE, "width": 3},
            name=text("figures.trend_median", language),
        )
    )
    first = every[0][3] if every else None
    if first is not None and isinstance(first.limit, float):
        shown.add_hline(y=first.limit, line={"color": VERMILION, "dash": "dash", "width": 1.6})
    styled(shown, height=360)
    unit = shown_unit(first.unit) if first is not None else ""
    shown.update_xaxes(title=text("figures.trend_x", language), dtick=1, showgrid=False)
    shown.update_yaxes(title=unit, rangemode="tozero")
    return shown
