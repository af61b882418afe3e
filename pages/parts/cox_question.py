"""The controls of the Prognosis screen: which factors, how they enter, what they stand against."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import streamlit as st

from core.exports.tables.table import labelled
from core.options import CoxQuestion, EntryMethod, SurvivalOptions, Ties
from core.results.baseline import Factor, FactorFrame
from pages.parts import state
from pages.parts.controls import choose_endpoint, survival_options
from pages.parts.names import level_label
from pages.parts.widgets import named, t

ENTRIES: tuple[EntryMethod, ...] = ("enter", "univariable", "forward", "backward")
TIES: tuple[Ties | Literal["convention"], ...] = ("convention", "efron", "breslow", "exact")
LIMITS = (0.05, 0.10, 0.15, 0.20)


def ask(factors: FactorFrame) -> tuple[CoxQuestion, SurvivalOptions]:
    """The question: endpoint and entry stand open; candidates, references and ties in a popover."""
    code = choose_endpoint(key="prognosis_endpoint")
    entry, more = st.columns([6, 1.3], vertical_alignment="bottom")
    with entry:
        chosen = st.segmented_control(
            t("prognosis_screen.entry"),
            ENTRIES,
            format_func=named(ENTRIES, "prognosis_screen.entry_{}"),
            default=ENTRIES[0],
            required=True,
            key="prognosis_entry",
            help=t("prognosis_screen.entry_help"),
        )
    question = CoxQuestion(endpoint=code, entry=chosen or ENTRIES[0])
    options = survival_options()
    with more, st.popover(t("prognosis_screen.options"), icon=":material/tune:", width="stretch"):
        question = _candidates(question, factors)
        if question.entry == "univariable":
            limit = st.select_slider(
                t("prognosis_screen.univariable_p"),
                LIMITS,
                value=question.univariable_p,
                key="prognosis_univariable_p",
            )
            question = replace(question, univariable_p=float(limit))
        ties = st.segmented_control(
            t("prognosis_screen.ties"),
            TIES,
            format_func=_tie_names().__getitem__,
            default=TIES[0],
            required=True,
            key="prognosis_ties",
        )
        if ties is not None and ties != "convention":
            options = replace(options, ties=ties)
    return question, options


def _tie_names() -> dict[Ties | Literal["convention"], str]:
    return {
        code: t("prognosis_screen.by_convention" if code == "convention" else f"tables.ties.{code}")
        for code in TIES
    }


def _candidates(question: CoxQuestion, factors: FactorFrame) -> CoxQuestion:
    language = state.language()
    usable = {one.name: one for one in factors.factors if factors.table[one.name].notna().any()}
    standard = [one.name for one in factors.of_table("table_5") if one.name in usable]
    chosen = st.multiselect(
        t("prognosis_screen.factors"),
        list(usable),
        default=standard,
        format_func=lambda name: labelled(usable[name].label, language),
        placeholder=t("prognosis_screen.factors_none"),
        key="prognosis_factors",
        select_all=False,
    )
    kept = tuple(name for name in usable if name in chosen)
    references = []
    for name in kept:
        reference = _reference(usable[name])
        if reference != usable[name].reference:
            references.append((name, reference))
    return replace(question, factors=kept, references=tuple(references))


def _reference(factor: Factor) -> str:
    language = state.language()
    codes = list(factor.codes)
    if len(codes) < 2:
        return factor.reference
    chosen = st.selectbox(
        t("prognosis_screen.reference", factor=labelled(factor.label, language)),
        codes,
        index=codes.index(factor.reference) if factor.reference in codes else 0,
        format_func=lambda code: level_label(factor, code, language),
        key=f"prognosis_reference_{factor.name}",
    )
    return chosen or factor.reference
