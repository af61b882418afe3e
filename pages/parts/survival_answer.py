"""The answer on the Survival screen: figures, curves, tables and the paragraph."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.exports.tables.curve_tests import (
    comparison_table,
    cut_table,
    pairs_table,
    patients_table,
    rmst_table,
)
from core.exports.tables.survival import curve_table
from core.figures import km
from core.figures.km_others import DashedCurve
from core.figures.theme import CHART_CONFIG
from core.options import unit_name, unit_word
from core.results.endpoints import Endpoint
from core.results.survival import GroupCurve
from core.results.survival_study import LEVEL_SEPARATOR, StudyCurves
from core.text.numbers import number, p_value, percent, time_or_not_reached
from core.text.survival_words import survival_paragraph
from pages.parts import state
from pages.parts.drawn import drawn
from pages.parts.names import told_level
from pages.parts.widgets import messages, metrics, show_table, t
from pages.parts.words import paragraph

LevelName = Callable[[str], str]


def level_names(curves: StudyCurves) -> LevelName:
    """(code of a curve's level) -> its name in the visitor's language."""
    language = state.language()

    def name(level: str) -> str:
        if not curves.factors:
            return t("tables.all_curve")
        codes = level.split(LEVEL_SEPARATOR)
        return " · ".join(
            told_level(factor, code, language)
            for factor, code in zip(curves.factors, codes, strict=False)
        )

    return name


def show_answer(curves: StudyCurves, look: km.KmLook, others: Sequence[DashedCurve]) -> None:
    """Numbers, plot, the patients behind a clicked step, tables, and the paragraph."""
    language, name = state.language(), level_names(curves)
    _numbers(curves)
    chosen = _plot(curves, look, others, name)
    _left_out(curves)
    _behind(curves, chosen, name)
    labelled = [GroupCurve(name(group.level), group.curve) for group in curves.groups]
    summary, *rest = st.tabs(_tab_names(curves))
    with summary:
        show_table(curve_table(labelled, curves.endpoint, language), key="survival_curves")
    tabs = iter(rest)
    if curves.tests:
        with next(tabs):
            if curves.cut is not None:
                show_table(cut_table(curves, language), key="survival_cut_table")
            show_table(comparison_table(curves, language), key="survival_tests")
            if curves.pairs:
                show_table(pairs_table(curves, name, language), key="survival_pairs")
    if curves.rmst:
        with next(tabs):
            show_table(rmst_table(curves, name, language), key="survival_rmst")
    paragraph(survival_paragraph(curves, name, language))


def _tab_names(curves: StudyCurves) -> list[str]:
    keys = ["summary", *(["tests"] if curves.tests else []), *(["rmst"] if curves.rmst else [])]
    return [t(f"survival_screen.tab_{key}") for key in keys]


def _plot(
    curves: StudyCurves, look: km.KmLook, others: Sequence[DashedCurve], name: LevelName
) -> list[tuple[int, float]]:
    """Draw the curves; returns group and time of the steps that were clicked."""
    labelled = [km.LabelledCurve(name(group.level), group.curve) for group in curves.groups]
    event = st.plotly_chart(
        drawn(km.figure, labelled, state.language(), look, others),
        key="survival_km",
        config=CHART_CONFIG,
        alt=t("survival_screen.alt", endpoint=f"@{curves.endpoint.label}"),
        on_select="rerun",
        selection_mode="points",
    )
    found = []
    for point in event.get("selection", {}).get("points", []):
        marked = point.get("customdata")
        if marked and len(marked) == 2 and int(marked[0]) < len(curves.groups):
            found.append((int(marked[0]), float(marked[1])))
    return found


def _behind(curves: StudyCurves, chosen: list[tuple[int, float]], name: LevelName) -> None:
    if not chosen:
        st.caption(t("survival_screen.click_a_step"))
        return
    wanted = {(curves.groups[at].level, round(time, 9)) for at, time in chosen}
    # The start of a curve stands for all of its patients.
    whole = {level for level, time in wanted if time == 0}
    people = [
        one
        for one in curves.patients
        if one.level in whole or (one.level, round(one.time, 9)) in wanted
    ]
    printed = patients_table(people, curves, name, state.language())
    show_table(printed, key="survival_step_patients")


def _numbers(curves: StudyCurves) -> None:
    """The figures that a reader looks for first."""
    unit = unit_name(curves.options.time_unit)
    if curves.tests:
        metrics(_between_groups(curves))
        return
    curve = curves.groups[0].curve
    items = [
        (
            t("survival_screen.median", time_unit=unit),
            time_or_not_reached(curve.median.estimate),
            _limits(time_or_not_reached(curve.median.low), time_or_not_reached(curve.median.high)),
        )
    ]
    for mark in curve.landmarks[:3]:
        below = ""
        if mark.low is not None and mark.high is not None and mark.low < mark.high:
            below = _limits(percent(mark.low), percent(mark.high))
        label = t(
            "survival_screen.rate_at",
            months=mark.months,
            time_unit=unit_word(curves.options.time_unit),
        )
        items.append((label, percent(mark.estimate), below))
    items.append((t("survival_screen.events"), f"{curve.events}/{curve.n}", ""))
    follow_up = time_or_not_reached(curve.follow_up.estimate)
    items.append((t("survival_screen.follow_up", time_unit=unit), follow_up, ""))
    metrics(items)


def _between_groups(curves: StudyCurves) -> list[tuple[str, str, str]]:
    test, permuted, searched = curves.tests[0], curves.permutation, curves.cut
    patients = (t("survival_screen.patients"), str(test.n), "")
    if searched is not None and searched.cut is not None:
        # The ordinary P of a searched cut is no headline: only the corrected one is.
        corrected = searched.p_permutation
        corrected = searched.p_lausen_1992 if corrected is None else corrected
        items = [
            (t("survival_screen.corrected"), p_value(corrected), t("tables.cut_title")),
            (t("tables.cut_at"), f"≤ {searched.cut:g}", ""),
            patients,
        ]
    else:
        about = t("survival_screen.logrank_of", chi2=number(test.chi2, 2), df=test.df)
        shown = p_value(test.p, curves.options.convention)
        items = [(t("survival_screen.logrank"), shown, about), patients]
        if permuted is not None and permuted.p is not None:
            kind = "exact" if permuted.is_exact else "drawn"
            below = t(f"survival_screen.permutation_{kind}")
            items.insert(1, (t("survival_screen.permutation"), p_value(permuted.p), below))
    if len(curves.differences) == 1 and curves.differences[0].difference is not None:
        gained = curves.differences[0]
        below = ""
        if gained.low is not None:
            below = _limits(number(gained.low), number(gained.high), "signed_limits")
        label = t("survival_screen.rmst_difference", tau=number(gained.tau))
        items.append((label, number(gained.difference), below))
    return items


def _limits(low: str, high: str, kind: str = "limits") -> str:
    return t(f"survival_screen.{kind}", low=low, high=high)


def _left_out(curves: StudyCurves) -> None:
    if curves.left_out:
        st.caption(t("survival_screen.left_out", n=curves.left_out))
    if curves.before_landmark:
        st.caption(t("survival_screen.before_landmark", n=curves.before_landmark))
    messages(curves.messages, level="warning")
    show_without(curves.endpoint)


def show_without(endpoint: Endpoint) -> None:
    """Who has no time, and how the endpoint is defined."""
    if endpoint.not_derived:
        st.caption(t("survival_screen.not_derived", n=len(endpoint.not_derived)))
        messages([one.reason for one in endpoint.not_derived])
    st.caption(t(endpoint.definition))
