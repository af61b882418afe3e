"""Safety: adverse events by term and band, and laboratory values graded by CTCAE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, get_args

import streamlit as st

from core.options import ToxicityOptions
from core.results.toxicity import AdverseEventTable
from core.text.numbers import percent
from pages.parts import cached, cached_safety, safety_laboratory, safety_tables, safety_terms
from pages.parts.widgets import choose, metrics, require_study, t, title

Source = Literal["reported", "lab", "both"]
Rule = Literal["worst", "bands"]
SOURCES: tuple[Source, ...] = get_args(Source)
RULES: tuple[Rule, ...] = get_args(Rule)
VIEWS = ("events", "groups", "rates", "courses", "grades", "shifts", "liver", "compared", "terms")
NEED_EVENTS = {"events", "groups", "rates", "courses"}


def render() -> None:
    """What is counted, the numbers of all terms together, and one view below them."""
    title("safety_screen.title", lead="safety_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    options = _options()
    table = cached.adverse_events(key, options)
    if table.rows:
        _numbers(table)
    waiting = [
        one for one in cached_safety.terms(key, options) if one.confidence in ("close", "none")
    ]
    if waiting:
        st.caption(t("safety_screen.names_wait", n=len(waiting)))
    view = choose(t("safety_screen.view"), VIEWS, "safety_screen.view_{}", key="safety_view")
    if view in NEED_EVENTS and not table.rows:
        st.info(t("safety_screen.none"))
        return
    draw: Mapping[str, Callable[[cached.Key, ToxicityOptions], None]] = {
        "events": safety_tables.events,
        "groups": safety_tables.groups,
        "rates": safety_tables.rates,
        "courses": safety_tables.courses,
        "grades": safety_laboratory.grades,
        "shifts": safety_laboratory.shifts,
        "liver": safety_laboratory.liver,
        "compared": safety_laboratory.compared,
        "terms": safety_terms.show,
    }
    draw[view](key, options)


def _options() -> ToxicityOptions:
    """Source, rule of the overall row and filters, side by side."""
    left, middle, right = st.columns([1.6, 1.7, 1.5])
    with left:
        source = choose(
            t("safety_screen.source"), SOURCES, "safety_screen.source_{}", key="safety_source"
        )
    with middle:
        rule = choose(t("safety_screen.rule"), RULES, "safety_screen.rule_{}", key="safety_rule")
    with right:
        chosen = st.pills(
            t("safety_screen.only"),
            ("emergent", "related"),
            selection_mode="multi",
            format_func={
                name: t(f"safety_screen.only_{name}") for name in ("emergent", "related")
            }.__getitem__,
            key="safety_only",
        )
    return ToxicityOptions(
        overall_rule=rule,
        source=source,
        treatment_emergent="emergent" in chosen,
        related_only="related" in chosen,
        own_terms=safety_terms.confirmed_terms(),
    )


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
