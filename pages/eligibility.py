"""Eligibility: every patient against every criterion of the protocol, with the reason."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.eligibility import criterion_table, matrix, reasons_table
from core.figures import eligibility_matrix
from core.results.eligibility import CohortEligibility
from core.text.numbers import listed, percent
from pages.parts import cached, state
from pages.parts.widgets import (
    chart,
    messages,
    metrics,
    require_study,
    show_table,
    t,
    title,
)


def render() -> None:
    """Counts, matrix, the criteria, and why for one patient."""
    title("eligibility_screen.title", lead="eligibility_screen.lead")
    info = require_study()
    if info is None:
        return
    language = state.language()
    cohort = cached.eligibility(cached.key_of(info))
    _numbers(cohort)
    messages(cohort.notes)
    if cohort.not_recorded and any(one.unknown == cohort.flow.screened for one in cohort.counts):
        names = [t(f"eligibility.field.{name}") for name in cohort.not_recorded]
        st.info(t("eligibility_screen.not_recorded", fields=listed(names, language, limit=30)))
    chart(
        eligibility_matrix.figure(cohort, language),
        key="eligibility_matrix",
        alt=t("eligibility_screen.alt"),
    )
    _why(cohort)
    show_table(criterion_table(cohort, language), key="eligibility_criteria")
    show_table(matrix(cohort, language), key="eligibility_table", rows_of_data=True, height=420)


def _numbers(cohort: CohortEligibility) -> None:
    flow = cohort.flow
    metrics(
        [
            (t("eligibility_screen.screened"), str(flow.screened), ""),
            *(
                (t(f"eligibility_screen.{name}"), str(count), percent(count / flow.screened))
                for name, count in (
                    ("eligible", flow.eligible),
                    ("not_eligible", flow.not_eligible),
                    ("undetermined", flow.undetermined),
                    ("treated", flow.treated),
                )
            ),
        ]
    )


def _why(cohort: CohortEligibility) -> None:
    st.subheader(t("eligibility_screen.why"))
    doubtful = [p.patient_id for p in cohort.patients if p.overall.exported != "eligible"]
    others = [p.patient_id for p in cohort.patients if p.overall.exported == "eligible"]
    chosen = st.selectbox(
        t("common.patient"),
        doubtful + others,
        key="eligibility_patient",
        help=t("eligibility_screen.order"),
    )
    if chosen is not None:
        show_table(reasons_table(cohort, chosen, state.language()), key="eligibility_reasons")
