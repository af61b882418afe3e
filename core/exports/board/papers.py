"""Agenda and minutes of a meeting as DOCX, in one language."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from core.exports.board.names import BoardNames, members_line
from core.exports.board.tables import agenda_table, decisions_table, tasks_table
from core.exports.tables.table import Table
from core.results.board import BoardDecision, Case, Meeting, Task
from core.text.catalogue import Language, text

CHINESE_FONT = {"zh": "SimSun", "en": "Calibri"}
LATIN_FONT = {"zh": "Calibri", "en": "Calibri"}


@dataclass(frozen=True, slots=True)
class MeetingPapers:
    """All that the papers of one meeting print.

    Attributes:
        tasks: decisions of earlier meetings that are still open.
        study, version, content_hash: what data the meeting looked at.
    """

    meeting: Meeting
    cases: tuple[Case, ...]
    decisions: tuple[BoardDecision, ...]
    tasks: tuple[Task, ...]
    names: BoardNames
    study: str
    version: int
    content_hash: str

    def basis(self, language: Language) -> str:
        """Which study version the meeting looked at."""
        return text(
            "board.paper.basis",
            language,
            study=self.study,
            version=self.version,
            digest=self.content_hash[:8],
        )


def unsigned(properties: Any, title: str) -> None:
    """A file's own title, and nobody's name nor another program's remark."""
    properties.title = title
    properties.author = properties.last_modified_by = properties.comments = ""


def agenda_docx(papers: MeetingPapers, language: Language) -> bytes:
    """The list before the meeting: cases with questions, and what is still open."""
    tables = [agenda_table(papers.cases, papers.names, language), *_open(papers, language)]
    return _document(papers, "board.paper.agenda_title", tables, language)


def minutes_docx(papers: MeetingPapers, language: Language) -> bytes:
    """What was decided: every entry, amended ones too, and what is still open."""
    tables = [
        agenda_table(papers.cases, papers.names, language),
        decisions_table(papers.cases, papers.decisions, papers.names, language),
        *_open(papers, language),
    ]
    return _document(papers, "board.paper.minutes_title", tables, language)


def _open(papers: MeetingPapers, language: Language) -> list[Table]:
    if not papers.tasks:
        return []
    today = papers.meeting.held_on
    return [tasks_table(papers.tasks, papers.names, language, today=today, is_open=True)]


def _document(
    papers: MeetingPapers, heading: str, tables: Sequence[Table], language: Language
) -> bytes:
    document = Document()
    _set_page(document, language)
    meeting = papers.meeting
    unsigned(document.core_properties, text(heading, language))
    document.add_heading(text(heading, language), level=0)
    document.add_paragraph(papers.names.meeting(meeting, language))
    if meeting.members and papers.names.with_words:
        document.add_paragraph(members_line(meeting, language))
    for table in tables:
        document.add_heading(table.title, level=1)
        _add_table(document, table)
    document.add_paragraph(papers.basis(language))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_page(document: Any, language: Language) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(1.8))
    for name in ("Normal", "Title", "Heading 1"):
        font = document.styles[name].font
        font.name = LATIN_FONT[language]
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), CHINESE_FONT[language])
    document.styles["Normal"].font.size = Pt(10)


def _add_table(document: Any, table: Table) -> None:
    frame = table.frame
    drawn = document.add_table(rows=1, cols=len(frame.columns))
    drawn.style = document.styles["Table-Grid".replace("-", " ")]
    for cell, header in zip(drawn.rows[0].cells, frame.columns, strict=True):
        cell.text = ""
        cell.paragraphs[0].add_run(str(header)).bold = True
    for row in frame.itertuples(index=False):
        for cell, words in zip(drawn.add_row().cells, row, strict=True):
            cell.text = _printable(str(words))


def _printable(words: str) -> str:
    """Words without the control characters that XML can't hold.

    >>> _printable("a\\x0bb")
    'ab'
    """
    return "".join(one for one in words if one in "\t\n" or ord(one) >= 32)
