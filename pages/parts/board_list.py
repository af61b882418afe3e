"""The list of a meeting: date, title, members, cases in order with their questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from core.access.roles import Permission
from core.errors import ArteriaError
from core.exports.board.names import BoardNames, members_line
from core.exports.tables.table import inert_text
from core.results.board import Case, Meeting
from core.storage.studies import VersionInfo
from pages.parts import board_read, cached, state
from pages.parts.board_state import name_of, view
from pages.parts.widgets import t


def attempt(deed: Callable[[], object], told: str) -> None:
    """Do it and say so at the top of the next screen; or say why not."""
    try:
        deed()
    except ArteriaError as error:
        state.tell("error", f"error.{error.code}", **error.facts)
    else:
        state.tell("success", told)


def create(info: VersionInfo) -> None:
    """A form for a new meeting."""
    with st.form("board_new", clear_on_submit=True):
        held_on, title, members = _about(None)
        if not st.form_submit_button(t("board.create"), type="primary"):
            return
    board = state.desk().board

    def made() -> None:
        view().meeting_id = board.create_meeting(info.study_id, held_on, title, members).id

    attempt(made, "board.saved")
    st.rerun()


def _about(meeting: Meeting | None) -> tuple[date, str, list[str]]:
    slot = f"board_about_{meeting.id if meeting else 'new'}"
    left, right = st.columns([1, 3])
    held_on = left.date_input(
        t("board.held_on"),
        meeting.held_on if meeting else date.today(),
        format="YYYY-MM-DD",
        key=f"{slot}_date",
    )
    title = right.text_input(
        t("board.meeting_title"), meeting.title if meeting else "", key=f"{slot}_title"
    )
    members = st.text_area(
        t("board.members"),
        "\n".join(meeting.members) if meeting else "",
        height=100,
        key=f"{slot}_members",
    )
    return held_on, title, members.splitlines()


def show(info: VersionInfo, meeting: Meeting, cases: tuple[Case, ...], names: BoardNames) -> None:
    """The list, and what changes it for whoever leads meetings."""
    may_change = state.desk().may(info.study_id, Permission.PRESENT)
    if meeting.is_deidentified and may_change:
        may_change = st.toggle(t("board.change_list"), key=f"board_change_{meeting.id}")
    if meeting.members and (names.with_words or may_change):
        st.caption(inert_text(members_line(meeting, state.language())))
    if not cases:
        st.info(t("board.no_cases"))
    for case in cases:
        _line(meeting, cases, case, names, may_change=may_change)
    if not may_change:
        return
    _add(info, meeting, cases)
    with st.expander(t("board.edit")), st.form(f"board_edit_{meeting.id}"):
        held_on, title, members = _about(meeting)
        hidden = st.toggle(
            t("board.deidentified"), meeting.is_deidentified, key=f"board_hidden_{meeting.id}"
        )
        if st.form_submit_button(t("board.save")):
            board = state.desk().board
            attempt(
                lambda: board.change_meeting(
                    info.study_id, meeting.id, held_on, title, members, is_deidentified=hidden
                ),
                "board.saved",
            )
            st.rerun()
    with st.expander(t("board.new")):
        create(info)


def _line(
    meeting: Meeting,
    cases: tuple[Case, ...],
    case: Case,
    names: BoardNames,
    *,
    may_change: bool,
) -> None:
    name, question, up, off = st.columns([1.4, 5, 0.8, 0.9], vertical_alignment="center")
    name.markdown(f"**{case.position}. {inert_text(name_of(case, meeting))}**")
    written = case.question if may_change else names.words(case.question, state.language())
    question.markdown(inert_text(written) if case.question else t("board.no_question"))
    if not may_change:
        return
    order = [one.patient_id for one in cases]
    at = case.position - 1
    raised = list(order)
    if at:
        raised[at - 1 : at + 1] = [order[at], order[at - 1]]
    rest = [one for one in order if one != case.patient_id]
    put = state.desk().board.order_cases
    for cell, label, wanted in ((up, "up", raised), (off, "off", rest)):
        cell.button(
            t(f"board.{label}"),
            key=f"board_{label}_{meeting.id}_{case.position}",
            on_click=put,
            args=(meeting.study_id, meeting.id, wanted),
            disabled=label == "up" and at == 0,
            type="tertiary",
        )


def _add(info: VersionInfo, meeting: Meeting, cases: tuple[Case, ...]) -> None:
    listed = {one.patient_id for one in cases}
    if not state.desk().may(info.study_id, Permission.READ_PATIENTS):
        return
    patients = cached.data(cached.whole_key_of(info)).table("patients")["patient_id"]
    chosen = state.selected_patient()
    with st.form(f"board_add_{meeting.id}", clear_on_submit=True):
        left, right, button = st.columns([1.4, 4, 1], vertical_alignment="bottom")
        others = [one for one in patients if one not in listed]
        patient_id = left.selectbox(
            t("common.patient"),
            others,
            index=others.index(chosen) if chosen in others else None,
            placeholder="",
            key=f"board_add_patient_{meeting.id}",
        )
        question = right.text_input(t("board.question"), key=f"board_add_question_{meeting.id}")
        if not button.form_submit_button(t("board.add")) or patient_id is None:
            return
    board = state.desk().board
    attempt(lambda: board.put_case(info.study_id, meeting.id, patient_id, question), "board.saved")
    st.rerun()


def add_selected() -> None:
    """In the side bar of every screen: put the patient looked at on the newest meeting's list."""
    info, patient_id = state.opened(), state.selected_patient()
    if info is None or patient_id is None:
        return
    desk = state.desk()
    if not desk.may(info.study_id, Permission.PRESENT):
        return
    meetings = board_read.meetings(info)
    if not meetings:
        return
    with st.popover(
        t("board.add_selected", patient=inert_text(patient_id)), icon=":material/co_present:"
    ):
        names = {one.id: t("board.meeting_name", date=f"{one.held_on}", title=one.title)
                 for one in meetings}  # fmt: skip
        chosen = st.selectbox(
            t("board.meeting"), list(names), format_func=names.__getitem__, key="board_add_meeting"
        )
        question = st.text_area(t("board.question"), key=f"board_add_words_{patient_id}")
        if st.button(t("board.add"), key="board_add_now", type="primary") and chosen is not None:
            desk.board.put_case(info.study_id, chosen, patient_id, question)
            state.tell("success", "board.added", patient=patient_id, meeting=names[chosen])
            st.rerun()
