"""The views of the Eligibility screen: what a changed limit does, waivers, doses, printing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.storage.studies import open_store
from core.studies import example_version
from core.text.catalogue import LANGUAGES, Language
from pages.parts import state

VIEWS = ("patients", "laboratory", "cycles", "protocol", "dose")


def show(view: str, language: str, study_id: str, version: int) -> None:
    """The script of a test: one view in one language on one study."""
    import importlib

    import streamlit as st

    from pages.parts import state

    session = state.session()
    session.language = language
    session.study_id, session.version = study_id, version
    st.session_state.setdefault("eligibility_view", view)
    importlib.import_module("pages.eligibility").render()


@pytest.fixture
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A store of its own with the example study."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    example = example_version(open_store())
    yield example.study_id, example.number
    patch.undo()
    state.store.cache_clear()


def run(view: str, opened: tuple[str, int], language: Language = "en") -> AppTest:
    app = AppTest.from_function(
        show,
        kwargs={
            "view": view, "language": language, "study_id": opened[0], "version": opened[1],
        },
    )  # fmt: skip
    return app.run(timeout=120)


def words(app: AppTest) -> list[str]:
    kinds = (app.title, app.subheader, app.caption, app.markdown, app.info, app.warning, app.error)
    return [element.value for kind in kinds for element in kind]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_view_of_the_example_draws_in_the_language(
    view: str, language: Language, study: tuple[str, int]
) -> None:
    app = run(view, study, language)
    assert not app.exception
    assert not app.error
    if language == "zh":
        assert [one for one in words(app) if one.isascii() and len(one.split()) > 3] == []


def numbers(app: AppTest) -> dict[str, str]:
    return {element.label: element.value for element in app.metric}
