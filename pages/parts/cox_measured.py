"""Numbers as measured: which of them, in which steps, and the table beside the bands."""

from __future__ import annotations

import streamlit as st

from core.analysis.measured_study import customary_steps, usual_numbers
from core.exports.tables.measured import measured_table
from core.results.cox_study import CoxStudy
from core.results.measured import MeasuredNumber
from core.rules.measured import Step
from core.text.catalogue import named as worded
from core.text.measured_words import measured_paragraph
from pages.parts import cached_cox, second_opinion, state
from pages.parts.cox_checks import Asked
from pages.parts.widgets import named, show_table, t
from pages.parts.words import paragraph

STEPS = ("customary", "unit")


def show_measured(asked: Asked, study: CoxStudy) -> None:
    """The chosen numbers, per step or doubling, alone and in the joint model."""
    numbers = cached_cox.numbers(asked.key)
    if not numbers:
        st.info(t("measured.none_recorded"))
        return
    chosen, joined = _choose(numbers, study)
    if not chosen:
        st.info(t("measured.none_chosen_yet"))
        return
    steps = tuple(_steps(chosen).items())
    found, checked = cached_cox.measured(*asked.how, steps, joined)
    show_table(
        measured_table(found, study, asked.names, state.language()),
        key="prognosis_measured",
        with_csv=True,
    )
    paragraph(measured_paragraph(found, study, state.language()))
    second_opinion.mark(checked)


def _choose(
    numbers: tuple[MeasuredNumber, ...], study: CoxStudy
) -> tuple[list[MeasuredNumber], tuple[str, ...]]:
    """The numbers to look at, and those that the joint model holds beside its own factors'."""
    language = state.language()
    labels = {one.name: worded(one.label, language) for one in numbers}
    left, right = st.columns([2, 1])
    with left:
        names = st.multiselect(
            t("measured.numbers"),
            list(labels),
            default=[one.name for one in usual_numbers(numbers)],
            format_func=labels.__getitem__,
            placeholder=t("measured.none_chosen"),
            key="prognosis_measured_numbers",
            persist_state="page",
            select_all=False,
            wrap=True,
        )
    chosen = [one for one in numbers if one.name in names]
    own = study.model.factors if study.model is not None else ()
    with right:
        joined = st.multiselect(
            t("measured.joined"),
            [one.name for one in chosen if one.name not in own],
            format_func=labels.__getitem__,
            placeholder=t("measured.none_chosen"),
            key="prognosis_measured_joined",
            persist_state="page",
            select_all=False,
        )
    return chosen, tuple(joined)


def _steps(chosen: list[MeasuredNumber]) -> dict[str, Step]:
    customary = customary_steps(chosen)
    language = state.language()
    labels = {one.name: worded(one.label, language) for one in chosen}
    left, right = st.columns([1, 2])
    with left:
        size = st.segmented_control(
            t("measured.steps"),
            STEPS,
            format_func=named(STEPS, "measured.steps_{}"),
            default=STEPS[0],
            required=True,
            key="prognosis_measured_steps",
            persist_state="page",
        )
    positive = [one.name for one in chosen if (one.values > 0).any()]
    with right:
        doubled = st.pills(
            t("measured.log2"),
            positive,
            default=[name for name in positive if customary[name].log2],
            format_func=labels.__getitem__,
            selection_mode="multi",
            wrap=True,
            key="prognosis_measured_log2",
            persist_state="page",
        )
    return {
        name: Step(log2=True) if name in doubled else Step(per=1.0 if size == "unit" else step.per)
        for name, step in customary.items()
    }
