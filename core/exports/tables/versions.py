"""Two versions side by side, as printed: rows added and gone, cells changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.exports.tables.table import Table, framed
from core.results.versions import Plain, TableChanges, VersionChanges
from core.rules.columns import column_rules, display_header
from core.text.catalogue import Language, code_word, text
from core.text.numbers import day


def _cell(value: Plain, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return text("common.yes" if value else "common.no", language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return code_word(str(value), language)


def _header(table: str, column: str, language: Language) -> str:
    known = (table, column) in column_rules()
    return display_header(table, column, language) if known else column


def _named(table: str, pairs: Sequence[tuple[str, Plain]], language: Language) -> str:
    return "; ".join(
        f"{_header(table, name, language)}: {_cell(value, language)}"
        for name, value in pairs
        if value is not None
    )


def _key(pairs: Sequence[tuple[str, Plain]], language: Language) -> str:
    return ", ".join(_cell(value, language) for _, value in pairs if value is not None)


def _rows(one: TableChanges, language: Language) -> list[list[str]]:
    name = text(f"data.table.{one.table}", language)
    rows = []
    for cell in one.changed:
        rows.append(
            [
                name,
                _key(cell.key, language),
                text("versions.changed", language),
                _header(one.table, cell.column, language),
                _cell(cell.before, language),
                _cell(cell.after, language),
            ]
        )
    for row in one.gone:
        shown = _named(one.table, row.values, language)
        key = _key(row.key, language)
        rows.append([name, key, text("versions.gone", language), "", shown, ""])
    for row in one.added:
        shown = _named(one.table, row.values, language)
        key = _key(row.key, language)
        rows.append([name, key, text("versions.added", language), "", "", shown])
    return rows


def _notes(changes: VersionChanges, language: Language) -> tuple[str, ...]:
    notes = []
    if changes.is_empty:
        notes.append(text("versions.same", language))
    if changes.cutoff_before != changes.cutoff_after:
        was, now = day(changes.cutoff_before), day(changes.cutoff_after)
        notes.append(text("versions.cutoff", language, before=was, after=now))
    for one in changes.tables:
        for key, columns in (
            ("columns_added", one.columns_added),
            ("columns_gone", one.columns_gone),
        ):
            if columns:
                names = ", ".join(_header(one.table, column, language) for column in columns)
                table = text(f"data.table.{one.table}", language)
                notes.append(text(f"versions.{key}", language, table=table, names=names))
    notes.append(text("versions.key", language))
    if any(one.by_whole_row and not one.is_empty for one in changes.tables):
        notes.append(text("versions.by_whole_row", language))
    return tuple(notes)


def version_changes_table(
    changes: VersionChanges, before: int, after: int, language: Language
) -> Table:
    """One line a changed cell, a row gone or a row added; none is left out.

    Args:
        before, after: numbers of the two versions.
    """
    names = ("table", "row", "change", "column", "before", "after")
    headers = [text(f"versions.{name}", language) for name in names]
    rows = [row for one in changes.tables for row in _rows(one, language)]
    title = text("versions.title", language, before=before, after=after)
    return Table("changes", title, framed(rows, headers), _notes(changes, language))


def version_counts_table(
    changes: VersionChanges, before: int, after: int, language: Language
) -> Table:
    """Per table: rows of each version, rows added and gone, cells changed."""
    names = ("table", "rows_before", "rows_after", "rows_added", "rows_gone", "cells_changed")
    headers = [text(f"versions.{name}", language) for name in names]
    rows = [
        [
            text(f"data.table.{one.table}", language),
            *map(
                str,
                (
                    one.rows_before,
                    one.rows_after,
                    len(one.added),
                    len(one.gone),
                    len(one.changed),
                ),
            ),
        ]
        for one in changes.tables
    ]
    title = text("versions.counts_title", language, before=before, after=after)
    return Table("change_counts", title, framed(rows, headers), _notes(changes, language))
