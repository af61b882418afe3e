"""The report as a Word file: three-line tables, numbered captions, cross-references."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from core.exports.report.columns import column_widths
from core.exports.report.model import Kind, Paragraph, Reference, Report, ReportFigure
from core.exports.report.pages import WIDE, figure_height, turned_pages
from core.exports.report.parts import parts
from core.exports.report.word_parts import (
    bookmark,
    field,
    fill_table,
    repeat_header,
    set_fonts,
    three_lines,
    write_simplified,
)
from core.exports.tables.table import Table
from core.exports.workbook import neutral

FIGURE_MM, MARGIN_MM = 160, 22
FONTS = parts("fonts")
FIXED = datetime(2000, 1, 1)
"""Creation date of every file, so that equal reports give equal contents."""
_SEQUENCE = {"table": "Table", "figure": "Figure"}

Pictures = Mapping[tuple[str, str], bytes]
"""(language, figure's name) -> PNG; a figure that isn't drawn is absent."""


def word_bytes(reports: Sequence[Report], pictures: Pictures) -> bytes:
    """The reports one after the other in one document."""
    document = Document()
    _styles(document)
    properties = document.core_properties
    properties.title = reports[0].title
    properties.author = properties.last_modified_by = ""
    properties.comments = ""
    properties.created = properties.modified = FIXED
    for position, report in enumerate(reports):
        if position:
            document.add_page_break()
        _Writer(document, report, pictures).write()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _styles(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(MARGIN_MM)
    section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
    write_simplified(document.styles.element)
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    set_fonts(normal.element, FONTS["latin"], FONTS["chinese"])
    normal.paragraph_format.space_after = Pt(4)
    for level, size in ((0, 18), (1, 14), (2, 12)):
        style = document.styles["Title" if level == 0 else f"Heading {level}"]
        style.font.size = Pt(size)
        style.font.bold = True
        style.font.color.rgb = RGBColor(0, 0, 0)
        set_fonts(style.element, FONTS["latin"], FONTS["chinese_heading"])
    caption = document.styles["Caption"]
    caption.font.size = Pt(10)
    caption.paragraph_format.space_before = Pt(8)
    caption.font.bold = True
    caption.font.italic = False
    caption.font.color.rgb = RGBColor(0, 0, 0)
    set_fonts(caption.element, FONTS["latin"], FONTS["chinese_heading"])


class _Writer:
    """One report in one language."""

    def __init__(self, document: WordDocument, report: Report, pictures: Pictures) -> None:
        self.document = document
        self.report = report
        self.pictures = pictures
        self.is_wide = False

    def write(self) -> None:
        self.document.add_paragraph(neutral(self.report.title), style="Title")
        for fact in self.report.facts:
            self.document.add_paragraph(neutral(fact)).paragraph_format.space_after = Pt(0)
        for section, turned in zip(self.report.sections, turned_pages(self.report), strict=True):
            self._turn(turned.heading)
            self.document.add_heading(section.title, level=1)
            for pieces in section.paragraphs:
                self._sentence(pieces)
            for block, is_turned in zip(section.blocks, turned.blocks, strict=True):
                self._turn(is_turned)
                if isinstance(block, Table):
                    self._table(block)
                else:
                    self._figure(block)
        self._turn(False)

    def _turn(self, is_wide: bool) -> None:
        if is_wide == self.is_wide:
            return
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        width, height = (Mm(297), Mm(210)) if is_wide else (Mm(210), Mm(297))
        section.page_width, section.page_height = width, height
        self.is_wide = is_wide

    def _sentence(self, pieces: Paragraph) -> None:
        paragraph = self.document.add_paragraph()
        for piece in pieces:
            if isinstance(piece, str):
                paragraph.add_run(neutral(piece))
            elif self.report.number(piece) is None:
                paragraph.add_run(self.report.mentioned(piece))
            else:
                shown = self.report.mentioned(piece)
                field(paragraph, f"REF {self._anchor(piece)} \\h", shown)

    def _anchor(self, reference: Reference) -> str:
        return f"{reference.kind}_{reference.name}_{self.report.language}"

    def _caption(self, kind: Kind, name: str, title: str) -> WordParagraph:
        """``Table`` + a numbering field + title; the number is marked for references."""
        reference = Reference(kind, name)
        number = self.report.number(reference)
        paragraph = self.document.add_paragraph(style="Caption")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        with bookmark(paragraph, self._anchor(reference)):
            paragraph.add_run(f"{self.report.words[kind]} ")
            # Each language counts from 1: the first of its captions sets the counter back.
            restart = " \\r 1" if number == 1 else ""
            field(paragraph, f"SEQ {_SEQUENCE[kind]} \\* ARABIC{restart}", str(number))
        paragraph.add_run(f"  {neutral(title)}")
        return paragraph

    def _table(self, table: Table) -> None:
        columns = len(table.frame.columns)
        caption = self._caption("table", table.name, table.title)
        caption.paragraph_format.keep_with_next = True
        if not len(table.frame):
            return
        size = 7.5 if columns > WIDE else 8.5 if columns > 5 else 9.5
        drawn = self.document.add_table(rows=0, cols=columns)
        headers = [str(one) for one in table.frame.columns]
        rows = [[str(one) for one in row] for row in table.frame.to_numpy().tolist()]
        shares = column_widths(headers, rows)
        room = (297 if self.is_wide else 210) - 2 * MARGIN_MM
        widths = [room * share / sum(shares) for share in shares]
        fill_table(drawn, [headers, *rows], size, widths)
        three_lines(drawn)
        repeat_header(drawn.rows[0])
        for note in table.notes:
            self._note(note)

    def _note(self, words: str) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(neutral(words)).font.size = Pt(8)

    def _figure(self, figure: ReportFigure) -> None:
        picture = self.pictures.get((self.report.language, figure.name))
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        if picture is None:
            paragraph.add_run(self.report.words["no_browser"])
        else:
            shape = paragraph.add_run().add_picture(io.BytesIO(picture), width=Mm(FIGURE_MM))
            high = figure_height(FIGURE_MM, shape.height / shape.width)
            shape.width, shape.height = (
                Mm(high * shape.width / shape.height),
                Mm(high),
            )
            shape._inline.docPr.set("descr", figure.alt or figure.title)
        self._caption("figure", figure.name, figure.title)
        for note in figure.notes:
            self._note(note)
