"""Adverse events: patients per term, bars stacked by the band of the worst grade."""

from __future__ import annotations

import plotly.graph_objects as go

from core.figures.theme import GRADE_COLOURS, joined, safe, styled
from core.results.toxicity import AdverseEventTable
from core.text.catalogue import Language, text
from core.text.numbers import listed, percent
from core.text.terms import term_name


def figure(table: AdverseEventTable, language: Language) -> go.Figure:
    """Horizontal bars, most frequent term on top; hover names the patients."""
    rows = table.rows[::-1]
    names = [safe(term_name(row.term, language)) for row in rows]
    shown = go.Figure()
    bands = [
        ("1-2", [row.grade_1_2 for row in rows]),
        ("3-4", [row.grade_3_4 for row in rows]),
        ("5", [row.grade_5 for row in rows]),
    ]
    for band, counts in bands:
        if band == "5" and not any(count.count for count in counts):
            continue
        label = text("figures.grade_band", language, band=band.replace("-", "–"))
        shown.add_trace(
            go.Bar(
                y=names,
                x=[count.count for count in counts],
                orientation="h",
                name=label,
                marker={"color": GRADE_COLOURS[band]},
                text=[str(count.count) if count.count else "" for count in counts],
                textposition="inside",
                textangle=0,
                insidetextanchor="middle",
                textfont={"color": "white"},
                hovertext=[
                    text(
                        "figures.adverse_event_hover",
                        language,
                        term=name,
                        band=label,
                        n=count.count,
                        total=count.total,
                        percent=percent(count.count / count.total) if count.total else "—",
                        patients=safe(listed(list(count.patients), language)),
                    )
                    for name, count in zip(names, counts, strict=True)
                ],
                customdata=[joined(count.patients) for count in counts],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    styled(shown, height=140 + 30 * max(len(rows), 1))
    shown.update_layout(barmode="stack", bargap=0.3)
    shown.update_xaxes(
        title=text("figures.patients_of", language, total=table.n_patients),
        range=[0, max(table.n_patients, 1)],
        tickformat="d",
    )
    shown.update_yaxes(automargin=True, showgrid=False)
    return shown
