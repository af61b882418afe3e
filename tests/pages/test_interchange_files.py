"""The Data screen offers the opened version as files for other programs."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.exports.interchange.form import Form
from core.studies import example_version
from core.text.catalogue import LANGUAGES, Language, text
from pages.parts import cached, state


@pytest.fixture(autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()


def show(language: str, study_id: str, version: int) -> None:
    """The script of a test: the Data screen in one language on one study."""
    from pages import data
    from pages.parts import state

    session = state.session()
    session.language = language
    session.study_id, session.version = study_id, version
    data.render()


@pytest.mark.parametrize("language", LANGUAGES)
def test_data_screen_offers_every_form(language: Language) -> None:
    info = example_version(state.store())
    kwargs = {"language": language, "study_id": info.study_id, "version": info.number}
    app = AppTest.from_function(show, kwargs=kwargs, default_timeout=60).run()
    assert not app.exception
    shown = [item.value for item in app.markdown]
    for form in Form:
        name = text(f"interchange.name.{form}", language)
        assert any(value.startswith(f"**{name}**") for value in shown)


def test_cdisc_files_are_the_same_in_both_languages() -> None:
    info = example_version(state.store())
    options = state.ResponseOptions()
    content = cached.interchange(cached.key_of(info), "x", Form.ADAM_CSV, options, "en")
    assert content == cached.interchange(cached.key_of(info), "x", Form.ADAM_CSV, options, "zh")
