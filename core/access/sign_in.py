"""Signing in and out: checks, sessions, and what is recorded of it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from core.access.passwords import check_password, hash_password, is_password
from core.access.policy import policy
from core.access.unknown_logins import UnknownLogins
from core.errors import ArteriaError
from core.results.people import Account, Origin, PassKind, Person
from core.storage.audit import AuditTrail
from core.storage.passes import Passes
from core.storage.people import People

LONGEST_LOGIN = 120


def token_hash(token: str) -> str:
    """What is stored of a token: it can't be turned back into the token."""
    return hashlib.sha256(token.encode()).hexdigest()


class SignIn:
    """The door: who comes in, who is in, who leaves."""

    def __init__(self, people: People, trail: AuditTrail, passes: Passes | None = None) -> None:
        self._people = people
        self._trail = trail
        self._passes = passes
        self._unknown = UnknownLogins()

    def with_password(self, login: str, password: str) -> str:
        """Sign in with a built-in account; the token for the browser.

        Raises:
            ArteriaError: ``sign_in_failed`` (whatever was wrong), ``account_locked`` or
                ``password_expired``.
        """
        account = self._people.account(login)
        stored = self._people.password_hash(login)
        fits = is_password(stored, password)
        now = datetime.now(UTC)
        locked = self._unknown.locked_until(login) if account is None else account.locked_until
        if locked is not None and locked > now:
            self._trail.add(account.login if account else "", "sign_in_while_locked")
            raise ArteriaError("account_locked", minutes=_minutes(locked - now))
        if account is None or not fits or account.disabled_at is not None:
            self._failed(account, login)
        if account.password_expires_at and account.password_expires_at < now:
            self._trail.add(account.login, "sign_in_password_expired")
            raise ArteriaError("password_expired")
        return self._begin(account)

    def _failed(self, account: Account | None, login: str) -> NoReturn:
        locked, rules = False, policy()
        most, locked_for = rules.failures_before_lock, rules.locked_for
        if account is None:
            self._unknown.count(login, most=most, locked_for=locked_for)
        else:
            locked = self._people.count_failure(account.id, most=most, locked_for=locked_for)
        # What was typed may be a password in the wrong field: only known logins are named.
        self._trail.add(account.login if account else "", "sign_in_failed")
        if locked:
            self._trail.add(account.login if account else "", "account_locked")
        raise ArteriaError("sign_in_failed")

    def from_hospital(
        self, subject: str, name: str, groups: Iterable[str], *, is_admin: bool
    ) -> str:
        """Sign in a person whom the hospital's sign-in vouches for; the token for the browser.

        Raises:
            ArteriaError: ``sign_in_failed``: the account is closed or the name is taken.
        """
        try:
            account = self._people.hospital_account(subject, name, groups, is_admin)
        except ArteriaError as error:
            self._trail.add(subject, "sign_in_failed")
            raise ArteriaError("sign_in_failed") from error
        if account.disabled_at is not None:
            self._trail.add(account.login, "sign_in_failed")
            raise ArteriaError("sign_in_failed")
        return self._begin(account)

    def with_link(self, token: str) -> tuple[str, str]:
        """Sign in by a link; the token for the browser, and the study that the link opens.

        Raises:
            ArteriaError: ``link_ended``: unknown, too old or revoked.
        """
        passes = self._passes
        found = passes.holding(PassKind.LINK, token_hash(token)) if passes else None
        account = self._people.account_of_id(found.account_id) if found else None
        if found is None or account is None or account.disabled_at is not None:
            self._trail.add("", "link_refused")
            raise ArteriaError("link_ended")
        return self._begin(account), found.study_id or ""

    def _begin(self, account: Account) -> str:
        token = secrets.token_urlsafe(32)
        self._people.begin(account.id, token_hash(token))
        self._trail.add(account.login, "signed_in", facts={"origin": account.origin.value})
        return token

    def person(self, sign_in: str) -> Person | None:
        """Who holds the sign-in with this hash, if it still holds."""
        rules = policy()
        found = self._people.signed_in(sign_in, idle=rules.idle, longest=rules.longest)
        if found is not None and found.origin is Origin.LINK:
            return found if self._passes and self._passes.account_holds(found.id) else None
        return found

    def leave(self, person: Person) -> None:
        """Sign out."""
        self._people.end(person.sign_in)
        self._trail.add(person.login, "signed_out")

    def add_account(
        self, by: Person, login: str, name: str, password: str, *, is_admin: bool = False
    ) -> Account:
        """A new built-in account.

        Raises:
            ArteriaError: ``login_invalid``, ``login_taken``, or the password isn't good enough.
        """
        require_admin(by)
        wanted = login.strip()
        if not wanted or len(wanted) > LONGEST_LOGIN or any(sign.isspace() for sign in wanted):
            raise ArteriaError("login_invalid", longest=LONGEST_LOGIN)
        check_password(password, wanted, policy().shortest_password)
        account = self._people.add_account(
            wanted,
            name,
            password_hash=hash_password(password),
            is_admin=is_admin,
            password_expires_at=_expiry(),
        )
        self._trail.add(by.login, "account_added", facts={"login": account.login})
        return account

    def change_password(self, by: Person, account: Account, password: str) -> None:
        """Set an account's password: one's own, or as administrator any; its sign-ins end.

        Raises:
            ArteriaError: ``not_allowed``, or the password isn't good enough.
        """
        if by.id != account.id:
            require_admin(by)
        if account.origin is not Origin.BUILT_IN:
            raise ArteriaError("not_allowed")
        check_password(password, account.login, policy().shortest_password)
        self._people.set_password(account.id, hash_password(password), _expiry())
        self._trail.add(by.login, "password_changed", facts={"login": account.login})

    def renew_password(self, login: str, old: str, new: str) -> str:
        """Replace an expired password, knowing the old one, and sign in.

        Raises:
            ArteriaError: as ``with_password``; or the new password isn't good enough.
        """
        try:
            self._people.end(token_hash(self.with_password(login, old)))
        except ArteriaError as error:
            if error.code != "password_expired":
                raise
        account = self._people.account(login)
        if account is None:
            raise ArteriaError("sign_in_failed")
        if new == old:
            raise ArteriaError("password_guessable")
        person = Person(account.id, account.login, account.name, account.origin)
        self.change_password(person, account, new)
        return self._begin(account)


def require_admin(person: Person) -> None:
    """Let only administrators pass.

    Raises:
        ArteriaError: ``not_allowed``.
    """
    if not person.is_admin:
        raise ArteriaError("not_allowed")


def _expiry() -> datetime:
    return datetime.now(UTC) + timedelta(days=policy().password_days)


def _minutes(left: timedelta) -> int:
    return max(1, -int(-left.total_seconds() // 60))
