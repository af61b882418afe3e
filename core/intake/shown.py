"""Sheets as the user wrote them, for writing them again with remarks; no personal identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from core.intake.cells import Cell, Sheet, full_text, is_empty
from core.intake.columns import names_a_person, recognise_columns
from core.intake.identity import filled_cells
from core.intake.personal_text import kind_of
from core.intake.pseudonyms import Pseudonyms, new_key
from core.intake.screening import screen
from core.results.decisions import NO_DECISIONS
from core.results.intake import ColumnMatch, Confidence, ShownCell, ShownRow, ShownSheet


def _shown(cell: Cell) -> ShownCell:
    if is_empty(cell):
        return None
    if cell is None or isinstance(cell, str | int | float | datetime | date):
        return cell
    return full_text(cell)


def _above(sheet: Sheet) -> tuple[ShownRow, ...]:
    # The lines of these rows aren't kept; they stand right above the header.
    first = max(1, sheet.header_line - len(sheet.preface))
    return tuple(
        ShownRow(line, tuple(_shown(cell) for cell in cells))
        for line, cells in enumerate(sheet.preface, start=first)
        if line < sheet.header_line
    )


def shown_sheets(sheets: Sequence[Sheet]) -> tuple[ShownSheet, ...]:
    """The sheets of an upload as plain rows at their lines.

    Columns that identify a person, by their header or by their values, are left empty, and
    identifiers within single cells are taken out.

    Args:
        sheets: as ``read_files`` gives them.
    """
    mappings = [recognise_columns(sheet) for sheet in sheets]
    screened = screen(sheets, mappings, NO_DECISIONS, Pseudonyms(new_key()))
    found = []
    for sheet, mapping in zip(screened.sheets, screened.mappings, strict=True):
        hidden = {match.position for match in mapping.columns if _is_hidden(sheet, match)}
        rows = tuple(
            ShownRow(
                row.line,
                tuple(
                    None if position in hidden else _shown(cell)
                    for position, cell in enumerate(row.cells)
                ),
            )
            for row in sheet.rows
        )
        names = tuple(sheet.headers[position] for position in sorted(hidden))
        found.append(
            ShownSheet(sheet.name, _above(sheet), sheet.header_line, sheet.headers, rows, names)
        )
    return tuple(found)


def _is_hidden(sheet: Sheet, match: ColumnMatch) -> bool:
    if match.confidence is Confidence.IDENTIFIER or match.field == "birth_date":
        return True
    is_key = match.used and match.field == "patient_id"
    if is_key and names_a_person(match.header):
        return True
    return is_key and bool(kind_of(filled_cells(row.cells[match.position] for row in sheet.rows)))
