"""Agenda, minutes and slides: what was decided is in them, in both languages."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from docx import Document
from pptx import Presentation

from core.exports.board.names import BoardNames
from core.exports.board.papers import MeetingPapers, agenda_docx, minutes_docx
from core.exports.board.slides import slides_pptx
from core.results.board import BoardDecision, Case, Meeting, Ruling, Task
from core.results.common import Message
from core.results.patient import Headline, PatientCourse, ScanPoint
from core.text.catalogue import LANGUAGES, Language, text

NOW = datetime(2024, 1, 1, tzinfo=UTC)
MEETING = Meeting("m", "s", date(2024, 2, 1), "Board", ("Li", "Wu"), False, "x", NOW)
EARLIER = Meeting("e", "s", date(2024, 1, 1), "Before", (), False, "x", NOW)
CASES = (Case("m", 1, "P1", "What next?\x0b"), Case("m", 2, "P2", ""))
FIRST = BoardDecision(1, "m", "P1", 1, "c" * 64, Ruling("ablation", "small"), None, "Li", NOW)
SECOND = BoardDecision(2, "m", "P1", 1, "c" * 64, Ruling("trial", "offered"), 1, "Li", NOW)
OLD = BoardDecision(
    3, "e", "P2", 1, "c" * 64, Ruling("more_tests", "MRI", "Wu", date(2024, 1, 20)), None, "Li", NOW
)
NAMES = BoardNames({"P1": "P1", "P2": "P2"}, {"P1": "ALIVE"}, True, {"P1": "one line"})
PAPERS = MeetingPapers(
    MEETING, CASES, (FIRST, SECOND), (Task(OLD, EARLIER, None),), NAMES, "study", 1, "c" * 64
)
HEADLINE = Headline("P1", 60, "M", 2, None, 0, 1, 3.0, False, None, 2, "ALIVE", None)
SCANS = (
    ScanPoint(date(2024, 1, 3), 40.0, -10.0, "SD", Message("x")),
    ScanPoint(date(2024, 1, 30), None, None, "NE", Message("x")),
)
COURSE = PatientCourse(
    HEADLINE, date(2024, 1, 1), date(2024, 1, 1), date(2024, 1, 30), (), SCANS, (), (), (), 0, ()
)


def words(paper: bytes) -> str:
    document = Document(io.BytesIO(paper))
    cells = [c.text for one in document.tables for row in one.rows for c in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


@pytest.mark.parametrize("language", LANGUAGES)
def test_minutes_hold_the_amended_entry_and_the_one_in_force(language: Language) -> None:
    found = words(minutes_docx(PAPERS, language))
    option = text("board.option_of.ablation", language)
    assert text("board.entry_replaced", language, number=1, option=option) in found
    assert text("board.option_of.trial", language) in found
    assert "offered" in found
    assert text("board.no_decision", language) in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_agenda_lists_questions_and_overdue_tasks_only(language: Language) -> None:
    found = words(agenda_docx(PAPERS, language))
    assert "What next?" in found
    assert text("board.overdue", language, date="2024-01-20") in found
    assert "offered" not in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_slides_are_one_a_case_with_an_editable_chart(language: Language) -> None:
    deck = Presentation(io.BytesIO(slides_pptx(PAPERS, {"P1": COURSE, "P2": COURSE}, language)))
    assert len(deck.slides) == 3
    charts = [shape.chart for shape in deck.slides[1].shapes if shape.has_chart]
    assert [list(one.plots[0].series[0].values) for one in charts] == [[40.0, None]]


def test_deidentified_slide_names_days_and_no_dates() -> None:
    hidden = MeetingPapers(
        MEETING, CASES, (), (), BoardNames({"P1": "1", "P2": "2"}, {}, False), "study", 1, "c" * 64
    )
    deck = Presentation(io.BytesIO(slides_pptx(hidden, {"P1": COURSE, "P2": COURSE}, "en")))
    chart = next(shape.chart for shape in deck.slides[1].shapes if shape.has_chart)
    assert list(chart.plots[0].categories) == ["day 2 SD", "day 29 NE"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_slide_says_who_does_what_until_when_and_who_dissents(language: Language) -> None:
    ruling = Ruling("trial", "offered", "Wu", date(2024, 3, 1), "resect first")
    decided = replace(SECOND, ruling=ruling)
    papers = replace(PAPERS, decisions=(FIRST, decided))
    deck = Presentation(io.BytesIO(slides_pptx(papers, {"P1": COURSE, "P2": COURSE}, language)))
    lines = [
        paragraph.text
        for shape in deck.slides[1].shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
    ]
    colon = {"en": ": ", "zh": "："}[language]
    for label, words in (("responsible", "Wu"), ("due", "2024-03-01"), ("dissent", "resect first")):
        assert text(f"board.{label}", language) + colon + words in lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_properties_name_nobody(language: Language) -> None:
    deck = Presentation(io.BytesIO(slides_pptx(PAPERS, {"P1": COURSE, "P2": COURSE}, language)))
    document = Document(io.BytesIO(minutes_docx(PAPERS, language)))
    for found in (deck.core_properties, document.core_properties):
        assert found.title
        assert (found.author, found.last_modified_by, found.comments) == ("", "", "")


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Members: Li; Wu"), ("zh", "参加人员：Li；Wu")]
)
def test_members_stand_in_one_line(language: Language, line: str) -> None:
    assert line in words(agenda_docx(PAPERS, language)).split("\n")
