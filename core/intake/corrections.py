"""Corrections and rows set aside laid over the sheets; the sheets stay as uploaded."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.intake.cells import Sheet, SheetRow, full_text
from core.intake.findings import problem, with_facts
from core.intake.identity import commonest_identifier, filled_cells, identifier_in
from core.intake.personal_text import taken_out
from core.results.common import Finding, FindingKind, Severity
from core.results.decisions import CellCorrection, Decisions, RowSetAside
from core.results.intake import Confidence, SheetMapping
from core.rules.columns import STUDY


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A row that a person set aside: index of its sheet, the row, and the finding that says so."""

    index: int
    row: SheetRow
    patient_id: str
    reason: Finding


@dataclass(frozen=True, slots=True)
class Decided:
    """The sheets as they are to be read."""

    sheets: tuple[Sheet, ...]
    kept_out: tuple[KeptOut, ...] = ()
    findings: tuple[Finding, ...] = ()
    """One a correction, and what could not be applied."""


def row_content(sheet: Sheet, row: SheetRow) -> str:
    """Digest of a row under its headers, to tell whether it is still the same.

    >>> sheet = Sheet("S", 1, ("id",), (SheetRow(2, ("A1",)), SheetRow(3, ("A1",))))
    >>> row_content(sheet, sheet.rows[0]) == row_content(sheet, sheet.rows[1])
    True
    """
    parts = (*sheet.headers, *map(full_text, row.cells))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def patient_of_row(mapping: SheetMapping, row: SheetRow) -> str:
    """The patient's number in a row, as found; "" if the sheet has no column for it."""
    for column in mapping.columns:
        if column.used and column.field == "patient_id":
            return full_text(row.cells[column.position]).strip()
    return ""


def corrected_position(
    sheet: Sheet, mapping: SheetMapping, row: SheetRow, correction: CellCorrection
) -> int | None:
    """The column whose cell a correction is about; None = no cell there says ``before`` any more.

    Of columns with the same header the one that is used is meant, then the first.
    """
    if correction.patient_id and correction.patient_id != patient_of_row(mapping, row):
        return None
    used = {column.position for column in mapping.columns if column.used}
    found = [
        position
        for position, header in enumerate(sheet.headers)
        if header == correction.column and full_text(row.cells[position]) == correction.before
    ]
    return min(found, key=lambda position: (position not in used, position), default=None)


def _is_personal(sheet: Sheet, mapping: SheetMapping, header: str) -> bool:
    """Whether a column of that header identifies a person; it can't be corrected by hand."""
    return any(
        column.header == header
        and (
            column.confidence is Confidence.IDENTIFIER
            or commonest_identifier(filled_cells(row.cells[column.position] for row in sheet.rows))
        )
        for column in mapping.columns
    )


def _shown(text: str) -> str:
    return "" if identifier_in(text) else text


def _not_applied(
    mapping: SheetMapping | None, correction: CellCorrection, found: str | None
) -> Finding:
    code = "correction_place_missing" if found is None else "correction_not_applied"
    place = problem(
        Severity.WARNING, code, table=mapping.table if mapping else "", sheet=correction.sheet,
        row=correction.row, column=correction.column, value=_shown(found or ""),
    )  # fmt: skip
    return with_facts(
        place, before=_shown(correction.before), after=_shown(correction.after),
        by=correction.signed.by,
    )  # fmt: skip


def _applied(mapping: SheetMapping, correction: CellCorrection) -> Finding:
    finding = Finding(
        Severity.INFO, "corrected_by_hand", mapping.table, correction.sheet, correction.row,
        correction.column, _shown(correction.before), FindingKind.CONVERTED,
        correction.patient_id,
    )  # fmt: skip
    return with_facts(
        finding, before=_shown(correction.before), after=_shown(correction.after),
        by=correction.signed.by, reason=correction.signed.reason,
    )  # fmt: skip


