"""What administrators do: people, roles, the audit trail, and the end of a study."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.access.desk import Desk
from core.access.policy import policy
from core.access.roles import Permission
from core.access.sign_in import SignIn, require_admin
from core.errors import ArteriaError
from core.results.people import Account, AuditEntry, AuditVerdict, Grant, Origin, Person, Role
from core.storage.studies import Store

LONGEST_GROUP = 120


class Administration:
    """One person's administration. Every deed checks the person's right and is recorded.

    Server administrators manage accounts; who may manage a study manages its roles. Every
    method raises ``ArteriaError("not_allowed")`` to others.
    """

    def __init__(self, store: Store, person: Person) -> None:
        self._store = store
        self._person = person
        self._desk = Desk(store, person)

    def accounts(self) -> tuple[Account, ...]:
        """All accounts but those that belong to links."""
        require_admin(self._person)
        return tuple(a for a in self._store.people.accounts() if a.origin is not Origin.LINK)

    def add_account(self, login: str, name: str, password: str, *, is_admin: bool) -> Account:
        """A new built-in account; see ``SignIn.add_account``."""
        door = SignIn(self._store.people, self._store.trail)
        return door.add_account(self._person, login, name, password, is_admin=is_admin)

    def reset_password(self, account_id: str, password: str) -> None:
        """Give an account a new password; its sign-ins end."""
        require_admin(self._person)
        door = SignIn(self._store.people, self._store.trail)
        door.change_password(self._person, self._account(account_id), password)

    def set_disabled(self, account_id: str, disabled: bool) -> None:
        """Close or reopen an account.

        Raises:
            ArteriaError: ``own_account``: nobody locks out themselves.
        """
        account = self._other(account_id)
        self._store.people.set_disabled(account.id, disabled)
        self._record("account_disabled" if disabled else "account_enabled", login=account.login)

    def set_admin(self, account_id: str, is_admin: bool) -> None:
        """Give or take the right to administrate this server.

        Raises:
            ArteriaError: ``own_account``; ``not_allowed``: the hospital decides about it.
        """
        account = self._other(account_id)
        if account.origin is not Origin.BUILT_IN:
            raise ArteriaError("not_allowed")
        self._store.people.set_admin(account.id, is_admin)
        self._record("admin_given" if is_admin else "admin_taken", login=account.login)

    def grants(self, study_id: str) -> tuple[tuple[Grant, str], ...]:
        """Roles in a study, each with the login or group that holds it; links are left out."""
        self._desk.require(study_id, Permission.MANAGE_STUDY)
        accounts = {f"account:{a.id}": a for a in self._store.people.accounts()}
        found = []
        for grant in self._store.people.grants(study_id):
            account = accounts.get(grant.subject)
            if account is None:
                found.append((grant, grant.subject.partition(":")[2]))
            elif account.origin is not Origin.LINK:
                found.append((grant, account.login))
        return tuple(found)

    def grant(self, study_id: str, who: str, role: Role, *, is_group: bool) -> None:
        """Give a role in a study to an account (by its login) or to a hospital's group.

        Raises:
            ArteriaError: ``account_unknown``; ``group_invalid``; ``own_account``.
        """
        self._desk.require(study_id, Permission.MANAGE_STUDY)
        if is_group:
            name = who.strip()
            if not name or len(name) > LONGEST_GROUP:
                raise ArteriaError("group_invalid", longest=LONGEST_GROUP)
            subject = f"group:{name}"
        else:
            account = self._store.people.account(who)
            if account is None or account.origin is Origin.LINK:
                raise ArteriaError("account_unknown")
            if account.id == self._person.id:
                raise ArteriaError("own_account")
            subject, name = f"account:{account.id}", account.login
        self._store.people.grant(study_id, subject, role, self._person.login)
        self._store.trail.add(
            self._person.login, "role_given", study_id=study_id,
            facts={"subject": name, "role": role.value},
        )  # fmt: skip

    def revoke(self, study_id: str, subject: str) -> None:
        """Take a role in a study away.

        Raises:
            ArteriaError: ``own_account``.
        """
        self._desk.require(study_id, Permission.MANAGE_STUDY)
        if subject == f"account:{self._person.id}":
            raise ArteriaError("own_account")
        self._store.people.revoke(study_id, subject)
        kind, _, name = subject.partition(":")
        account = self._store.people.account_of_id(name) if kind == "account" else None
        shown = name if account is None else account.login
        self._store.trail.add(
            self._person.login, "role_taken", study_id=study_id, facts={"subject": shown}
        )

    def audit(
        self,
        study_id: str,
        *,
        actor: str = "",
        action: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[AuditEntry, ...]:
        """Entries of the trail, newest first.

        Args:
            study_id: "" = of all studies and of the server, for its administrators only.
        """
        self._require_audit(study_id)
        return self._store.trail.search(
            actor=actor, action=action, study_id=study_id, since=since, until=until, limit=limit,
            offset=offset,
        )  # fmt: skip

    def export_audit(self, study_id: str) -> None:
        """Record that entries of the trail leave the system."""
        self._require_audit(study_id)
        self._store.trail.add(self._person.login, "audit_exported", study_id=study_id)

    def verify_audit(self) -> AuditVerdict:
        """Whether the whole trail is as it was written."""
        require_admin(self._person)
        verdict = self._store.trail.verify()
        self._record("audit_verified")
        return verdict

    def delete_study(self, study_id: str, typed_name: str) -> None:
        """Delete an archived study for good; its name typed again is the second confirmation.

        Raises:
            StudyNotFound: it isn't in the archive.
            ArteriaError: ``name_differs``; ``retention``: it was archived too recently.
        """
        self._desk.require(study_id, Permission.MANAGE_STUDY)
        archived = {one.id: one for one in self._store.list_studies(archived=True)}
        study = archived.get(study_id)
        if study is None or study.archived_at is None:
            raise ArteriaError("archive_first")
        if typed_name.strip() != study.name:
            raise ArteriaError("name_differs")
        left = study.archived_at + timedelta(days=policy().retention_days) - datetime.now(UTC)
        if left > timedelta(0):
            raise ArteriaError("retention", days=-(-left // timedelta(days=1)))
        self._store.housekeeping.delete_study(study_id, self._person.login)

    def _require_audit(self, study_id: str) -> None:
        if study_id:
            self._desk.require(study_id, Permission.READ_AUDIT)
        else:
            require_admin(self._person)

    def _account(self, account_id: str) -> Account:
        account = self._store.people.account_of_id(account_id)
        if account is None:
            raise ArteriaError("account_unknown")
        return account

    def _other(self, account_id: str) -> Account:
        require_admin(self._person)
        if account_id == self._person.id:
            raise ArteriaError("own_account")
        return self._account(account_id)

    def _record(self, action: str, **facts: str) -> None:
        self._store.trail.add(self._person.login, action, facts=facts)
