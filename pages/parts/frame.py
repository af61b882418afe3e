"""Frame of every screen: language, navigation, the opened study."""

from __future__ import annotations

import logging
import time
import traceback
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.access.front_door import SIGN_IN, SIGN_OUT
from core.access.open_pages import OPEN
from core.errors import ArteriaError
from core.options import Convention
from core.results.people import Origin
from core.text.catalogue import LANGUAGES, Language, say_error, text
from pages import (
    admin,
    baseline,
    board,
    data,
    eligibility,
    patient,
    prognosis,
    report,
    response,
    safety,
    studies,
    survival,
    validation,
)
from pages.parts import aggregates, state
from pages.parts.board_list import add_selected
from pages.parts.board_state import view as board_view
from pages.parts.names import study_name
from pages.parts.screens import SECTIONS
from pages.parts.selection import show_subgroup
from pages.parts.widgets import named, t

HERE = Path(__file__).parent
LOG = logging.getLogger("arteria")

FOR_GUESTS = frozenset({"studies", "board"})

RENDER = {
    "studies": studies.render,
    "data": data.render,
    "patient": patient.render,
    "board": board.render,
    "eligibility": eligibility.render,
    "baseline": baseline.render,
    "response": response.render,
    "survival": survival.render,
    "prognosis": prognosis.render,
    "safety": safety.render,
    "report": report.render,
    "validation": validation.render,
    "admin": admin.render,
}
WITHOUT_PATIENTS = frozenset({"studies", "admin"})
"""Screens that show no patient to anybody, or see to it themselves."""


def draw_screen(name: str) -> None:
    """The screen, or what of it a visitor may see whose role leaves out single patients."""
    is_whole = name in WITHOUT_PATIENTS or not aggregates.is_restricted()
    if is_whole or name in (_allowed() or ()):
        RENDER[name]()
    else:
        aggregates.render(name)


def _sidebar(screen: str) -> None:
    session = state.session()

    def change_language() -> None:
        # A run that was cut short can leave the control without a value.
        session.language = st.session_state["shell_language"] or session.language

    def change_convention() -> None:
        session.convention = st.session_state["shell_convention"] or session.convention

    with st.sidebar:
        info = state.opened()
        if info is not None:
            with st.container(key="opened_study", gap=None):
                st.text(study_name(info.study_name, info.is_example, session.language))
                st.caption(
                    t(
                        "shell.version_line",
                        number=info.number,
                        created=f"{info.created_at.astimezone():%Y-%m-%d %H:%M}",
                    )
                )
        if screen != "board":
            # There the list has its own way, and a de-identified meeting no patient's id.
            add_selected()
        st.segmented_control(
            t("shell.convention"),
            list(Convention),
            format_func=named(list(Convention), "common.convention.{}"),
            default=session.convention,
            key="shell_convention",
            required=True,
            on_change=change_convention,
            help=t("shell.convention_help"),
        )
        st.segmented_control(
            t("shell.language"),
            list(LANGUAGES),
            format_func=_language_name,
            default=session.language,
            key="shell_language",
            required=True,
            on_change=change_language,
        )
        _who()
        st.caption(t("shell.stays_here"))


def _who() -> None:
    """Who is signed in, and the way out."""
    person = state.person()
    if person.origin is Origin.LOCAL:
        return
    st.text(t("access.signed_in_as", name=person.name))
    st.link_button(t("access.sign_out.button"), state.address(SIGN_OUT), icon=":material/logout:")


def _language_name(code: Language) -> str:
    return text("shell.own_name", code)


def _say_what_happened() -> None:
    told = state.take_told()
    if told is not None:
        kind, key, facts = told
        show = {"success": st.success, "warning": st.warning, "error": st.error}[kind]
        show(t(key, **facts))


def _allowed() -> frozenset[str] | None:
    """The screens of a board guest, whose role ends at the listed cases; None = all."""
    study_id = state.session().study_id
    if study_id is not None and state.desk().board.is_guest(study_id):
        return FOR_GUESTS
    return None


def _draw() -> None:
    """The frame and the chosen screen."""
    language = state.language()
    st.html(HERE / "look.css")
    if language != "en":
        st.html(HERE / f"look_{language}.css")
    with st.container(key="connection_lost"):
        st.text(t("shell.connection_lost"))
    st.logo(HERE / "logo.svg", size="large")
    allowed = _allowed()
    screens = {
        t(f"shell.section.{section}"): [
            st.Page(
                partial(draw_screen, name),
                title=t(f"shell.screen.{name}"),
                url_path=name,
                icon=f":material/{icon}:",
                default=name == "studies",
            )
            for name, icon in entries
            if allowed is None or name in allowed
        ]
        for section, entries in SECTIONS.items()
    }
    screens = {section: listed for section, listed in screens.items() if listed}
    page = st.navigation(screens, expanded=True)
    if page.url_path == "board" and board_view().is_projected:
        st.html(HERE / "look_projector.css")
    state.note_screen(page.url_path)
    _sidebar(page.url_path)
    state.show_in_address()
    _say_what_happened()
    if not aggregates.is_restricted():
        show_subgroup()
    started = time.perf_counter()
    page.run()
    LOG.info("screen %s drawn in %.0f ms", page.url_path, 1000 * (time.perf_counter() - started))


def _turned_away(error: ArteriaError) -> None:
    """What a page that is still open shows after its sign-in has ended."""
    language = state.browser_language()
    st.set_page_config(page_title=text("common.product", language), page_icon="🩺")
    st.warning(say_error(error, language))
    st.link_button(text("access.again", language), state.address(SIGN_IN), icon=":material/login:")


def _note_owner() -> None:
    """Have uploads to this page taken from its visitor only."""
    page, sign_in = get_script_run_ctx(), state.person().sign_in
    if page is not None and sign_in:
        OPEN.note(page.session_id, sign_in)


def say_failure(error: Exception) -> bool:
    """Say why a click could not be followed, before any screen was drawn; whether it was said."""
    if not isinstance(error, ArteriaError):
        return False
    if error.code == "signed_out":
        _turned_away(error)
    else:
        # The session's own language may be unknown while the store is away.
        st.warning(say_error(error, state.spoken()))
    return True


def main() -> None:
    """Draw the chosen screen inside the frame; what goes wrong becomes a sentence."""
    state.begin_run()
    try:
        state.desk()
        _note_owner()
    except ArteriaError as error:
        say_failure(error)
        return
    st.set_page_config(page_title=t("common.product"), page_icon="🩺", layout="wide")
    try:
        _draw()
    except ArteriaError as error:
        st.warning(say_error(error, state.language()))
    except Exception as error:
        # The message and the locals may hold patients' values: only the place is logged.
        frames = traceback.extract_tb(error.__traceback__)
        place = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
        LOG.error("screen failed: %s %s", type(error).__name__, place)
        st.error(t("shell.screen_failed"), icon=":material/error:")
    finally:
        # What a click does before the next run must ask for the sign-in anew.
        state.begin_run()
