"""One case of the meeting: chosen by click or key, one screen of it at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.exports.board.names import BoardNames
from core.exports.tables.table import inert_text
from core.figures.patient_timeline import TimelineLook
from core.results.board import Case, Meeting
from core.storage.studies import VersionInfo
from pages.parts import alike_view, board_decide, cached, documents_view, patient_view, state
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
"""Least size of letters in projector mode; ``docs/projector.md`` derives it."""
PROJECTED_HEIGHT = 600


def show(
    info: VersionInfo,
    meeting: Meeting,
    cases: tuple[Case, ...],
    names: BoardNames,
    keys: DeltaGenerator | None = None,
) -> None:
    """The case looked at with its question and the chosen screen.

    Args:
        keys: where the keys of the projector mode stand; None outside it.
    """
    case = current_case(cases)
    if case is None:
        st.info(t("board.no_cases"))
        return
    place = view()
    state.desk().board.open_case(info.study_id, meeting.id, case.patient_id, info.number)
    if keys is None:
        _turn(meeting, cases, case)
    else:
        _projector_keys(cases, case, keys)
    shown = ShownPatient(
        cached.whole_key_of(info),
        case.patient_id,
        response_options(),
        name_of(case, meeting),
        f"board_{place.round}",
        with_dates=names.with_dates,
        with_words=names.with_words,
        room_px=PROJECTED_PX if place.is_projected else None,
    )
    _heading(shown, case, len(cases), names)
    draw: Mapping[str, Callable[[], None]] = {
        "summary": lambda: _summary(shown, meeting),
        "course": lambda: _course(shown),
        "lesions": lambda: patient_view.show_lesions(shown),
        "eligibility": lambda: patient_view.show_eligibility(shown),
        "context": lambda: _context(shown),
        "decision": lambda: board_decide.show(info, meeting, case, names),
    }
    draw[place.screen]()


def _heading(shown: ShownPatient, case: Case, total: int, names: BoardNames) -> None:
    place = view()
    if place.is_projected:
        screen = f"@board.screen_{place.screen}"
        line = t(
            "board.case_screen", number=case.position, total=total, name=shown.name, screen=screen
        )
    else:
        line = t("board.case_line", number=case.position, total=total, name=shown.name)
    st.header(line)
    if not place.is_projected or place.screen in ("summary", "decision"):
        question = t("board.no_question")
        if case.question:
            question = inert_text(names.words(case.question, state.language()))
        st.markdown(f"**{t('board.question_line', question=question)}**")


def _summary(shown: ShownPatient, meeting: Meeting) -> None:
    patient_view.show_headline(shown)
    patient_view.show_eligibility(shown)
    documents_view.show(shown, meeting.id)


def _course(shown: ShownPatient) -> None:
    place = view()
    if not place.is_projected:
        patient_view.show_timeline(shown, patient_view.choose_look(shown, place.options))
        return
    look = TimelineLook(
        place.options.get("analyte", patient_view.USUAL_TESTS[0]),
        shown.with_dates,
        place.options.get("span") == patient_view.SPANS[1],
        PROJECTED_HEIGHT,
        only_changes=True,
    )
    patient_view.show_timeline(shown, look)


def _context(shown: ShownPatient) -> None:
    if state.desk().board.is_guest(shown.key[0]):
        st.info(t("board.context_not_for_guests"))
        return
    alike_view.show(shown)


def _turn(meeting: Meeting, cases: tuple[Case, ...], case: Case) -> None:
    """Buttons, lists and keys that change case and screen."""
    place = view()
    before, name, after, screens = st.columns([1.15, 1.2, 1.15, 4.2], vertical_alignment="bottom")
    for cell, step, key, label in (
        (before, -1, "Alt+Left", "previous"),
        (after, 1, "Alt+Right", "next"),
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
    drawn_in = place.round
    case_key, screen_key = f"board_case_{drawn_in}", f"board_screen_{drawn_in}"
    name.selectbox(
        t("board.case"),
        list(listed),
        index=case.position - 1,
        format_func=listed.__getitem__,
        key=case_key,
        on_change=lambda: place.choose(st.session_state[case_key], place.screen, drawn_in),
    )
    screens.segmented_control(
        t("board.screen"),
        SCREENS,
        format_func=named(SCREENS, "board.screen_{}"),
        default=place.screen,
        required=True,
        key=screen_key,
        on_change=lambda: place.choose(case.patient_id, st.session_state[screen_key], drawn_in),
    )


def _projector_keys(cases: tuple[Case, ...], case: Case, keys: DeltaGenerator) -> None:
    """Arrow keys and Escape, each with a button that says what it does."""
    place = view()

    def leave() -> None:
        place.is_projected = False

    *arrows, out = keys.columns([1, 1, 1, 1, 2.2], gap="small")
    steps = (
        ("Left", "arrow_back", neighbour(cases, case, -1), place.screen),
        ("Right", "arrow_forward", neighbour(cases, case, 1), place.screen),
        ("Up", "arrow_upward", case.patient_id, next_screen(place.screen, -1)),
        ("Down", "arrow_downward", case.patient_id, next_screen(place.screen, 1)),
    )
    for cell, (key, sign, patient_id, screen) in zip(arrows, steps, strict=True):
        cell.button(
            f":material/{sign}:",
            key=f"board_{key.lower()}",
            on_click=place.turn,
            args=(patient_id, screen),
            shortcut=key,
        )
    out.button(
        t("board.leave_projector"), key="board_leave", on_click=leave, shortcut="Esc",
        help=t("board.keys"),
    )  # fmt: skip
