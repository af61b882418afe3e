"""The checks of the Cox model: proportional hazards, form and influence, curves and concordance."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.exports.tables.cox import (
    optimism_note,
    proportionality_table,
    robust_table,
    term_name,
)
from core.figures import cox_checks
from core.options import CoxQuestion, ResponseOptions, SurvivalOptions
from core.results.cox_study import CoxStudy, Optimism
from core.results.prognosis import MultivariableModel
from core.text.claims import Names
from core.text.numbers import number
from pages.parts import cached_cox, state
from pages.parts.cached import Key
from pages.parts.drawn import drawn_as
from pages.parts.widgets import chart, messages, metrics, show_notes, show_table, t


@dataclass(frozen=True, slots=True)
class Asked:
    """What identifies the study's analysis in the caches, and how its factors are called."""

    key: Key
    question: CoxQuestion
    options: SurvivalOptions
    response: ResponseOptions
    names: Names

    @property
    def how(self) -> tuple[Key, CoxQuestion, SurvivalOptions, ResponseOptions]:
        """What the caches are asked by."""
        return self.key, self.question, self.options, self.response


def show_proportionality(asked: Asked, study: CoxStudy, model: MultivariableModel) -> None:
    """Test, drift of each coefficient, and log-minus-log curves."""
    language = state.language()
    show_table(
        proportionality_table(study, model, asked.names, language), key="prognosis_ph", heading=True
    )
    left, right = st.columns(2)
    residuals = study.residuals
    with left:
        column = _choose_term(asked, model, "prognosis_drift")
        if column is None or residuals is None:
            st.info(t("prognosis_screen.no_terms"))
        else:
            who = dict(zip(residuals.rows.tolist(), study.patients, strict=True))
            figure = drawn_as(
                ("schoenfeld", *asked.how, column, language),
                lambda: cox_checks.schoenfeld_figure(
                    residuals,
                    column,
                    model.terms[column].b or 0.0,
                    cached_cox.drift(*asked.how, column),
                    [who[int(row)] for row in residuals.event_row],
                    language,
                ),
            )
            chart(figure, key="prognosis_schoenfeld", alt=t("prognosis_screen.schoenfeld"))
            st.caption(t("prognosis_screen.schoenfeld_note"))
    with right:
        factor = _choose_factor(asked, model, "prognosis_lml")
        figure = drawn_as(
            ("log_minus_log", *asked.how, factor, language),
            lambda: cox_checks.log_minus_log_figure(
                cached_cox.by_level(*asked.how, factor),
                lambda code: asked.names(factor, code),
                language,
            ),
        )
        chart(figure, key="prognosis_log_minus_log", alt=t("prognosis_screen.log_minus_log"))
        st.caption(t("prognosis_screen.log_minus_log_note"))


def _choose_term(asked: Asked, model: MultivariableModel, key: str) -> int | None:
    usable = [i for i, term in enumerate(model.terms) if term.b is not None]
    if not usable:
        return None
    language = state.language()
    return st.selectbox(
        t("prognosis_screen.term"),
        usable,
        format_func=lambda i: term_name(model, i, asked.names, language),
        key=key,
        persist_state="page",
    )


def _choose_factor(asked: Asked, model: MultivariableModel, key: str) -> str:
    chosen = st.selectbox(
        t("prognosis_screen.factor"),
        list(model.factors),
        format_func=lambda name: asked.names(name, ""),
        key=key,
        persist_state="page",
    )
    return chosen or model.factors[0]


def show_form_and_influence(asked: Asked, study: CoxStudy, model: MultivariableModel) -> None:
    """Does the cut suit the number, who moves the coefficients, and robust errors."""
    language = state.language()
    left, right = st.columns(2)
    with left:
        _show_form(asked)
    with right:
        st.markdown(f"**{t('prognosis_screen.influence')}**")
        column = _choose_term(asked, model, "prognosis_influence_term")
        if column is None or study.residuals is None:
            st.info(t("prognosis_screen.no_terms"))
        else:
            residuals = study.residuals
            figure = drawn_as(
                ("influence", *asked.how, column, language),
                lambda: cox_checks.influence_figure(
                    residuals, column, study.patients, model.terms[column].se or 1.0, language
                ),
            )
            chart(figure, key="prognosis_influence", alt=t("prognosis_screen.influence"))
            st.caption(t("prognosis_screen.influence_note"))
    show_table(robust_table(study, model, asked.names, language), key="prognosis_robust")


def _show_form(asked: Asked) -> None:
    st.markdown(f"**{t('prognosis_screen.form')}**")
    numbers = cached_cox.cut_numbers(*asked.how)
    if not numbers:
        st.info(t("prognosis_screen.no_numbers"))
        return
    by_name = {factor.name: factor for factor in numbers}
    chosen = st.selectbox(
        t("prognosis_screen.number"),
        list(by_name),
        format_func=lambda name: asked.names(name, ""),
        key="prognosis_form_factor",
        persist_state="page",
    )
    factor = by_name[chosen or numbers[0].name]
    form = cached_cox.form(*asked.how, factor)
    if form is None:
        st.info(t("prognosis_screen.no_numbers"))
        return
    language = state.language()
    figure = drawn_as(
        ("form", *asked.how, factor.name, language),
        lambda: cox_checks.form_figure(form, asked.names(factor.name, ""), language),
    )
    chart(figure, key="prognosis_form", alt=t("prognosis_screen.form"))
    st.caption(t("prognosis_screen.form_note"))


def show_adjusted(asked: Asked, model: MultivariableModel) -> None:
    """Adjusted beside observed curves."""
    factor = _choose_factor(asked, model, "prognosis_adjusted_factor")
    language = state.language()
    adjusted = cached_cox.adjusted(*asked.how, factor)
    messages(adjusted.messages, level="warning")
    if not adjusted.curves:
        return
    figure = drawn_as(
        ("adjusted", *asked.how, factor, language),
        lambda: cox_checks.adjusted_figure(
            adjusted,
            cached_cox.by_level(*asked.how, factor).curves,
            lambda code: asked.names(factor, code),
            language,
        ),
    )
    chart(figure, key="prognosis_adjusted", alt=t("prognosis_screen.adjusted"))
    st.caption(t("prognosis_screen.adjusted_note", n=adjusted.n))


CORRECTED = "prognosis_optimism"


def optimism_asked_for(asked: Asked) -> Optimism | None:
    """What the concordance is corrected by; None unless it was asked for."""
    if not st.session_state.get(CORRECTED):
        return None
    with st.spinner(t("prognosis_screen.correcting")):
        return cached_cox.optimism(*asked.how)


def show_concordance(asked: Asked, model: MultivariableModel) -> None:
    """The concordance; corrected for optimism once somebody asks for it."""
    st.subheader(t("prognosis_screen.concordance"))
    if not st.toggle(t("prognosis_screen.correct"), key=CORRECTED, persist_state="page"):
        apparent = model.cox.concordance if model.cox is not None else None
        metrics([(t("prognosis_screen.apparent"), number(apparent, 3), "")])
        st.caption(t("prognosis_screen.correct_note"))
        return
    found = optimism_asked_for(asked)
    if found is None:
        return
    metrics(
        [
            (
                t("prognosis_screen.apparent"),
                number(found.apparent, 3),
                t("prognosis_screen.error", se=number(found.std_err, 3)),
            ),
            (t("prognosis_screen.optimism"), number(found.optimism, 3), ""),
            (t("prognosis_screen.corrected"), number(found.corrected, 3), ""),
        ]
    )
    show_notes(optimism_note(found, state.language()))
