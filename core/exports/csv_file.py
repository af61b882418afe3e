"""A printed table as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import re

from core.exports.tables.table import Table
from core.exports.workbook import neutral

_RUNS = re.compile(r"^(?:[=@\t\r]|[+-](?![\d.]+\s?%?$))")


def guarded(value: str) -> str:
    """A cell that can't be a formula: an apostrophe stands before one.

    >>> guarded("=1+1"), guarded("+12.0%"), guarded("-x")
    ("'=1+1", '+12.0%', "'-x")
    """
    clean = neutral(value)
    return f"'{clean}" if _RUNS.match(clean) else clean


def csv_bytes(table: Table) -> bytes:
    """Header and cells in UTF-8 with the mark by which Excel recognises it."""
    frame = table.frame.map(guarded)
    frame.columns = frame.columns.map(guarded)
    return str(frame.to_csv(index=False, lineterminator="\r\n")).encode("utf-8-sig")
