"""The sheet of study settings: key and value side by side, or a header above its value."""

from __future__ import annotations

from datetime import date

from core.intake.cells import Cell, Sheet, cell_text, is_empty
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
