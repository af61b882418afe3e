"""Patients against criteria: a colour and a sign per cell, the reason on hover."""

from __future__ import annotations

import plotly.graph_objects as go

from core.figures.theme import GREY, SKY, VERMILION, safe, styled
from core.results.eligibility import CohortEligibility, Status
from core.text.catalogue import Language, label_text, say, text

_LEVEL = {Status.FAIL: 0, Status.UNKNOWN: 1, Status.PASS: 2}
_SIGN = {Status.PASS: "✓", Status.FAIL: "✗", Status.UNKNOWN: "?"}
MOST = 60
"""Patients drawn; those who are not eligible or undetermined come first."""


def figure(cohort: CohortEligibility, language: Language) -> go.Figure:
    """A matrix with the criteria as rows; at most ``MOST`` patients as columns."""
    ordered = sorted(cohort.patients, key=lambda one: one.overall.exported == "eligible")[:MOST]
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
            text=[[_SIGN[result.status] for result in line] for line in rows],
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
