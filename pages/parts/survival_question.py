"""The controls of the Survival screen: what is essential stands open, the rest in a popover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from core.exports.tables.comparators import printed_figure
from core.exports.tables.table import labelled
from core.figures.km import KmLook
from core.figures.km_others import ReferenceMedian
from core.options import (
    DAYS_PER_MONTH,
    DAYS_PER_UNIT,
    CurveQuestion,
    CutRule,
    IntervalMethod,
    MedianRule,
    SurvivalOptions,
    TimeUnit,
)
from core.results.baseline import FactorFrame
from core.results.comparators import Comparator
from pages.parts import cached_survival, state
from pages.parts.cached import Key
from pages.parts.controls import choose_factor, survival_options
from pages.parts.widgets import named, t

ENDPOINTS = ("os", "pfs", "hepatic_pfs", "ttp", "dor")
CUTS: tuple[CutRule, ...] = ("published", "median", "search", "value")
UNITS: tuple[TimeUnit, ...] = ("months", "weeks", "days", "years")
MARKS = {"months": (6.0, 12.0), "weeks": (26.0, 52.0), "days": (180.0, 365.0), "years": (0.5, 1.0)}
INTERVALS: tuple[IntervalMethod | Literal["convention"], ...] = (
    "convention",
    "loglog",
    "log",
    "plain",
)
RULES: tuple[MedianRule | Literal["convention"], ...] = ("convention", "midpoint", "first")


def choose_curve_endpoint(key: Key) -> CurveQuestion:
    """The endpoint, and for an own one its two columns."""
    own = cached_survival.columns(key)
    offered = (*ENDPOINTS, "own") if len(own) > 1 else ENDPOINTS
    chosen = st.segmented_control(
        t("controls.endpoint"),
        offered,
        format_func=named(offered, "controls.{}"),
        default=offered[0],
        required=True,
        key="survival_endpoint",
    )
    code = offered[0] if chosen is None else chosen
    if code != "own":
        return CurveQuestion(endpoint=code)
    time, event, unit = st.columns(3)
    with time:
        time_column = st.selectbox(t("controls.own_time"), own, key="survival_own_time")
    with event:
        event_column = st.selectbox(t("controls.own_event"), own, index=1, key="survival_own_event")
    with unit:
        own_unit = st.selectbox(
            t("controls.own_unit"),
            UNITS,
            format_func=named(UNITS, "survival.time_unit_name.{}"),
            key="survival_own_unit",
        )
    return CurveQuestion(
        endpoint=code, own_time=time_column, own_event=event_column, own_unit=own_unit
    )


def ask(
    key: Key, factors: FactorFrame, question: CurveQuestion, offered: Sequence[Comparator] = ()
) -> tuple[CurveQuestion, SurvivalOptions, KmLook]:
    """Grouping, options and look of the curves.

    Args:
        offered: medians of other series (months) that may be drawn beside the curves.
    """
    left, middle, right = st.columns([3, 3, 1.3], vertical_alignment="bottom")
    with left:
        factor = choose_factor(factors, "controls.group_by", table="table_4", key="survival_factor")
    question = replace(question, factor=factor)
    with middle:
        if factor is not None and factor in cached_survival.numeric_factors(key):
            question = _cut(question)
    with right, st.popover(t("controls.more_options"), icon=":material/tune:", width="stretch"):
        return _more(factors, question, offered)


def _cut(question: CurveQuestion) -> CurveQuestion:
    cut, value = st.columns([2, 1], vertical_alignment="bottom")
    with cut:
        rule = st.selectbox(
            t("controls.cut"), CUTS, format_func=named(CUTS, "controls.cut_{}"), key="survival_cut"
        )
    if rule != "value":
        return replace(question, cut=rule)
    with value:
        at = st.number_input(t("controls.cut_at"), value=5.0, step=0.1, key="survival_cut_at")
    return replace(question, cut=rule, cut_value=at)


def _references(offered: Sequence[Comparator], unit: TimeUnit) -> tuple[ReferenceMedian, ...]:
    """The medians that were picked, in the unit of the plot."""
    if not offered:
        return ()
    language, per_unit = state.language(), DAYS_PER_MONTH / DAYS_PER_UNIT[unit]
    scaled = [
        ReferenceMedian(
            labelled(one.name, language),
            *(None if at is None else at * per_unit for at in (one.value, one.low, one.high)),
        )
        for one in offered
    ]
    picked = st.multiselect(
        t("comparators.on_plot"),
        range(len(scaled)),
        format_func=lambda at: f"{scaled[at].label}: {printed_figure(offered[at])}",
        placeholder=t("comparators.on_plot_none"),
        key="survival_references",
        help=t("comparators.on_plot_help"),
        select_all=False,
    )
    return tuple(scaled[at] for at in picked)


def _more(
    factors: FactorFrame, question: CurveQuestion, offered: Sequence[Comparator]
) -> tuple[CurveQuestion, SurvivalOptions, KmLook]:
    options = survival_options()
    if question.factor is not None:
        second = choose_factor(
            factors, "controls.second_factor", table="table_4", key="survival_second"
        )
        question = replace(question, second=second)
    first, second_column = st.columns(2)
    with first:
        interval = st.selectbox(
            t("controls.curve_interval"),
            INTERVALS,
            format_func=named(INTERVALS, "controls.interval_{}"),
            key="survival_interval",
        )
        unit = st.selectbox(
            t("controls.time_unit"),
            UNITS,
            format_func=named(UNITS, "survival.time_unit_name.{}"),
            key="survival_unit",
        )
    with second_column:
        rule = st.selectbox(
            t("controls.median_rule"),
            RULES,
            format_func=named(RULES, "controls.median_{}"),
            key="survival_median_rule",
        )
        marks = st.text_input(
            t("controls.marks"),
            value="; ".join(f"{mark:g}" for mark in MARKS[unit]),
            key=f"survival_marks_{unit}",
            help=t("controls.marks_help"),
        )
    if interval != "convention":
        options = replace(options, interval=interval)
    if rule != "convention":
        options = replace(options, median_rule=rule)
    options = replace(options, time_unit=unit, landmark_months=marks_of(marks) or MARKS[unit])
    longest = 36_525.0 / DAYS_PER_UNIT[unit]
    cells = st.columns(3)
    asked = {}
    for cell, name in zip(cells, ("landmark", "truncation", "tau"), strict=True):
        with cell:
            asked[name] = st.number_input(
                t(f"controls.{name}"),
                min_value=0.0,
                max_value=longest,
                value=None,
                step=1.0,
                key=f"survival_{name}_{unit}",
                help=t(f"controls.{name}_help"),
            )
    question = replace(
        question,
        landmark=asked["landmark"] or 0.0,
        truncation=asked["truncation"] or None,
        tau=asked["tau"] or None,
    )
    look = KmLook(
        references=_references(offered, unit),
        unit=unit,
        start=_start(question),
        intervals=st.toggle(t("controls.show_intervals"), value=True, key="survival_bands"),
        censor_marks=st.toggle(t("controls.show_censored"), value=True, key="survival_censored"),
        medians=st.toggle(t("controls.show_medians"), value=True, key="survival_medians"),
    )
    return question, options, look


def marks_of(words: str) -> tuple[float, ...]:
    """Times out of what was typed; anything that is no positive number is passed over.

    >>> marks_of("6; 12, x 24；36")
    (6.0, 12.0, 24.0, 36.0)
    """
    for sign in ";；,，、":
        words = words.replace(sign, " ")
    found = []
    for word in words.split():
        try:
            value = float(word)
        except ValueError:
            continue
        if 0 < value < 1e5:
            found.append(value)
    return tuple(sorted(set(found))[:6])


def _start(question: CurveQuestion) -> str:
    if question.landmark > 0:
        return "landmark"
    return {"dor": "response", "own": "own"}.get(question.endpoint, "haic")
