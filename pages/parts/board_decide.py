"""The decision record of a case: entries are added and amended by new ones, never changed."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.access.roles import Permission
from core.errors import ArteriaError
from core.exports.board.names import BoardNames
from core.exports.tables.table import inert_text
from core.results.board import BoardDecision, Case, Meeting, Ruling, in_force
from core.rules.board import board_options
from core.storage.studies import VersionInfo
from core.text.numbers import MISSING
from pages.parts import board_read, state
from pages.parts.widgets import named, t


def show(info: VersionInfo, meeting: Meeting, case: Case, names: BoardNames) -> None:
    """What was decided, its history, and the form for a new entry."""
    entries = tuple(
        one for one in board_read.decisions(info, meeting) if one.patient_id == case.patient_id
    )
    standing = in_force(entries)
    if not entries:
        st.caption(t("board.no_decision"))
    for entry in standing:
        _entry(entry, info, names)
    for entry in entries:
        if entry not in standing:
            option = f"@board.option_of.{entry.ruling.option}"
            st.caption(t("board.entry_replaced", number=entry.number, option=option))
    if not state.desk().may(info.study_id, Permission.DECIDE):
        st.caption(t("board.may_not_decide"))
        return
    last = standing[-1] if standing else None
    if last is None:
        _form(info, meeting, case, None)
        return
    if not names.with_words:
        # The form would show what is written in the entry.
        st.caption(t("board.amend_needs_words"))
        return
    with st.expander(t("board.amend")):
        st.caption(t("board.amend_note", number=last.number))
        _form(info, meeting, case, last)


def _entry(entry: BoardDecision, info: VersionInfo, names: BoardNames) -> None:
    ruling, language = entry.ruling, state.language()
    patient_id, recorded = entry.patient_id, entry.recorded_at.astimezone()
    by = names.words(entry.recorded_by, language)
    with st.container(border=True):
        st.subheader(t(f"board.option_of.{ruling.option}"))
        for label, words in (
            ("reasons", ruling.reasons),
            ("responsible", ruling.responsible),
            ("due", names.when(patient_id, ruling.due, language) if ruling.due else ""),
            ("dissent", ruling.dissent),
        ):
            if words:
                shown = words if label == "due" else names.words(words, language)
                st.markdown(f"**{t(f'board.{label}')}**  \n{inert_text(shown)}")
        about = t(
            "board.entry",
            number=entry.number,
            recorded=f"{recorded:%Y-%m-%d %H:%M}"
            if names.with_dates
            else names.when(patient_id, recorded.date(), language),
            by=by if entry.recorded_by != "local" else MISSING,
            version=entry.version,
            digest=entry.content_hash[:8],
        )
        if entry.amends is not None:
            about += " · " + t("board.entry_amends", number=entry.amends)
        st.caption(about)
        if entry.version != info.number:
            st.caption(t("board.newer_data", version=entry.version, current=info.number))


def _form(info: VersionInfo, meeting: Meeting, case: Case, before: BoardDecision | None) -> None:
    options = board_options()
    old = before.ruling if before else Ruling("", "")
    slot = f"board_decide_{meeting.id}_{case.position}_{before.number if before else 0}"
    with st.form(slot):
        option = st.selectbox(
            t("board.option"),
            options,
            index=options.index(old.option) if old.option in options else None,
            format_func=named(options, "board.option_of.{}"),
            placeholder="",
            key=f"{slot}_option",
        )
        reasons = st.text_area(t("board.reasons"), old.reasons, key=f"{slot}_reasons")
        left, right = st.columns(2)
        responsible = left.text_input(
            t("board.responsible"), old.responsible, key=f"{slot}_responsible"
        )
        due: date | None = right.date_input(
            t("board.due"), old.due, format="YYYY-MM-DD", key=f"{slot}_due"
        )
        dissent = st.text_area(t("board.dissent"), old.dissent, height=80, key=f"{slot}_dissent")
        if not st.form_submit_button(t("board.record"), type="primary"):
            return
    ruling = Ruling(option or "", reasons.strip(), responsible.strip(), due, dissent.strip())
    try:
        made = state.desk().board.decide(
            info, meeting.id, case.patient_id, ruling, amends=before.number if before else None
        )
    except ArteriaError as error:
        state.tell("error", f"error.{error.code}", **error.facts)
    else:
        state.tell("success", "board.recorded", number=made.number)
    st.rerun()
