"""The audit trail: entries are added, never changed, and each one's hash covers the last.

Source: the chain is that of a hash list, H(n) = SHA-256(H(n-1) + entry n), FIPS 180-4.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, insert, select

from core.errors import Fact
from core.results.people import AuditEntry, AuditVerdict
from core.storage.database import reading, writing
from core.storage.people_tables import AUDIT

START = "0" * 64
"""The hash before the first entry."""

_LOCK = 0x41_52_54_41
"""PostgreSQL's advisory lock that makes writers wait for one another."""


class AuditTrail:
    """The trail of one database. Safe to share between threads and processes.

    Every method raises ``ArteriaError("store_unavailable")`` when the database can't be
    reached.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        actor: str,
        action: str,
        *,
        study_id: str = "",
        version: int | None = None,
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        """Record that somebody did something, in a transaction of its own."""
        with writing(self._engine) as connection:
            add_entry(connection, actor, action, study_id, version, facts or {})

    def search(
        self,
        *,
        actor: str = "",
        action: str = "",
        study_id: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 200,
        offset: int = 0,
    ) -> tuple[AuditEntry, ...]:
        """Entries that fit everything given, newest first; ``actor`` may be a part of a login."""
        query: Select[Any] = select(AUDIT).order_by(AUDIT.c.number.desc())
        if actor:
            query = query.where(AUDIT.c.actor.contains(actor, autoescape=True))
        if action:
            query = query.where(AUDIT.c.action == action)
        if study_id:
            query = query.where(AUDIT.c.study_id == study_id)
        if since is not None:
            query = query.where(AUDIT.c.at >= since)
        if until is not None:
            query = query.where(AUDIT.c.at < until)
        with reading(self._engine) as connection:
            rows = connection.execute(query.limit(limit).offset(offset)).all()
        return tuple(_entry(row) for row in rows)

    def actions(self) -> tuple[str, ...]:
        """Actions that occur in the trail, by name."""
        with reading(self._engine) as connection:
            return tuple(connection.scalars(select(AUDIT.c.action).distinct().order_by("action")))

    def count(self) -> int:
        """Number of entries."""
        with reading(self._engine) as connection:
            return int(connection.scalar(select(func.count()).select_from(AUDIT)) or 0)

    def verify(self) -> AuditVerdict:
        """Recompute the chain from its start."""
        previous, number = START, 0
        with reading(self._engine) as connection:
            # The trail may be long: it is read in pieces.
            pieces = connection.execution_options(yield_per=1000)
            with pieces.execute(select(AUDIT).order_by(AUDIT.c.number)) as rows:
                for row in rows:
                    number += 1
                    entry = _entry(row)
                    follows = entry.number == number and entry.previous_hash == previous
                    if not follows or entry.hash != _hash(previous, entry):
                        return AuditVerdict(number, previous, number)
                    previous = entry.hash
        return AuditVerdict(number, previous, None)


def add_entry(
    connection: Connection,
    actor: str,
    action: str,
    study_id: str = "",
    version: int | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Add an entry inside a transaction that writes, so that deed and entry stand or fall."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = connection.execute(
        select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    ).one_or_none()
    number, previous = (last.number + 1, last.hash) if last else (1, START)
    entry = AuditEntry(
        number, datetime.now(UTC), actor[:120], action, study_id, version, dict(facts or {}),
        previous, "",
    )  # fmt: skip
    connection.execute(
        insert(AUDIT).values(
            number=number,
            at=entry.at,
            actor=entry.actor,
            action=action,
            study_id=study_id,
            version=version,
            facts=_facts_text(entry.facts),
            previous_hash=previous,
            hash=_hash(previous, entry),
        )
    )


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(
        row.number, row.at, row.actor, row.action, row.study_id, row.version,
        json.loads(row.facts), row.previous_hash, row.hash,
    )  # fmt: skip


def _facts_text(facts: Mapping[str, Fact]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _hash(previous: str, entry: AuditEntry) -> str:
    content = json.dumps(
        [
            previous, entry.number, entry.at.isoformat(timespec="microseconds"), entry.actor,
            entry.action, entry.study_id, entry.version, _facts_text(entry.facts),
        ],
        ensure_ascii=False,
    )  # fmt: skip
    return hashlib.sha256(content.encode()).hexdigest()
