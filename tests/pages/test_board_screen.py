"""Patient and board screens draw in both languages, and hide what a de-identified board hides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.exports.tables.table import inert_text
from core.results.board import Presented
from core.rules.board import board_options
from core.storage.studies import open_store
from core.studies import example_version
from core.text.catalogue import LANGUAGES, Language, has, text
from pages.parts import state
from pages.parts.board_state import SCREENS, BoardView


def show(name: str, language: str, study: list[str], screen: str) -> None:
    """The script of a test: one screen, at the board one screen of the first case."""
    import importlib

    from pages.parts import state
    from pages.parts.board_state import view

    session = state.session()
    session.language = language
    session.study_id, session.version = study[0], int(study[1])
    view().screen = screen
    importlib.import_module(f"pages.{name}").render()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    info = example_version(open_store())
    yield [info.study_id, str(info.number)]
    patch.undo()
    state.store.cache_clear()


def run(name: str, study: list[str], language: Language, screen: str = "summary") -> AppTest:
    facts = {"name": name, "language": language, "study": study, "screen": screen}
    app = AppTest.from_function(show, kwargs=facts).run(timeout=60)
    assert not app.exception
    return app


@pytest.mark.parametrize("language", LANGUAGES)
def test_patient_screen_draws(language: Language, example: list[str]) -> None:
    app = run("patient", example, language)
    assert app.title[0].value == text("patient.title", language)
    assert any(text("alike.title", language) == one.value for one in app.subheader)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_of_a_case_draws(screen: str, language: Language, example: list[str]) -> None:
    app = run("board", example, language, screen)
    wanted = text("board.case_line", language, number=1, total=5, name="H04")
    assert app.header[0].value == wanted


def cells(app: AppTest) -> set[str]:
    """All that stands in printed tables."""
    return {str(cell) for one in app.table for cell in one.value.to_numpy().ravel()}


@pytest.mark.parametrize("name", ["patient", "board"])
def test_published_series_stand_beside_patients_alike_on_request(
    name: str, example: list[str]
) -> None:
    app = run(name, example, "zh", "context")
    title = inert_text(text("comparators.series_1.name", "zh"))
    assert title not in cells(app)
    toggle = next(one for one in app.toggle if one.label == text("alike.published", "zh"))
    toggle.set_value(True).run(timeout=60)
    assert not app.exception
    assert {title, text("alike.these", "zh")} <= cells(app)


@pytest.mark.parametrize("view", ["agenda", "tasks", "papers"])
def test_every_view_of_the_board_draws(view: str, example: list[str]) -> None:
    app = run("board", example, "zh")
    app.segmented_control(key="board_view").set_value(view).run(timeout=60)
    assert not app.exception


def test_deidentified_meeting_shows_case_numbers_and_no_dates(example: list[str]) -> None:
    board = open_store().board
    meeting = board.meetings(example[0])[0]
    board.change_meeting(
        meeting.id, meeting.held_on, meeting.title, meeting.members, is_deidentified=True
    )
    try:
        app = run("board", example, "en")
        shown = " ".join(one.value for one in [*app.header, *app.caption, *app.markdown])
        assert text("board.case_number", "en", number=1) in app.header[0].value
        assert "H04" not in shown
        assert not any("2023-" in str(one.delta) for one in app.metric)
    finally:
        board.change_meeting(
            meeting.id, meeting.held_on, meeting.title, meeting.members, is_deidentified=False
        )


def test_documents_are_links_of_listed_schemes_or_text_to_copy(example: list[str]) -> None:
    documents = open_store().documents
    for title, address in (
        ("[CT](https://evil)", "https://pacs/1?a=(b)>c"),
        ("viewer", "weasis://x"),
        ("share", "\\\\nas\\mdt"),
        ("script", "javascript:alert(1)"),
    ):
        documents.add_address(example[0], "H04", title, address, "x")
    documents.add_file(example[0], "H04", "report", "张三.pdf", b"%PDF-1", "x")
    kept = documents.of_patient(example[0], "H04")
    try:
        for name in ("patient", "board"):
            app = AppTest.from_function(show_h04, kwargs={"name": name, "study": example})
            app.run(timeout=60)
            assert not app.exception
            links = [one.value for one in app.markdown if ":material/link:" in one.value]
            assert links == [
                ":material/link: [\\[CT\\]\\(https\\://evil\\)](<https://pacs/1?a=%28b%29%3Ec>)"
            ]
            assert [one.value for one in app.code] == ["\\\\nas\\mdt", "javascript:alert(1)"]
            assert len(app.get("download_button")) >= 1
    finally:
        for one in kept:
            documents.remove(one)


def show_h04(name: str, study: list[str]) -> None:
    """The script of a test: the patient, or the first case of the meeting."""
    import importlib

    from pages.parts import state

    session = state.session()
    session.language = "en"
    session.study_id, session.version = study[0], int(study[1])
    state.select_patient("H04")
    importlib.import_module(f"pages.{name}").render()


def test_every_option_of_the_board_has_words() -> None:
    assert [one for one in board_options() if not has(f"board.option_of.{one}")] == []


def test_value_of_a_replaced_list_does_not_leave_the_presenter() -> None:
    place = BoardView(patient_id="H01")
    drawn_in = place.round
    place.take_over(Presented("meeting", "H17", "summary", {}, "presenter"))
    place.choose("H01", "summary", drawn_in)
    assert place.patient_id == "H17"
    assert place.is_following
    place.choose("H07", "course", place.round)
    assert (place.patient_id, place.screen, place.is_following) == ("H07", "course", False)
