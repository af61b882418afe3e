"""The whole de-identified board: no planted id, name or date in any element or paper."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from core.example import example_files
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.board import Presented, Ruling
from core.schema import StudyData
from core.storage.studies import RowCounts, open_store
from pages.parts import board_papers, state
from pages.parts.board_state import SCREENS

PLANT = "ZHANGSAN"
"""Stands in every id and in every text that somebody can write."""
DATE = re.compile(r"(?:19|20)\d\d[-/][01]\d")
WRITTEN = {
    "haic_sessions": ("regimen", "catheter_position", "dose_modification_reason",
                      "complication_text"),
    "follow_up": ("subsequent_therapy", "death_cause"),
    "patients": ("extrahepatic_sites",),
    "adverse_events": ("ae_term", "ctcae_term"),
}  # fmt: skip


def planted(data: StudyData) -> StudyData:
    """The example with the plant in ids and free text of the case H04 and its like."""
    tables = {}
    for name, frame in data.tables.items():
        changed = frame.copy()
        for column in ("patient_id", "lesion_id"):
            if column in changed:
                changed[column] = (PLANT + changed[column].astype(str)).astype(frame[column].dtype)
        for column in WRITTEN.get(name, ()):
            if column in changed:
                changed[column] = pd.Series(
                    [f"{PLANT} {column}"] * len(changed), changed.index, frame[column].dtype
                )
        tables[name] = changed
    return StudyData(tables, (), data.data_cutoff)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """A study full of names, with a de-identified meeting and one before it."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    store = open_store()
    data = planted(read_study([UploadedFile(*file) for file in example_files()]).data)
    made = store.create_study("study")
    info = store.save_version(
        made.id, data, (), [("a.csv", b"a")], RowCounts(1, 1, 0), based_on=None
    )
    board = store.board
    patients = [f"{PLANT}{name}" for name in ("H04", "H01")]
    ruling = Ruling("ablation", PLANT, PLANT, date(2023, 5, 6), PLANT)
    for held_on in (date(2023, 2, 9), date(2023, 3, 2)):
        meeting = board.create_meeting(
            made.id, held_on, f"{PLANT} {held_on}", [f"Dr {PLANT}"], PLANT, is_deidentified=True
        )
        for patient in patients:
            board.put_case(meeting.id, patient, f"{PLANT}?")
        first = board.add_decision(meeting.id, patients[0], 1, info.content_hash, ruling, PLANT)
        board.add_decision(
            meeting.id, patients[0], 1, info.content_hash, ruling, PLANT, amends=first.number
        )
        done = board.add_decision(meeting.id, patients[1], 1, info.content_hash, ruling, PLANT)
        board.add_outcome(done.number, "done", PLANT, PLANT)
        board.present(Presented(meeting.id, patients[0], "summary", {}, f"Dr {PLANT}"))
    store.documents.add_address(made.id, patients[0], PLANT, f"https://{PLANT}/2023-01-01", "x")
    yield [made.id, str(info.number)]
    patch.undo()
    state.store.cache_clear()


def show(study: list[str], screen: str, language: str, is_projected: bool) -> None:
    """The script of a test: the board at one screen of the first case."""
    from pages import board
    from pages.parts import state
    from pages.parts.board_state import view

    session = state.session()
    session.language = language
    session.study_id, session.version = study[0], int(study[1])
    view().screen, view().is_projected, view().is_following = screen, is_projected, False
    board.render()


def sent(app: AppTest) -> list[str]:
    """All that the server sends to the browser, element by element, with every attribute."""
    found = []

    def look(node: Any) -> None:
        proto = getattr(node, "proto", None)
        if proto is not None:
            found.append(json.dumps(MessageToDict(proto), ensure_ascii=False))
        for child in getattr(node, "children", {}).values():
            look(child)

    look(app._tree)
    # Tables travel as Arrow's bytes: their cells are read.
    found += [str(cell) for one in (*app.table, *app.dataframe) for cell in cells(one.value)]
    return found


def cells(frame: pd.DataFrame) -> list[Any]:
    return [*frame.columns, *frame.to_numpy().ravel()]


def opened(
    studied: list[str], screen: str, language: str, *, is_projected: bool = False
) -> AppTest:
    facts = {
        "study": studied, "screen": screen, "language": language, "is_projected": is_projected
    }  # fmt: skip
    app = AppTest.from_function(show, kwargs=facts).run(timeout=60)
    assert not app.exception
    return app


def leaks(said: list[str]) -> list[str]:
    return [one[:300] for one in said if PLANT in one or DATE.search(one)]


@pytest.mark.parametrize("is_projected", [False, True])
@pytest.mark.parametrize("screen", SCREENS)
def test_screen_of_a_case_names_nobody(screen: str, is_projected: bool, study: list[str]) -> None:
    said = sent(opened(study, screen, "en", is_projected=is_projected))
    assert len(said) > 10
    assert any("hovertext" in one for one in said) == (screen in ("course", "lesions", "context"))
    assert leaks(said) == []


@pytest.mark.parametrize("view", ["agenda", "tasks", "papers"])
def test_view_of_the_meeting_names_nobody(
    view: str, study: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    papers: dict[str, bytes] = {}

    def keep(label: str, stem: str, make: Any, *, suffix: str, **_: str) -> None:
        papers[f"{stem}.{suffix}"] = make()

    monkeypatch.setattr(board_papers, "download_when_clicked", keep)
    app = opened(study, "summary", "zh")
    app.segmented_control(key="board_view").set_value(view).run(timeout=60)
    assert not app.exception
    assert leaks(sent(app)) == []
    assert len(papers) == (3 if view == "papers" else 0)
    assert leaks([*papers, *(text for paper in papers.values() for text in parts(paper))]) == []


def parts(packed: bytes) -> Iterator[str]:
    """The text of every part of an Office file, of workbooks inside it too."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith((".xlsx", ".xls")):
                yield from parts(content)
            elif name.endswith(".xml"):
                words = content.decode("utf-8")
                # The day on which the template was made is nobody's.
                yield re.sub(r"<dcterms:\w+[^>]*>[^<]*</dcterms:\w+>", "", words)


def test_free_text_is_shown_after_the_explicit_choice_and_dates_are_not(study: list[str]) -> None:
    app = opened(study, "decision", "en")
    toggle = next(one for one in app.toggle if one.key and one.key.startswith("board_words_"))
    toggle.set_value(True).run(timeout=60)
    assert not app.exception
    said = " ".join(one.value for one in app.markdown)
    assert PLANT in said
    assert "2023-05-06" not in said
    assert re.search(r"day \d+", said)


def test_identified_meeting_shows_what_is_planted(study: list[str]) -> None:
    board = open_store().board
    meeting = board.meetings(study[0])[0]

    def hide(wanted: bool) -> None:
        board.change_meeting(
            meeting.id, meeting.held_on, meeting.title, meeting.members, is_deidentified=wanted
        )

    hide(False)
    try:
        for screen in ("summary", "course", "lesions", "decision"):
            assert leaks(sent(opened(study, screen, "en"))), screen
    finally:
        hide(True)
