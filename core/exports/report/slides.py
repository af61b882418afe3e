"""The report as slides: tables and charts that PowerPoint itself can edit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.util import Inches, Pt

from core.exports.report.chart import add_chart
from core.exports.report.model import Report, ReportFigure, Section
from core.exports.report.native import NativeChart, native_chart
from core.exports.report.slide_type import fill_grid, typed
from core.exports.tables.table import Table
from core.text.catalogue import text

WIDTH, HEIGHT = 13.333, 7.5
MARGIN = 0.55
ROWS, MOST_SLIDES = 12, 4
"""Rows of a table on a slide, and slides of a table; the workbook has the others."""
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
        rows = table.frame.to_numpy().tolist()
        pages = [rows[at : at + ROWS] for at in range(0, len(rows), ROWS)][:MOST_SLIDES]
        language = self.report.language
        left_out = len(rows) - sum(map(len, pages))
        for position, page in enumerate(pages):
            shown = title
            if position:
                shown = text("report.word.continued", language, title=title, n=position)
            slide = self._slide(shown)
            self._grid(slide, list(table.frame.columns), page)
            if position == len(pages) - 1 and left_out:
                rest = text("report.word.rest", language, n=left_out)
                self._lines(slide, [rest], 11, top=HEIGHT - 0.6)

    def _grid(self, slide: Any, headers: list[str], rows: list[list[str]]) -> None:
        columns = len(headers)
        width = Inches(WIDTH - 2 * MARGIN)
        shape = slide.shapes.add_table(
            1, columns, Inches(MARGIN), Inches(1.25), width, Inches(0.3 * (len(rows) + 1))
        )
        grid = shape.table
        size = 8 if columns > 9 else 10 if columns > 5 else 12
        lengths = [
            min(max(_width(line[column]) for line in [headers, *rows]) + 3, 44)
            for column in range(columns)
        ]
        for column, length in enumerate(lengths):
            grid.columns[column].width = int(width * length / sum(lengths))
        fill_grid(grid, [headers, *rows], size)

    def _figure(self, figure: ReportFigure) -> None:
        slide = self._slide(self.report.heading(figure))
        chart: NativeChart | None = native_chart(figure.figure)
        notes = list(figure.notes)
        if chart is not None:
            add_chart(slide, chart, figure.alt or figure.title)
            if chart.shown_of is not None:
                shown, total = chart.shown_of
                words = text("report.word.thinned", self.report.language, shown=shown, total=total)
                notes.append(words)
        if notes:
            self._lines(slide, notes, 11, top=HEIGHT - 0.75)


def _width(words: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in words)
