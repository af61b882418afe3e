"""The report as slides: tables and charts that PowerPoint itself can edit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.util import Inches, Pt

from core.exports.report.chart import TOP, add_chart
from core.exports.report.flow import add_flow
from core.exports.report.grid import HEIGHT, MARGIN, NOTE_POINTS, WIDTH, Grid, note_height
from core.exports.report.model import Report, ReportFigure, Section
from core.exports.report.native import native_chart
from core.exports.report.slide_type import typed
from core.exports.tables.table import Table
from core.text.catalogue import text

MOST_SLIDES = 5
"""Slides of a table; the workbook has the other rows."""
SENTENCES = 6
FIXED = datetime(2000, 1, 1)


def slides_bytes(reports: Sequence[Report]) -> bytes:
    """The reports one after the other in one presentation."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    properties = deck.core_properties
    properties.title = reports[0].title
    properties.author = properties.last_modified_by = ""
    properties.created = properties.modified = FIXED
    for report in reports:
        _Slides(deck, report).write()
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


class _Slides:
    def __init__(self, deck: Any, report: Report) -> None:
        self.deck = deck
        self.report = report

    def write(self) -> None:
        slide = self._slide(self.report.title)
        self._lines(slide, [*self.report.facts, *(one.title for one in self.report.sections)], 16)
        for section in self.report.sections:
            self._section(section)

    def _slide(self, title: str) -> Any:
        # The sixth layout has a title only; it makes the slide findable and read aloud.
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        shape = slide.shapes.title
        shape.left, shape.top = Inches(MARGIN), Inches(0.3)
        shape.width, shape.height = Inches(WIDTH - 2 * MARGIN), Inches(0.8)
        frame = shape.text_frame
        frame.word_wrap = True
        typed(frame.paragraphs[0], title, 24, bold=True)
        frame.paragraphs[0].alignment = 1
        return slide

    def _lines(self, slide: Any, lines: Sequence[str], size: float, top: float = 1.3) -> None:
        box = slide.shapes.add_textbox(
            Inches(MARGIN), Inches(top), Inches(WIDTH - 2 * MARGIN), Inches(HEIGHT - top - 0.3)
        )
        frame = box.text_frame
        frame.word_wrap = True
        for position, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(size / 2)
            typed(paragraph, line, size)

    def _section(self, section: Section) -> None:
        sentences = [self.report.plain(pieces) for pieces in section.paragraphs]
        # A slide holds some 900 letters at 16 points; Chinese takes twice the width.
        wide = 2 if self.report.language == "zh" else 1
        page: list[str] = []
        for sentence in sentences:
            letters = sum(map(len, page)) + len(sentence)
            if page and (len(page) == SENTENCES or letters * wide > 1300):
                self._lines(self._slide(section.title), page, 16)
                page = []
            page.append(sentence)
        if page:
            self._lines(self._slide(section.title), page, 16)
        for block in section.blocks:
            if isinstance(block, Table):
                self._table(block)
            else:
                self._figure(block)

    def _table(self, table: Table) -> None:
        title = self.report.heading(table)
        headers = [str(one) for one in table.frame.columns]
        grid = Grid(headers, table.frame.to_numpy().tolist())
        pages, left_out = grid.pages(MOST_SLIDES)
        language = self.report.language
        notes = list(table.notes)
        if left_out:
            notes.insert(0, text("report.word.rest", language, n=left_out))
        slide = None
        for position, page in enumerate(pages):
            slide = self._slide(self._continued(title, position))
            grid.draw(slide, page)
        if not notes:
            return
        if slide is None or grid.bottom(pages[-1]) + note_height(notes) > HEIGHT - 0.1:
            slide = self._slide(self._continued(title, len(pages)))
            self._notes(slide, notes, 1.3)
        else:
            self._notes(slide, notes, HEIGHT - 0.1 - note_height(notes))

    def _continued(self, title: str, position: int) -> str:
        if not position:
            return title
        return text("report.word.continued", self.report.language, title=title, n=position)

    def _notes(self, slide: Any, notes: Sequence[str], top: float) -> None:
        """Small lines; their height is known beforehand."""
        box = slide.shapes.add_textbox(
            Inches(MARGIN), Inches(top), Inches(WIDTH - 2 * MARGIN), Inches(note_height(notes))
        )
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_top = frame.margin_bottom = 0
        for position, note in enumerate(notes):
            paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
            typed(paragraph, note, NOTE_POINTS)

    def _figure(self, figure: ReportFigure) -> None:
        slide = self._slide(self.report.heading(figure))
        chart = native_chart(figure.figure)
        notes = list(figure.notes)
        language = self.report.language
        if chart is not None:
            notes = [*chart.below, *notes]
            if chart.shown_of is not None:
                shown, total = chart.shown_of
                notes.append(text("report.word.thinned", language, shown=shown, total=total))
        high = HEIGHT - 0.1 - note_height(notes) - TOP
        if chart is None:
            add_flow(slide, figure.figure, high)
        else:
            add_chart(slide, chart, figure.alt or figure.title, high)
        if notes:
            self._notes(slide, notes, HEIGHT - 0.1 - note_height(notes))
