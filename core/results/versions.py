"""What differs between two versions of a study: rows added, rows gone, cells changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Plain = str | int | float | bool | date | None
"""A cell's value; None = not recorded."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One row that only one of the two versions has.

    Attributes:
        key: names and values of the columns that name the row; for a table without such
            columns the patient alone.
        values: names and values of all its filled columns.
    """

    key: tuple[tuple[str, Plain], ...]
    values: tuple[tuple[str, Plain], ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of a row that both versions have; ``before`` differs from ``after``."""

    key: tuple[tuple[str, Plain], ...]
    column: str
    before: Plain
    after: Plain


@dataclass(frozen=True, slots=True)
class TableChanges:
    """The differences of one table.

    Attributes:
        rows_before, rows_after: rows of the table in each version; 0 = table not given.
        columns_added, columns_gone: columns with values in one version only.
        by_whole_row: the table has no key, so a corrected row counts as gone and added.
    """

    table: str
    rows_before: int
    rows_after: int
    added: tuple[VersionRow, ...]
    gone: tuple[VersionRow, ...]
    changed: tuple[CellChange, ...]
    columns_added: tuple[str, ...]
    columns_gone: tuple[str, ...]
    by_whole_row: bool

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.gone or self.changed)


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """The differences of all tables; tables without any are listed with their row counts."""

    tables: tuple[TableChanges, ...]
    cutoff_before: date | None
    cutoff_after: date | None

    @property
    def is_empty(self) -> bool:
        same_cutoff = self.cutoff_before == self.cutoff_after
        return same_cutoff and all(one.is_empty for one in self.tables)
