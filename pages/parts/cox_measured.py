"""The numbers behind the factors as such: their steps, and the table beside the bands."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.measured import measured_table
from core.results.cox_study import CoxStudy
from core.rules.columns import column_rules
from core.rules.measured import Step, customary_step
from pages.parts import cached_cox, state
from pages.parts.cox_checks import Asked
from pages.parts.widgets import named, show_table, t

STEPS = ("customary", "unit")


def show_measured(asked: Asked, study: CoxStudy) -> None:
    """Numbers among the candidates, per step or doubling, alone and in the joint model."""
    numbers = cached_cox.numbers(*asked.how)
    if not numbers:
        st.info(t("prognosis_screen.no_numbers"))
        return
    customary = {one.name: customary_step(one.name) for one in numbers}
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        chosen = st.segmented_control(
            t("measured.steps"),
            STEPS,
            format_func=named(STEPS, "measured.steps_{}"),
            default=STEPS[0],
            required=True,
            key="prognosis_measured_steps",
            persist_state="page",
        )
    with right:
        doubled = st.pills(
            t("measured.log2"),
            list(customary),
            default=[name for name, step in customary.items() if step.log2],
            format_func=lambda name: asked.names(name, ""),
            selection_mode="multi",
            key="prognosis_measured_log2",
            persist_state="page",
        )
    steps = tuple(
        (
            name,
            Step(log2=True) if name in doubled else Step(per=step.per if chosen != "unit" else 1.0),
        )
        for name, step in customary.items()
    )
    found = cached_cox.measured(*asked.how, steps)
    rules = column_rules()
    units = {
        one.name: rules["patients", one.name].unit
        for one in numbers
        if ("patients", one.name) in rules
    }
    show_table(
        measured_table(found, study, units, asked.names, state.language()),
        key="prognosis_measured",
        with_csv=True,
    )
