"""Rows of a sheet that are no data: totals, notes, headings between the rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from core.intake.cells import Cell, SheetRow, cell_text, is_empty
from core.intake.findings import problem
from core.results.common import Finding, Severity
from core.rules.values import word_key, words_of

# Without the sign between it is a patient's number.
_COUNT = re.compile(r"n[=:][0-9]+", re.ASCII)
_INITIALS = 4
"""So many Latin letters at most may be a patient's initials as well as a word like "max"."""
_LONG_NOTE = 40


def cell_at(row: SheetRow, position: int) -> Cell:
    """The cell at a position; None beyond the row's end."""
    return row.cells[position] if position < len(row.cells) else None


def is_notes_row(row: SheetRow, id_column: int | None) -> bool:
    """Whether the last row of a table is a note or total below the data."""
    filled = [cell for cell in row.cells if not is_empty(cell)]
    first = filled[0]
    if isinstance(first, str):
        key = word_key(first)
        if _COUNT.fullmatch(key):
            return True
        if _is_word_for_total(first, row):
            return True
        if any(key.startswith((f"{word}:", f"{word}：")) for word in words_of("notes_row")):
            return True
    alone = len(filled) == 1 and len(row.cells) > 2
    return alone and (
        id_column is None or is_empty(cell_at(row, id_column)) or len(str(first)) > _LONG_NOTE
    )


def is_total(row: SheetRow, id_column: int | None) -> bool:
    """Whether a row amid the data has a word such as "total" in the patient's place."""
    cell = cell_at(row, id_column) if id_column is not None else None
    return isinstance(cell, str) and _is_word_for_total(cell, row)


def _is_word_for_total(text: str, row: SheetRow) -> bool:
    key = word_key(text)
    if key not in words_of("notes_row"):
        return False
    if not key.isascii() or len(key) > _INITIALS:
        return True
    # Totals stand beside numbers; a person's row says something in words too.
    return not any(
        isinstance(cell, str) and cell != text and any(map(str.isalpha, cell)) for cell in row.cells
    )


def headings(rows: Sequence[SheetRow], id_column: int | None) -> frozenset[int]:
    """Lines that hold only words in the patient's place where the others have numbers.

    Words: without a digit where most numbers have one, or in Chinese where few numbers are.
    """
    if id_column is None:
        return frozenset()
    found = Counter(cell_at(row, id_column) for row in rows)
    texts = {cell: cell_text(cell) for cell in found if not is_empty(cell)}
    numbered = {cell for cell, text in texts.items() if any(map(str.isdigit, text))}
    total = sum(found[cell] for cell in texts)
    if sum(found[cell] for cell in numbered) * 2 < total:
        return frozenset()
    words = {cell for cell in texts if cell not in numbered}
    chinese = {cell for cell in numbered if _is_chinese(texts[cell])}
    if sum(found[cell] for cell in chinese) * 4 <= total:
        words |= chinese
    return frozenset(
        row.line
        for row in rows
        if cell_at(row, id_column) in words
        and len(row.cells) > 2
        and sum(not is_empty(cell) for cell in row.cells) == 1
    )


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def left_out_row(sheet: str, row: SheetRow, code: str = "notes_row_left_out") -> Finding:
    """That a row was left out, with its first cell."""
    first = next(cell for cell in row.cells if not is_empty(cell))
    return problem(Severity.WARNING, code, sheet=sheet, row=row.line, value=cell_text(first))
