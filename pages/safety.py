"""Safety: adverse events by term and band, and laboratory values graded by CTCAE."""

from __future__ import annotations

from typing import Literal, get_args

import streamlit as st

from core.exports.tables.safety import (
    adverse_event_table,
    laboratory_grade_table,
    reconciliation_table,
    set_aside_table,
)
from core.figures import adverse_events
from core.options import ToxicityOptions
from core.results.toxicity import AdverseEventTable
from core.text.numbers import percent
from pages.parts import cached, state
from pages.parts.widgets import chart, choose, metrics, require_study, show_table, t, title

Source = Literal["reported", "lab", "both"]
Rule = Literal["worst", "bands"]
SOURCES: tuple[Source, ...] = get_args(Source)
RULES: tuple[Rule, ...] = get_args(Rule)


def render() -> None:
    """Table 3, its bars, graded laboratory values and where both disagree."""
    title("safety_screen.title", lead="safety_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    left, right = st.columns(2)
    with left:
        source = choose(
            t("safety_screen.source"),
            SOURCES,
            "safety_screen.source_{}",
            key="safety_source",
        )
    with right:
        rule = choose(
            t("safety_screen.rule"),
            RULES,
            "safety_screen.rule_{}",
            key="safety_rule",
        )
    table = cached.adverse_events(key, ToxicityOptions(overall_rule=rule, source=source))
    if not table.rows:
        st.info(t("safety_screen.none"))
    else:
        _numbers(table)
        chart(
            adverse_events.figure(table, state.language()),
            key="safety_bars",
            alt=t("safety_screen.alt"),
        )
        show_table(adverse_event_table(table, state.language()), key="safety_events")
    if table.set_aside:
        show_table(set_aside_table(table, state.language()), key="safety_set_aside")
    _laboratory(key)


def _numbers(table: AdverseEventTable) -> None:
    row = table.overall
    metrics(
        [
            (t(f"safety_screen.{name}"), str(count.count), percent(count.count / count.total))
            for name, count in (
                ("any", row.any),
                ("grade_1_2", row.grade_1_2),
                ("grade_3_4", row.grade_3_4),
                ("grade_5", row.grade_5),
            )
        ]
    )


def _laboratory(key: cached.Key) -> None:
    grades = cached.lab_grades(key)
    if not len(grades.worst):
        st.caption(t("safety_screen.no_laboratory"))
        return
    show_table(laboratory_grade_table(grades, state.language()), key="safety_laboratory")
    compared = cached.reconciliation(key)
    show_table(reconciliation_table(compared, state.language()), key="safety_reconciliation")
