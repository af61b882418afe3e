"""Response: ORR and DCR from the lesions, overall and in the liver; why each visit counts so."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.response import (
    best_response_table,
    course_table,
    cross_table,
    patient_table,
)
from core.figures import waterfall
from core.results.response import NOT_APPLICABLE, CohortResponse
from core.text.catalogue import say
from core.text.numbers import interval, percent
from pages.parts import cached, state
from pages.parts.controls import choose_response_options
from pages.parts.widgets import (
    chart,
    choose,
    messages,
    metrics,
    require_study,
    show_table,
    t,
    title,
)


def render() -> None:
    """Table 2, waterfall, each patient and each visit."""
    title("response_screen.title", lead="response_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    cohort = cached.response(key, choose_response_options())
    if cohort.overall is None:
        messages(cohort.messages, level="warning")
        return
    _numbers(cohort)
    _waterfall(cohort)
    show_table(best_response_table(cohort, state.language()), key="response_table")
    if cohort.cross_table and cohort.liver is not None:
        show_table(cross_table(cohort, state.language()), key="response_cross")
    show_table(patient_table(cohort, state.language()), key="response_patients")
    _visits(cohort)


def _numbers(cohort: CohortResponse) -> None:
    assert cohort.overall is not None
    shown = [("orr", cohort.overall.orr), ("dcr", cohort.overall.dcr)]
    if cohort.liver is not None:
        shown += [("liver_orr", cohort.liver.orr), ("liver_dcr", cohort.liver.dcr)]
    items = []
    for name, rate in shown:
        limits = ""
        if rate.low is not None and rate.high is not None:
            limits = interval(100 * rate.low, 100 * rate.high)
        below = t("response_screen.of", n=rate.count, total=rate.total, interval=limits)
        items.append((t(f"response_screen.{name}"), percent(rate.estimate), below))
    metrics(items)


def _waterfall(cohort: CohortResponse) -> None:
    compartment = choose(
        t("response_screen.waterfall"),
        ("overall", "liver"),
        "tables.compartment.{}",
        key="response_waterfall_of",
    )
    bars = []
    for patient in cohort.patients:
        is_liver = compartment == "liver"
        change = patient.best_change_liver_percent if is_liver else patient.best_change_percent
        if change is None:
            continue
        course = patient.liver if is_liver else patient.overall
        best = patient.best_liver if is_liver else patient.best
        reasons = [v for v in course.assessments if v.overall == best]
        bars.append(
            waterfall.WaterfallBar(
                patient.patient_id,
                change,
                best,
                say(reasons[0].reason, state.language()) if reasons else "",
                mark="◆" if patient.progression_site in {"EXTRAHEPATIC", "BOTH"} else "",
            )
        )
    if not bars:
        st.caption(t("response_screen.no_waterfall"))
        return
    chart(
        waterfall.figure(bars, state.language(), marks=t("response_screen.marks")),
        key="response_waterfall",
        alt=t("response_screen.waterfall"),
    )
    st.caption(t("response_screen.marks"))
    without = len(cohort.patients) - len(bars)
    if without:
        st.caption(t("response_screen.without_change", n=without))


def _visits(cohort: CohortResponse) -> None:
    computed = {
        patient.patient_id: patient
        for patient in cohort.patients
        if patient.overall.assessments or patient.liver.assessments
    }
    if not computed:
        return
    st.subheader(t("response_screen.visits"))
    chosen = st.selectbox(t("common.patient"), list(computed), key="response_patient")
    patient = computed[chosen]
    for course in (patient.overall, patient.liver, patient.extrahepatic):
        if any(visit.overall != NOT_APPLICABLE for visit in course.assessments):
            st.markdown(f"**{t(f'tables.compartment.{course.compartment}')}**")
            show_table(
                course_table(course, state.language()),
                key=f"response_course_{course.compartment}",
                heading=False,
            )
    messages(patient.messages)
