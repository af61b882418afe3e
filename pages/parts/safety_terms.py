"""Recorded names of adverse events and their CTCAE terms, confirmed by a person."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.access.roles import Permission
from core.errors import ArteriaError
from core.exports.tables.safety_patients import term_table
from core.options import ToxicityOptions
from core.own_terms import NO_TERM, confirm_term, own_terms
from core.results.safety import TermMatch
from core.rules.ctcae import ae_terms
from core.text.terms import term_name
from pages.parts import cached, cached_safety, state
from pages.parts.drafting import name_input, signed, take_unsigned
from pages.parts.widgets import show_table, t

PLACE = "safety_terms"
TAKE_BACK = "-"
"""Choice that takes an earlier confirmation back."""


def confirmed_terms() -> tuple[tuple[str, str], ...]:
    """The names that people of the opened study have assigned."""
    study_id = state.session().study_id
    if study_id is None or not state.desk().may(study_id, Permission.READ_PATIENTS):
        return ()
    return own_terms(state.desk(), study_id)


def show(key: cached.Key, options: ToxicityOptions) -> None:
    """What waits for a person, the way to confirm it, and every recorded name."""
    matches = cached_safety.terms(key, options)
    open_ones = [one for one in matches if one.confidence in ("close", "none")]
    if not matches:
        st.info(t("safety_screen.no_names"))
        return
    if open_ones:
        st.warning(t("safety_screen.names_open", n=len(open_ones)))
    else:
        st.caption(t("safety_screen.names_done", n=len(matches)))
    inexact = [one for one in matches if one.confidence != "exact"]
    study_id = state.session().study_id
    if inexact and study_id is not None:
        if state.desk().may(study_id, Permission.DECIDE):
            _form(study_id, inexact)
        else:
            st.caption(t("safety_screen.may_not_confirm"))
    show_table(term_table(matches, state.language()), key="safety_terms", rows_of_data=True)


def _form(study_id: str, names: Sequence[TermMatch]) -> None:
    language = state.language()
    with st.container(border=True):
        left, right = st.columns(2)
        name = left.selectbox(
            t("safety_tables.recorded_name"),
            [one.recorded for one in names],
            key="safety_own_name",
        )
        match = next((one for one in names if one.recorded == name), names[0])
        proposed = [term for term, _ in match.proposals]
        others = sorted(set(ae_terms()) - set(proposed), key=lambda one: term_name(one, language))
        first = [TAKE_BACK] if match.confidence in ("confirmed", "own") else []
        labels = {
            NO_TERM: t("safety_screen.keep_own"),
            TAKE_BACK: t("safety_screen.take_back"),
            **{term: term_name(term, language) for term in ae_terms()},
        }
        term = right.selectbox(
            t("tables.term"),
            [*proposed, *first, NO_TERM, *others],
            format_func=labels.__getitem__,
            key=f"safety_own_term_{match.recorded}",
        )
        by, why, button = st.columns([1.2, 2, 1], vertical_alignment="bottom")
        name_input(by, "safety_own_by")
        why.text_input(t("work.reason"), max_chars=500, key="safety_own_why")
        if take_unsigned(PLACE):
            st.warning(t("work.sign"))

        def confirm() -> None:
            signature = signed(
                st.session_state["safety_own_by"], st.session_state["safety_own_why"], place=PLACE
            )
            if signature is None:
                return
            try:
                confirm_term(
                    state.desk(),
                    study_id,
                    match.recorded,
                    None if term == TAKE_BACK else term,
                    signed_by=signature.by,
                    note=signature.reason,
                )
            except ArteriaError as error:
                state.tell("error", f"error.{error.code}", **error.facts)
                return
            state.tell("success", "safety_screen.name_saved", name=match.recorded)

        button.button(
            t("safety_screen.confirm"), type="primary", on_click=confirm, width="stretch",
            key="safety_own_confirm",
        )  # fmt: skip