def _corrected_sheet(
    sheet: Sheet, mapping: SheetMapping, corrections: Iterable[CellCorrection]
) -> tuple[Sheet, list[Finding]]:
    lines = {row.line: at for at, row in enumerate(sheet.rows)}
    latest = {(one.row, one.column, one.before): one for one in corrections}
    personal = {one.column for one in latest.values()}
    personal = {header for header in personal if _is_personal(sheet, mapping, header)}
    rows = list(sheet.rows)
    findings: list[Finding] = []
    for correction in latest.values():
        at = lines.get(correction.row)
        if correction.column in personal:
            unsaid = replace(correction, before="", after="")
            findings.append(_not_applied(mapping, unsaid, None))
            continue
        if at is None or correction.column not in sheet.headers:
            findings.append(_not_applied(mapping, correction, None))
            continue
        position = corrected_position(sheet, mapping, sheet.rows[at], correction)
        if position is None:
            cell = sheet.rows[at].cells[sheet.headers.index(correction.column)]
            findings.append(_not_applied(mapping, correction, full_text(cell)))
            continue
        cells = list(rows[at].cells)
        cells[position] = taken_out(correction.after)[0] or None
        # What was wrong with the cell in the file, such as a formula without a value, is over.
        problems = tuple(
            one for one in rows[at].problems if dict(one.facts).get("position") != position
        )
        rows[at] = SheetRow(rows[at].line, tuple(cells), problems)
        findings.append(_applied(mapping, correction))
    return replace(sheet, rows=tuple(rows)), findings


def _not_set_aside(table: str, one: RowSetAside) -> Finding:
    place = problem(
        Severity.WARNING, "set_aside_not_applied", table=table, sheet=one.sheet, row=one.row
    )
    return with_facts(place, by=one.signed.by)


def _kept_out(
    index: int, sheet: Sheet, mapping: SheetMapping, asked: Iterable[RowSetAside]
) -> tuple[list[KeptOut], list[Finding]]:
    is_read = mapping.table not in ("", STUDY) and any(
        column.used and column.field == "patient_id" for column in mapping.columns
    )
    lines = {row.line: row for row in sheet.rows} if is_read else {}
    kept: list[KeptOut] = []
    findings: list[Finding] = []
    for line, one in {one.row: one for one in asked}.items():
        row = lines.get(line)
        if row is None or (one.content and one.content != row_content(sheet, row)):
            findings.append(_not_set_aside(mapping.table, one))
            continue
        reason = Finding(
            Severity.INFO, "set_aside_by_person", mapping.table, sheet.name, line,
            kind=FindingKind.NOTE, patient_id=patient_of_row(mapping, row),
        )  # fmt: skip
        reason = with_facts(reason, by=one.signed.by, reason=one.signed.reason)
        kept.append(KeptOut(index, row, reason.patient_id, reason))
    return kept, findings


def decided_sheets(
    sheets: Sequence[Sheet], mappings: Sequence[SheetMapping], decisions: Decisions
) -> Decided:
    """The sheets with corrections made and rows of the person's choice taken out.

    Decisions name what the screened sheets say, so that none of them holds an identifier. Only
    sheets with decisions are looked at. A correction whose ``before`` isn't in the file, or
    whose row is another patient's, isn't applied, and a finding says so.
    """
    corrections: dict[str, list[CellCorrection]] = defaultdict(list)
    for correction in decisions.corrections:
        corrections[correction.sheet].append(correction)
    asides: dict[str, list[RowSetAside]] = defaultdict(list)
    for aside in decisions.set_aside:
        asides[aside.sheet].append(aside)
    found: list[Sheet] = []
    kept_out: list[KeptOut] = []
    findings: list[Finding] = []
    for index, (sheet, mapping) in enumerate(zip(sheets, mappings, strict=True)):
        wished = asides.pop(sheet.name, [])
        kept, remarks = _kept_out(index, sheet, mapping, wished) if wished else ([], [])
        lines = {one.row.line for one in kept}
        wanted = [one for one in corrections.pop(sheet.name, ()) if one.row not in lines]
        changed, said = _corrected_sheet(sheet, mapping, wanted) if wanted else (sheet, [])
        if lines:
            rows = tuple(row for row in changed.rows if row.line not in lines)
            changed = replace(changed, rows=rows)
        found.append(changed)
        kept_out += kept
        findings += [*remarks, *said]
    findings += [_not_applied(None, one, None) for rest in corrections.values() for one in rest]
    findings += [_not_set_aside("", one) for rest in asides.values() for one in rest]
    return Decided(tuple(found), tuple(kept_out), tuple(findings))
