"""Prognosis: multivariable Cox regression in SPSS's layout, Firth beside it, and its checks."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.cox import both_models_table, selection_table
from core.exports.tables.survival import cox_table
from core.figures import forest
from core.results.cox_study import CoxStudy, Optimism
from core.results.prognosis import MultivariableModel
from core.text.claims import Names, level_against
from core.text.numbers import number
from core.text.prognosis_words import prognosis_paragraph
from pages.parts import cached, cached_cox, second_opinion, state
from pages.parts.controls import response_options
from pages.parts.cox_checks import (
    Asked,
    optimism_asked_for,
    show_adjusted,
    show_concordance,
    show_form_and_influence,
    show_proportionality,
)
from pages.parts.cox_measured import show_measured
from pages.parts.cox_question import ask
from pages.parts.drawn import drawn
from pages.parts.names import factor_names
from pages.parts.tabs import open_tab
from pages.parts.widgets import (
    chart,
    messages,
    metrics,
    require_study,
    show_table,
    t,
    title,
)
from pages.parts.words import paragraph

SECTIONS = ("table", "forest", "measured", "proportional", "form", "curves")


def render() -> None:
    """The question, how much the data can carry, and the answer in one tab of six."""
    title("prognosis_screen.title", lead="prognosis_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    factors, response = cached.factors(key), response_options()
    question, options = ask(factors)
    study = cached_cox.study(key, question, options, response)
    names = factor_names(factors, state.language())
    asked = Asked(key, question, options, response, names)
    messages(study.messages, level="caption" if study.model is not None else "warning")
    if study.model is None:
        _show_selection(study, names)
        return
    _guard(study.model)
    section, place = open_tab(
        {one: t(f"prognosis_screen.section_{one}") for one in SECTIONS}, key="prognosis_section"
    )
    with place:
        if section == "table":
            _table(study, study.model, optimism_asked_for(asked), names)
        elif section == "forest":
            _forest(study, study.model, names)
        elif section == "measured":
            show_measured(asked, study)
        elif section == "proportional":
            show_proportionality(asked, study, study.model)
        elif section == "form":
            show_form_and_influence(asked, study, study.model)
        else:
            show_adjusted(asked, study.model)
            show_concordance(asked, study.model)
        if section != "measured":
            second_opinion.mark(cached_cox.engines(*asked.how))


def _guard(model: MultivariableModel) -> None:
    """How much the data can carry, before the numbers."""
    metrics(
        [
            (t("prognosis_screen.patients"), str(model.n), ""),
            (t("prognosis_screen.events"), str(model.events), ""),
            (t("prognosis_screen.epv"), number(model.events_per_variable), ""),
        ]
    )
    least = model.options.minimum_events_per_variable
    if model.events_per_variable is not None and model.events_per_variable < least:
        st.warning(
            t(
                "prognosis_screen.few_events",
                epv=number(model.events_per_variable),
                least=f"{least:g}",
            ),
            icon=":material/warning:",
        )


def _show_selection(study: CoxStudy, names: Names) -> None:
    steps = selection_table(study, names, state.language())
    if steps is not None:
        show_table(steps, key="prognosis_selection")


def _table(
    study: CoxStudy, model: MultivariableModel, optimism: Optimism | None, names: Names
) -> None:
    language = state.language()
    show_table(cox_table(model, study.endpoint, names, language), key="prognosis_cox")
    _show_selection(study, names)
    paragraph(prognosis_paragraph(study, optimism, names, language))


def _forest(study: CoxStudy, model: MultivariableModel, names: Names) -> None:
    language = state.language()
    terms = {(term.factor, term.level): term for term in model.terms}
    alone, joint, firth = [], [], []
    for item in study.comparisons:
        reference = next((one.level for one in item.levels if one.is_reference), "")
        for level in item.levels:
            if level.is_reference:
                continue
            name = level_against(names, item.factor, level.level, reference, language)
            term = terms.get((item.factor, level.level))
            alone.append(forest.ForestRow(name, level.hr, level.hr_low, level.hr_high))
            joint.append(
                forest.ForestRow(name, term.hr, term.low, term.high)
                if term
                else forest.ForestRow(name, None, None, None)
            )
            firth.append(
                forest.ForestRow(name, term.firth_hr, term.firth_low, term.firth_high)
                if term
                else forest.ForestRow(name, None, None, None)
            )
    series = [
        forest.ForestSeries(t("prognosis_screen.single"), tuple(alone)),
        forest.ForestSeries(t("prognosis_screen.joint"), tuple(joint)),
        forest.ForestSeries(t("prognosis_screen.joint_firth"), tuple(firth)),
    ]
    chart(
        drawn(forest.figure, series, language),
        key="prognosis_forest",
        alt=t("prognosis_screen.forest"),
    )
    show_table(both_models_table(study, names, language), key="prognosis_both")
