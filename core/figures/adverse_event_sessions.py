"""Events by HAIC session: share of the patients who had it, stacked by band."""

from __future__ import annotations

import plotly.graph_objects as go

from core.figures.theme import GRADE_COLOURS, joined, safe, styled
from core.results.toxicity import SessionTable
from core.text.catalogue import Language, text
from core.text.numbers import listed, percent


def figure(table: SessionTable, language: Language) -> go.Figure:
    """One column a session; each patient once a session, by his worst grade in it."""
    rows = table.rows
    names = [
        text("safety_figures.session_n", language, session=row.session_no, n=row.any.total)
        for row in rows
    ]
    shown = go.Figure()
    for band in ("1-2", "3-4", "5"):
        counts = [
            {"1-2": row.grade_1_2, "3-4": row.grade_3_4, "5": row.grade_5}[band] for row in rows
        ]
        if not any(count.count for count in counts):
            continue
        label = text("figures.grade_band", language, band=band.replace("-", "–"))
        shown.add_trace(
            go.Bar(
                x=names,
                y=[count.percent or 0.0 for count in counts],
                name=label,
                marker={"color": GRADE_COLOURS[band]},
                text=[str(count.count) if count.count else "" for count in counts],
                textposition="inside",
                textfont={"color": "white"},
                customdata=[joined(count.patients) for count in counts],
                hovertext=[
                    text(
                        "figures.adverse_event_hover",
                        language,
                        term=name.replace("<br>", " "),
                        band=label,
                        n=count.count,
                        total=count.total,
                        percent=percent(count.count / count.total) if count.total else "—",
                        patients=safe(listed(list(count.patients), language)),
                    )
                    for name, count in zip(names, counts, strict=True)
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    styled(shown, height=380)
    shown.update_layout(barmode="stack", bargap=0.45)
    shown.update_yaxes(
        title=text("safety_figures.share_of_exposed", language), range=[0, 100], ticksuffix="%"
    )
    shown.update_xaxes(showgrid=False)
    return shown
