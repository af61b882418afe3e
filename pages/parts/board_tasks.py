"""Decisions in force: what is still open, and what came of the others."""

from __future__ import annotations

import streamlit as st

from core.access.roles import Permission
from core.exports.board.names import BoardNames
from core.exports.board.tables import tasks_table
from core.results.board import OUTCOME_STATES, Meeting, Task
from core.storage.studies import VersionInfo
from pages.parts import board_read, state
from pages.parts.board_list import attempt
from pages.parts.board_names import board_names, choose_words
from pages.parts.widgets import named, show_table, t


def show(info: VersionInfo, meeting: Meeting) -> None:
    """Open tasks first, then the rest, and the form for an outcome."""
    tasks = board_read.tasks(info)
    language = state.language()
    choose_words(meeting)
    names = board_names(info, meeting)
    still = [one for one in tasks if one.is_open]
    if still:
        show_table(
            tasks_table(still, names, language, today=meeting.held_on, is_open=True),
            key="board_open",
        )
        if state.desk().may(info.study_id, Permission.DECIDE):
            _record(info, still, names)
    else:
        st.success(t("board.no_tasks"))
    if len(still) < len(tasks):
        closed = [one for one in tasks if not one.is_open]
        show_table(
            tasks_table(closed, names, language, today=meeting.held_on, is_open=False),
            key="board_closed",
        )


def _record(info: VersionInfo, still: list[Task], names: BoardNames) -> None:
    language = state.language()
    labels = {
        one.decision.number: t(
            "board.task_name",
            name=names.of(one.decision.patient_id),
            date=names.when(one.decision.patient_id, one.meeting.held_on, language),
            option=f"@board.option_of.{one.decision.ruling.option}",
        )
        for one in still
    }
    with st.form("board_outcome", clear_on_submit=True):
        left, middle, right = st.columns([2, 1.4, 2.4])
        number = left.selectbox(
            t("board.task"), list(labels), format_func=labels.__getitem__, key="board_task"
        )
        outcome = middle.selectbox(
            t("board.outcome_label"),
            OUTCOME_STATES,
            format_func=named(OUTCOME_STATES, "board.outcome.{}"),
            key="board_task_state",
        )
        remark = right.text_input(t("board.remark"), key="board_task_remark")
        if not st.form_submit_button(t("board.record_outcome")) or number is None:
            return
    board = state.desk().board
    attempt(lambda: board.record_outcome(info.study_id, number, outcome, remark), "board.saved")
    st.rerun()
