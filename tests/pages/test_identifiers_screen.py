"""The Data screen: what becomes of identifiers, and which unit is right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.intake.cells import UploadedFile
from core.intake.read import read_files
from core.storage.studies import open_store
from core.text.catalogue import LANGUAGES, Language, text
from pages.parts import state
from pages.parts.drafting import Draft, new_draft

UPLOAD = UploadedFile(
    "patients.csv",
    "患者编号,性别,年龄,姓名,出生日期,总胆红素\n"
    "A1,男,60,张三,1960-01-02,1.2\nA2,女,51,李四,1969-03-04,0.8\n".encode(),
)
NUMBERED = UploadedFile("only.csv", "住院号,性别\nZY1234567,男\nZY1234568,女\n".encode())


def data_screen(language: str) -> None:
    """The script of a test: the Data screen."""
    import importlib

    from pages.parts import state

    state.session().language = language
    importlib.import_module("pages.data").render()


def key_screen(language: str, content: bytes) -> None:
    """The script of a test: the question about the column that names the patients."""
    import streamlit as st

    from core.errors import UnusableFile
    from core.intake.cells import UploadedFile
    from core.intake.read import read_files
    from core.intake.validate import validate_study
    from pages.parts import state
    from pages.parts.identifiers import ask_key

    state.session().language = language
    sheets = read_files([UploadedFile("only.csv", content)])
    try:
        validate_study(sheets)
    except UnusableFile as error:
        decisions = ask_key(sheets, error)
        if decisions is not None:
            st.session_state["rows"] = validate_study(sheets, decisions=decisions).rows_accepted


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ARTERIA_DATA", str(tmp_path))
    state.store.cache_clear()
    yield tmp_path
    state.store.cache_clear()


def screen(language: Language) -> AppTest:
    sheets = tuple(read_files([UPLOAD]))
    app = AppTest.from_function(data_screen, kwargs={"language": language})
    app.session_state["arteria_draft"] = new_draft((UPLOAD,), sheets, None)
    app.run(timeout=60)
    assert not app.exception
    return app


def control(app: AppTest, start: str) -> Any:
    return next(one for one in app.button_group if str(one.key).startswith(start))


def draft_of(app: AppTest) -> Draft:
    found: Draft = app.session_state["arteria_draft"]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_identifier_decision_needs_a_name_and_is_applied(language: Language) -> None:
    app = screen(language)
    control(app, "identifier_0_0").set_value("pseudonym")
    app.run(timeout=60)
    app.button(key="identifiers_apply").click().run(timeout=60)
    assert text("identifiers.unsigned", language) in [one.value for one in app.warning]
    app.text_input(key="identifiers_by").set_value("Dr Li")
    app.text_input(key="identifiers_reason").set_value("linkage")
    app.button(key="identifiers_apply").click().run(timeout=60)
    assert not app.exception
    intake = draft_of(app).intake
    assert [one.choice for one in intake.decisions.identifiers] == ["pseudonym"]
    assert intake.data.table("patients")["姓名"].str.startswith("P-").all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_unit_question_is_answered_on_the_screen(language: Language) -> None:
    app = screen(language)
    shown = [one.value for one in app.text]
    assert "1.2 mg/dL = 20.52 μmol/L" in shown
    assert "1.2 μmol/L" in shown
    app.selectbox(key="unit_0_0").set_value("mg/dL").run(timeout=60)
    app.button(key="units_apply").click().run(timeout=60)
    assert not app.exception
    labs = draft_of(app).intake.data.table("labs")
    assert list(labs["lab_unit"]) == ["mg/dL", "mg/dL"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_saved_upload_says_that_its_file_was_not_kept(language: Language) -> None:
    app = screen(language)
    app.button(key="data_save_study").click().run(timeout=60)
    assert not app.exception
    [study] = open_store().list_studies()
    info = open_store().version_info(study.id)
    [file] = info.files
    assert not file.is_kept
    said = text(
        "identifiers.not_kept", language, name=file.name, size=file.size, digest=file.sha256
    )
    captions = [one.value for one in app.caption]
    assert any(file.sha256 in one and said[-10:] in one for one in captions)


@pytest.mark.parametrize("language", LANGUAGES)
def test_refused_patient_column_is_asked_for(language: Language) -> None:
    app = AppTest.from_function(
        key_screen, kwargs={"language": language, "content": NUMBERED.content}
    )
    app.run(timeout=60)
    app.text_input(key="identifiers_key_by").set_value("Dr Li")
    app.text_input(key="identifiers_key_reason").set_value("linkage")
    app.button(key="identifiers_key_apply").click().run(timeout=60)
    assert not app.exception
    assert app.session_state["rows"] == 2
