"""When events began: days since the last infusion, one mark an event."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import plotly.graph_objects as go

from core.figures.theme import GRADE_COLOURS, safe, styled
from core.rules.ctcae import GRADES
from core.text.catalogue import Language, text
from core.text.terms import term_name

_SYMBOLS = {1: "circle-open", 2: "circle", 3: "diamond", 4: "square", 5: "x"}
_SPREAD = 0.28


def figure(onset: pd.DataFrame, language: Language) -> go.Figure:
    """One row a term, days since the infusion before it along the bottom.

    Args:
        onset: frame of ``core.analysis.toxicity.onset.onset_after_infusion``.
    """
    order = onset.groupby("term").size().sort_values(ascending=True, kind="stable")
    line = {str(term): at for at, term in enumerate(order.index)}
    stacked: Counter[tuple[str, int]] = Counter()
    shown = go.Figure()
    for grade in GRADES:
        part = onset[onset["grade"] == grade]
        if not len(part):
            continue
        heights, days = [], []
        for term, day in zip(part["term"], part["days_after"], strict=True):
            place = stacked[str(term), int(day)]
            stacked[str(term), int(day)] += 1
            # Marks of one day stand apart: up, down, up ... around the line, then to the right.
            step = (place + 1) // 2 * (1 if place % 2 else -1)
            heights.append(line[str(term)] + _SPREAD * ((step + 1) % 3 - 1))
            days.append(int(day) + 0.3 * (place // 3))
        shown.add_trace(
            go.Scatter(
                x=days,
                y=heights,
                mode="markers",
                name=text("tables.grade_n", language, n=grade),
                marker={"symbol": _SYMBOLS[grade], "size": 10, "color": GRADE_COLOURS[str(grade)]},
                customdata=[[str(patient)] for patient in part["patient_id"]],
                hovertext=[
                    text(
                        "safety_figures.onset_hover",
                        language,
                        patient=safe(row["patient_id"]),
                        term=safe(term_name(str(row["term"]), language)),
                        grade=int(row["grade"]),
                        days=int(row["days_after"]),
                        session=int(row["session_no"]),
                    )
                    for row in part.to_dict("records")
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    styled(shown, height=170 + 34 * max(len(line), 1))
    shown.update_xaxes(
        title=text("safety_figures.days_after", language), rangemode="tozero", zeroline=False
    )
    shown.update_yaxes(
        tickvals=list(line.values()),
        ticktext=[safe(term_name(term, language)) for term in line],
        range=[-0.6, max(len(line), 1) - 0.4],
        automargin=True,
        zeroline=False,
    )
    return shown
