"""Every laboratory value against its limit: one strip a criterion, the limit drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.theme import GREY, SKY, VERMILION, safe, styled
from core.results.eligibility import CohortEligibility, CriterionResult, Status
from core.text.catalogue import Language, label_text, say, text
from core.text.units import shown_unit

SYMBOL = {Status.PASS: "circle", Status.FAIL: "x", Status.UNKNOWN: "diamond-open"}
COLOUR = {Status.PASS: SKY, Status.FAIL: VERMILION, Status.UNKNOWN: GREY}
COLUMNS = 3


def leaves(cohort: CohortEligibility) -> Iterator[tuple[str, CriterionResult]]:
    """Patient id and result of every single criterion, the parts instead of their group."""
    for patient in cohort.patients:
        for result in patient.criteria:
            for part in result.parts or (result,):
                yield patient.patient_id, part


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _unit(unit: str, language: Language) -> str:
    return text("eligibility.unit.ratio", language) if unit == "ratio" else shown_unit(unit)


def _axis(place: tuple[int, int]) -> str:
    """Plotly's name of the x axis in this row and column."""
    number = (place[0] - 1) * COLUMNS + place[1]
    return "x" if number == 1 else f"x{number}"


def _strip(
    shown: go.Figure,
    place: tuple[int, int],
    rows: Sequence[tuple[str, CriterionResult]],
    language: Language,
) -> None:
    limits = {_number(result.limit) for _, result in rows}
    relative = len(limits) > 1
    jitter = np.random.default_rng(7).uniform(-0.28, 0.28, len(rows))
    for status in Status:
        part = [
            (patient, result, at)
            for (patient, result), at in zip(rows, jitter, strict=True)
            if result.status is status
        ]
        if not part:
            continue
        shown.add_trace(
            go.Scatter(
                x=[
                    (_number(result.value) or 0.0)
                    / ((_number(result.limit) or 1.0) if relative else 1.0)
                    for _, result, _ in part
                ],
                y=[at for _, _, at in part],
                mode="markers",
                marker={"size": 9, "symbol": SYMBOL[status], "color": COLOUR[status]},
                name=text(f"eligibility.status.{status.value}", language),
                legendgroup=status.value,
                showlegend=False,
                customdata=[patient for patient, _, _ in part],
                hovertext=[
                    text(
                        "figures.strip_hover", language, patient=safe(patient),
                        reason=safe(say(result.reason, language)),
                    )
                    for patient, result, _ in part
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            ),
            row=place[0],
            col=place[1],
        )  # fmt: skip
    first = rows[0][1]
    lines = [1.0] if relative else [_number(first.limit), first.limit_high]
    for line in lines:
        if line is not None:
            shown.add_vline(
                x=line, line={"color": VERMILION, "dash": "dash", "width": 1.6},
                row=place[0], col=place[1],
            )  # fmt: skip
    axis = text("figures.strip_ratio", language) if relative else _unit(first.unit, language)
    drawn = [float(x) for trace in shown.data if trace.xaxis == _axis(place) for x in trace.x]
    drawn += [line for line in lines if line is not None]
    room = 0.08 * (max(drawn) - min(drawn)) or 1.0
    shown.update_xaxes(
        title={"text": axis, "standoff": 4}, range=[min(drawn) - room, max(drawn) + room],
        row=place[0], col=place[1],
    )  # fmt: skip


def figure(
    cohort: CohortEligibility, criteria: Sequence[tuple[str, str]], language: Language
) -> go.Figure:
    """One strip for each laboratory criterion that has values.

    Args:
        criteria: id of the result and the operator as printed. A criterion whose limit
            differs from patient to patient (the limit of normal of the row) is drawn as a
            multiple of that limit, which then lies at 1.
    """
    found: dict[str, list[tuple[str, CriterionResult]]] = {name: [] for name, _ in criteria}
    for patient, result in leaves(cohort):
        known = _number(result.value) is not None and _number(result.limit) is not None
        if known and result.id in found:
            found[result.id].append((patient, result))
    drawn = [(name, sign) for name, sign in criteria if found[name]]
    titles = []
    for name, sign in drawn:
        result = found[name][0][1]
        same = len({row.limit for _, row in found[name]}) == 1
        unit = _unit(result.unit, language)
        limit = f"{result.limit:g} {unit}" if same else text("figures.strip_own_limit", language)
        if result.limit_high is not None:
            limit = f"{result.limit:g}–{result.limit_high:g} {unit}"
        titles.append(safe(f"{label_text(result.label, language)} {sign} {limit}".strip()))
    lines = max(1, -(-len(drawn) // COLUMNS))
    shown = make_subplots(
        rows=lines,
        cols=COLUMNS,
        subplot_titles=titles,
        vertical_spacing=0.55 / lines if lines > 1 else 0.1,
        horizontal_spacing=0.05,
    )
    for place, (name, _) in enumerate(drawn):
        _strip(shown, (place // COLUMNS + 1, place % COLUMNS + 1), found[name], language)
    styled(shown, height=60 + 165 * lines, legend=False)
    shown.update_annotations(font={"size": 13})
    shown.update_layout(margin={"l": 16, "r": 16, "t": 40, "b": 44})
    shown.update_yaxes(visible=False, range=[-0.6, 0.6], fixedrange=True)
    for place in range(len(drawn), lines * COLUMNS):
        shown.update_xaxes(visible=False, row=place // COLUMNS + 1, col=place % COLUMNS + 1)
    return shown
