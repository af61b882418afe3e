"""One case of the meeting: chosen by click or key, one screen of it at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core.exports.tables.table import inert_text
from core.results.board import Case, Meeting
from core.storage.studies import VersionInfo
from pages.parts import alike_view, board_decide, cached, patient_view, state
from pages.parts.board_state import (
    SCREENS,
    current_case,
    name_of,
    neighbour,
    next_screen,
    view,
)
from pages.parts.controls import response_options
from pages.parts.patient_view import ShownPatient
from pages.parts.widgets import named, t

PROJECTED_PX = 20


def show(info: VersionInfo, meeting: Meeting, cases: tuple[Case, ...]) -> None:
    """The case looked at with its question and the chosen screen."""
    case = current_case(cases)
    if case is None:
        st.info(t("board.no_cases"))
        return
    place = view()
    state.desk().board.open_case(info.study_id, meeting.id, case.patient_id, info.number)
    _turn(meeting, cases, case)
    shown = ShownPatient(
        cached.whole_key_of(info),
        case.patient_id,
        response_options(),
        name_of(case, meeting),
        f"board_{place.round}",
        with_dates=not meeting.is_deidentified,
        font_px=PROJECTED_PX if place.is_projected else 13,
    )
    st.header(t("board.case_line", number=case.position, total=len(cases), name=shown.name))
    question = inert_text(case.question) or t("board.no_question")
    st.markdown(f"**{t('board.question_line', question=question)}**")
    draw: Mapping[str, Callable[[], None]] = {
        "course": lambda: _course(shown),
        "lesions": lambda: patient_view.show_lesions(shown),
        "eligibility": lambda: patient_view.show_eligibility(shown),
        "context": lambda: _context(shown),
        "decision": lambda: board_decide.show(info, meeting, case),
    }
    draw[place.screen]()


def _course(shown: ShownPatient) -> None:
    patient_view.show_headline(shown)
    look = patient_view.choose_look(shown, view().options)
    patient_view.show_timeline(shown, look)


def _context(shown: ShownPatient) -> None:
    if state.desk().board.is_guest(shown.key[0]):
        st.info(t("board.context_not_for_guests"))
        return
    alike_view.show(shown)


def _turn(meeting: Meeting, cases: tuple[Case, ...], case: Case) -> None:
    """Buttons, lists and keys that change case and screen."""
    place = view()
    keys = ("Left", "Right") if place.is_projected else ("Alt+Left", "Alt+Right")
    before, name, after, screens = st.columns([1.1, 1.6, 1.1, 3.2], vertical_alignment="bottom")
    for cell, step, key, label in (
        (before, -1, keys[0], "previous"),
        (after, 1, keys[1], "next"),
    ):
        cell.button(
            t(f"board.{label}"),
            key=f"board_{label}",
            on_click=place.turn,
            args=(neighbour(cases, case, step), place.screen),
            shortcut=key,
            disabled=neighbour(cases, case, step) == case.patient_id,
            width="stretch",
        )
    listed = {one.patient_id: f"{one.position}. {name_of(one, meeting)}" for one in cases}
    case_key, screen_key = f"board_case_{place.round}", f"board_screen_{place.round}"
    name.selectbox(
        t("board.case"),
        list(listed),
        index=case.position - 1,
        format_func=listed.__getitem__,
        key=case_key,
        on_change=lambda: place.turn(st.session_state[case_key], place.screen),
    )
    screens.segmented_control(
        t("board.screen"),
        SCREENS,
        format_func=named(SCREENS, "board.screen_{}"),
        default=place.screen,
        required=True,
        key=screen_key,
        on_change=lambda: place.turn(case.patient_id, st.session_state[screen_key]),
    )
    if place.is_projected:
        _projector_keys(case)


def _projector_keys(case: Case) -> None:
    place = view()

    def leave() -> None:
        place.is_projected = False

    up, down, out, note = st.columns([0.6, 0.6, 1, 4], vertical_alignment="center")
    for cell, step, sign, key in (
        (up, -1, "arrow_upward", "Up"),
        (down, 1, "arrow_downward", "Down"),
    ):
        cell.button(
            f":material/{sign}:",
            key=f"board_{key.lower()}",
            on_click=place.turn,
            args=(case.patient_id, next_screen(place.screen, step)),
            shortcut=key,
        )
    out.button(t("board.leave_projector"), key="board_leave", on_click=leave, shortcut="Esc")
    note.caption(t("board.keys"))
