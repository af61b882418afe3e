"""Controls that several screens share; each returns plain codes, never words."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import streamlit as st

from core.exports.tables.table import labelled
from core.options import ResponseOptions, SurvivalOptions
from core.results.baseline import FactorFrame
from pages.parts import state
from pages.parts.widgets import named, t

_NOBODY = ""
SD_MINIMUM_DAYS = (0, 28, 42, 56)
CRITERIA: tuple[Literal["recist", "liver5", "mrecist", "choi"], ...] = (
    "recist",
    "liver5",
    "mrecist",
    "choi",
)
MISSED_VISIT_DAYS = (None, 28, 42, 56, 84)
ENDPOINTS = ("os", "pfs", "hepatic_pfs")


def choose_factor(
    factors: FactorFrame,
    label: str,
    *,
    table: str,
    key: str,
    together: str = "controls.all_together",
) -> str | None:
    """A factor to group by, or None, which is called by the catalogue key ``together``."""
    language = state.language()
    usable = [
        factor
        for factor in factors.factors
        if (table in factor.tables or factor.is_own) and factors.table[factor.name].notna().any()
    ]
    names = {factor.name: labelled(factor.label, language) for factor in usable}
    # Not None for "no factor": a selector that holds None shows Streamlit's own English words.
    none = t(together)
    chosen = st.selectbox(
        t(label),
        [_NOBODY, *names],
        format_func=lambda name: names.get(name, none),
        key=key,
        persist_state="page",
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
    options = replace(
        _choose_rules(current),
        sd_min_days=current.sd_min_days if days is None else days,
        confirmed=bool(confirmed),
        denominator=chosen or current.denominator,
        interval=method or current.interval,
    )
    state.session().response_options = options
    return options


def _choose_rules(current: ResponseOptions) -> ResponseOptions:
    """Criteria, rules of confirmation, clinical benefit and censoring, folded away."""
    with st.expander(t("controls.rules"), expanded=current.criteria != "recist"):
        criteria = st.segmented_control(
            t("controls.criteria"),
            CRITERIA,
            format_func=named(CRITERIA, "controls.criteria_{}"),
            default=current.criteria,
            required=True,
            key="response_criteria",
            help=t("controls.criteria_help"),
        )
        first, second, third, fourth = st.columns(4)
        confirm_days = first.number_input(
            t("controls.confirm_min_days"), 0, 365, current.confirm_min_days, key="response_confirm"
        )
        unevaluable = second.number_input(
            t("controls.max_intervening_ne"), 0, 5, current.max_intervening_ne, key="response_ne"
        )
        benefit = third.number_input(
            t("controls.benefit_days"), 0, 730, current.benefit_days, key="response_benefit"
        )
        planned = fourth.selectbox(
            t("controls.missed_visits"),
            MISSED_VISIT_DAYS,
            index=MISSED_VISIT_DAYS.index(current.missed_visit_days),
            format_func=_interval_name,
            key="response_missed",
            help=t("controls.missed_visits_help"),
        )
        fifth, sixth, seventh = st.columns([1, 1, 2])
        stable = fifth.toggle(
            t("controls.accept_intervening_sd"), current.accept_intervening_sd, key="response_sd"
        )
        missing = sixth.toggle(
            t("controls.missing_as_ne"), current.missing_as_ne, key="response_missing"
        )
        censoring = seventh.toggle(
            t("controls.censor_new_therapy"),
            current.new_therapy == "censor",
            key="response_therapy",
        )
        eighth, ninth, tenth, _ = st.columns(4)
        marker = eighth.toggle(
            t("controls.marker_required_for_cr"),
            current.marker_required_for_cr,
            key="response_marker",
            help=t("controls.marker_required_for_cr_help"),
        )
        lenient = ninth.toggle(
            t("controls.lenient_nontargets"),
            current.lenient_nontargets,
            key="response_lenient",
            help=t("controls.lenient_nontargets_help"),
        )
        cutoff = tenth.date_input(
            t("controls.cutoff"),
            current.cutoff,
            format="YYYY-MM-DD",
            key="response_cutoff",
            help=t("controls.cutoff_help"),
        )
    return replace(
        current,
        criteria=criteria or current.criteria,
        confirm_min_days=int(confirm_days),
        max_intervening_ne=int(unevaluable),
        benefit_days=int(benefit),
        missed_visit_days=planned,
        accept_intervening_sd=stable,
        missing_as_ne=missing,
        new_therapy="censor" if censoring else "ignore",
        marker_required_for_cr=marker,
        lenient_nontargets=lenient,
        cutoff=cutoff,
    )


def _interval_name(days: int | None) -> str:
    if days is None:
        return t("controls.missed_never")
    return t("controls.missed_days", days=days)
