"""Two patients with one hospital, identity or insurance number: mostly one person entered twice."""

from __future__ import annotations

from collections.abc import Sequence

from core.intake.cells import Cell, Sheet, full_text, is_empty
from core.intake.findings import problem, with_facts
from core.intake.identity import is_rounded
from core.intake.keys import key_of, named_columns
from core.intake.pseudonyms import plain_form
from core.results.common import Finding, Severity
from core.results.intake import ColumnMatch, SheetMapping
from core.rules.columns import header_key
from core.rules.identifiers import identifier_rules

_SHORTEST = 3
"""Signs of a number; shorter ones are codes or placeholders."""


def shared_identifiers(sheets: Sequence[Sheet], mappings: Sequence[SheetMapping]) -> list[Finding]:
    """Rows of the patient table whose number another patient has too; the number isn't told.

    Names, phones and addresses are not compared: families share them.
    """
    found: list[Finding] = []
    for sheet, mapping in zip(sheets, mappings, strict=True):
        key = key_of(mapping)
        if mapping.table != "patients" or key is None:
            continue
        for match in named_columns(mapping):
            if match.position != key.position and _is_number(match):
                found += _shared(sheet, key, match)
    return found


def _is_number(match: ColumnMatch) -> bool:
    header = header_key(match.header)
    return any(header_key(label) in header for label in identifier_rules().labels["number"])


def _shared(sheet: Sheet, key: ColumnMatch, match: ColumnMatch) -> list[Finding]:
    first: dict[str, tuple[str, int]] = {}
    found = []
    for row in sheet.rows:
        patient, cell = row.cells[key.position], row.cells[match.position]
        if is_empty(patient) or is_empty(cell) or not _is_whole(cell):
            continue
        name = full_text(patient).strip()
        other, line = first.setdefault(plain_form(full_text(cell)), (name, row.line))
        if plain_form(other) != plain_form(name):
            finding = problem(
                Severity.WARNING, "identifier_shared", table="patients", sheet=sheet.name,
                row=row.line, column=match.header,
            )  # fmt: skip
            found.append(with_facts(finding, id=name, other=other, first=line))
    return found


def _is_whole(cell: Cell) -> bool:
    text = plain_form(full_text(cell))
    return len(text) >= _SHORTEST and any(map(str.isdigit, text)) and not is_rounded(cell)
