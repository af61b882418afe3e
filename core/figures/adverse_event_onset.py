"""When events began: days since the infusion before them, by term and grade."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from core.figures.theme import GRADE_COLOURS, joined, safe, styled
from core.rules.ctcae import GRADES
from core.text.catalogue import Language, text
from core.text.numbers import listed
from core.text.terms import term_name

_SYMBOLS = {1: "circle", 2: "square", 3: "diamond", 4: "triangle-up", 5: "star"}
_DARK_TEXT = {1, 3}
_ROOM = 0.84
"""Share of a row's height over which the grades of one day are spread."""


def figure(onset: pd.DataFrame, language: Language) -> go.Figure:
    """One row a term, days since the infusion before it along the bottom.

    A mark stands for the events of one term, day and grade, its number for how many they are.

    Args:
        onset: frame of ``core.analysis.toxicity.onset.onset_after_infusion``.
    """
    order = onset.groupby("term").size().sort_values(ascending=True, kind="stable")
    line = {str(term): at for at, term in enumerate(order.index)}
    cells: dict[tuple[str, int], dict[int, list[str]]] = {}
    for term, day, grade, patient in zip(
        onset["term"], onset["days_after"], onset["grade"], onset["patient_id"], strict=True
    ):
        marks = cells.setdefault((str(term), int(day)), {})
        marks.setdefault(int(grade), []).append(str(patient))
    shown = go.Figure()
    for grade in GRADES:
        mine = [(term, day, marks) for (term, day), marks in cells.items() if grade in marks]
        if not mine:
            continue
        counts = [len(marks[grade]) for _, _, marks in mine]
        shown.add_trace(
            go.Scatter(
                x=[day for _, day, _ in mine],
                y=[line[term] + _offset(grade, marks) for term, _, marks in mine],
                mode="markers+text",
                name=text("tables.grade_n", language, n=grade),
                marker={
                    "symbol": _SYMBOLS[grade],
                    "size": [min(13 + n, 22) for n in counts],
                    "color": GRADE_COLOURS[str(grade)],
                },
                text=[str(n) if n > 1 else "" for n in counts],
                textfont={"size": 11, "color": "#1B1F24" if grade in _DARK_TEXT else "white"},
                customdata=[joined(sorted(set(marks[grade]))) for _, _, marks in mine],
                hovertext=[
                    text(
                        "safety_figures.onset_hover",
                        language,
                        term=safe(term_name(term, language)),
                        grade=grade,
                        days=day,
                        n=len(marks[grade]),
                        patients=safe(listed(sorted(set(marks[grade])), language)),
                    )
                    for term, day, marks in mine
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    styled(shown, height=170 + 46 * max(len(line), 1))
    shown.update_xaxes(
        title=text("safety_figures.days_after", language),
        range=[-0.7, float(onset["days_after"].max()) + 0.7],
        zeroline=False,
        dtick=1 if onset["days_after"].max() <= 30 else 7,
    )
    shown.update_yaxes(
        tickvals=list(line.values()),
        ticktext=[safe(term_name(term, language)) for term in line],
        range=[-0.6, max(len(line), 1) - 0.4],
        automargin=True,
        zeroline=False,
    )
    return shown


def _offset(grade: int, marks: Mapping[int, list[str]]) -> float:
    """Height above the row's middle, so that grades of one day stand one above the other."""
    present = sorted(marks)
    return _ROOM * ((present.index(grade) + 0.5) / len(present) - 0.5)
