"""Enrolment as a flow: screened, excluded by reason, eligible, treated, analysed."""

from __future__ import annotations

import plotly.graph_objects as go

from core.figures.theme import AXIS, BLUE, GREY, safe, styled, transparent
from core.results.eligibility import CohortEligibility
from core.text.catalogue import Language, label_text, text

MOST_REASONS = 6
_LEFT, _RIGHT = (0.0, 0.44), (0.54, 1.0)


def _reasons(
    cohort: CohortEligibility, counts: tuple[tuple[str, int], ...], language: Language
) -> list[str]:
    labels = {count.key: label_text(count.label, language) for count in cohort.counts}
    lines = [
        text("figures.flow_reason", language, reason=safe(labels[key]), n=count)
        for key, count in counts[:MOST_REASONS]
    ]
    rest = sum(count for _, count in counts[MOST_REASONS:])
    return [*lines, text("figures.flow_others", language, n=rest)] if rest else lines


def _box(
    shown: go.Figure, side: tuple[float, float], middle: float, lines: list[str], *, main: bool
) -> float:
    half = 0.5 + 0.32 * len(lines)
    colour = BLUE if main else GREY
    shown.add_shape(
        type="rect", x0=side[0], x1=side[1], y0=middle - half, y1=middle + half,
        line={"color": colour, "width": 1.6}, fillcolor=transparent(colour, 0.10),
    )  # fmt: skip
    shown.add_annotation(
        x=(side[0] + side[1]) / 2 if main else side[0] + 0.012,
        y=middle,
        text="<br>".join([f"<b>{lines[0]}</b>", *lines[1:]]),
        showarrow=False,
        align="center" if main else "left",
        xanchor="center" if main else "left",
        font={"size": 13},
    )
    return half


def _arrow(shown: go.Figure, start: tuple[float, float], end: tuple[float, float]) -> None:
    shown.add_annotation(
        x=end[0], y=end[1], ax=start[0], ay=start[1], axref="x", ayref="y", text="",
        showarrow=True, arrowhead=2, arrowsize=1.1, arrowwidth=1.4, arrowcolor=AXIS,
    )  # fmt: skip


def figure(cohort: CohortEligibility, language: Language) -> go.Figure:
    """Boxes with counts; a patient who fails several criteria stands under the first.

    Undetermined patients may stand under several criteria.
    """
    flow = cohort.flow

    def n(key: str, count: int) -> str:
        return text(
            "figures.flow_count", language, label=text(f"figures.flow_{key}", language), n=count
        )

    treated = dict(flow.treated_by_status)
    of_treated = [
        text(
            "figures.flow_reason",
            language,
            reason=text(f"eligibility.overall.{status.value}", language),
            n=count,
        )
        for status, count in treated.items()
        if count
    ]
    excluded = [n("not_eligible", flow.not_eligible)]
    excluded += _reasons(cohort, flow.first_failed_by, language)
    doubtful = [n("undetermined", flow.undetermined)]
    doubtful += _reasons(cohort, flow.undetermined_by, language)
    eligible = [n("eligible", flow.eligible)]
    if flow.waived:
        eligible.append(n("waived", flow.waived))
    steps = [
        ([n("screened", flow.screened)], excluded),
        (eligible, doubtful),
        ([n("treated", flow.treated), *of_treated], []),
        ([n("analysed", flow.analysed)], [n("not_analysed", flow.treated - flow.analysed)]),
    ]
    shown = go.Figure()
    top, bottom = 0.0, None
    left = (_LEFT[0] + _LEFT[1]) / 2
    for main, side in steps:
        tallest = max(0.5 + 0.32 * len(main), 0.5 + 0.32 * len(side))
        middle = top - tallest
        half = _box(shown, _LEFT, middle, main, main=True)
        if side:
            _box(shown, _RIGHT, middle, side, main=False)
            _arrow(shown, (_LEFT[1], middle), (_RIGHT[0], middle))
        if bottom is not None:
            _arrow(shown, (left, bottom), (left, middle + half))
        bottom = middle - half
        top = middle - tallest - 0.7
    styled(shown, height=int(60 + 34 * -top), legend=False)
    shown.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    shown.update_xaxes(visible=False, range=[-0.01, 1.01], fixedrange=True)
    shown.update_yaxes(visible=False, range=[top + 0.5, 0.2], fixedrange=True)
    return shown
