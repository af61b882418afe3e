"""Printed tables as an Excel workbook; nothing in it can run as a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter

from core.exports.tables.table import Table

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
FIXED = datetime(2000, 1, 1)
"""Creation date of every workbook, so that equal tables give equal bytes."""
_WIDEST = 60


def neutral(value: str) -> str:
    """A cell's text without control characters; written as text, so never a formula.

    >>> neutral("=1+1")
    '=1+1'
    >>> neutral("a\\x00b")
    'ab'
    """
    return _CONTROL.sub("", value)


def workbook_bytes(tables: Sequence[Table]) -> bytes:
    """One sheet a table: title, header, cells, notes.

    Every cell is written as a string: ``=``, ``+``, ``-`` or ``@`` at its start stays text.
    """
    stream = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": FIXED})
    bold = book.add_format({"bold": True, "font_size": 12})
    head = book.add_format({"bold": True, "bottom": 1, "top": 2, "text_wrap": True})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    note = book.add_format({"italic": True, "font_size": 9})
    for number, table in enumerate(tables, start=1):
        name = _FORBIDDEN.sub(" ", table.title)[:28].strip()
        sheet = book.add_worksheet(f"{number} {name}"[:31])
        sheet.write_string(0, 0, neutral(table.title), bold)
        for column, header in enumerate(table.frame.columns):
            sheet.write_string(2, column, neutral(str(header)), head)
            longest = max([len(str(header)), *(len(v) for v in table.frame.iloc[:, column])])
            sheet.set_column(column, column, min(max(10, 1.3 * longest), _WIDEST))
        for row, line in enumerate(table.frame.itertuples(index=False), start=3):
            for column, value in enumerate(line):
                sheet.write_string(row, column, neutral(str(value)), cell)
        for offset, sentence in enumerate(table.notes):
            sheet.write_string(4 + len(table.frame) + offset, 0, neutral(sentence), note)
        sheet.freeze_panes(3, 1)
    book.close()
    return stream.getvalue()
