"""Sheets as the user wrote them, for writing them again with remarks; no personal identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from core.intake.cells import Cell, Sheet, full_text, is_empty
from core.intake.columns import recognise_columns
from core.intake.identity import commonest_identifier, identifier_in
from core.results.intake import Confidence, ShownCell, ShownRow, ShownSheet


def _shown(cell: Cell) -> ShownCell:
    if is_empty(cell) or identifier_in(cell):
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

    Columns that identify a person, by their header or by their values, are left empty, and so
    is any single cell that holds an identity number, phone number or e-mail address.

    Args:
        sheets: as ``read_files`` gives them.
    """
    found = []
    for sheet in sheets:
        hidden = {
            match.position
            for match in recognise_columns(sheet).columns
            if match.confidence is Confidence.IDENTIFIER
            or commonest_identifier(row.cells[match.position] for row in sheet.rows)
        }
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
