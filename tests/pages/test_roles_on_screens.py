"""Every screen with every role: who may not see single patients is sent none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.access.roles import Permission, permissions
from core.results.people import Origin, Person, Role
from pages.parts import state
from pages.parts.screens import SCREEN_NAMES
from tests.hospital_study import own_study

PERSON = Person("p", "dr.li", "Li", Origin.BUILT_IN)
PATIENT = re.compile(r"\bH(?:0[1-9]|1\d|2[0-4])\b")


def show(name: str, study: list[str], language: str) -> None:
    """The script of a test: one screen as the frame draws it."""
    from pages.parts import frame, state

    state.begin_run()
    session = state.session()
    session.language = language
    session.study_id, session.version = study[0], int(study[1])
    frame.draw_screen(name)


def show_itself(name: str, study: list[str]) -> None:
    """The script of a test: the screen's own function, as if the frame were forgotten."""
    import importlib

    from core.errors import ArteriaError
    from pages.parts import state

    state.begin_run()
    session = state.session()
    session.study_id, session.version = study[0], int(study[1])
    try:
        importlib.import_module(f"pages.{name}").render()
    except ArteriaError as error:
        __import__("streamlit").text(error.code)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """A study of a hospital's own with the example's patients, and who may not see it yet."""
    with own_study(tmp_path_factory.mktemp("data"), PERSON) as (_, info):
        yield [info.study_id, str(info.number)]


def sent(app: AppTest) -> str:
    """Everything that the browser gets of the screen."""
    parts: list[str] = []

    def walk(node: Any) -> None:
        parts.append(str(getattr(node, "proto", "")))
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(app._tree)
    parts += [frame.value.to_csv() for frame in [*app.dataframe, *app.table]]
    return "\n".join(parts)


def granted(study: list[str], role: Role) -> None:
    state.store().people.grant(study[0], f"account:{PERSON.id}", role, "x")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", SCREEN_NAMES)
def test_screen_sends_patients_only_to_roles_that_may_see_them(
    name: str, role: Role, study: list[str]
) -> None:
    granted(study, role)
    facts = {"name": name, "study": study, "language": "en"}
    app = AppTest.from_function(show, kwargs=facts).run(timeout=60)
    assert not app.exception
    found = PATIENT.findall(sent(app))
    if Permission.READ_PATIENTS not in permissions([role]):
        assert found == []
        assert len(app.title) == 1
    elif name in {"data", "eligibility", "response"}:
        # What the walk looks for is there to be found.
        assert found


@pytest.mark.parametrize("name", sorted(set(SCREEN_NAMES) - {"studies", "admin"}))
def test_screen_refuses_even_without_the_frame(name: str, study: list[str]) -> None:
    granted(study, Role.AGGREGATE_VIEWER)
    app = AppTest.from_function(show_itself, kwargs={"name": name, "study": study})
    app.run(timeout=60)
    assert not app.exception
    assert "not_allowed" in [element.value for element in app.text]
    assert PATIENT.findall(sent(app)) == []


@pytest.mark.parametrize("role", [Role.BOARD_GUEST, Role.AGGREGATE_VIEWER])
@pytest.mark.parametrize("name", ["baseline", "response", "safety", "eligibility"])
def test_small_counts_are_not_sent(name: str, role: Role, study: list[str]) -> None:
    granted(study, role)
    facts = {"name": name, "study": study, "language": "zh"}
    app = AppTest.from_function(show, kwargs=facts).run(timeout=60)
    cells = [cell for one in [*app.table, *app.dataframe] for cell in one.value.to_numpy().ravel()]
    counts = [int(c.split()[0]) for c in map(str, cells) if re.fullmatch(r"\d+( .*%.*)?", c)]
    # In the example nearly everybody meets every criterion: nothing of that may be said.
    assert counts or name == "eligibility"
    assert min(counts, default=5) >= 5
    assert not app.get("download_button")


def test_cached_rows_are_not_handed_to_who_may_not_see_them(study: list[str]) -> None:
    def ask(study: list[str]) -> None:
        import streamlit as st

        from core.errors import ArteriaError
        from pages.parts import cached, state

        state.begin_run()
        key = cached.whole_key_of(state.store().version_info(study[0]))
        for asked in (key, (*key[:3], ("H01",))):
            try:
                cached.data(asked)
                st.text("seen")
            except ArteriaError as error:
                st.text(error.code)

    granted(study, Role.CLINICIAN)
    app = AppTest.from_function(ask, kwargs={"study": study}).run(timeout=60)
    assert [element.value for element in app.text] == ["seen", "seen"]
    granted(study, Role.AGGREGATE_VIEWER)
    app = AppTest.from_function(ask, kwargs={"study": study}).run(timeout=60)
    assert [element.value for element in app.text] == ["not_allowed", "not_allowed"]
    state.store().people.revoke(study[0], f"account:{PERSON.id}")
    app = AppTest.from_function(ask, kwargs={"study": study}).run(timeout=60)
    assert [element.value for element in app.text] == ["study_not_found", "study_not_found"]


def leave_a_draft() -> None:
    """The script of a test: an upload that was read, but not saved."""
    import streamlit as st

    from pages.parts import state

    state.begin_run()
    try:
        state.desk()
        if state.person().id == "p":
            state.set_draft("P01, 61 years")
        st.text(str(state.draft()))
    finally:
        state.begin_run()


def test_page_taken_over_by_another_person_holds_nothing_of_the_first(
    study: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = AppTest.from_function(leave_a_draft).run()
    assert app.run().text[0].value == "P01, 61 years"
    other = Person("q", "dr.wang", "Wang", Origin.BUILT_IN)
    monkeypatch.setattr(state, "person", lambda: other)
    assert app.run().text[0].value == "None"
