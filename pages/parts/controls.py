"""Controls that several screens share; each returns plain codes, never words."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.table import labelled
from core.options import ResponseOptions, SurvivalOptions
from core.results.baseline import FactorFrame
from pages.parts import state
from pages.parts.widgets import named, t

_NOBODY = ""
SD_MINIMUM_DAYS = (0, 28, 42, 56)
ENDPOINTS = ("os", "pfs", "hepatic_pfs")


def choose_factor(factors: FactorFrame, label: str, *, table: str, key: str) -> str | None:
    """A factor to group by, or None for all patients together."""
    language = state.language()
    usable = [
        factor
        for factor in factors.factors
        if (table in factor.tables or factor.is_own) and factors.table[factor.name].notna().any()
    ]
    names = {factor.name: labelled(factor.label, language) for factor in usable}
    # Not None for "no factor": a selector that holds None shows Streamlit's own English words.
    together = t("controls.all_together")
    chosen = st.selectbox(
        t(label),
        [_NOBODY, *names],
        format_func=lambda name: names.get(name, together),
        key=key,
    )
    return chosen if chosen in names else None


def choose_endpoint(*, key: str) -> str:
    """OS, PFS or intrahepatic PFS."""
    chosen = st.segmented_control(
        t("controls.endpoint"),
        ENDPOINTS,
        format_func=named(ENDPOINTS, "controls.{}"),
        default=ENDPOINTS[0],
        required=True,
        key=key,
    )
    return ENDPOINTS[0] if chosen is None else chosen


def survival_options() -> SurvivalOptions:
    """The statistical options as the convention of the sidebar sets them."""
    return SurvivalOptions.following(state.session().convention)


def response_options() -> ResponseOptions:
    """The response options of the session; the Response screen changes them for all screens."""
    return state.session().response_options


def choose_response_options() -> ResponseOptions:
    """Minimum SD duration, confirmation, denominator and interval, side by side."""
    current = state.session().response_options
    minimum, confirmation, denominator, interval = st.columns([1.3, 1.2, 1.2, 1.3])
    with minimum:
        days = st.segmented_control(
            t("controls.sd_min_days"),
            SD_MINIMUM_DAYS,
            default=current.sd_min_days,
            required=True,
            key="response_sd_min_days",
            help=t("controls.sd_min_days_help"),
        )
    with confirmation:
        confirmed = st.segmented_control(
            t("controls.confirmation"),
            (False, True),
            format_func=named((False, True), "controls.confirmed_{}"),
            default=current.confirmed,
            required=True,
            key="response_confirmed",
        )
    with denominator:
        chosen = st.segmented_control(
            t("controls.denominator"),
            ("treated", "evaluable"),
            format_func=named(("treated", "evaluable"), "controls.{}"),
            default=current.denominator,
            required=True,
            key="response_denominator",
        )
    with interval:
        method = st.segmented_control(
            t("controls.interval"),
            ("clopper-pearson", "wilson"),
            format_func=named(("clopper-pearson", "wilson"), "controls.{}"),
            default=current.interval,
            required=True,
            key="response_interval",
        )
    options = ResponseOptions(
        sd_min_days=current.sd_min_days if days is None else days,
        confirmed=bool(confirmed),
        denominator=chosen or current.denominator,
        interval=method or current.interval,
        cutoff=current.cutoff,
    )
    state.session().response_options = options
    return options
