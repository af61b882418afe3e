"""Where the table lies on a sheet: header row, data rows, and what stands around them.

Title rows above the header, group headers, a second header row, notes and totals below are
found by what is recognised, and reported; nothing is dropped without a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.intake.cells import Sheet, SheetRow, cell_text, excel_column, full_text, is_empty
from core.intake.findings import note, problem, with_facts
from core.intake.header_text import is_known_header, is_of_standard, readings, recognised_headers
from core.intake.identity import identifier_in
from core.intake.other_rows import cell_at, headings, is_notes_row, is_total, left_out_row
from core.results.common import Finding, Severity
from core.rules.columns import RUNNING_NUMBER, headers_of

_HEADER_SEARCH_LINES = 40


@dataclass(frozen=True, slots=True)
class RawTable:
    """A sheet's rows as read, before its header is found."""

    name: str
    file: str
    rows: Sequence[SheetRow]
    findings: Sequence[Finding] = ()
    merged: Mapping[int, frozenset[int]] | None = None
    is_text: bool = True


def _filled(row: SheetRow) -> bool:
    return not all(map(is_empty, row.cells))


def _header_index(rows: Sequence[SheetRow]) -> int | None:
    """The row with most recognised headers among the first ones; the first of equals."""
    best, best_score = None, 0
    for index, row in enumerate(rows[:_HEADER_SEARCH_LINES]):
        if is_of_standard(row.cells):
            return index  # its short names are known less well than the words among its data
        score = recognised_headers(row.cells)
        if score > best_score:
            best, best_score = index, score
    if best is None:
        return next((i for i, row in enumerate(rows[:_HEADER_SEARCH_LINES]) if _filled(row)), None)
    return best


def _id_column(row: SheetRow) -> int | None:
    """The column whose header names the patient, a running number at need."""
    for field in ("patient_id", RUNNING_NUMBER):
        for position, cell in enumerate(row.cells):
            if isinstance(cell, str) and any(
                headers_of("patients").get(r.key) == field for r in readings(cell)
            ):
                return position
    return None


def _second_header(upper: SheetRow, lower: SheetRow, id_column: int | None) -> bool:
    """Whether the row below the header completes it: its patient cell is empty, the rest names."""
    if id_column is None or not is_empty(cell_at(lower, id_column)):
        return False
    cells = [cell for cell in lower.cells if not is_empty(cell)]
    if len(cells) < 2 or not all(isinstance(cell, str) for cell in cells):
        return False
    return recognised_headers(cells) * 2 >= len(cells)


def _completes(upper: SheetRow, lower: SheetRow) -> bool:
    """Whether the row with most headers is only the second of two: the first names the patient."""
    id_column = _id_column(upper)
    return _id_column(lower) is None and _second_header(upper, lower, id_column)


def _joined(upper: SheetRow, lower: SheetRow) -> SheetRow:
    width = max(len(upper.cells), len(lower.cells))
    cells = [
        cell_at(upper, i) if is_empty(cell_at(lower, i)) else cell_at(lower, i)
        for i in range(width)
    ]
    return SheetRow(lower.line, tuple(cells))


def _title(row: SheetRow) -> str:
    title = next(cell for cell in row.cells if not is_empty(cell))
    return "…" if identifier_in(title) else cell_text(title)


def make_sheet(raw: RawTable) -> Sheet:
    """The sheet with its header and data rows told apart."""
    findings = [replace(f, sheet=raw.name) for f in raw.findings]
    index = _header_index(raw.rows)
    if index is None:
        return Sheet(raw.name, 0, (), (), findings=tuple(findings), file=raw.file)
    if index and _completes(raw.rows[index - 1], raw.rows[index]):
        index -= 1
    header = raw.rows[index]
    id_column = _id_column(header)
    body = list(raw.rows[index + 1 :])
    above = [row for row in raw.rows[:index] if _filled(row)]
    if body and _second_header(header, body[0], id_column):
        findings.append(
            with_facts(
                problem(Severity.WARNING, "header_two_rows", sheet=raw.name, row=header.line),
                second=body[0].line,
            )
        )
        header = _joined(header, body.pop(0))
    elif above:
        findings.append(
            with_facts(
                problem(Severity.WARNING, "header_below_title", sheet=raw.name, row=header.line),
                n=len(above),
                title=_title(above[0]),
            )
        )
    elif id_column is None or not recognised_headers(header.cells):
        findings.append(note("header_not_recognised", sheet=raw.name, row=header.line))
    rows, more = _data_rows(raw, header, body, id_column)
    positions = _used_columns(header, rows)
    shaped, shape = _shaped(raw, header, rows, positions)
    headers = tuple(
        " ".join(full_text(cell_at(header, p)).split()) if p < len(header.cells) else ""
        for p in positions
    )
    merged = raw.merged or {}
    return Sheet(
        raw.name,
        header.line,
        headers,
        tuple(shaped),
        tuple(row.cells for row in above),
        (*findings, *more, *shape, *_blank_headers(raw.name, header, headers, positions)),
        {new: merged[old] for new, old in enumerate(positions) if old in merged},
        raw.file,
        raw.is_text,
    )


