"""The studies of a store: made, listed, renamed, put away and taken out again."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy import Engine, func, insert, select, update

from core.errors import ArteriaError, StudyNotFound
from core.storage.database import reading, writing
from core.storage.identifiers import insert_key
from core.storage.records import StudyInfo
from core.storage.tables import STUDIES, VERSIONS

LONGEST_NAME = 200
KEY_BYTES = 32
"""Length of a study's key: that of the SHA-256 with which pseudonyms are made."""


class StudyList:
    """The list of studies; what is in one are its versions."""

    _engine: Engine

    def create_study(
        self, name: str, is_example: bool = False, key: bytes | None = None
    ) -> StudyInfo:
        """A new, empty study with a secret key for its pseudonyms.

        Args:
            key: with which pseudonyms of its first upload were made; None = a new one.

        Raises:
            ArteriaError: ``study_name_invalid``: blank or longer than 200 characters.
        """
        study = StudyInfo(
            id=secrets.token_hex(8),
            name=_checked_name(name),
            is_example=is_example,
            created_at=datetime.now(UTC),
            archived_at=None,
            latest=None,
        )
        row = {column.name: getattr(study, column.name) for column in STUDIES.c}
        with writing(self._engine) as connection:
            connection.execute(insert(STUDIES).values(row))
            insert_key(connection, study.id, key or secrets.token_bytes(KEY_BYTES))
        return study

    def list_studies(self, *, archived: bool = False) -> tuple[StudyInfo, ...]:
        """The studies in use, newest first; or the archived ones."""
        query = (
            select(STUDIES, func.max(VERSIONS.c.number).label("latest"))
            .outerjoin(VERSIONS)
            .where((STUDIES.c.archived_at.is_not(None)).is_(archived))
            .group_by(*STUDIES.c)
            .order_by(STUDIES.c.created_at.desc())
        )
        with reading(self._engine) as connection:
            return tuple(StudyInfo(**row) for row in connection.execute(query).mappings())

    def rename_study(self, study_id: str, name: str) -> None:
        """Give the study another name.

        Raises:
            StudyNotFound: no such study.
            ArteriaError: ``study_name_invalid``.
        """
        self._change(study_id, name=_checked_name(name))

    def archive_study(self, study_id: str) -> None:
        """Put the study away; nothing of it is deleted.

        Raises:
            StudyNotFound: no such study.
        """
        self._change(study_id, archived_at=datetime.now(UTC))

    def restore_study(self, study_id: str) -> None:
        """Take the study out of the archive.

        Raises:
            StudyNotFound: no such study.
        """
        self._change(study_id, archived_at=None)

    def _change(self, study_id: str, **values: object) -> None:
        with writing(self._engine) as connection:
            done = connection.execute(
                update(STUDIES).where(STUDIES.c.id == study_id).values(**values)
            )
            if done.rowcount != 1:
                raise StudyNotFound("study_not_found")


def _checked_name(name: str) -> str:
    stripped = name.strip()
    if not stripped or len(stripped) > LONGEST_NAME:
        raise ArteriaError("study_name_invalid", longest=LONGEST_NAME)
    return stripped
