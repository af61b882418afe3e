"""Deleting a study for good, with everything that belongs to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, delete, or_, select

from core.errors import StudyNotFound
from core.storage.audit import add_entry
from core.storage.database import writing
from core.storage.form import METADATA
from core.storage.stored_files import drop_unused_files
from core.storage.tables import STUDIES


def belongs(table: Table, study_id: str) -> ColumnElement[bool] | None:
    """Which rows of a table hang on the study, directly or through others; None = no row can."""
    if table is STUDIES:
        return STUDIES.c.id == study_id
    found: list[ColumnElement[bool]] = []
    for key in table.foreign_keys:
        if key.column.table is table:
            # An entry and the one that it amends hang on the same study.
            continue
        above: Any = belongs(key.column.table, study_id)
        if above is not None:
            found.append(key.parent.in_(select(key.column).where(above)))
    return or_(*found) if found else None


class Housekeeping:
    """What is done to a study as a whole. Safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def delete_study(self, study_id: str, by: str) -> None:
        """Remove the study, its versions, roles, passes, identifiers and key, documents and files.

        Files that another study holds too stay for that study. The audit trail keeps what was
        recorded about the study, and gets an entry of its own, in the same transaction.

        Raises:
            StudyNotFound: no such study.
        """
        with writing(self._engine) as connection:
            for table in reversed(METADATA.sorted_tables):
                condition = belongs(table, study_id)
                if condition is None:
                    continue
                done = connection.execute(delete(table).where(condition))
                if table is STUDIES and done.rowcount != 1:
                    raise StudyNotFound("study_not_found")
            drop_unused_files(connection)
            add_entry(connection, by, "study_deleted", study_id)
