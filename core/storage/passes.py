"""Links and personal tokens in the database: by hash, with an end, revocable."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Engine, ForeignKey, Select, String, Table, insert, select, update

from core.errors import StudyNotFound
from core.results.people import Pass, PassKind
from core.storage.database import reading, writing
from core.storage.tables import METADATA, UtcDateTime

PASSES = Table(
    "passes",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("account_id", String(32), ForeignKey("accounts.id"), nullable=False),
    Column("study_id", String(32), ForeignKey("studies.id")),
    Column("label", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(120), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)


class Passes:
    """Links and tokens of one database. Safe to share between threads and processes.

    Every method raises ``ArteriaError("store_unavailable")`` when the database can't be
    reached.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        kind: PassKind,
        token_hash: str,
        account_id: str,
        study_id: str | None,
        *,
        label: str,
        by: str,
        expires_at: datetime,
    ) -> Pass:
        """A new pass; ``study_id`` None = every study of the account."""
        made = Pass(
            secrets.token_hex(8), kind, account_id, study_id, label, datetime.now(UTC), by,
            expires_at, None,
        )  # fmt: skip
        with writing(self._engine) as connection:
            connection.execute(
                insert(PASSES).values(
                    id=made.id, kind=kind.value, token_hash=token_hash, account_id=account_id,
                    study_id=study_id, label=label, created_at=made.created_at, created_by=by,
                    expires_at=expires_at,
                )
            )  # fmt: skip
        return made

    def all(self, kind: PassKind) -> tuple[Pass, ...]:
        """All passes of a kind, newest first."""
        return self._found(
            select(PASSES).where(PASSES.c.kind == kind.value).order_by(PASSES.c.created_at.desc())
        )

    def get(self, pass_id: str) -> Pass:
        """One pass.

        Raises:
            StudyNotFound: ``pass_not_found``.
        """
        found = self._found(select(PASSES).where(PASSES.c.id == pass_id))
        if not found:
            raise StudyNotFound("pass_not_found")
        return found[0]

    def holding(self, kind: PassKind, token_hash: str) -> Pass | None:
        """The pass with this token, if it still holds."""
        query = select(PASSES).where(PASSES.c.kind == kind.value, PASSES.c.token_hash == token_hash)
        return next((one for one in self._found(query) if one.holds(datetime.now(UTC))), None)

    def account_holds(self, account_id: str) -> bool:
        """Whether a link of this account still holds."""
        query = select(PASSES).where(
            PASSES.c.kind == PassKind.LINK.value, PASSES.c.account_id == account_id
        )
        return any(one.holds(datetime.now(UTC)) for one in self._found(query))

    def revoke(self, pass_id: str) -> None:
        """End a pass now."""
        with writing(self._engine) as connection:
            connection.execute(
                update(PASSES)
                .where(PASSES.c.id == pass_id, PASSES.c.revoked_at.is_(None))
                .values(revoked_at=datetime.now(UTC))
            )

    def _found(self, query: Select[Any]) -> tuple[Pass, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(
            Pass(
                row.id, PassKind(row.kind), row.account_id, row.study_id, row.label,
                row.created_at, row.created_by, row.expires_at, row.revoked_at,
            )
            for row in rows
        )  # fmt: skip
