"""Who meets the criteria: counts, matrix, reasons, waivers, enrolment diagram."""

from __future__ import annotations

import streamlit as st

from core import enrolment
from core.errors import ArteriaError
from core.exports.tables.eligibility import criterion_table, matrix
from core.exports.tables.eligibility_reasons import (
    every_reason_table,
    flow_table,
    reasons_table,
    waivers_table,
)
from core.figures import eligibility_matrix, enrolment_flow
from core.results.eligibility import CohortEligibility, Status
from core.text.catalogue import label_text, say_error
from core.text.numbers import listed, percent
from pages.parts import state
from pages.parts.criteria import Criteria
from pages.parts.drawn import drawn, printed
from pages.parts.signing import signature
from pages.parts.widgets import chart, csv_download, messages, metrics, show_table, t


def counts(cohort: CohortEligibility) -> None:
    """The numbers of the enrolment, side by side."""
    flow = cohort.flow
    names = [
        ("eligible", flow.eligible),
        ("not_eligible", flow.not_eligible),
        ("undetermined", flow.undetermined),
        ("treated", flow.treated),
    ]
    if flow.waived:
        names.insert(1, ("waived", flow.waived))
    metrics(
        [
            (t("eligibility_screen.screened"), str(flow.screened), ""),
            *(
                (t(f"eligibility_screen.{name}"), str(count), percent(count / flow.screened))
                for name, count in names
            ),
        ]
    )


def matrix_and_flow(cohort: CohortEligibility, *, key: str) -> None:
    """The matrix, sortable, and the enrolment diagram with its numbers."""
    language = state.language()
    labels = {count.key: label_text(count.label, language) for count in cohort.counts}
    order = {
        "status": t("eligibility_screen.sort_status"),
        "patient": t("eligibility_screen.sort_patient"),
        **labels,
    }
    st.subheader(t("tables.eligibility_title"))
    by = st.selectbox(
        t("eligibility_screen.sort"), list(order), format_func=order.__getitem__, key=f"{key}_sort"
    )
    chart(
        drawn(eligibility_matrix.figure, cohort, language, by=by or "status"),
        key=f"{key}_matrix",
        alt=t("eligibility_screen.alt"),
    )
    st.caption(t("eligibility_screen.legend"))
    st.subheader(t("tables.flow_title"))
    form = st.segmented_control(
        t("eligibility_screen.image"),
        ("svg", "png"),
        default="svg",
        required=True,
        format_func=str.upper,
        key=f"{key}_flow_format",
        help=t("eligibility_screen.image_help"),
    )
    chart(
        drawn(enrolment_flow.figure, cohort, language),
        key=f"{key}_flow",
        alt=t("eligibility_screen.flow_alt"),
        image=form or "svg",
    )
    csv_download(flow_table(cohort, language), key=f"{key}_flow_csv")


def reasons(cohort: CohortEligibility) -> str | None:
    """Why, for one patient: every criterion with value, limit, margin, date and sentence."""
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
    return chosen


def waive(criteria: Criteria, cohort: CohortEligibility, patient_id: str | None) -> None:
    """Sign a waiver for a criterion that is not met or unknown, or take one back."""
    language = state.language()
    if criteria.waivers:
        show_table(waivers_table(criteria.waivers, cohort, language), key="eligibility_waivers")
    if patient_id is None:
        return
    with st.expander(t("eligibility_screen.waive"), icon=":material/approval:"):
        if criteria.is_draft:
            st.info(t("eligibility_screen.waive_saved_only"))
            return
        patient = cohort.patient(patient_id)
        rows = [row for row in patient.criteria if row.status is not Status.PASS]
        if not rows:
            st.caption(t("eligibility_screen.waive_none", patient=patient_id))
            return
        labels = {row.key: label_text(row.label, language) for row in rows}
        chosen = st.selectbox(
            t("tables.eligibility_column.criterion"), list(labels),
            format_func=labels.__getitem__, key=f"waiver_criterion_{patient_id}",
        )  # fmt: skip
        if chosen is None:
            return
        withdraws = patient.waiver(chosen) is not None
        name, reason = signature(f"waiver_{patient_id}", "eligibility_screen.waive_reason")
        label = "eligibility_screen.waive_back" if withdraws else "eligibility_screen.waive_sign"
        if st.button(t(label), key="waiver_sign", type="primary"):
            try:
                enrolment.add_waiver(
                    state.desk(), criteria.key[0], criteria.shown, patient_id, chosen,
                    signed_by=name, reason=reason, withdraws=withdraws,
                )  # fmt: skip
            except ArteriaError as error:
                st.error(say_error(error, language))
                return
            state.tell("success", "eligibility_screen.waive_done", patient=patient_id)
            st.rerun()


def patients(criteria: Criteria) -> None:
    """The whole view of the patients."""
    cohort = criteria.cohort()
    language = state.language()
    counts(cohort)
    messages(cohort.notes)
    if cohort.not_recorded and any(one.unknown == cohort.flow.screened for one in cohort.counts):
        names = [_field(name) for name in cohort.not_recorded]
        st.info(t("eligibility_screen.not_recorded", fields=listed(names, language, limit=30)))
    matrix_and_flow(cohort, key="eligibility")
    chosen = reasons(cohort)
    waive(criteria, cohort, chosen)
    show_table(printed(criterion_table, cohort, language), key="eligibility_criteria")
    show_table(
        printed(matrix, cohort, language), key="eligibility_table", rows_of_data=True, height=420
    )
    csv_download(printed(every_reason_table, cohort, language), key="eligibility_all_csv")


def _field(name: str) -> str:
    place, _, column = name.partition(".")
    if place == "own":
        return column
    if place == "patients":
        return t(f"dictionary.meaning.patients.{column}")
    return t(f"eligibility.field.{name}")
