"""The Report screen: choices, the file, stopping it, figures, and both audits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import ArteriaError
from core.exports.report.make import FORMATS
from core.studies import example_version
from core.text.catalogue import LANGUAGES, Language, text
from pages.parts import report_files, report_job, state
from tests.running import PATIENCE_MS

SECONDS = PATIENCE_MS / 1000


@pytest.fixture(autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    monkeypatch.setenv("ARTERIA_BROWSER", "")
    state.store.cache_clear()


def show(language: str, study_id: str | None, version: int) -> None:
    """The script of a test: the Report screen in one language, with or without a study."""
    from pages import report
    from pages.parts import state

    session = state.session()
    session.language = language
    session.study_id, session.version = study_id, version
    report.render()


def screen(language: Language, *, has_study: bool = True) -> AppTest:
    info = example_version(state.store())
    kwargs = {
        "language": language,
        "study_id": info.study_id if has_study else None,
        "version": info.number,
    }
    app = AppTest.from_function(show, kwargs=kwargs, default_timeout=SECONDS).run()
    assert not app.exception
    return app


def tables_of(app: AppTest) -> list[pd.DataFrame]:
    """All tables on the screen, scrolling and static."""
    return [item.value for item in (*app.dataframe, *app.table)]


def finished(app: AppTest) -> report_job.ReportJob:
    """The session's job once it is done."""
    job = app.session_state[report_files.JOB]
    assert isinstance(job, report_job.ReportJob)
    assert job.result is not None
    job.result.exception(timeout=SECONDS)
    return job


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_of_two_sections_is_made_and_offered(form: str) -> None:
    app = screen("zh")
    app.button_group(key="report_sections").set_value(["study", "methods"])
    app.button_group(key="report_languages").set_value(["zh", "en"])
    app.button_group(key="report_format").set_value(form)
    app.run()
    app.button(key="report_make").click().run()
    job = finished(app)
    assert job.form == form
    assert job.result is not None
    assert len(job.result.result()) > 500
    app.run()
    assert not app.exception
    assert text("report_screen.ready", "zh") in [item.value for item in app.success]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["report_sections", "report_languages"])
def test_nothing_chosen_is_a_sentence_and_no_button(language: Language, key: str) -> None:
    app = screen(language)
    app.button_group(key=key).set_value([]).run()
    assert not app.exception
    assert text("report.error.nothing_chosen", language) in [item.value for item in app.warning]
    assert "report_make" not in [button.key for button in app.button]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Reports wait until the event is set, at their first step."""
    release = threading.Event()

    def slow(
        content: object,
        form: str,
        languages: object,
        sections: object,
        step: Callable[[float, str], None],
    ) -> bytes:
        step(0.5, "write")
        release.wait(SECONDS)
        step(0.9, "write")
        return b"made" * 500

    monkeypatch.setattr(report_files, "make_report", slow)
    yield release
    release.set()


def test_report_shows_progress_and_can_be_stopped(held: threading.Event) -> None:
    app = screen("en")
    app.button(key="report_make").click().run()
    job = app.session_state[report_files.JOB]
    assert not job.is_done
    app.button(key="report_stop").click().run()
    assert not app.exception
    assert job.stopped.is_set()
    held.set()
    assert job.result is not None
    assert isinstance(job.result.exception(timeout=SECONDS), ArteriaError)
    app.run()
    assert not app.success


def test_screens_of_others_work_while_a_report_is_made(held: threading.Event) -> None:
    first = screen("en")
    first.button(key="report_make").click().run()
    other = screen("zh")
    assert not first.session_state[report_files.JOB].is_done
    assert report_files.JOB not in other.session_state
    other.button_group(key="report_format").set_value("xlsx").run()
    assert not other.exception
    held.set()
    finished(first)


def test_changed_choice_no_longer_offers_the_old_file(held: threading.Event) -> None:
    held.set()
    app = screen("en")
    app.button(key="report_make").click().run()
    finished(app)
    app.run()
    assert app.success
    app.button_group(key="report_format").set_value("html").run()
    assert not app.success


@pytest.mark.parametrize("language", LANGUAGES)
def test_audit_of_the_study_is_listed_in_the_language(language: Language) -> None:
    app = screen(language)
    app.session_state["report_tabs"] = text("report_screen.tab_own", language)
    app.run()
    headers = {str(column) for table in tables_of(app) for column in table.columns}
    assert text("audit.table.arithmetic", language) in headers


def paste(app: AppTest, kind: str, words: str) -> AppTest:
    app.button_group(key="report_paste_kind").set_value(kind).run()
    app.text_area(key=f"report_paste_{kind}").set_value(words)
    check = next(button for button in app.button if "report_paste" in str(button.form_id))
    return check.click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pasted_table_is_judged_without_a_study(language: Language) -> None:
    app = paste(screen(language, has_study=False), "hazard", "ECOG 2.50 (0.80–7.81) P < 0.05")
    assert not app.exception
    wrong = text("audit.verdict.inconsistent", language)
    cells = [str(cell) for table in tables_of(app) for cell in table.to_numpy().ravel()]
    assert any(wrong in cell for cell in cells)
    assert any("ln(7.81 / 0.8)" in cell.replace("\\", "") for cell in cells)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ["", "abc", "因素\tHR\t95%CI\tP值"])
def test_pasted_nonsense_gets_a_sentence(language: Language, words: str) -> None:
    app = paste(screen(language, has_study=False), "hazard", words)
    assert not app.exception
    said = [item.value for item in app.info]
    assert text("report_screen.nothing_pasted", language) in said


def test_lines_that_are_no_rows_are_named() -> None:
    app = paste(screen("en", has_study=False), "hazard", "Factor\nA 2.5 (1.2–5.2) P 0.015")
    assert text("report_screen.unread", "en", lines="1") in [item.value for item in app.caption]
