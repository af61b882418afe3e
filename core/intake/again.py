"""Decisions about a study's last version that still fit its next file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from core.intake.cells import Sheet
from core.intake.corrections import corrected_position
from core.intake.waivers import contents_of
from core.results.decisions import CellCorrection, Decisions, Waiver
from core.results.intake import Intake, SheetMapping


def _renamed(earlier: Sequence[SheetMapping], now: Sequence[SheetMapping]) -> dict[str, str]:
    """Names of the earlier sheets -> names now: a sheet alone in its table may be renamed."""

    def by_table(mappings: Sequence[SheetMapping]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for mapping in mappings:
            found[mapping.table].append(mapping.sheet)
        return found

    old, new = by_table(earlier), by_table(now)
    names = {mapping.sheet for mapping in now}
    return {
        sheets[0]: new[table][0]
        for table, sheets in old.items()
        if table and len(sheets) == 1 and len(new.get(table, ())) == 1 and sheets[0] not in names
    }


def repeatable_decisions(
    earlier: Decisions,
    earlier_mappings: Sequence[SheetMapping],
    sheets: Sequence[Sheet],
    intake: Intake,
) -> Decisions:
    """The earlier decisions whose place and content are the same in the new file.

    A correction needs the same cell in the row of the same patient, a row set aside the same
    row, a waiver the same warning about the same row. What was decided already isn't repeated.

    Args:
        sheets, intake: of the new upload.
    """
    names = _renamed(earlier_mappings, intake.mappings)
    moved = _moved(earlier, names)
    by_name = {sheet.name: (sheet, m) for sheet, m in zip(sheets, intake.mappings, strict=True)}
    rows = {
        name: {row.line: row for row in by_name[name][0].rows}
        for name in {one.sheet for one in moved.corrections}
        if name in by_name
    }

    def fits(correction: CellCorrection) -> bool:
        row = rows.get(correction.sheet, {}).get(correction.row)
        if row is None:
            return False
        sheet, mapping = by_name[correction.sheet]
        return corrected_position(sheet, mapping, row, correction) is not None

    places: list[tuple[str, int | None]] = [(one.sheet, one.row) for one in moved.set_aside]
    places += [(one.sheet, one.row) for one in moved.waivers]
    contents = contents_of(sheets, places)
    open_warnings = {
        (one.code, one.sheet, one.row, one.column, one.value)
        for one in intake.findings
        if one.is_open
    }
    of_columns = {(code, sheet, column) for code, sheet, _, column, _ in open_warnings}

    def is_open(waiver: Waiver) -> bool:
        if waiver.row is None:
            return (waiver.code, waiver.sheet, waiver.column) in of_columns
        same = contents.get((waiver.sheet, waiver.row)) == waiver.content
        key = (waiver.code, waiver.sheet, waiver.row, waiver.column, waiver.value or "")
        return same and key in open_warnings

    headers = {(sheet.name, header) for sheet in sheets for header in sheet.headers}
    asked = {(one.sheet, one.column) for one in intake.unit_questions}
    done = intake.decisions
    return Decisions(
        tuple(one for one in moved.corrections if fits(one) and one not in done.corrections),
        tuple(
            one
            for one in moved.set_aside
            if one.content
            and contents.get((one.sheet, one.row)) == one.content
            and one not in done.set_aside
        ),
        tuple(one for one in moved.waivers if is_open(one)),
        tuple(
            one for one in moved.units if (one.sheet, one.column) in asked and one not in done.units
        ),
        tuple(
            one
            for one in moved.identifiers
            if (one.sheet, one.column) in headers and one not in done.identifiers
        ),
    )


def _moved(decisions: Decisions, names: dict[str, str]) -> Decisions:
    def to(sheet: str) -> str:
        return names.get(sheet, sheet)

    return Decisions(
        tuple(replace(one, sheet=to(one.sheet)) for one in decisions.corrections),
        tuple(replace(one, sheet=to(one.sheet)) for one in decisions.set_aside),
        tuple(replace(one, sheet=to(one.sheet)) for one in decisions.waivers),
        tuple(replace(one, sheet=to(one.sheet)) for one in decisions.units),
        tuple(replace(one, sheet=to(one.sheet)) for one in decisions.identifiers),
    )
