"""Baseline: Table 1, of all patients or by the levels of a factor."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.baseline import baseline_table
from pages.parts import cached, state
from pages.parts.controls import choose_factor
from pages.parts.widgets import require_study, show_table, title


def render() -> None:
    """Table 1 with its grouping."""
    title("baseline_screen.title", lead="baseline_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    session = state.session()
    group = choose_factor(
        cached.factors(key), "baseline_screen.group", table="table_1", key="baseline_group"
    )
    table = cached.baseline(key, group, session.convention)
    with st.container(border=False):
        show_table(baseline_table(table, session.language), key="baseline_table")
