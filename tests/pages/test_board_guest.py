"""A board guest at the board: every view of every listed case, and no other patient."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from core.results.board import Ruling
from core.results.people import Origin, Person, Role
from core.text.catalogue import LANGUAGES
from pages.board import VIEWS
from pages.parts.board_state import SCREENS
from tests.hospital_study import own_study
from tests.pages.test_roles_on_screens import PATIENT, sent

PERSON = Person("g", "guest", "Guest", Origin.BUILT_IN)
LISTED = ("H03", "H05")


def show(study: list[str], language: str, view_name: str, screen: str, patient_id: str) -> None:
    """The script of a test: the board as the frame draws it."""
    import streamlit as st

    from pages.parts import frame, state
    from pages.parts.board_state import view

    state.begin_run()
    session = state.session()
    session.language = language
    session.study_id, session.version = study[0], int(study[1])
    st.session_state["board_view"] = view_name
    place = view()
    place.screen, place.patient_id = screen, patient_id
    frame.draw_screen("board")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The example's patients as a hospital's own study, with a meeting on two of them."""
    with own_study(tmp_path_factory.mktemp("data"), PERSON) as (store, info):
        for at, held_on in enumerate((date(2024, 11, 7), date(2024, 12, 5))):
            meeting = store.board.create_meeting(info.study_id, held_on, "Board", ["Dr A"], "x")
            store.board.put_case(meeting.id, LISTED[at], "?")
            ruling = Ruling("trial", "offered")
            store.board.add_decision(
                meeting.id, LISTED[at], info.number, info.content_hash, ruling, "x"
            )
        store.board.put_case(meeting.id, LISTED[0], "?")
        store.people.grant(info.study_id, f"account:{PERSON.id}", Role.BOARD_GUEST, "x")
        yield [info.study_id, str(info.number)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("view_name", "screen"),
    [*(("meeting", screen) for screen in SCREENS), *((name, "summary") for name in VIEWS[1:])],
)
def test_guest_sees_the_listed_cases_and_no_other_patient(
    study: list[str], language: str, view_name: str, screen: str
) -> None:
    facts = {
        "study": study, "language": language, "view_name": view_name, "screen": screen,
        "patient_id": LISTED[0],
    }  # fmt: skip
    app = AppTest.from_function(show, kwargs=facts).run(timeout=60)
    assert not app.exception
    assert not app.error
    found = set(PATIENT.findall(sent(app)))
    assert LISTED[0] in found
    assert found <= set(LISTED)
    assert not app.get("download_button")
    if view_name == "meeting":
        assert len(app.get("plotly_chart")) == {"course": 1, "lesions": 2}.get(screen, 0)


def test_guest_is_refused_everywhere_but_at_the_board_of_that_study(study: list[str]) -> None:
    app = AppTest.from_function(asked, kwargs={"study": study}).run(timeout=60)
    assert not app.exception
    assert [one.value for one in app.text] == [
        "plain: not_allowed", "at another board: not_allowed", "chosen patients: not_allowed",
        "at the board: seen",
    ]  # fmt: skip


def asked(study: list[str]) -> None:
    """The script of a test: what the kept results answer a guest."""
    from contextlib import nullcontext

    import streamlit as st

    from core.errors import ArteriaError
    from pages.parts import cached, state
    from pages.parts.controls import response_options
    from pages.parts.shared import at_board

    state.begin_run()
    info = state.store().version_info(study[0], int(study[1]))
    key = cached.whole_key_of(info)
    chosen = (*key[:3], ("H03",))
    for name, where, wanted in (
        ("plain", nullcontext(), key),
        ("at another board", at_board("another"), key),
        ("chosen patients", at_board(study[0]), chosen),
        ("at the board", at_board(study[0]), key),
    ):
        try:
            with where:
                cached.response(wanted, response_options())
        except ArteriaError as error:
            st.text(f"{name}: {error.code}")
        else:
            st.text(f"{name}: seen")
