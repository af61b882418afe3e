"""People, what they may do, and what was recorded of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import Fact


class Role(StrEnum):
    """What a person is in one study. What each may do is ``core/access/roles.toml``."""

    ADMIN = "admin"
    DATA_MANAGER = "data_manager"
    CLINICIAN = "clinician"
    BOARD_GUEST = "board_guest"
    """Sees the meeting's listed cases and figures of the whole study, no other patient."""
    AGGREGATE_VIEWER = "aggregate_viewer"
    """Sees no patient row, and no count below five."""


class Origin(StrEnum):
    """Who vouches for an account."""

    LOCAL = "local"
    """One person on one machine, without sign-in."""
    BUILT_IN = "built_in"
    HOSPITAL = "hospital"
    LINK = "link"
    """Came by a time-limited link."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is looking.

    Attributes:
        id: of the account; ``"local"`` where there is no sign-in.
        login: name typed at sign-in, or the hospital's name for the person.
        is_admin: may do everything in every study, and manage people.
        groups: the hospital's groups of which the person is a member.
        sign_in: hash of the token of this sign-in; "" where there is none.
    """

    id: str
    login: str
    name: str
    origin: Origin
    is_admin: bool = False
    groups: tuple[str, ...] = ()
    sign_in: str = ""


LOCAL_PERSON = Person("local", "local", "", Origin.LOCAL, is_admin=True)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the administrator sees it; its password is not among it."""

    id: str
    login: str
    name: str
    origin: Origin
    is_admin: bool
    groups: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None
    locked_until: datetime | None
    password_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a study; ``subject`` is ``account:<id>`` or ``group:<name>``."""

    study_id: str
    subject: str
    role: Role
    created_at: datetime
    created_by: str


class PassKind(StrEnum):
    """What a secret token opens."""

    LINK = "link"
    """An address by which a guest comes in."""
    PROGRAM = "program"
    """A program's access to the interface at ``/api/v1``."""


@dataclass(frozen=True, slots=True)
class Pass:
    """A link or a personal token; the secret itself is never kept.

    Attributes:
        account_id: whose it is; a link has an account of its own.
        study_id: the only study that it opens; None = every study of the account.
    """

    id: str
    kind: PassKind
    account_id: str
    study_id: str | None
    label: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did, saw, or was refused.

    Attributes:
        number: 1, 2, 3, ... without gaps.
        actor: login of the person; "" = not known who.
        action: short name; its sentence is ``audit_trail.action.<action>``.
        facts: what the sentence names; never a cell of patients' data.
        previous_hash, hash: SHA-256 chain; each entry's hash covers the one before.
    """

    number: int
    at: datetime
    actor: str
    action: str
    study_id: str
    version: int | None
    facts: Mapping[str, Fact]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """Whether the trail is as it was written.

    Attributes:
        entries: number of entries read.
        last_hash: hash of the last entry; written down elsewhere it proves that none was
            cut off at the end.
        broken_at: number of the first entry that isn't as it was written; None = all are.
    """

    entries: int
    last_hash: str
    broken_at: int | None
