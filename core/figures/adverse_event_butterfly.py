"""Two groups' adverse events back to back: shares of patients per term, stacked by band."""

from __future__ import annotations

import plotly.graph_objects as go

from core.figures.theme import AXIS, GRADE_COLOURS, joined, safe, styled
from core.results.safety import GroupedEvents, GroupedRow
from core.results.toxicity import PatientCount
from core.text.catalogue import Language, text
from core.text.numbers import listed, percent
from core.text.terms import term_name

_BANDS = ("1-2", "3-4", "5")
MOST_TERMS = 40


def figure(
    grouped: GroupedEvents, sides: tuple[int, int], names: tuple[str, str], language: Language
) -> go.Figure:
    """Bars to the left for one level, to the right for the other; 0 in the middle.

    Args:
        sides: positions of the two levels in ``grouped.levels``.
        names: their names in the language.
    """
    rows = [
        row for row in grouped.rows if any(row.bands[at][b].count for at in sides for b in range(3))
    ]
    rows = rows[:MOST_TERMS][::-1]
    labels = [safe(term_name(row.term, language)) for row in rows]
    shown = go.Figure()
    widest = 0.0
    for side, (at, sign) in enumerate(zip(sides, (-1, 1), strict=True)):
        for place, band in enumerate(_BANDS):
            counts = [row.bands[at][place] for row in rows]
            if not any(count.count for count in counts):
                continue
            drawn_before = any(trace.name and trace.legendgroup == band for trace in shown.data)
            label = text("figures.grade_band", language, band=band.replace("-", "–"))
            shown.add_trace(
                go.Bar(
                    y=labels,
                    x=[sign * (count.percent or 0.0) for count in counts],
                    orientation="h",
                    name=label,
                    legendgroup=band,
                    showlegend=not drawn_before,
                    marker={"color": GRADE_COLOURS[band]},
                    text=[str(count.count) if count.count else "" for count in counts],
                    textposition="inside",
                    textangle=0,
                    insidetextanchor="middle",
                    textfont={"color": "white"},
                    customdata=[joined(count.patients) for count in counts],
                    hovertext=[
                        _hover(row, count, label, safe(names[side]), language)
                        for row, count in zip(rows, counts, strict=True)
                    ],
                    hovertemplate="%{hovertext}<extra></extra>",
                )
            )
        widest = max(
            [widest, *(sum(count.percent or 0.0 for count in row.bands[at]) for row in rows)]
        )
    reach = 20 * (int(widest * 1.05 / 20) + 1)
    styled(shown, height=190 + 30 * max(len(rows), 1))
    shown.update_layout(barmode="relative", bargap=0.3, margin={"t": 64})
    step = 20 if reach > 40 else 10
    ticks = list(range(-reach, reach + 1, step))
    shown.update_xaxes(
        title=text("safety_figures.share_of_group", language),
        range=[-reach, reach],
        tickvals=ticks,
        ticktext=[f"{abs(tick)}%" for tick in ticks],
    )
    shown.update_yaxes(automargin=True, showgrid=False)
    shown.add_vline(x=0, line={"color": AXIS, "width": 1.5})
    for side, anchor in enumerate(("right", "left")):
        total = grouped.overall.counts[sides[side]].total
        named = text("safety_tables.group_n", language, group=safe(names[side]), n=total)
        shown.add_annotation(
            x=-2 if side == 0 else 2, xref="x", y=1.0, yref="paper", yanchor="bottom",
            xanchor=anchor, text=f"<b>{named}</b>", showarrow=False,
        )  # fmt: skip
    shown.update_layout(legend={"y": 1.1})
    return shown


def _hover(row: GroupedRow, count: PatientCount, band: str, group: str, language: Language) -> str:
    told = text(
        "figures.adverse_event_hover",
        language,
        term=safe(term_name(row.term, language)),
        band=band,
        n=count.count,
        total=count.total,
        percent=percent(count.count / count.total) if count.total else "—",
        patients=safe(listed(list(count.patients), language)),
    )
    return f"<b>{group}</b><br>{told}"
