"""Patients by terms: each patient's worst grade as a number on a colour."""

from __future__ import annotations

import plotly.graph_objects as go

from core.figures.theme import GRADE_COLOURS, safe, styled
from core.results.toxicity import AdverseEventTable
from core.rules.ctcae import GRADES
from core.text.catalogue import Language, text
from core.text.terms import term_name

MOST_NAMED = 60
"""Above it numbers on the squares and names of the patients would be a blur."""
_DARK_TEXT = {1, 3}


def figure(table: AdverseEventTable, language: Language) -> go.Figure:
    """One column a patient (most events first), one row a term (most frequent on top)."""
    worst: dict[tuple[str, str], int] = {}
    for row in table.rows:
        for grade, count in row.by_grade.items():
            for patient in count.patients:
                worst[row.term, patient] = grade
    load: dict[str, tuple[int, int]] = {}
    for (_, patient), grade in worst.items():
        most, total = load.get(patient, (0, 0))
        load[patient] = (max(most, grade), total + grade)
    patients = sorted(load, key=lambda p: (-load[p][0], -load[p][1], p))
    terms = [row.term for row in table.rows][::-1]
    column = {patient: at for at, patient in enumerate(patients)}
    line = {term: at for at, term in enumerate(terms)}
    named = len(patients) <= MOST_NAMED
    # A square fills about nine tenths of its cell of a figure some 900 pixels wide.
    size = max(4, min(26, int(780 / max(len(patients), 1))))
    shown = go.Figure()
    for grade in GRADES:
        cells = [key for key, own in worst.items() if own == grade]
        if not cells:
            continue
        shown.add_trace(
            go.Scatter(
                x=[column[patient] for _, patient in cells],
                y=[line[term] for term, _ in cells],
                mode="markers+text" if named else "markers",
                name=text("tables.grade_n", language, n=grade),
                marker={"symbol": "square", "size": size, "color": GRADE_COLOURS[str(grade)]},
                text=[str(grade)] * len(cells),
                textfont={"size": 12, "color": "#1B1F24" if grade in _DARK_TEXT else "white"},
                customdata=[[patient] for _, patient in cells],
                hovertext=[
                    text(
                        "safety_figures.cell",
                        language,
                        patient=safe(patient),
                        term=safe(term_name(term, language)),
                        grade=grade,
                    )
                    for term, patient in cells
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    styled(shown, height=170 + 30 * max(len(terms), 1))
    shown.update_xaxes(
        title=text("safety_figures.patients_without", language, n=table.n_patients - len(patients)),
        tickvals=list(range(len(patients))) if named else [],
        ticktext=[safe(patient) for patient in patients] if named else [],
        tickangle=-90 if len(patients) > 12 else 0,
        range=[-0.6, max(len(patients), 1) - 0.4],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    shown.update_yaxes(
        tickvals=list(range(len(terms))),
        ticktext=[safe(term_name(term, language)) for term in terms],
        range=[-0.6, max(len(terms), 1) - 0.4],
        automargin=True,
        zeroline=False,
    )
    return shown
