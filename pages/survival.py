"""Survival: curves with their numbers, every factor in one table, competing risks, comparators."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.survival import factor_table
from core.figures.km import KmLook
from core.options import CurveQuestion, CutRule, ResponseOptions, SurvivalOptions
from core.text.factor_words import factors_paragraph
from pages.parts import cached, cached_survival, second_opinion, state
from pages.parts.controls import response_options, survival_options
from pages.parts.names import factor_names
from pages.parts.survival_answer import show_answer, show_without
from pages.parts.survival_comparators import (
    digitised_curves,
    enter_digitised,
    may_be_typing,
    medians_beside,
    show_comparators,
)
from pages.parts.survival_competing import show_competing
from pages.parts.survival_planning import plan_trial
from pages.parts.survival_question import ask, choose_curve_endpoint
from pages.parts.tabs import tabs_of
from pages.parts.widgets import messages, named, require_study, show_table, t, title
from pages.parts.words import paragraph

CUTS_OF_ALL: tuple[CutRule, ...] = ("published", "median", "search")
SECTIONS = ("curves", "factors", "competing", "comparators")


def render() -> None:
    """One section at a time, all of the chosen endpoint."""
    title("survival_screen.title", lead="survival_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    response = response_options()
    factors = cached.factors(key)
    question = choose_curve_endpoint(key)
    labels = {name: t(f"survival_screen.section_{name}") for name in SECTIONS}
    section, places = tabs_of(labels, key="survival_section")
    with places["curves"]:
        # The other sections follow what is chosen here, so it is always there.
        asked = ask(key, factors, question, medians_beside(info.study_id, question.endpoint))
        if section == "curves":
            _curves(key, asked, response, info.study_id)
    if section == "factors":
        with places[section]:
            _factors(key, question.endpoint, asked[1], response)
    if section == "competing":
        with places[section]:
            show_competing(key, factors, survival_options(), response)
    if section == "comparators" or may_be_typing():
        with places["comparators"]:
            _comparators(key, question.endpoint, response, info.study_id)


def _comparators(key: cached.Key, endpoint: str, response: ResponseOptions, study: str) -> None:
    """Medians and rates beside those of other series, and a trial planned against one."""
    options = survival_options()
    overall = {
        code: cached_survival.curves(key, CurveQuestion(endpoint=code), options, response)
        for code in ("os", "pfs", "ttp")
    }
    show_comparators(overall, endpoint, cached.response(key, response), study)
    enter_digitised(study)
    plan_trial()


def _curves(
    key: cached.Key,
    asked: tuple[CurveQuestion, SurvivalOptions, KmLook],
    response: ResponseOptions,
    study: str,
) -> None:
    """The curves of what was asked."""
    question, options, look = asked
    curves = cached_survival.curves(key, question, options, response)
    if not curves.groups:
        messages(curves.messages, level="info")
        show_without(curves.endpoint)
        return
    show_answer(curves, look, digitised_curves(study, look.unit))
    second_opinion.mark(cached_survival.engines(key, question, options, response))


def _factors(
    key: cached.Key, endpoint: str, options: SurvivalOptions, response: ResponseOptions
) -> None:
    """Table 4 in one go, in the time unit of the curves."""
    if endpoint == "own":
        st.info(t("survival_screen.factors_of_own"))
        return
    cut: CutRule = "published"
    if cached_survival.numeric_factors(key):
        chosen = st.segmented_control(
            t("controls.cut_of_table"),
            CUTS_OF_ALL,
            format_func=named(CUTS_OF_ALL, "controls.cut_{}"),
            default=CUTS_OF_ALL[0],
            required=True,
            key="survival_factors_cut",
            persist_state="page",
        )
        cut = chosen or cut
    analysis, shown = cached_survival.comparisons(key, endpoint, cut, options, response)
    names = factor_names(shown, state.language())
    if analysis.comparisons:
        printed = factor_table(
            analysis.comparisons, analysis.endpoint, options, names, state.language()
        )
        show_table(printed, key="survival_factors")
    messages(analysis.messages)
    language = state.language()
    paragraph(factors_paragraph(analysis.comparisons, analysis.endpoint, names, language))
    second_opinion.mark(cached_survival.comparison_engines(key, endpoint, cut, options, response))
