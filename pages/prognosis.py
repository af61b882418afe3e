"""Prognosis: multivariable Cox regression in SPSS's layout, Firth beside it, and the forest."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.survival import cox_table
from core.figures import forest
from core.results.cohort import FactorAnalysis
from core.results.prognosis import MultivariableModel
from core.text.numbers import number
from pages.parts import cached, second_opinion, state
from pages.parts.controls import choose_endpoint, response_options, survival_options
from pages.parts.names import factor_names
from pages.parts.widgets import chart, messages, require_study, show_table, t, title


def render() -> None:
    """Table 5 and its forest plot."""
    title("prognosis_screen.title", lead="prognosis_screen.lead")
    info = require_study()
    if info is None:
        return
    key = cached.key_of(info)
    options, chosen = survival_options(), response_options()
    code = choose_endpoint(key="prognosis_endpoint")
    analysis = cached.factor_analysis(key, code, options, chosen)
    messages(analysis.messages, level="warning")
    model = analysis.multivariable
    if model is None:
        return
    _guard(model)
    names = factor_names(cached.factors(key), state.language())
    show_table(cox_table(model, analysis.endpoint, names, state.language()), key="prognosis_cox")
    st.subheader(t("prognosis_screen.forest"))
    _forest(analysis, model, key)
    second_opinion.mark(cached.cox_engines(key, code, options, chosen))


def _guard(model: MultivariableModel) -> None:
    """How much the data can carry, before the numbers."""
    events, per_variable, patients = st.columns(3)
    patients.metric(t("prognosis_screen.patients"), str(model.n))
    events.metric(t("prognosis_screen.events"), str(model.events))
    per_variable.metric(
        t("prognosis_screen.epv"),
        number(model.events_per_variable),
        help=t("prognosis_screen.epv_help"),
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


def _forest(analysis: FactorAnalysis, model: MultivariableModel, key: cached.Key) -> None:
    language = state.language()
    names = factor_names(cached.factors(key), language)

    def label(factor: str, level: str, reference: str) -> str:
        return t(
            "tables.level_against",
            factor=names(factor, ""),
            level=names(factor, level),
            reference=names(factor, reference),
        )

    joint, firth = [], []
    for term in model.terms:
        name = label(term.factor, term.level, term.reference)
        joint.append(forest.ForestRow(name, term.hr, term.low, term.high))
        firth.append(forest.ForestRow(name, term.firth_hr, term.firth_low, term.firth_high))
    chart(
        forest.figure(
            [
                forest.ForestSeries(t("prognosis_screen.joint"), tuple(joint)),
                forest.ForestSeries("Firth", tuple(firth)),
            ],
            language,
        ),
        key="prognosis_forest",
        alt=t("prognosis_screen.forest"),
    )
    single = [
        forest.ForestRow(
            label(item.factor, level.level, item.levels[0].level),
            level.hr,
            level.hr_low,
            level.hr_high,
        )
        for item in analysis.comparisons
        for level in item.levels
        if not level.is_reference
    ]
    st.subheader(t("prognosis_screen.forest_single"))
    chart(
        forest.figure([forest.ForestSeries(t("prognosis_screen.single"), tuple(single))], language),
        key="prognosis_forest_single",
        alt=t("prognosis_screen.forest_single"),
    )
