"""Baseline: Table 1, of all patients or by a factor, an outcome or a chosen subgroup."""

from __future__ import annotations

import streamlit as st

from core.analysis.baseline_groups import CHOSEN, outcome_groups
from core.exports.tables.baseline import baseline_table, baseline_tests_table
from core.exports.tables.table import labelled
from core.results.baseline import FactorFrame
from core.text.baseline_words import baseline_paragraph
from pages.parts import cached, state
from pages.parts.controls import response_options
from pages.parts.widgets import require_study, show_table, t, title
from pages.parts.words import paragraph

TOGETHER = ""


def render() -> None:
    """Table 1 with its grouping, all its tests, and the paragraph."""
    title("baseline_screen.title", lead="baseline_screen.lead")
    info = require_study()
    if info is None:
        return
    key, whole = cached.key_of(info), cached.whole_key_of(info)
    response, chosen, session = response_options(), state.subgroup(), state.session()
    factors = cached.grouped_factors(key, response, ())
    group = _choose_group(factors, offer_chosen=bool(chosen))
    # The chosen patients against the others needs the others, whatever the screens show.
    table = (
        cached.baseline(whole, group, session.convention, response, chosen)
        if group == CHOSEN
        else cached.baseline(key, group, session.convention, response)
    )
    with st.container(border=False):
        show_table(baseline_table(table, session.language), key="baseline_table")
    if group is not None:
        with st.expander(t("baseline_screen.all_tests")):
            show_table(
                baseline_tests_table(table, session.language), key="baseline_tests", heading=False
            )
    paragraph(baseline_paragraph(table, session.language))


def _choose_group(factors: FactorFrame, *, offer_chosen: bool) -> str | None:
    """Outcomes first, then the factors with more than one level."""
    language = state.language()
    names = {TOGETHER: t("controls.all_together")}
    if offer_chosen:
        names[CHOSEN] = t("baseline_groups.group_chosen")
    names |= {one.name: labelled(one.label, language) for one in outcome_groups(factors)}
    names |= {
        one.name: labelled(one.label, language)
        for one in factors.factors
        if ("table_1" in one.tables or one.is_own) and factors.table[one.name].notna().any()
    }
    group = st.selectbox(
        t("baseline_screen.group"), list(names), format_func=names.__getitem__, key="baseline_group"
    )
    return group if group in names and group != TOGETHER else None
