"""Sheets that name their patients by an identifier, read through another sheet that knows both.

A sheet with only the hospital number belongs to the study if another sheet of the upload gives
hospital number and patient number side by side. The identifiers are compared here and go no
further: what leaves is the patient's number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.intake.cells import Cell, Sheet, SheetRow, full_text, is_empty
from core.intake.findings import problem, with_facts
from core.intake.identity import is_rounded
from core.intake.keys import as_key, key_candidates, key_of, named_columns
from core.intake.pseudonyms import Pseudonyms, plain_form
from core.results.common import Finding, Severity
from core.results.intake import ColumnMatch, SheetMapping
from core.rules.columns import header_key
from core.schema import TABLES

_SHARED = 0.5
"""Part of the different identifiers that has to be known for columns of other headers."""

Known = dict[str, dict[str, str]]
"""Identifier in its plain form -> patients that it stands beside, by the form compared."""


@dataclass(frozen=True, slots=True)
class Link:
    """How one sheet's rows are led to their patients.

    Attributes:
        position: column with the identifier.
        to: cell -> the patient's number, or code, that the other sheet gives.
        several: cells that stand beside more than one patient.
        by_name: the identifier is a person's name, which two persons may share.
        source: sheet that knows both.
    """

    position: int
    to: Mapping[Cell, str]
    several: frozenset[Cell]
    by_name: bool
    source: str


@dataclass(frozen=True, slots=True)
class _Source:
    """Identifiers of one column of a sheet with patient numbers."""

    sheet: str
    header: str
    by_name: bool
    known: Known


def linked_sheets(
    sheets: Sequence[Sheet],
    mappings: Sequence[SheetMapping],
    keys: Mapping[int, int],
    codes: Pseudonyms,
) -> tuple[list[SheetMapping], dict[int, Link]]:
    """Mappings with the identifier as key where another sheet leads it to patients.

    Args:
        keys: positions of columns whose cells become pseudonyms, by the sheet's index.
        codes: of the study; used where the other sheet's patients become pseudonyms.

    Returns:
        The mappings, one a sheet; and the links by the sheet's index.
    """
    settled = list(mappings)
    links: dict[int, Link] = {}
    sources: list[_Source] | None = None
    for index, (sheet, mapping) in enumerate(zip(sheets, mappings, strict=True)):
        if index in keys or key_of(mapping) is not None or len(sheets) == 1:
            continue
        candidates = key_candidates(sheet, mapping)
        if not candidates:
            continue
        if sources is None:
            sources = _sources(sheets, mappings, keys, codes)
        for match in candidates:
            link = _link(sheet, match, sources)
            if link is not None:
                links[index] = link
                settled[index] = as_key(sheet, mapping, match)
                break
    return settled, links


def doubtful(link: Link, place: Mapping[str, str | int | None]) -> list[Finding]:
    """What to say of a link that only names make."""
    if not link.by_name:
        return []
    return [with_facts(problem(Severity.WARNING, "linked_by_name", **place), other=link.source)]


def unlinked(
    link: Link, row: SheetRow, place: Mapping[str, str | int | None]
) -> tuple[Finding, ...]:
    """What to say of a row whose identifier leads to no patient, or to several."""
    cell = row.cells[link.position]
    if is_empty(cell) or cell in link.to:
        return ()
    code = "identifier_of_several" if cell in link.several else "identifier_not_linked"
    found = problem(Severity.ERROR, code, row=row.line, **place)
    return (with_facts(found, position=link.position, other=link.source),)


def without_link(sheet: Sheet, mapping: SheetMapping) -> list[Finding]:
    """What to say of a sheet that names its patients by an identifier alone, and isn't linked."""
    if not sheet.rows or (mapping.by_hand and not mapping.table):
        return []
    is_read = mapping.table in TABLES and any(
        one.used and one.field == "patient_id" for one in mapping.columns
    )
    match = None if is_read else next(iter(key_candidates(sheet, mapping)), None)
    if match is None:
        return []
    found = problem(Severity.WARNING, "sheet_without_link", sheet=sheet.name, column=match.header)
    return [with_facts(found, n=len(sheet.rows))]


def _sources(
    sheets: Sequence[Sheet],
    mappings: Sequence[SheetMapping],
    keys: Mapping[int, int],
    codes: Pseudonyms,
) -> list[_Source]:
    found: list[_Source] = []
    for index, (sheet, mapping) in enumerate(zip(sheets, mappings, strict=True)):
        key = key_of(mapping)
        position = keys.get(index, key.position if key else None)
        if position is None:
            continue
        patients = [_patient(row.cells[position]) for row in sheet.rows]
        if index in keys:
            codes.add(patient for patient in patients if patient)
            patients = [codes.code(patient) if patient else "" for patient in patients]
        for match in named_columns(mapping):
            if match.position == position:
                continue
            known: Known = defaultdict(dict)
            for row, patient in zip(sheet.rows, patients, strict=True):
                cell = row.cells[match.position]
                if patient and not is_empty(cell) and not is_rounded(cell):
                    known[plain_form(full_text(cell))].setdefault(plain_form(patient), patient)
            if known:
                found.append(_Source(sheet.name, match.header, _is_name(match.header), known))
    return found


def _patient(cell: Cell) -> str:
    return "" if is_empty(cell) else full_text(cell).strip()


def _is_name(header: str) -> bool:
    return "名" in header or "name" in header.casefold()


def _link(sheet: Sheet, match: ColumnMatch, sources: Sequence[_Source]) -> Link | None:
    cells = {row.cells[match.position] for row in sheet.rows}
    forms = {
        cell: plain_form(full_text(cell))
        for cell in cells
        if not is_empty(cell) and not is_rounded(cell)
    }
    by_name = _is_name(match.header)
    fitting = [one for one in sources if header_key(one.header) == header_key(match.header)]
    if not fitting and not by_name:
        numbers = [one for one in sources if not one.by_name]
        fitting = [one for one in numbers if _is_known(forms, one)]
    fitting = [one for one in fitting if any(form in one.known for form in forms.values())]
    if not fitting:
        return None
    to: dict[Cell, str] = {}
    several: set[Cell] = set()
    for cell, form in forms.items():
        patients: dict[str, str] = {}
        for one in fitting:
            patients |= one.known.get(form, {})
        if len(patients) == 1:
            to[cell] = next(iter(patients.values()))
        elif patients:
            several.add(cell)
    return Link(match.position, to, frozenset(several), by_name, fitting[0].sheet)


def _is_known(forms: Mapping[Cell, str], source: _Source) -> bool:
    different = set(forms.values())
    return len(different & source.known.keys()) >= _SHARED * len(different)
