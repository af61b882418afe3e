"""Competing risks on the Survival screen: which event came first, and by which factor."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.competing import cause_table, incidence_table
from core.figures import incidence
from core.options import ResponseOptions, SurvivalOptions
from core.results.baseline import FactorFrame
from core.text.survival_words import incidence_paragraph
from pages.parts import cached_survival, second_opinion, state
from pages.parts.cached import Key
from pages.parts.controls import choose_factor
from pages.parts.drawn import drawn
from pages.parts.names import told_level
from pages.parts.widgets import chart, messages, show_table, t
from pages.parts.words import paragraph


def show_competing(
    key: Key, factors: FactorFrame, options: SurvivalOptions, response: ResponseOptions
) -> None:
    """Stacked incidences, Gray's test, cause-specific Cox and Fine-Gray."""
    st.subheader(t("survival_competing.title"))
    st.caption(t("survival_competing.lead"))
    language = state.language()
    factor = choose_factor(
        factors, "controls.group_by", table="table_4", key="survival_competing_factor"
    )
    found = cached_survival.incidence(key, factor, options, response)
    if not found.curves:
        messages(found.messages)
        return

    def name(level: str) -> str:
        if found.factor is None:
            return t("tables.all_curve")
        return told_level(found.factor, level, language)

    panels = [(name(level), curve) for level, curve in zip(found.levels, found.curves, strict=True)]
    chart(
        drawn(incidence.figure, panels, [t(cause) for cause in found.causes], language),
        key="survival_incidence",
        alt=t("survival_competing.alt"),
    )
    if found.unknown:
        st.caption(t("survival_competing.unknown", n=len(found.unknown)))
    if found.left_out:
        st.caption(t("survival_screen.left_out", n=found.left_out))
    show_table(incidence_table(found, name, language), key="survival_incidence_table")
    if found.models:
        show_table(cause_table(found, name, language), key="survival_cause_table")
    paragraph(incidence_paragraph(found, name, language))
    second_opinion.mark(cached_survival.incidence_engines(key, factor, options, response))
