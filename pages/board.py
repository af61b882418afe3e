"""Tumour board: the meeting's list, presenter and followers, decisions, papers."""

from __future__ import annotations

import streamlit as st

from core.access.roles import Permission
from core.exports.board.names import BoardNames, meeting_numbers
from core.results.board import Case, Meeting
from core.storage.studies import VersionInfo
from pages.parts import (
    board_case,
    board_follow,
    board_list,
    board_papers,
    board_read,
    board_tasks,
    state,
)
from pages.parts.board_names import choose_words, shown_names
from pages.parts.board_state import view
from pages.parts.shared import at_board
from pages.parts.widgets import choose, require_study, t, title

VIEWS = ("meeting", "agenda", "tasks", "papers")


def render() -> None:
    """The meeting, and one view of it."""
    place = view()
    title("board.title", lead=None if place.is_projected else "board.lead")
    # Whoever sees no case is refused by the desk when the meetings are read.
    info = require_study(Permission.READ_AGGREGATES)
    if info is None:
        return
    with at_board(info.study_id):
        _room(info)


def _room(info: VersionInfo) -> None:
    place = view()
    meetings = board_read.meetings(info)
    if not meetings:
        st.info(t("board.none"))
        if state.desk().may(info.study_id, Permission.PRESENT):
            board_list.create(info)
        return
    meeting = _choose(meetings)
    names = shown_names(info, meeting, meetings)
    cases = board_read.cases(info, meeting)
    if place.is_projected:
        _meeting(info, meeting, cases, names)
        return
    chosen = choose(t("board.view"), VIEWS, "board.view_{}", key="board_view")
    if chosen == "agenda":
        board_list.show(info, meeting, cases, names)
    elif chosen == "tasks":
        board_tasks.show(info, meeting)
    elif chosen == "papers":
        board_papers.show(info, meeting, cases)
    else:
        _meeting(info, meeting, cases, names)


def _choose(meetings: tuple[Meeting, ...]) -> Meeting:
    """The meeting looked at: the newest unless another was chosen."""
    place = view()
    listed = {one.id: one for one in meetings}
    found = listed.get(place.meeting_id or "", meetings[0])
    if place.is_projected:
        return found
    slot = f"board_meeting_{found.id}"
    called = _called(meetings, found)

    def take() -> None:
        place.meeting_id = st.session_state[slot]
        place.revision = 0

    st.selectbox(
        t("board.meeting"),
        list(listed),
        index=list(listed).index(found.id),
        format_func=called.__getitem__,
        key=slot,
        on_change=take,
    )
    return found


def _called(meetings: tuple[Meeting, ...], opened: Meeting) -> dict[str, str]:
    """What each meeting is called while this one is open: a number where dates are hidden."""
    numbers, language = meeting_numbers(meetings), state.language()
    return {
        one.id: BoardNames(
            {}, {}, not (one.is_deidentified or opened.is_deidentified), numbers=numbers
        ).meeting(one, language)
        for one in meetings
    }


def _meeting(
    info: VersionInfo, meeting: Meeting, cases: tuple[Case, ...], names: BoardNames
) -> None:
    place = view()
    # Before the watch, which asks for a new run as long as the presenter is ahead.
    board_follow.catch_up(meeting, cases)
    if not place.is_projected:
        left, middle, right = st.columns([1.6, 4, 1.2], vertical_alignment="center")
        with left:
            may_present = state.desk().may(info.study_id, Permission.PRESENT)
            board_follow.choose_part(may_present=may_present)

        def project() -> None:
            place.is_projected = True

        right.button(
            t("board.projector"), key="board_project", icon=":material/present_to_all:",
            on_click=project, width="stretch",
        )  # fmt: skip
        with middle:
            board_follow.watch(meeting, cases)
        choose_words(meeting)
        keys = None
    else:
        keys, note = st.columns([1, 1], vertical_alignment="center")
        with note:
            board_follow.watch(meeting, cases)
    # The followers need not wait until the presenter's own screen is drawn.
    board_follow.announce(meeting, cases)
    board_case.show(info, meeting, cases, names, keys)
    board_follow.announce(meeting, cases)
