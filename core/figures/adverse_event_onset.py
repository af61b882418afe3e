"""When events began: days since the infusion before them, by term and grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from core.figures.theme import GRADE_COLOURS, joined, safe, styled
from core.rules.ctcae import GRADES
from core.text.catalogue import Language, text
from core.text.numbers import listed
from core.text.terms import term_name

_SYMBOLS = {1: "circle", 2: "square", 3: "diamond", 4: "triangle-up", 5: "star"}
_DARK_TEXT = {1, 3}
_APART = 0.62
"""Distance between the grades of one day, in the height of a row with one grade."""


def figure(onset: pd.DataFrame, language: Language) -> go.Figure:
    """One row a term, days since the infusion before it along the bottom.

    A mark stands for the events of one term, day and grade, its number for how many they are.

    Args:
        onset: frame of ``core.analysis.toxicity.onset.onset_after_infusion``.
    """
    order = onset.groupby("term").size().sort_values(ascending=True, kind="stable")
    cells: dict[tuple[str, int], dict[int, list[str]]] = {}
    for term, day, grade, patient in zip(
        onset["term"], onset["days_after"], onset["grade"], onset["patient_id"], strict=True
    ):
        marks = cells.setdefault((str(term), int(day)), {})
        marks.setdefault(int(grade), []).append(str(patient))
    line, top = _lines([str(term) for term in order.index], cells)
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
    styled(shown, height=170 + int(34 * (top + 0.5)))
    shown.update_xaxes(
        title=text("safety_figures.days_after", language),
        range=[-0.7, float(onset["days_after"].max()) + 0.7],
        zeroline=False,
        dtick=1 if onset["days_after"].max() <= 30 else 7,
    )
    shown.update_yaxes(
        tickvals=list(line.values()),
        ticktext=[safe(term_name(term, language)) for term in line],
        range=[-0.6, top],
        automargin=True,
        zeroline=False,
    )
    return shown


def _offset(grade: int, marks: Mapping[int, list[str]]) -> float:
    """Height above the row's middle, so that grades of one day stand one above the other."""
    present = sorted(marks)
    return _APART * (present.index(grade) - (len(present) - 1) / 2)


def _lines(
    terms: Sequence[str], cells: Mapping[tuple[str, int], Mapping[int, list[str]]]
) -> tuple[dict[str, float], float]:
    """Height of each row from below, and the top of all; more grades make a higher row."""
    at, line = -0.5, {}
    for term in terms:
        most = max(len(marks) for (own, _), marks in cells.items() if own == term)
        height = 1 + _APART * (most - 1)
        line[term] = at + height / 2
        at += height
    return line, at + 0.1
