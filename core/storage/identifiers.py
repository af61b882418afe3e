"""The SQL of a study's key, its pseudonyms, and identifiers kept by decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from core.errors import StudyNotFound
from core.results.intake import KeptIdentifier
from core.storage.database import reading
from core.storage.identifier_tables import KEPT_IDENTIFIERS, PSEUDONYMS, STUDY_KEYS
from core.storage.tables import VERSIONS


def insert_key(connection: Connection, study_id: str, key: bytes) -> None:
    """Keep the secret key of a new study."""
    connection.execute(insert(STUDY_KEYS).values(study_id=study_id, key=key))


def add_codes(connection: Connection, study_id: str, codes: Mapping[str, str]) -> None:
    """Keep the codes that are new."""
    known = _codes(connection, study_id)
    new = [
        {"study_id": study_id, "digest": digest, "code": code}
        for digest, code in codes.items()
        if digest not in known
    ]
    if new:
        connection.execute(insert(PSEUDONYMS), new)


def insert_kept(connection: Connection, version_id: Any, kept: Sequence[KeptIdentifier]) -> None:
    """Keep the identifiers of a version apart from its tables."""
    rows = [
        {"version_id": version_id, "position": position, **asdict(one)}
        for position, one in enumerate(kept)
    ]
    if rows:
        connection.execute(insert(KEPT_IDENTIFIERS), rows)


def _codes(connection: Connection, study_id: str) -> dict[str, str]:
    rows = connection.execute(
        select(PSEUDONYMS.c.digest, PSEUDONYMS.c.code).where(PSEUDONYMS.c.study_id == study_id)
    )
    return {row.digest: row.code for row in rows}


class Identifiers:
    """What the store holds of personal identifiers. Safe to share between threads.

    Every method raises ``ArteriaError("store_unavailable")`` when the database can't be
    reached.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def key(self, study_id: str) -> bytes:
        """The secret key of the study's pseudonyms; never shown, exported or logged.

        Raises:
            StudyNotFound: no such study.
        """
        query = select(STUDY_KEYS.c.key).where(STUDY_KEYS.c.study_id == study_id)
        with reading(self._engine) as connection:
            key = connection.scalar(query)
        if key is None:
            raise StudyNotFound("study_not_found")
        return bytes(key)

    def codes(self, study_id: str) -> dict[str, str]:
        """HMAC (hexadecimal) and code of each identifier that the study has replaced."""
        with reading(self._engine) as connection:
            return _codes(connection, study_id)

    def kept(self, study_id: str, number: int) -> tuple[KeptIdentifier, ...]:
        """Identifiers that a named person decided to keep with a version, as uploaded."""
        table = KEPT_IDENTIFIERS
        query = (
            select(table)
            .join(VERSIONS)
            .where(VERSIONS.c.study_id == study_id, VERSIONS.c.number == number)
            .order_by(table.c.position)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        names = [field.name for field in fields(KeptIdentifier)]
        return tuple(KeptIdentifier(**{name: row[name] for name in names}) for row in rows)
