"""Which identifying column of each sheet becomes its patients' pseudonyms.

A sheet whose patients are named by hospital number, identity number, phone or name can be read
once a person decides that this column is replaced by pseudonyms. The decision then holds for
the patient column of every sheet of the upload, so that their rows still belong together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.intake.cells import Sheet
from core.intake.columns import names_a_person, recognise_columns
from core.intake.identity import filled_cells
from core.intake.personal_text import kind_of
from core.results.decisions import IdentifierAnswer, IdentifierChoice
from core.results.intake import ColumnMatch, Confidence, SheetMapping
from core.rules.columns import header_key
from core.schema import TABLES

_KEY_HEADER = "patient_id"
Answers = Mapping[tuple[str, str], IdentifierAnswer]


def key_of(mapping: SheetMapping) -> ColumnMatch | None:
    """The column that names the patients without identifying them by its header."""
    for match in mapping.columns:
        if match.used and match.field == "patient_id" and not names_a_person(match.header):
            return match
    return None


def _values_identify(sheet: Sheet, match: ColumnMatch) -> bool:
    return bool(kind_of(filled_cells(row.cells[match.position] for row in sheet.rows)))


def named_columns(mapping: SheetMapping) -> list[ColumnMatch]:
    """Columns whose headers identify persons; numbers before names, which may be shared."""
    found = [match for match in mapping.columns if match.header and names_a_person(match.header)]
    return sorted(
        found, key=lambda match: "名" in match.header or "name" in match.header.casefold()
    )


def _is_chosen(sheet: Sheet, match: ColumnMatch, answers: Answers) -> bool:
    answer = answers.get((sheet.name, match.header))
    return answer is not None and answer.choice is IdentifierChoice.PSEUDONYM


def as_key(sheet: Sheet, mapping: SheetMapping, match: ColumnMatch) -> SheetMapping:
    """The sheet recognised with that column as the one that names the patients."""
    if match.used and match.field == "patient_id":
        return mapping  # so it was read before; what was said of its columns since then holds
    headers = list(sheet.headers)
    headers[match.position] = _KEY_HEADER
    found = recognise_columns(
        replace(sheet, headers=tuple(headers)), mapping.table if mapping.by_hand else None
    )
    columns = tuple(
        replace(one, header=match.header) if one.position == match.position else one
        for one in found.columns
    )
    return replace(found, columns=columns)


def key_candidates(sheet: Sheet, mapping: SheetMapping) -> tuple[ColumnMatch, ...]:
    """Identifying columns of a sheet of which one has to name its patients; () = none has to."""
    key = key_of(mapping)
    if key is not None:
        return (key,) if _values_identify(sheet, key) else ()
    return tuple(
        match for match in named_columns(mapping) if as_key(sheet, mapping, match).table in TABLES
    )


def readable_keys(
    sheets: Sequence[Sheet], mappings: Sequence[SheetMapping], answers: Answers
) -> tuple[list[SheetMapping], dict[int, int]]:
    """Mappings with the key columns that decisions make readable, and their positions.

    Returns:
        The mappings, one a sheet; and by the sheet's index the position of the column whose
        cells become pseudonyms.
    """
    chosen = {
        header_key(column)
        for (_, column), answer in answers.items()
        if answer.choice is IdentifierChoice.PSEUDONYM
    }
    settled = list(mappings)
    keys: dict[int, int] = {}
    waiting: list[tuple[int, ColumnMatch]] = []
    linked: set[str] = set()
    if not chosen:
        return settled, keys
    for index, (sheet, mapping) in enumerate(zip(sheets, mappings, strict=True)):
        for match in key_candidates(sheet, mapping):
            if _is_chosen(sheet, match, answers):
                keys[index] = match.position
                linked.add(header_key(match.header))
                break
            waiting.append((index, match))
    by_values = any(
        settled[index].columns[position].confidence is not Confidence.IDENTIFIER
        for index, position in keys.items()
    )
    for index, match in waiting:
        same = header_key(match.header) in linked
        if index not in keys and (same or (by_values and not names_a_person(match.header))):
            keys[index] = match.position
    for index, position in keys.items():
        match = settled[index].columns[position]
        if names_a_person(match.header):
            settled[index] = as_key(sheets[index], settled[index], match)
    return settled, keys
