"""The report as a workbook: each table, the numbers behind each figure, the sentences."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from core.exports.report.model import Report, ReportFigure
from core.exports.tables.table import Table
from core.exports.workbook import FIXED, neutral

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_WIDEST = 60.0


def book_bytes(reports: Sequence[Report]) -> bytes:
    """One sheet a table and one a figure; text is text, never a formula or a link."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        },
    )
    book.set_properties({"created": FIXED, "title": reports[0].title})
    _Book(book).write(reports)
    book.close()
    return stream.getvalue()


class _Book:
    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "font_size": 12})
        self.head = book.add_format({"bold": True, "bottom": 1, "top": 2, "text_wrap": True})
        self.cell = book.add_format({"text_wrap": True, "valign": "top"})
        self.note = book.add_format({"italic": True, "font_size": 9})
        self.count = 0

    def write(self, reports: Sequence[Report]) -> None:
        for report in reports:
            self._words(report)
            for table in report.tables():
                self._table(table)
            for figure in report.figures():
                self._figure(figure, report)

    def _sheet(self, title: str) -> Any:
        self.count += 1
        name = _FORBIDDEN.sub(" ", neutral(title))
        return self.book.add_worksheet(f"{self.count} {name}"[:31].strip())

    def _words(self, report: Report) -> None:
        sheet = self._sheet(report.words["contents"])
        sheet.set_column(0, 0, 110)
        lines = [(report.title, self.bold), *((fact, self.cell) for fact in report.facts)]
        for section in report.sections:
            lines += [("", self.cell), (section.title, self.bold)]
            lines += [(report.plain(pieces), self.cell) for pieces in section.paragraphs]
            for block in section.blocks:
                lines.append((report.heading(block), self.cell))
        for row, (words, look) in enumerate(lines):
            sheet.write_string(row, 0, neutral(words), look)

    def _table(self, table: Table) -> None:
        sheet = self._sheet(table.title)
        sheet.write_string(0, 0, neutral(table.title), self.bold)
        for column, header in enumerate(table.frame.columns):
            sheet.write_string(2, column, neutral(str(header)), self.head)
            longest = max([len(str(header)), *(len(v) for v in table.frame.iloc[:, column])])
            sheet.set_column(column, column, min(max(10.0, 1.3 * longest), _WIDEST))
        for row, line in enumerate(table.frame.itertuples(index=False), start=3):
            for column, value in enumerate(line):
                sheet.write_string(row, column, neutral(str(value)), self.cell)
        for offset, sentence in enumerate(table.notes):
            sheet.write_string(4 + len(table.frame) + offset, 0, neutral(sentence), self.note)
        sheet.freeze_panes(3, 1)

    def _figure(self, figure: ReportFigure, report: Report) -> None:
        sheet = self._sheet(report.heading(figure))
        sheet.write_string(0, 0, neutral(figure.title), self.bold)
        for column, header in enumerate(figure.data.headers):
            sheet.write_string(2, column, neutral(header), self.head)
            sheet.set_column(column, column, 36 if column < 1 else 14)
        for row, line in enumerate(figure.data.rows, start=3):
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(row, column, neutral(value), self.cell)
                elif value is not None:
                    sheet.write_number(row, column, value)
        sheet.freeze_panes(3, 1)
