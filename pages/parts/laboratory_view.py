"""Laboratory values against their limits, and before each session."""

from __future__ import annotations

import streamlit as st

from core.analysis.eligibility.compare import SYMBOLS
from core.exports.tables.eligibility_reasons import fitness_table
from core.figures import lab_limits, lab_trend
from core.results.eligibility import Status
from core.text.catalogue import label_text
from pages.parts import cached, state
from pages.parts.criteria import Criteria, read_criteria
from pages.parts.drawn import drawn
from pages.parts.protocol_view import draft_banner
from pages.parts.widgets import chart, csv_download, metrics, show_table, t

_LABORATORY = ("lab", "lab_range", "clearance")


def limits(criteria: Criteria) -> None:
    """One strip a laboratory criterion, the limit drawn."""
    cohort = criteria.cohort()
    lines = [
        (rule.shown_id, SYMBOLS[getattr(rule, "operator", "=")])
        for _, rules in criteria.shown.grouped
        for rule in rules
        if rule.kind in _LABORATORY
    ]
    language = state.language()
    figure = drawn(lab_limits.figure, cohort, lines, language)
    if not figure.to_dict()["data"]:
        st.info(t("eligibility_screen.no_laboratory"))
        return
    chart(figure, key="eligibility_strips", alt=t("eligibility_screen.strips_alt"))
    st.caption(t("eligibility_screen.strips_note"))


def cycles(key: cached.Key) -> None:
    """Before each session: trend of a value, and whether the patient is fit."""
    criteria = read_criteria(key, "next_cycle")
    draft_banner(criteria)
    fitness = criteria.fitness()
    language = state.language()
    if not fitness.cycles:
        st.info(t("eligibility_screen.no_sessions"))
        return
    done = [cycle for cycle in fitness.cycles if not cycle.is_next]
    statuses = [{row.status for row in cycle.judged.criteria} for cycle in done]
    failed = sum(Status.FAIL in one for one in statuses)
    passed = sum(one == {Status.PASS} for one in statuses)
    metrics(
        [
            (t("eligibility_screen.sessions"), str(len(done)), ""),
            (t("tables.fit"), str(passed), ""),
            (t("tables.not_fit"), str(failed), ""),
            (t("tables.fit_unknown"), str(len(done) - passed - failed), ""),
        ]
    )
    names = {name: label_text(label, language) for name, label in fitness.criteria}
    chosen = st.selectbox(
        t("eligibility_screen.trend"), list(names), format_func=names.__getitem__, key="cycle_trend"
    )
    if chosen is not None:
        chart(
            drawn(lab_trend.figure, fitness, chosen, language),
            key="cycle_trend_figure",
            alt=t("eligibility_screen.trend_alt"),
        )
        st.caption(t("eligibility_screen.trend_note"))
    printed = fitness_table(fitness, language)
    show_table(printed, key="cycle_table", rows_of_data=True, height=420)
    csv_download(printed, key="cycle_csv")
