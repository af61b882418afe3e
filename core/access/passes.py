"""Links for guests and personal tokens for programs: made once, shown once, kept as a hash."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from core.access.desk import Desk
from core.access.policy import policy
from core.access.roles import Permission
from core.access.sign_in import token_hash
from core.errors import ArteriaError
from core.results.people import Account, Origin, Pass, PassKind, Person, Role
from core.storage.studies import Store

GUEST_ROLES = (Role.BOARD_GUEST, Role.AGGREGATE_VIEWER)
"""Roles that a link can give: none of them reaches all patients."""

LONGEST_LABEL = 200


class PassOffice:
    """Gives out links and tokens, lists and ends them, and says who holds one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make_link(self, by: Person, study_id: str, role: Role, label: str, days: int) -> str:
        """A link's token, never to be seen again; whoever has it comes in with this role.

        Raises:
            ArteriaError: ``not_allowed`` (also a role that a link can't give),
                ``pass_label_invalid`` or ``pass_days_invalid``.
        """
        Desk(self._store, by).require(study_id, Permission.MANAGE_STUDY)
        if role not in GUEST_ROLES:
            raise ArteriaError("not_allowed")
        name, expires_at = _label(label), _end(days)
        token = secrets.token_urlsafe(32)
        account = self._store.people.add_account(
            f"link:{secrets.token_hex(4)}", name, origin=Origin.LINK
        )
        self._store.people.grant(study_id, f"account:{account.id}", role, by.login)
        self._store.passes.add(
            PassKind.LINK, token_hash(token), account.id, study_id, label=name, by=by.login,
            expires_at=expires_at,
        )  # fmt: skip
        self._store.trail.add(
            by.login, "link_made", study_id=study_id,
            facts={"guest": account.login, "role": role.value, "days": days},
        )  # fmt: skip
        return token

    def make_token(self, by: Person, study_id: str | None, label: str, days: int) -> str:
        """A token by which a program reads what this person may read.

        Args:
            study_id: the only study that it opens; None = every study of the person.

        Raises:
            ArteriaError: ``not_allowed`` (guests have no tokens), ``pass_label_invalid`` or
                ``pass_days_invalid``.
        """
        if by.origin not in (Origin.BUILT_IN, Origin.HOSPITAL):
            raise ArteriaError("not_allowed")
        if study_id is not None:
            Desk(self._store, by).require(study_id, Permission.READ_AGGREGATES)
        name, expires_at = _label(label), _end(days)
        token = secrets.token_urlsafe(32)
        self._store.passes.add(
            PassKind.PROGRAM, token_hash(token), by.id, study_id, label=name, by=by.login,
            expires_at=expires_at,
        )  # fmt: skip
        self._store.trail.add(by.login, "token_made", study_id=study_id or "", facts={"days": days})
        return token

    def links(self, by: Person, study_id: str) -> tuple[Pass, ...]:
        """Links into a study, newest first."""
        Desk(self._store, by).require(study_id, Permission.MANAGE_STUDY)
        return tuple(
            one for one in self._store.passes.all(PassKind.LINK) if one.study_id == study_id
        )

    def tokens(self, by: Person) -> tuple[Pass, ...]:
        """The person's own tokens; an administrator's view holds everybody's."""
        return tuple(
            one
            for one in self._store.passes.all(PassKind.PROGRAM)
            if by.is_admin or one.account_id == by.id
        )

    def revoke(self, by: Person, pass_id: str) -> None:
        """End a link or token; who came in by the link is signed out.

        Raises:
            StudyNotFound: ``pass_not_found``.
            ArteriaError: ``not_allowed``.
        """
        found = self._store.passes.get(pass_id)
        if found.kind is PassKind.LINK:
            Desk(self._store, by).require(found.study_id or "", Permission.MANAGE_STUDY)
        elif not by.is_admin and found.account_id != by.id:
            raise ArteriaError("not_allowed")
        self._store.passes.revoke(pass_id)
        if found.kind is PassKind.LINK:
            self._store.people.set_disabled(found.account_id, True)
            self._store.trail.add(by.login, "link_revoked", study_id=found.study_id or "")
        else:
            self._store.trail.add(by.login, "token_revoked", study_id=found.study_id or "")

    def bearer(self, token: str) -> tuple[Person, str | None] | None:
        """Who holds this token, and the only study that it opens; None = it opens nothing."""
        found = self._store.passes.holding(PassKind.PROGRAM, token_hash(token))
        if found is None:
            return None
        account = self._store.people.account_of_id(found.account_id)
        if account is None or account.disabled_at is not None:
            return None
        return person_of(account), found.study_id


def person_of(account: Account) -> Person:
    """The person of an account, without a sign-in."""
    return Person(
        account.id, account.login, account.name, account.origin, account.is_admin, account.groups
    )


def _label(label: str) -> str:
    name = label.strip()
    if not name or len(name) > LONGEST_LABEL:
        raise ArteriaError("pass_label_invalid", longest=LONGEST_LABEL)
    return name


def _end(days: int) -> datetime:
    most = policy().longest_pass_days
    if not 1 <= days <= most:
        raise ArteriaError("pass_days_invalid", most=most)
    return datetime.now(UTC) + timedelta(days=days)
