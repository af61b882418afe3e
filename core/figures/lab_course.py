"""A laboratory test over time in every patient, with the bands of its CTCAE grades."""

from __future__ import annotations

from collections.abc import Collection

import plotly.graph_objects as go

from core.figures.theme import AXIS, GRADE_COLOURS, GREY, safe, styled, transparent
from core.results.safety import LabCourse
from core.text.catalogue import Language, text
from core.text.numbers import compact
from core.text.units import shown_unit

_SCALES = {"xULN", "xLLN", "xBASE"}
_TINT = 0.13
_DARK_TEXT = {1, 3}


def axis_name(course: LabCourse, language: Language) -> str:
    """The test and the unit, or the multiple, in which it is drawn."""
    unit = course.unit
    named = text(f"safety_figures.scale.{unit}", language) if unit in _SCALES else shown_unit(unit)
    return f"{safe(course.analyte)} ({safe(named)})"


def figure(course: LabCourse, language: Language, *, patients: Collection[str] = ()) -> go.Figure:
    """A line a patient; horizontal bands are the grades, each mark shows its own grade.

    Args:
        patients: these stand out, the others stay grey; none = all alike.
    """
    shown = go.Figure()
    points = course.points
    chosen = set(patients)
    for patient, part in points.groupby("patient_id", sort=True):
        stands_out = not chosen or patient in chosen
        grades = [-1 if grade is None or grade != grade else int(grade) for grade in
                  part["grade"].astype(object).where(part["grade"].notna(), None)]  # fmt: skip
        colours = [GRADE_COLOURS.get(str(grade), GREY) for grade in grades]
        shown.add_trace(
            go.Scatter(
                x=part["day"],
                y=part["value"],
                mode="lines+markers+text" if stands_out else "lines",
                line={
                    "color": transparent(GREY, 0.7 if chosen and stands_out else 0.35),
                    "width": 2 if chosen and stands_out else 1,
                },
                marker={
                    "color": colours,
                    "size": [16 if grade > 0 else 5 for grade in grades],
                    "opacity": 1.0,
                },
                text=[str(grade) if grade > 0 else "" for grade in grades],
                textfont={
                    "size": 11,
                    "color": ["#1B1F24" if grade in _DARK_TEXT else "white" for grade in grades],
                },
                customdata=[[str(patient)]] * len(part),
                hovertext=[
                    text(
                        "safety_figures.course_hover",
                        language,
                        patient=safe(patient),
                        day=int(day),
                        value=compact(reported),
                        unit=shown_unit(unit) if isinstance(unit, str) else "",
                        grade="—" if grade < 0 else str(grade),
                    )
                    for day, reported, unit, grade in zip(
                        part["day"], part["reported"], part["unit"], grades, strict=True
                    )
                ],
                hovertemplate="%{hovertext}<extra></extra>",
                showlegend=False,
            )
        )
    low, high = _range(course)
    _bands(shown, course, low, high, language)
    styled(shown, height=460, legend=False)
    shown.update_layout(margin={"r": 72})
    shown.add_vline(x=0, line={"color": AXIS, "width": 1, "dash": "dot"})
    shown.update_xaxes(title=text("safety_figures.days_since_haic", language), zeroline=False)
    shown.update_yaxes(title=axis_name(course, language), range=[low, high], zeroline=False)
    return shown


def _range(course: LabCourse) -> tuple[float, float]:
    """All values, and the nearest limits beyond them so that the reader sees the distance."""
    values = [float(value) for value in course.points["value"]]
    limits = [limit for limit, _ in course.limits]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if course.direction == "low":
        below = [limit for limit in limits if limit < low]
        low = max(below) if below else min([low, *limits])
        high = max([high, *limits[:1]])
    else:
        above = [limit for limit in limits if limit > high]
        high = min(above) if above else max([high, *limits])
        low = min([low, *limits[:1]])
    room = 0.07 * (high - low or 1.0)
    return max(low - room, 0.0) if low >= 0 else low - room, high + room


def _bands(
    shown: go.Figure, course: LabCourse, low: float, high: float, language: Language
) -> None:
    """Tinted bands with their grade at the right margin, lines where each begins."""
    limits = course.limits
    for at, (limit, grade) in enumerate(limits):
        if not low <= limit <= high:
            continue
        beyond = limits[at + 1][0] if at + 1 < len(limits) else None
        if course.direction == "low":
            y0, y1 = (low if beyond is None else max(beyond, low)), limit
        else:
            y0, y1 = limit, (high if beyond is None else min(beyond, high))
        colour = GRADE_COLOURS[str(grade)]
        shown.add_hrect(
            y0=y0, y1=y1, fillcolor=transparent(colour, _TINT), line_width=0, layer="below"
        )
        shown.add_hline(y=limit, line={"color": colour, "width": 1.2, "dash": "dash"})
        shown.add_annotation(
            x=1.005, xref="paper", y=(y0 + y1) / 2, xanchor="left",
            text=text("tables.grade_n", language, n=grade), showarrow=False, font={"size": 12},
        )  # fmt: skip
