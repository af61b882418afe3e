"""Baseline value against the worst value after it, one mark a patient."""

from __future__ import annotations

import plotly.graph_objects as go

from core.figures.lab_course import axis_name
from core.figures.theme import AXIS, GRADE_COLOURS, GREY, safe, styled
from core.results.safety import LabCourse
from core.text.catalogue import Language, text
from core.text.numbers import compact

_SYMBOLS = {0: "circle-open", 1: "circle", 2: "triangle-up", 3: "diamond", 4: "square"}


def figure(course: LabCourse, language: Language) -> go.Figure:
    """Above or below the diagonal the patient got worse; lines are where the grades begin.

    The worst value is the furthest from normal on the term's side, among those after the first
    HAIC; patients without a value before or after it are not drawn.
    """
    shown = go.Figure()
    rows = []
    for patient, part in course.points.groupby("patient_id", sort=True):
        before, after = part[part["day"] <= 0], part[part["day"] > 0]
        if not len(before) or not len(after):
            continue
        worst = after["value"].min() if course.direction == "low" else after["value"].max()
        at = after[after["value"] == worst].iloc[0]
        grades = after["grade"].dropna()
        grade = int(grades.max()) if len(grades) else None
        rows.append((str(patient), float(before["value"].iloc[-1]), float(at["value"]), grade))
    for grade in (0, 1, 2, 3, 4, None):
        mine = [row for row in rows if row[3] == grade]
        if not mine:
            continue
        shown.add_trace(
            go.Scatter(
                x=[row[1] for row in mine],
                y=[row[2] for row in mine],
                mode="markers",
                name=text("safety_figures.not_gradable", language)
                if grade is None
                else text("tables.grade_n", language, n=grade),
                marker={
                    "symbol": "x" if grade is None else _SYMBOLS[grade],
                    "size": 11,
                    "color": GREY if not grade else GRADE_COLOURS[str(grade)],
                },
                customdata=[[row[0]] for row in mine],
                hovertext=[
                    text(
                        "safety_figures.shift_hover",
                        language,
                        patient=safe(row[0]),
                        before=compact(round(row[1], 3)),
                        worst=compact(round(row[2], 3)),
                        grade="—" if row[3] is None else str(row[3]),
                    )
                    for row in mine
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    values = [value for row in rows for value in row[1:3]]
    limits = [limit for limit, _ in course.limits[:2]]
    low, high = min([*values, *limits], default=0.0), max([*values, *limits], default=1.0)
    room = 0.06 * (high - low or 1.0)
    ends = [low - room, high + room]
    shown.add_shape(
        type="line", x0=ends[0], y0=ends[0], x1=ends[1], y1=ends[1],
        line={"color": AXIS, "dash": "dot", "width": 1.2},
    )  # fmt: skip
    for limit, grade in course.limits:
        if ends[0] <= limit <= ends[1]:
            shown.add_hline(
                y=limit, line={"color": GRADE_COLOURS[str(grade)], "dash": "dash", "width": 1.2}
            )
            shown.add_annotation(
                x=1.005, xref="paper", y=limit, xanchor="left", showarrow=False,
                text=text("tables.grade_n", language, n=grade), font={"size": 12},
            )  # fmt: skip
    styled(shown, height=480)
    shown.update_layout(margin={"r": 72})
    name = axis_name(course, language)
    shown.update_xaxes(
        title=text("safety_figures.at_baseline", language, test=name), range=ends, zeroline=False
    )
    shown.update_yaxes(
        title=text("safety_figures.worst_after", language, test=name), range=ends, zeroline=False
    )
    return shown
