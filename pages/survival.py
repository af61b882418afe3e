"""Survival: Kaplan-Meier curves with their numbers, and every factor in one table."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.survival import curve_table, factor_table
from core.options import Convention
from core.results.cohort import EndpointCurves
from core.results.endpoints import Endpoint
from core.results.survival import GroupCurve
from core.text.numbers import number, p_value, percent, time_or_not_reached
from pages.parts import cached, second_opinion, state
from pages.parts.controls import choose_endpoint, choose_factor, response_options, survival_options
from pages.parts.names import curve_label, factor_names
from pages.parts.widgets import (
    chart,
    messages,
    metrics,
    require_study,
    show_table,
    t,
    title,
)


def render() -> None:
    """Curves, summary table, factor table."""
    title("survival_screen.title", lead="survival_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    language = state.language()
    options, chosen = survival_options(), response_options()
    factors = cached.factors(key)
    left, middle, right = st.columns([4, 2.4, 1.2], vertical_alignment="bottom")
    with left:
        code = choose_endpoint(key="survival_endpoint")
    with middle:
        factor = choose_factor(factors, "controls.group_by", table="table_4", key="survival_factor")
    with right:
        bands = st.toggle(t("controls.show_intervals"), value=True, key="survival_bands")
    endpoint = cached.endpoints(key, chosen).get(code)
    if not endpoint.times:
        st.info(t("cohort.no_endpoint"))
        _without(endpoint)
        return
    curves = cached.curves(key, code, factor, options, chosen)
    _numbers(curves)
    chart(
        cached.km_figure(key, code, factor, options, chosen, language, bands),
        key="survival_km",
        alt=t("survival_screen.alt", endpoint=f"@{curves.endpoint.label}"),
    )
    groups = [
        GroupCurve(curve_label(curves, group.level, language), group.curve)
        for group in curves.groups
    ]
    show_table(curve_table(groups, curves.endpoint, language), key="survival_curves")
    _left_out(curves)
    analysis = cached.comparisons(key, code, options, chosen)
    names = factor_names(factors, language)
    if analysis.comparisons:
        printed = factor_table(analysis.comparisons, curves.endpoint, options, names, language)
        show_table(printed, key="survival_factors")
    messages(analysis.messages)
    second_opinion.mark(cached.engines(key, code, factor, options, chosen))


def _numbers(curves: EndpointCurves) -> None:
    """The figures that a reader looks for first."""
    if curves.factor is not None:
        if curves.logrank is not None and curves.logrank.chi2 is not None:
            test = curves.logrank
            about = t("survival_screen.logrank_of", chi2=number(test.chi2, 2), df=test.df)
            metrics(
                [
                    (t("survival_screen.logrank"), p_value(test.p, _convention()), about),
                    (t("survival_screen.patients"), str(test.n), ""),
                ]
            )
        return
    curve = curves.groups[0].curve
    items = [
        (
            t("survival_screen.median"),
            time_or_not_reached(curve.median.estimate),
            _limits(time_or_not_reached(curve.median.low), time_or_not_reached(curve.median.high)),
        )
    ]
    for mark in curve.landmarks:
        below = ""
        if mark.low is not None and mark.high is not None and mark.low < mark.high:
            below = _limits(percent(mark.low), percent(mark.high))
        label = t("survival_screen.rate_at", months=mark.months)
        items.append((label, percent(mark.estimate), below))
    items.append((t("survival_screen.events"), f"{curve.events}/{curve.n}", ""))
    follow_up = time_or_not_reached(curve.follow_up.estimate)
    items.append((t("survival_screen.follow_up"), follow_up, ""))
    metrics(items)


def _limits(low: str, high: str) -> str:
    return t("survival_screen.limits", low=low, high=high)


def _convention() -> Convention:
    return survival_options().convention


def _left_out(curves: EndpointCurves) -> None:
    if curves.left_out:
        st.caption(t("survival_screen.left_out", n=curves.left_out))
    _without(curves.endpoint)


def _without(endpoint: Endpoint) -> None:
    if endpoint.not_derived:
        st.caption(t("survival_screen.not_derived", n=len(endpoint.not_derived)))
        messages([one.reason for one in endpoint.not_derived])
    st.caption(t(endpoint.definition))
