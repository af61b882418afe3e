"""Clinical files of cBioPortal: the patients' attributes, without the lines that describe them.

Source: cBioPortal, docs/File-Formats.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.intake.cells import Cell, Sheet, cell_text, full_text
from core.intake.findings import note
from core.intake.header_text import CBIOPORTAL_KEY

_SAMPLE_KEY = "SAMPLE_ID"
_META_KEYS = ("cancer_study_identifier:", "type_of_cancer:")
_OF_SHAPE = frozenset({"header_below_title", "header_not_recognised"})
_NOT_AVAILABLE = frozenset(
    {"[Not Available]", "[Not Applicable]", "[Pending]", "[Discrepancy]", "[Completed]", "[Null]"}
)


def _is_described(sheet: Sheet) -> bool:
    """Whether there is an attribute line, and nothing but lines with # above it."""
    first = [full_text(next(iter(cells), None)) for cells in sheet.preface]
    return bool(first) and all(cell.startswith("#") for cell in first)


def _is_meta(sheet: Sheet) -> bool:
    cells = [*sheet.headers, *(full_text(cell) for row in sheet.rows for cell in row.cells)]
    above = [full_text(cell) for cells_above in sheet.preface for cell in cells_above]
    return any(cell.startswith(_META_KEYS) for cell in (*above, *cells[:40]))


def _without_marks(sheet: Sheet) -> Sheet:
    def cell(value: Cell) -> Cell:
        return None if isinstance(value, str) and value.strip() in _NOT_AVAILABLE else value

    rows = tuple(replace(row, cells=tuple(map(cell, row.cells))) for row in sheet.rows)
    kept = tuple(finding for finding in sheet.findings if finding.code not in _OF_SHAPE)
    said = note("cbioportal_read", sheet=sheet.name, row=sheet.header_line)
    return replace(sheet, rows=rows, preface=(), findings=(said, *kept))


def from_cbioportal(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets, clinical data of cBioPortal without the lines that describe the columns.

    Beside a patient file, the meta files and the sample file are left out, which is said.
    Other sheets come back unchanged.
    """
    described = [sheet for sheet in sheets if _is_described(sheet)]
    patients = [
        sheet
        for sheet in described
        if CBIOPORTAL_KEY in sheet.headers and _SAMPLE_KEY not in sheet.headers
    ]
    if not patients:
        return list(sheets)
    made: list[Sheet] = []
    left: list[str] = []
    for sheet in sheets:
        if sheet in patients:
            made.append(_without_marks(sheet))
        elif sheet in described or _is_meta(sheet):
            left.append(sheet.name)
        else:
            made.append(sheet)
    if left:
        at = next(at for at, sheet in enumerate(made) if sheet.preface == ())
        said = note("cbioportal_left_out", sheet=cell_text(", ".join(left)))
        made[at] = replace(made[at], findings=(*made[at].findings, said))
    return made
