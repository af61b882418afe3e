"""Accounts, sign-ins and roles in the database."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import ArteriaError
from core.results.people import Account, Origin, Person
from core.storage.database import reading, writing
from core.storage.grants import Grants, end_all
from core.storage.people_tables import ACCOUNTS, SIGN_INS

SEEN_EVERY = timedelta(seconds=30)
"""A sign-in's last use is written no more often than this."""


class People(Grants):
    """Who may come in, and with which roles. Safe to share between threads and processes.

    Every method raises ``ArteriaError("store_unavailable")`` when the database can't be
    reached.
    """

    def add_account(
        self,
        login: str,
        name: str,
        *,
        origin: Origin = Origin.BUILT_IN,
        password_hash: str | None = None,
        is_admin: bool = False,
        groups: Iterable[str] = (),
        password_expires_at: datetime | None = None,
    ) -> Account:
        """A new account.

        Raises:
            ArteriaError: ``login_taken``.
        """
        values = {
            "id": secrets.token_hex(8),
            "login": folded_login(login),
            "name": name.strip() or login.strip(),
            "origin": origin.value,
            "password_hash": password_hash,
            "is_admin": is_admin,
            "groups": json.dumps(sorted(groups), ensure_ascii=False),
            "created_at": datetime.now(UTC),
            "failures": 0,
            "password_expires_at": password_expires_at,
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(ACCOUNTS).values(values))
                return _account(_row(connection, ACCOUNTS.c.id == values["id"]))
        except IntegrityError as error:
            raise ArteriaError("login_taken") from error

    def accounts(self) -> tuple[Account, ...]:
        """All accounts by login."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.login)).all()
        return tuple(_account(row) for row in rows)

    def account_of_id(self, account_id: str) -> Account | None:
        """The account with that id."""
        with reading(self._engine) as connection:
            row = _row(connection, ACCOUNTS.c.id == account_id)
        return None if row is None else _account(row)

    def account(self, login: str) -> Account | None:
        """The account with that login."""
        with reading(self._engine) as connection:
            row = _row(connection, ACCOUNTS.c.login == folded_login(login))
        return None if row is None else _account(row)

    def password_hash(self, login: str) -> str | None:
        """Hash of the account's password; None = no such account, or it has none."""
        query = select(ACCOUNTS.c.password_hash).where(ACCOUNTS.c.login == folded_login(login))
        with reading(self._engine) as connection:
            found: str | None = connection.scalar(query)
        return found

    def count_failure(self, account_id: str, *, most: int, locked_for: timedelta) -> bool:
        """Count a wrong password; whether the account is locked by it."""
        with writing(self._engine) as connection:
            query = select(ACCOUNTS.c.failures).where(ACCOUNTS.c.id == account_id)
            failures = int(connection.scalar(query.with_for_update()) or 0) + 1
            locks = failures >= most
            _change(
                connection,
                account_id,
                failures=0 if locks else failures,
                **({"locked_until": datetime.now(UTC) + locked_for} if locks else {}),
            )
        return locks

    def set_password(
        self, account_id: str, password_hash: str, expires_at: datetime | None
    ) -> None:
        """Change the password; every sign-in of the account ends."""
        with writing(self._engine) as connection:
            _change(
                connection,
                account_id,
                password_hash=password_hash,
                password_expires_at=expires_at,
                failures=0,
                locked_until=None,
            )
            end_all(connection, account_id)

    def set_disabled(self, account_id: str, disabled: bool) -> None:
        """Close or reopen an account; closing ends its sign-ins."""
        with writing(self._engine) as connection:
            _change(connection, account_id, disabled_at=datetime.now(UTC) if disabled else None)
            end_all(connection, account_id)

    def set_admin(self, account_id: str, is_admin: bool) -> None:
        """Give or take the administrator's rights; the account's sign-ins end."""
        with writing(self._engine) as connection:
            _change(connection, account_id, is_admin=is_admin)
            end_all(connection, account_id)

    def hospital_account(
        self, subject: str, name: str, groups: Iterable[str], is_admin: bool
    ) -> Account:
        """The account of a person whom the hospital's sign-in vouches for, made when new.

        Name, groups and administrator's rights follow the hospital at each sign-in; when they
        changed, sign-ins made before them end.
        """
        known = self.account(subject)
        wanted = tuple(sorted(groups))
        if known is None:
            return self.add_account(
                subject, name, origin=Origin.HOSPITAL, is_admin=is_admin, groups=wanted
            )
        if known.origin is not Origin.HOSPITAL:
            raise ArteriaError("login_taken")
        if (known.name, known.groups, known.is_admin) != (name, wanted, is_admin):
            with writing(self._engine) as connection:
                _change(
                    connection,
                    known.id,
                    name=name,
                    groups=json.dumps(wanted, ensure_ascii=False),
                    is_admin=is_admin,
                )
                end_all(connection, known.id)
        return self.account(subject) or known

    def begin(self, account_id: str, token_hash: str) -> None:
        """Record a sign-in; the account's count of wrong passwords starts anew."""
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            _change(connection, account_id, failures=0, locked_until=None)
            connection.execute(
                insert(SIGN_INS).values(
                    token_hash=token_hash, account_id=account_id, created_at=now, last_seen=now
                )
            )

    def signed_in(self, token_hash: str, *, idle: timedelta, longest: timedelta) -> Person | None:
        """Who holds this sign-in; None when it ended, timed out or its account is closed.

        Being seen here prolongs the sign-in.
        """
        now = datetime.now(UTC)
        query = (
            select(ACCOUNTS, SIGN_INS.c.created_at.label("began"), SIGN_INS.c.last_seen)
            .join(SIGN_INS)
            .where(SIGN_INS.c.token_hash == token_hash, SIGN_INS.c.ended_at.is_(None))
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.disabled_at is not None:
            return None
        if now - row.last_seen > idle or now - row.began > longest:
            return None
        if now - row.last_seen > SEEN_EVERY:
            with writing(self._engine) as connection:
                connection.execute(
                    update(SIGN_INS)
                    .where(SIGN_INS.c.token_hash == token_hash)
                    .values(last_seen=now)
                )
        account = _account(row)
        return Person(
            account.id, account.login, account.name, account.origin, account.is_admin,
            account.groups, token_hash,
        )  # fmt: skip

    def end(self, token_hash: str) -> None:
        """End one sign-in."""
        with writing(self._engine) as connection:
            connection.execute(
                update(SIGN_INS)
                .where(SIGN_INS.c.token_hash == token_hash, SIGN_INS.c.ended_at.is_(None))
                .values(ended_at=datetime.now(UTC))
            )


def folded_login(login: str) -> str:
    """A login as it is compared: without case and outer space.

    >>> folded_login(" Dr.Li ")
    'dr.li'
    """
    return login.strip().casefold()


def _row(connection: Connection, condition: Any) -> Any:
    return connection.execute(select(ACCOUNTS).where(condition)).one_or_none()


def _account(row: Any) -> Account:
    return Account(
        row.id, row.login, row.name, Origin(row.origin), row.is_admin,
        tuple(json.loads(row.groups)), row.created_at, row.disabled_at, row.locked_until,
        row.password_expires_at,
    )  # fmt: skip


def _change(connection: Connection, account_id: str, **values: object) -> None:
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(**values))