def _data_rows(
    raw: RawTable, header: SheetRow, body: list[SheetRow], id_column: int | None
) -> tuple[list[SheetRow], list[Finding]]:
    """Rows that hold data; repeated headers, notes and totals are named and left out."""
    repeated = [row for row in body if row.cells == header.cells]
    findings: list[Finding] = [
        problem(Severity.WARNING, "header_repeated", sheet=raw.name, row=row.line)
        for row in repeated
    ]
    blank = [row.line for row in body if not _filled(row)]
    left_out = {*blank, *(row.line for row in repeated)}
    rows = [row for row in body if row.line not in left_out]
    totals = [row for row in rows[:-1] if is_total(row, id_column)]
    if totals:
        findings += [left_out_row(raw.name, row) for row in totals]
        left_out.update(row.line for row in totals)
        rows = [row for row in rows if row.line not in left_out]
    while rows and is_notes_row(rows[-1], id_column):
        findings.append(left_out_row(raw.name, rows.pop()))
    lines = headings(rows, id_column)
    if lines:
        findings += [
            left_out_row(raw.name, row, "heading_row_left_out") for row in rows if row.line in lines
        ]
        rows = [row for row in rows if row.line not in lines]
    if rows:
        between = [line for line in blank if line < rows[-1].line]
        if between:
            findings.append(
                with_facts(note("empty_rows", sheet=raw.name, row=between[0]), n=len(between))
            )
    return rows, findings


def _used_columns(header: SheetRow, rows: list[SheetRow]) -> list[int]:
    """Columns with a header or with data, so far as the header reaches."""
    width = len(header.cells)
    while (
        width
        and is_empty(header.cells[width - 1])
        and not any(not is_empty(cell_at(row, width - 1)) for row in rows)
    ):
        width -= 1
    return [
        position
        for position in range(width)
        if not is_empty(header.cells[position])
        or any(not is_empty(cell_at(row, position)) for row in rows)
    ]


def _shaped(
    raw: RawTable, header: SheetRow, rows: list[SheetRow], positions: list[int]
) -> tuple[list[SheetRow], list[Finding]]:
    """Rows cut to the header's columns; rows that are longer or shorter are named."""
    width = len(header.cells)
    shaped: list[SheetRow] = []
    findings: list[Finding] = []
    longer = [row for row in rows if len(row.cells) > width]
    if longer and all(is_empty(cell) for row in longer for cell in row.cells[width:]):
        findings.append(
            with_facts(
                problem(Severity.WARNING, "rows_longer_empty", sheet=raw.name, row=longer[0].line),
                n=len(longer),
            )
        )
    moved = {old: new for new, old in enumerate(positions)}
    all_used = positions == list(range(width))
    for row in rows:
        if all_used and len(row.cells) == width and not row.problems:
            shaped.append(row)
            continue
        problems = [
            _at_column(finding, moved) for finding in row.problems if _position(finding) in moved
        ]
        extra = [cell for cell in row.cells[width:] if not is_empty(cell)]
        if extra:
            problems.append(
                with_facts(
                    problem(
                        Severity.ERROR, "row_too_long", sheet=raw.name, row=row.line,
                        value=cell_text(extra[0]),
                    ),
                    found=len(row.cells), expected=width,
                )
            )  # fmt: skip
        elif raw.is_text and len(row.cells) < width:
            problems.append(
                with_facts(
                    problem(Severity.ERROR, "row_too_short", sheet=raw.name, row=row.line),
                    found=len(row.cells), expected=width,
                )
            )  # fmt: skip
        shaped.append(
            SheetRow(row.line, tuple(cell_at(row, p) for p in positions), tuple(problems))
        )
    return shaped, findings


def _position(finding: Finding) -> int:
    return int(dict(finding.facts).get("position") or 0)


def _at_column(finding: Finding, moved: Mapping[int, int]) -> Finding:
    return with_facts(finding, position=moved[_position(finding)])


def _blank_headers(
    sheet: str, header: SheetRow, headers: tuple[str, ...], positions: list[int]
) -> list[Finding]:
    return [
        with_facts(
            problem(Severity.WARNING, "header_blank", sheet=sheet, row=header.line),
            letter=excel_column(position),
        )
        for text, position in zip(headers, positions, strict=True)
        if not text
    ]


def has_known_headers(sheet: Sheet) -> bool:
    """Whether any column of the sheet is known."""
    return any(is_known_header(header) for header in sheet.headers)
