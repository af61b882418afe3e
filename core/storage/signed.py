"""Signed entries of a study: protocol versions, waivers, regimens, changed doses.

Each one says who, when and why. None is ever changed; what somebody takes back is a further
entry.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Engine, func, insert, select

from core.errors import ArteriaError, StaleVersion, StudyNotFound
from core.storage.database import reading, writing
from core.storage.tables import SIGNED_ENTRIES, STUDIES

LONGEST_SIGNATURE = 200


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """One entry.

    Attributes:
        kind: what it is about, e.g. ``protocol``.
        number: 1, 2, 3, ... within study and kind.
        note: the reason, in the person's words.
        content: JSON text.
        content_hash: SHA-256 of kind, number, signature, note and content.
    """

    study_id: str
    kind: str
    number: int
    created_at: datetime
    signed_by: str
    note: str
    content: str
    content_hash: str


class Entries(Protocol):
    """Where signed entries are kept: the store, or a person's desk in front of it."""

    def add_entry(
        self,
        study_id: str,
        kind: str,
        content: str,
        *,
        signed_by: str,
        note: str,
        based_on: int | None = None,
    ) -> SignedEntry:
        """Sign the next entry of this kind."""
        ...

    def list_entries(self, study_id: str, kind: str) -> tuple[SignedEntry, ...]:
        """The entries of this kind, oldest first."""
        ...


def entry_hash(kind: str, number: int, signed_by: str, note: str, content: str) -> str:
    """What tells an entry from a changed one."""
    parts = (kind, str(number), signed_by, note, content)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class SignedEntries:
    """The signed entries of all studies in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_entry(
        self,
        study_id: str,
        kind: str,
        content: str,
        *,
        signed_by: str,
        note: str,
        based_on: int | None = None,
    ) -> SignedEntry:
        """Write the next entry of this kind.

        Args:
            based_on: number of the newest entry that the person saw; None = any.

        Raises:
            ArteriaError: ``signature_missing``: no name or no reason, or too long a name.
            StudyNotFound: no such study.
            StaleVersion: somebody added an entry meanwhile.
        """
        signed_by, note = signed_by.strip(), note.strip()
        if not signed_by or not note or len(signed_by) > LONGEST_SIGNATURE:
            raise ArteriaError("signature_missing", longest=LONGEST_SIGNATURE)
        with writing(self._engine) as connection:
            held = select(STUDIES.c.id).where(STUDIES.c.id == study_id).with_for_update()
            if connection.scalar(held) is None:
                raise StudyNotFound("study_not_found")
            of_kind = (SIGNED_ENTRIES.c.study_id == study_id) & (SIGNED_ENTRIES.c.kind == kind)
            newest = select(func.max(SIGNED_ENTRIES.c.number)).where(of_kind)
            latest = connection.scalar(newest) or 0
            if based_on is not None and latest != based_on:
                raise StaleVersion("stale_version", latest=latest, based_on=based_on)
            entry = SignedEntry(
                study_id=study_id,
                kind=kind,
                number=latest + 1,
                created_at=datetime.now(UTC),
                signed_by=signed_by,
                note=note,
                content=content,
                content_hash=entry_hash(kind, latest + 1, signed_by, note, content),
            )
            row = {name: getattr(entry, name) for name in SignedEntry.__dataclass_fields__}
            connection.execute(insert(SIGNED_ENTRIES).values(row))
        return entry

    def list_entries(self, study_id: str, kind: str) -> tuple[SignedEntry, ...]:
        """The entries of one kind, oldest first.

        Raises:
            ArteriaError: ``entry_damaged``: an entry isn't what was signed.
        """
        columns = [SIGNED_ENTRIES.c[name] for name in SignedEntry.__dataclass_fields__]
        query = (
            select(*columns)
            .where((SIGNED_ENTRIES.c.study_id == study_id) & (SIGNED_ENTRIES.c.kind == kind))
            .order_by(SIGNED_ENTRIES.c.number)
        )
        with reading(self._engine) as connection:
            found = tuple(SignedEntry(**row) for row in connection.execute(query).mappings())
        for entry in found:
            signed = (entry.kind, entry.number, entry.signed_by, entry.note, entry.content)
            if entry_hash(*signed) != entry.content_hash:
                raise ArteriaError("entry_damaged", kind=entry.kind, number=entry.number)
        return found
