"""Who has which role in which study."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from core.results.people import Grant, Person, Role
from core.storage.database import reading, writing
from core.storage.people_tables import ACCOUNTS, GRANTS, SIGN_INS


class Grants:
    """Roles in studies, of accounts (``account:ID``) and hospital groups (``group:NAME``)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def grant(
        self, study_id: str, subject: str, role: Role, by: str, *, keep: bool = False
    ) -> None:
        """Give a role in a study, in place of the one before.

        Args:
            keep: leave the person's sign-ins as they are; else they end, so that nobody goes
                on with an older role.
        """
        with writing(self._engine) as connection:
            _revoke(connection, study_id, subject)
            connection.execute(
                insert(GRANTS).values(
                    study_id=study_id, subject=subject, role=role.value,
                    created_at=datetime.now(UTC), created_by=by,
                )
            )  # fmt: skip
            if not keep:
                _end_of_subject(connection, subject)

    def revoke(self, study_id: str, subject: str) -> None:
        """Take a role in a study away; sign-ins of the person end."""
        with writing(self._engine) as connection:
            _revoke(connection, study_id, subject)
            _end_of_subject(connection, subject)

    def grants(self, study_id: str | None = None) -> tuple[Grant, ...]:
        """Roles in one study, or in all."""
        query = select(GRANTS).order_by(GRANTS.c.study_id, GRANTS.c.subject)
        if study_id is not None:
            query = query.where(GRANTS.c.study_id == study_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(
            Grant(row.study_id, row.subject, Role(row.role), row.created_at, row.created_by)
            for row in rows
        )

    def roles_of(self, person: Person) -> dict[str, frozenset[Role]]:
        """The person's roles by study, own and by group."""
        subjects = [f"account:{person.id}", *(f"group:{name}" for name in person.groups)]
        query = select(GRANTS.c.study_id, GRANTS.c.role).where(GRANTS.c.subject.in_(subjects))
        found: dict[str, set[Role]] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                found.setdefault(row.study_id, set()).add(Role(row.role))
        return {study: frozenset(roles) for study, roles in found.items()}


def end_all(connection: Connection, account_id: str) -> None:
    """End every sign-in of the account."""
    connection.execute(
        update(SIGN_INS)
        .where(SIGN_INS.c.account_id == account_id, SIGN_INS.c.ended_at.is_(None))
        .values(ended_at=datetime.now(UTC))
    )


def _end_of_subject(connection: Connection, subject: str) -> None:
    kind, _, name = subject.partition(":")
    if kind == "account":
        end_all(connection, name)
        return
    for row in connection.execute(select(ACCOUNTS.c.id, ACCOUNTS.c.groups)).all():
        if name in json.loads(row.groups):
            end_all(connection, row.id)


def _revoke(connection: Connection, study_id: str, subject: str) -> None:
    connection.execute(
        delete(GRANTS).where(GRANTS.c.study_id == study_id, GRANTS.c.subject == subject)
    )
