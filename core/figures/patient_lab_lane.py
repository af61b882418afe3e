"""The laboratory lane of a patient's timeline: values, range of normal and CTCAE bands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import plotly.graph_objects as go

from core.figures.theme import AXIS, BLUE, GRADE_COLOURS, GREY, transparent
from core.results.patient import LabSeries
from core.text.catalogue import Language, analyte_name, text
from core.text.numbers import MISSING, compact
from core.text.units import shown_unit

_ROOM = 0.15


def _span(series: LabSeries) -> tuple[float, float]:
    known = [point.value for point in series.points]
    known += [limit for limit in (series.lln, series.uln) if limit is not None]
    low, high = min(known), max(known)
    room = _ROOM * ((high - low) or abs(high) or 1.0)
    return max(low - room, 0.0) if low >= 0 else low - room, high + room


def add_lab(
    shown: go.Figure,
    series: LabSeries,
    row: int,
    at: Callable[[date], date | float],
    when: Callable[[date], str],
    language: Language,
) -> None:
    """Draw one test into a row of the figure.

    Args:
        at: place of a date on the axis; when: the date in words.
    """
    unit = shown_unit(series.unit)
    grades = [MISSING if point.grade is None else str(point.grade) for point in series.points]
    name = analyte_name(series.analyte, language)
    shown.add_trace(
        go.Scatter(
            x=[at(point.date) for point in series.points],
            y=[point.value for point in series.points],
            mode="lines+markers",
            line={"color": BLUE, "width": 1.5},
            marker={
                "size": 8,
                "color": [BLUE if g == "0" else GRADE_COLOURS.get(g, GREY) for g in grades],
                "symbol": ["circle" if g == "0" else "diamond" for g in grades],
                "line": {"width": 1, "color": AXIS},
            },
            hovertext=[
                text(
                    "patient.lab_hover",
                    language,
                    test=name,
                    date=when(point.date),
                    value=compact(point.value),
                    shown=unit,
                    grade=grade,
                    lln=compact(series.lln),
                    uln=compact(series.uln),
                )
                for point, grade in zip(series.points, grades, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        ),
        row=row,
        col=1,
    )
    # Plotly leaves lines and bands out of a lane that is still empty, so they come last.
    low, high = _span(series)
    for band in series.bands:
        bottom = low if band.low is None else max(band.low, low)
        top = high if band.high is None else min(band.high, high)
        if bottom < top:
            shown.add_hrect(
                y0=bottom,
                y1=top,
                fillcolor=transparent(GRADE_COLOURS[str(band.grade)], 0.22),
                line_width=0,
                annotation={
                    "text": text("figures.grade_band", language, band=band.grade),
                    "font": {"size": 11, "color": AXIS},
                },
                annotation_position="right",
                row=row,
                col=1,
            )
    for limit in (series.lln, series.uln):
        if limit is not None:
            shown.add_hline(
                y=limit, line={"color": AXIS, "width": 1, "dash": "dash"}, row=row, col=1
            )
    title = f"{name}<br>{unit}" if unit else name
    shown.update_yaxes(range=[low, high], title={"text": title, "standoff": 6}, row=row, col=1)
