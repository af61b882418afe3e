"""Two people save the same study: the second sees the difference and decides."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.storage.studies import Store
from core.text.catalogue import LANGUAGES, Language, text
from tests.pages.test_working_list import draft, press, screen, store, upload

__all__ = ["store"]

FIRST = b"patient_id,sex,age\nA1,M,60\nA2,F,51\n"
THEIRS = FIRST + b"A3,F,47\n"
MINE = FIRST.replace(b"A2,F,51", b"A2,F,52")


def opened_by(version: tuple[str, int], language: Language, content: bytes) -> AppTest:
    """Somebody who has this version open and has read a file of his own, not saved yet."""
    app = AppTest.from_function(show_opened, default_timeout=60)
    app.run()
    app.session_state["wanted"] = (*version, language)
    app.run()
    return upload(app, content, "own.csv")


def show_opened() -> None:
    """The script of a test: the Data screen with a version opened beforehand."""
    import importlib

    import streamlit as st

    from pages.parts import state

    state.begin_run()
    wanted = st.session_state.get("wanted")
    if wanted is not None and "opened_once" not in st.session_state:
        st.session_state["opened_once"] = True
        state.open_version(*wanted[:2])
        state.session().language = wanted[2]
    importlib.import_module("pages.data").render()


@pytest.fixture
def study(store: Store) -> str:
    press(screen("en", FIRST), "data_save_study")
    return store.list_studies()[0].id


def kept(store: Store, study: str) -> list[list[object]]:
    return store.load_version(study)[0].table("patients")[["patient_id", "age"]].values.tolist()


@pytest.mark.parametrize("language", LANGUAGES)
def test_second_saver_sees_the_difference_and_saves_over_it_knowingly(
    store: Store, study: str, language: Language
) -> None:
    mine = opened_by((study, 1), language, MINE)
    press(opened_by((study, 1), language, THEIRS), "data_save_version")
    # The button that was drawn before the other one saved.
    press(mine, "data_save_version")
    assert store.version_info(study).number == 2
    assert draft(mine) is not None
    shown = "".join(one.value.to_csv() for one in [*mine.table, *mine.dataframe])
    assert "A3" in shown
    assert "51" in shown
    assert "52" in shown
    assert any(text("data.open_theirs", language, number=2) == one.label for one in mine.button)
    press(mine, "data_save_upon")
    assert store.version_info(study).number == 3
    assert kept(store, study) == [["A1", 60.0], ["A2", 52.0]]


def test_second_saver_takes_the_other_ones_version(store: Store, study: str) -> None:
    mine = opened_by((study, 1), "en", MINE)
    press(opened_by((study, 1), "en", THEIRS), "data_save_version")
    # Any click shows it, before saving is tried.
    mine.run()
    press(mine, "data_open_theirs")
    assert draft(mine) is None
    assert store.version_info(study).number == 2
    assert not any(one.key == "data_save_upon" for one in mine.button)


def test_third_version_in_between_is_asked_about_again(store: Store, study: str) -> None:
    mine = opened_by((study, 1), "en", MINE)
    press(opened_by((study, 1), "en", THEIRS), "data_save_version")
    mine.run()
    press(opened_by((study, 2), "en", FIRST), "data_save_version")
    press(mine, "data_save_upon")
    assert store.version_info(study).number == 3
    assert mine.button(key="data_save_upon").label == text("data.save_upon", "en", number=4)
    press(mine, "data_save_upon")
    assert store.version_info(study).number == 4
