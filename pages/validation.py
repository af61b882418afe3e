"""Validation: the published series' figures beside the ones computed here, and why they differ."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.validation import arithmetic_table, published_table
from core.options import ToxicityOptions
from core.results.validation import Verdict
from pages.parts import cached, state
from pages.parts.controls import response_options, survival_options
from pages.parts.drawn import printed
from pages.parts.safety_terms import confirmed_terms
from pages.parts.tabs import open_tab
from pages.parts.widgets import require_study, show_table, t, title

ARITHMETIC = "arithmetic"


def render() -> None:
    """Published | Arteria's | difference | why, one tab a table."""
    title("validation_screen.title", lead="validation_screen.lead")
    info = require_study()
    if info is None:
        return
    language = state.language()
    if not info.is_example:
        st.info(t("validation_screen.other_study"))
    comparisons = cached.published(
        cached.key_of(info),
        survival_options(),
        response_options(),
        ToxicityOptions(own_terms=confirmed_terms()),
        info.is_example,
    )
    cells = st.columns(4)
    groups = {
        "equal": (Verdict.EQUAL, Verdict.EQUAL_ROUNDED),
        "differs": (Verdict.DIFFERS,),
        "impossible": (Verdict.IMPOSSIBLE,),
        "not_computable": (Verdict.NOT_COMPUTABLE,),
    }
    compared = [one for one in comparisons if one.verdict is not Verdict.NOT_PRINTED]
    for cell, (name, verdicts) in zip(cells, groups.items(), strict=True):
        count = sum(one.verdict in verdicts for one in compared)
        cell.metric(t(f"validation.verdict.{name}"), f"{count}/{len(compared)}")
    tables = list(dict.fromkeys(one.item.table for one in comparisons))
    labels = {name: t(f"validation.table.{name}") for name in tables}
    labels[ARITHMETIC] = t("validation_screen.arithmetic")
    name, place = open_tab(labels, key="validation_tables")
    shown = (
        printed(arithmetic_table, cached.arithmetic(), language)
        if name == ARITHMETIC
        else printed(published_table, comparisons, name, language)
    )
    with place:
        show_table(shown, key=f"validation_{name}")
