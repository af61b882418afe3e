"""Which sheets of an upload hold tables of the study, and why the others don't."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import UnusableFile
from core.intake.cells import Sheet
from core.intake.direction import check_direction
from core.intake.findings import note, problem, with_facts
from core.intake.records import SheetReading, open_sheet
from core.results.common import Finding, Severity
from core.results.intake import Confidence, SheetMapping
from core.rules.columns import STUDY, headers_of

_HEADERS_SHOWN = 8


def _headers_shown(sheet: Sheet) -> str:
    named = [header[:30] for header in sheet.headers if header]
    return ", ".join(named[:_HEADERS_SHOWN]) + (", …" if len(named) > _HEADERS_SHOWN else "")


def _refusal(sheet: Sheet, mapping: SheetMapping) -> UnusableFile:
    """Why a single sheet can't be a patient table, as precisely as can be told."""
    identifiers = [c for c in mapping.columns if c.confidence is Confidence.IDENTIFIER]
    if identifiers:
        return UnusableFile("only_identifiers", sheet=sheet.name, column=identifiers[0].header)
    if _is_summary(sheet):
        return UnusableFile("summary_table", sheet=sheet.name)
    return UnusableFile("no_patient_column", sheet=sheet.name, headers=_headers_shown(sheet))


def _is_key_list(mapping: SheetMapping) -> bool:
    """Whether a sheet only says which person has which number: nothing of it is kept."""
    named = any(c.confidence is Confidence.IDENTIFIER for c in mapping.columns)
    return named and not any(c.used and c.field != "patient_id" for c in mapping.columns)


def _is_summary(sheet: Sheet) -> bool:
    terms = headers_of("adverse_events")
    found = {terms.get(header.casefold().replace(" ", "")) for header in sheet.headers}
    return "ae_term" in found and "patient_id" not in found


def readable_sheets(
    sheets: Sequence[Sheet], mappings: Sequence[SheetMapping]
) -> tuple[list[SheetReading], list[Finding]]:
    """The sheets that hold tables of the study; the others are named.

    Raises:
        UnusableFile: no sheet holds patients, or none of them has any rows.
    """
    readings: list[SheetReading] = []
    findings: list[Finding] = []
    refused: list[UnusableFile] = []
    for index, (sheet, mapping) in enumerate(zip(sheets, mappings, strict=True)):
        if mapping.table == STUDY:
            continue
        if mapping.by_hand and not mapping.table:
            findings.append(with_facts(note("sheet_not_used", sheet=sheet.name), n=len(sheet.rows)))
            continue
        has_id = any(c.used and c.field == "patient_id" for c in mapping.columns)
        clash = [
            c
            for c in mapping.columns
            if c.confidence is Confidence.CLASH and c.field == "patient_id"
        ]
        if mapping.table and clash and not has_id:
            raise UnusableFile("patient_column_twice", sheet=sheet.name, column=clash[0].header)
        if not mapping.table or not has_id:
            refused.append(_refusal(sheet, mapping))
            if mapping.table and mapping.by_hand:
                findings.append(
                    with_facts(
                        problem(
                            Severity.WARNING, "chosen_table_without_patients",
                            table=mapping.table, sheet=sheet.name,
                        ),
                        n=len(sheet.rows),
                    )
                )  # fmt: skip
                continue
            summary = _is_summary(sheet)
            code = "summary_table_left_out" if summary else "sheet_left_out"
            finding = (
                problem(Severity.WARNING, code, sheet=sheet.name)
                if summary
                else note(code, sheet=sheet.name)
            )
            findings.append(with_facts(finding, headers=_headers_shown(sheet)))
            continue
        if len(sheets) > 1 and _is_key_list(mapping):
            findings.append(problem(Severity.WARNING, "key_list_left_out", sheet=sheet.name))
            continue
        check_direction(sheet, mapping)
        readings.append(open_sheet(index, sheet, mapping))
    tables = {reading.mapping.table for reading in readings}
    if "patients" not in tables:
        if refused:
            raise refused[0]
        raise UnusableFile("no_patient_table", tables=", ".join(sorted(tables)) or "-")
    if not any(r.sheet.rows for r in readings if r.mapping.table == "patients"):
        sheet = next(r.sheet for r in readings if r.mapping.table == "patients")
        raise UnusableFile("no_data_rows", sheet=sheet.name)
    return readings, findings
