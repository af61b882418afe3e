"""The rows of an upload as a person works on them: what is shown of them, what was changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.intake.cells import Sheet, SheetRow, full_text
from core.intake.corrections import corrected_position, patient_of_row, row_content
from core.intake.identity import identifier_in
from core.intake.personal_text import taken_out
from core.results.common import Finding, Severity
from core.results.decisions import (
    CellCorrection,
    Decisions,
    RowSetAside,
    Signature,
    Waiver,
)
from core.results.intake import Intake, SheetMapping


@dataclass(frozen=True, slots=True)
class WorkingSheet:
    """One sheet of an upload with what its reading said about it.

    Attributes:
        positions: columns that may be shown and corrected: they have a header and identify
            nobody; of columns with the same header only the one that is read.
        corrected: corrections in force, by line and position.
    """

    sheet: Sheet
    mapping: SheetMapping
    positions: tuple[int, ...]
    corrected: Mapping[tuple[int, int], CellCorrection]

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers of the columns that may be shown."""
        return tuple(self.sheet.headers[position] for position in self.positions)

    def position(self, header: str) -> int | None:
        """The column of a header; None if there is none that may be shown."""
        found = (p for p in self.positions if self.sheet.headers[p] == header)
        return next(found, None)

    def row(self, line: int) -> SheetRow | None:
        """The row at a line of the file."""
        at = bisect_left(self.sheet.rows, line, key=lambda row: row.line)
        found = self.sheet.rows[at : at + 1]
        return found[0] if found and found[0].line == line else None

    def around(self, line: int, reach: int) -> tuple[SheetRow, ...]:
        """The row at a line with up to ``reach`` rows before and after it."""
        at = bisect_left(self.sheet.rows, line, key=lambda row: row.line)
        return self.sheet.rows[max(0, at - reach) : at + reach + 1]

    def text(self, row: SheetRow, position: int) -> str:
        """A cell as it is read: corrected, or as in the file; "" if it holds an identifier."""
        correction = self.corrected.get((row.line, position))
        shown = correction.after if correction else full_text(row.cells[position])
        return "" if identifier_in(shown) else shown

    def patient(self, row: SheetRow) -> str:
        """The patient of a row, as in the file."""
        return patient_of_row(self.mapping, row)

    def correction(
        self, row: SheetRow, position: int, after: str, signed: Signature
    ) -> CellCorrection:
        """The correction that has a cell read as ``after``."""
        return CellCorrection(
            self.sheet.name, row.line, self.sheet.headers[position],
            full_text(row.cells[position]), taken_out(after.strip())[0], signed,
            self.patient(row),
        )  # fmt: skip

    def aside(self, row: SheetRow, signed: Signature) -> RowSetAside:
        """The decision that keeps a row out."""
        return RowSetAside(self.sheet.name, row.line, signed, row_content(self.sheet, row))


def working_sheets(sheets: Sequence[Sheet], intake: Intake) -> dict[str, WorkingSheet]:
    """The sheets that were read as tables of the study, by name.

    Args:
        sheets: as screened; ``intake``: what came of them.
    """
    tables = {
        mapping.sheet
        for mapping in intake.mappings
        if any(column.used and column.field == "patient_id" for column in mapping.columns)
    }
    return {
        sheet.name: _working(sheet, mapping, intake)
        for sheet, mapping in zip(sheets, intake.mappings, strict=True)
        if sheet.name in tables
    }


def _working(sheet: Sheet, mapping: SheetMapping, intake: Intake) -> WorkingSheet:
    used = {column.position for column in mapping.columns if column.used}
    chosen: dict[str, int] = {}
    for position, header in enumerate(sheet.headers):
        if not header or (sheet.name, position) in intake.hidden:
            continue
        if header not in chosen or (position in used and chosen[header] not in used):
            chosen[header] = position
    plain = WorkingSheet(sheet, mapping, tuple(sorted(chosen.values())), {})
    return WorkingSheet(
        sheet, mapping, plain.positions, _in_force(plain, mapping, intake.decisions)
    )


def _in_force(
    plain: WorkingSheet, mapping: SheetMapping, decisions: Decisions
) -> dict[tuple[int, int], CellCorrection]:
    found = {}
    for correction in decisions.corrections:
        row = plain.row(correction.row) if correction.sheet == plain.sheet.name else None
        if row is not None:
            position = corrected_position(plain.sheet, mapping, row, correction)
            if position is not None:
                found[row.line, position] = correction
    return found


def patient_of(finding: Finding, working: Mapping[str, WorkingSheet]) -> str:
    """The patient that a finding concerns, by its row if need be; "" = none."""
    sheet = working.get(finding.sheet)
    if finding.patient_id or sheet is None or finding.row is None:
        return finding.patient_id
    row = sheet.row(finding.row)
    return sheet.patient(row) if row else ""


def edited_cells(
    working: WorkingSheet, edited: Mapping[int, Mapping[int, str]], signed: Signature
) -> tuple[CellCorrection, ...]:
    """Corrections for the cells that differ from what was shown.

    Args:
        edited: text by line and position, as it stands after editing.
    """
    found = []
    for line, cells in edited.items():
        row = working.row(line)
        if row is None:
            continue
        found += [
            working.correction(row, position, after, signed)
            for position, after in cells.items()
            if position in working.positions
            and after.strip() != working.text(row, position).strip()
        ]
    return tuple(found)


def waiver_of(
    finding: Finding, working: WorkingSheet | None, signed: Signature, *, whole_column: bool
) -> Waiver:
    """The decision that accepts a warning, or all of its rule in its column."""
    if whole_column or finding.row is None:
        return Waiver(finding.code, finding.sheet, None, finding.column, signed)
    row = working.row(finding.row) if working else None
    content = row_content(working.sheet, row) if working and row else ""
    return Waiver(
        finding.code, finding.sheet, finding.row, finding.column, signed, finding.value, content
    )


def lines_to_settle(findings: Sequence[Finding]) -> dict[str, dict[int, list[Finding]]]:
    """Findings that ask for something, by sheet and line."""
    found: dict[str, dict[int, list[Finding]]] = {}
    for finding in findings:
        asks = finding.severity is Severity.ERROR or finding.is_open
        if asks and finding.row is not None:
            found.setdefault(finding.sheet, {}).setdefault(finding.row, []).append(finding)
    return found
