"""Presenter and followers: one row in the database says what the room looks at."""

from __future__ import annotations

import streamlit as st

from core.errors import ArteriaError
from core.results.board import Case, Meeting, Presented
from pages.parts import state
from pages.parts.board_names import with_words
from pages.parts.board_state import BoardView, current_case, view
from pages.parts.widgets import t

POLL_SECONDS = 0.7
"""Well below the two seconds within which a turn is to be seen (`benchmarks/following.py`)."""


def choose_part(*, may_present: bool) -> None:
    """Whether the visitor presents or follows."""
    place = view()
    was_following = place.is_following

    def present() -> None:
        wanted = bool(st.session_state["board_present"])
        if wanted != place.is_presenting:
            place.is_presenting, place.is_following = wanted, not wanted

    def follow() -> None:
        # The value of a control that was replaced may come once more: no wish of anybody's.
        if was_following != place.is_following:
            return
        place.is_following = bool(st.session_state[follow_key])
        if place.is_following:
            place.revision = 0

    if may_present:
        st.toggle(t("board.present"), place.is_presenting, key="board_present", on_change=present)
    if not place.is_presenting:
        # A new key where a look elsewhere switched it off, so that the control shows it.
        follow_key = f"board_follow_{was_following}"
        st.toggle(t("board.follow"), was_following, key=follow_key, on_change=follow)


def catch_up(meeting: Meeting, cases: tuple[Case, ...]) -> None:
    """Before the case is drawn: a follower takes over what the presenter shows."""
    place = view()
    if place.is_presenting or not place.is_following:
        return
    shown = state.desk().board.presented(meeting.study_id, meeting.id)
    if shown is None or shown.revision == place.revision:
        return
    if any(one.patient_id == shown.patient_id for one in cases):
        place.take_over(shown)
    else:
        # The list changed under the presenter: wait for his next step.
        place.revision = shown.revision


def announce(meeting: Meeting, cases: tuple[Case, ...]) -> None:
    """After the case is drawn: the presenter's place is written if it changed."""
    place, case = view(), current_case(cases)
    if not place.is_presenting or case is None:
        return
    board = state.desk().board
    now = Presented(
        meeting.id, case.patient_id, place.screen, dict(place.options),
        state.person().name or state.person().login,
    )  # fmt: skip
    before = board.presented(meeting.study_id, meeting.id)
    if before is None or _differs(before, now):
        board.present(meeting.study_id, now)


def _differs(before: Presented, now: Presented) -> bool:
    return (before.patient_id, before.screen, dict(before.options), before.presenter) != (
        now.patient_id, now.screen, dict(now.options), now.presenter,
    )  # fmt: skip


@st.fragment(run_every=POLL_SECONDS)
def watch(meeting: Meeting, cases: tuple[Case, ...]) -> None:
    """Look at short intervals at the presenter's row; follow when it changed."""
    place = view()
    if place.is_presenting:
        case = current_case(cases)
        if case is not None:
            st.caption(
                t(
                    "board.presenting",
                    number=case.position,
                    screen=f"@board.screen_{place.screen}",
                )
            )
        return
    try:
        # A sign-in or role that ended meanwhile ends the following too.
        state.begin_run()
        shown = state.desk().board.presented(meeting.study_id, meeting.id)
    except ArteriaError:
        st.rerun()
    if shown is None:
        st.caption(t("board.nobody_presents"))
        return
    if place.is_following and (shown.revision != place.revision):
        st.rerun()
    _say(shown, place, meeting, cases)


def _say(shown: Presented, place: BoardView, meeting: Meeting, cases: tuple[Case, ...]) -> None:
    case = next((one for one in cases if one.patient_id == shown.patient_id), None)
    if case is None:
        st.caption(t("board.nobody_presents"))
        return
    key = "board.following" if place.is_following else "board.presenter_elsewhere"
    is_named = shown.presenter != "local" and with_words(meeting)
    presenter = shown.presenter if is_named else t("board.somebody")
    screen = f"@board.screen_{shown.screen}"
    st.caption(t(key, presenter=presenter, number=case.position, screen=screen))
