"""Which table a sheet holds, where a person says so; for this file and the study's next one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.intake.cells import Sheet
from core.intake.columns import recognise_columns
from core.results.intake import SheetMapping
from core.rules.columns import STUDY, header_key
from core.schema import TABLES

NOT_USED = ""
"""Chosen for a sheet of which nothing is to be read."""
CHOICES: tuple[str, ...] = (*TABLES, STUDY, NOT_USED)
"""What a sheet can be said to hold."""
_SHARED = 0.5
"""Part of the headers by which a sheet of the same name is known again."""


def choose_table(
    sheets: Sequence[Sheet], mappings: Sequence[SheetMapping], place: int, table: str
) -> tuple[SheetMapping, ...]:
    """The mappings with one sheet, by its place, read as the table that a person chose.

    Its columns are proposed anew for that table: what was said about them belonged to the
    other one. The other sheets stay as they were.

    Args:
        table: one of ``CHOICES``.

    Raises:
        ValueError: no such table.
    """
    if table not in CHOICES:
        raise ValueError(table)
    chosen = recognise_columns(sheets[place], table)
    return tuple(chosen if at == place else one for at, one in enumerate(mappings))


def remembered_tables(
    sheets: Sequence[Sheet], recognised: Sequence[SheetMapping], earlier: Sequence[SheetMapping]
) -> tuple[SheetMapping, ...]:
    """The mappings with the tables that people chose for the study's last version.

    A sheet is known again by the same headers, whatever its name, or by its name with at least
    half of the headers (a choice that names no columns: by its name alone). Sheets that fit two
    different choices are left as recognised.

    Args:
        sheets, recognised: of the new upload.
        earlier: of the version; () = none.
    """
    chosen = [one for one in earlier if one.by_hand and one.table in CHOICES]
    return tuple(
        _remembering(sheet, mapping, chosen)
        for sheet, mapping in zip(sheets, recognised, strict=True)
    )


def _remembering(
    sheet: Sheet, mapping: SheetMapping, chosen: Sequence[SheetMapping]
) -> SheetMapping:
    headers = _keys(sheet.headers)
    fitting = [(_likeness(sheet.name, headers, one), one.table) for one in chosen]
    best = max((likeness for likeness, _ in fitting), default=0)
    tables = {table for likeness, table in fitting if likeness == best}
    if not best or len(tables) != 1:
        return mapping
    return replace(recognise_columns(sheet, tables.pop()), remembered=True)


def _likeness(name: str, headers: frozenset[str], earlier: SheetMapping) -> int:
    """How well an earlier sheet is known again: 3 by headers and name, ... 0 not at all."""
    before = _keys(column.header for column in earlier.columns)
    same_name = header_key(name) == header_key(earlier.sheet)
    if headers and headers == before:
        return 3 if same_name else 2
    shared = len(headers & before)
    return int(same_name and (not before or shared >= _SHARED * max(len(headers), len(before))))


def _keys(headers: Iterable[str]) -> frozenset[str]:
    return frozenset(header_key(header) for header in headers if header)
