"""Patients against criteria: a colour and a sign per cell, the reason on hover."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from core.figures.theme import GREY, SKY, VERMILION, safe, styled
from core.results.eligibility import (
    CohortEligibility,
    CriterionResult,
    Overall,
    PatientEligibility,
    Status,
)
from core.text.catalogue import Language, label_text, say, text

_LEVEL = {Status.FAIL: 0, Status.UNKNOWN: 1, Status.PASS: 2}
_SIGN = {Status.PASS: "✓", Status.FAIL: "✗", Status.UNKNOWN: "?"}
WAIVED = "†"
"""Marks a criterion that is not met or unknown and has a waiver."""
_OVERALL = (Overall.NOT_ELIGIBLE, Overall.UNDETERMINED, Overall.WAIVED, Overall.ELIGIBLE)
MOST = 60
"""Patients drawn; the first ones in the order asked for."""


def ordered_patients(cohort: CohortEligibility, by: str) -> list[PatientEligibility]:
    """The patients in the order of one criterion (worst first), of their status or id."""
    if by == "patient":
        return sorted(cohort.patients, key=lambda one: one.patient_id)
    if by == "status":
        return sorted(cohort.patients, key=lambda one: _OVERALL.index(one.overall))

    def place(one: PatientEligibility) -> tuple[int, float]:
        result = one.criterion(by)
        distance = result.margin
        return _LEVEL[result.status], math.inf if distance is None else distance

    return sorted(cohort.patients, key=place)


def _sign(patient: PatientEligibility, result: CriterionResult) -> str:
    sign = _SIGN[result.status]
    return f"{sign}{WAIVED}" if patient.waiver(result.key) else sign


def figure(cohort: CohortEligibility, language: Language, *, by: str = "status") -> go.Figure:
    """A matrix with the criteria as rows; at most ``MOST`` patients as columns.

    Args:
        by: order of the patients: ``status``, ``patient`` or the key of a criterion.
    """
    ordered = ordered_patients(cohort, by)[:MOST]
    criteria = cohort.counts[::-1]
    rows = [[patient.criterion(count.key) for patient in ordered] for count in criteria]
    hover = [
        [
            text(
                "figures.eligibility_hover",
                language,
                patient=safe(patient.patient_id),
                criterion=label_text(result.label, language),
                status=text(f"tables.{result.status.exported}", language),
                reason=safe(say(result.reason, language)),
            )
            for patient, result in zip(ordered, line, strict=True)
        ]
        for line in rows
    ]
    shown = go.Figure(
        go.Heatmap(
            x=[safe(patient.patient_id) for patient in ordered],
            y=[label_text(count.label, language) for count in criteria],
            z=[[_LEVEL[result.status] for result in line] for line in rows],
            text=[
                [_sign(patient, row) for patient, row in zip(ordered, line, strict=True)]
                for line in rows
            ],
            customdata=[[patient.patient_id for patient in ordered] for _ in rows],
            texttemplate="%{text}",
            textfont={"size": 14, "color": "#14212B"},
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            zmin=0,
            zmax=2,
            colorscale=[
                [0.0, VERMILION], [0.33, VERMILION], [0.34, "#D5D8DC"],
                [0.66, "#D5D8DC"], [0.67, SKY], [1.0, SKY],
            ],
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )  # fmt: skip
    styled(shown, height=110 + 27 * max(len(criteria), 1), legend=False)
    shown.update_xaxes(
        side="bottom", showgrid=False, type="category", tickangle=-60, linecolor=GREY, ticks=""
    )
    shown.update_yaxes(showgrid=False, automargin=True, linecolor=GREY, type="category")
    return shown
