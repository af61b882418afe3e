"""The sheet of study settings: key and value side by side, or a header above its value.

A table of patients may also state the data cut-off in a column, the same in each row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from core.intake.cells import Cell, Sheet, SheetRow, cell_text, is_empty
from core.intake.cut import cut_columns
from core.intake.dates import read_date
from core.intake.findings import with_facts
from core.intake.header_text import readings
from core.results.common import Finding, Severity
from core.rules.columns import STUDY, headers_of


def _is_cutoff(cell: Cell) -> bool:
    known = headers_of(STUDY)
    return isinstance(cell, str) and any(known.get(r.key) == "data_cutoff" for r in readings(cell))


def read_cutoff(sheet: Sheet) -> tuple[date | None, list[Finding]]:
    """The data cut-off that a sheet of study settings states; None if it states none."""
    lines: list[tuple[int, tuple[Cell, ...]]] = [
        *((0, cells) for cells in sheet.preface),
        (sheet.header_line, sheet.headers),
        *((row.line, row.cells) for row in sheet.rows),
    ]
    for index, (line, cells) in enumerate(lines):
        for position, cell in enumerate(cells):
            if not _is_cutoff(cell):
                continue
            beside = [c for c in cells[position + 1 :] if not is_empty(c)]
            below = [c for _, row in lines[index + 1 :] for c in row[position : position + 1]]
            for found in (*beside[:1], *below[:1]):
                value = read_date(found)
                if isinstance(value.value, date):
                    return value.value, []
            wrong = next((c for c in (*beside, *below) if not is_empty(c)), None)
            if wrong is None:
                return None, []
            finding = Finding(
                Severity.WARNING, "cutoff_unreadable", STUDY, sheet.name, line or None,
                cell_text(cell), cell_text(wrong),
            )  # fmt: skip
            return None, [with_facts(finding)]
    return None, []


def _cutoff_column(sheet: Sheet) -> tuple[int, SheetRow] | None:
    """The column that states one date in all rows that fill it, and the first such row."""
    known = headers_of("patients")
    names = {known.get(r.key) for header in sheet.headers for r in readings(header)}
    if "patient_id" not in names:
        return None
    for at, header in enumerate(sheet.headers):
        if not _is_cutoff(header):
            continue
        filled = [row for row in sheet.rows if not is_empty(row.cells[at])]
        dates = {read_date(row.cells[at]).value for row in filled}
        if len(dates) == 1 and isinstance(next(iter(dates)), date):
            return at, filled[0]
    return None


def with_settings_apart(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The sheets, a data cut-off that stands in a column of patients as a sheet of settings."""
    made: list[Sheet] = []
    for sheet in sheets:
        found = _cutoff_column(sheet)
        if found is None:
            made.append(sheet)
            continue
        at, first = found
        made.append(cut_columns(sheet, [i for i in range(len(sheet.headers)) if i != at]))
        stated = SheetRow(first.line, (first.cells[at],))
        made.append(Sheet(STUDY, 0, (sheet.headers[at],), (stated,), file=sheet.file))
    return made
