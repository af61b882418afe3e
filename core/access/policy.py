"""How people come in: the mode of sign-in, and how long a sign-in lasts."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from core.errors import ArteriaError, RuleFileInvalid
from core.rules.toml_file import line_of, read_toml

DEFAULT = Path(__file__).with_name("policy.toml")


class Mode(StrEnum):
    """How a person proves who they are."""

    ALONE = "alone"
    """No sign-in: one person on one machine."""
    TEAM = "team"
    """Accounts with passwords in this database."""
    HOSPITAL = "hospital"
    """The hospital's own sign-in (OpenID Connect)."""


def sign_in_mode() -> Mode:
    """``ARTERIA_SIGN_IN``: ``alone`` (the default), ``team`` or ``hospital``.

    Raises:
        ArteriaError: ``sign_in_mode_unknown``.
    """
    asked = os.environ.get("ARTERIA_SIGN_IN", "").strip().lower() or Mode.ALONE.value
    try:
        return Mode(asked)
    except ValueError as error:
        raise ArteriaError("sign_in_mode_unknown", found=asked) from error


@dataclass(frozen=True, slots=True)
class Policy:
    """The values of ``policy.toml``; see there."""

    idle_minutes: int
    longest_hours: int
    failures_before_lock: int
    lock_minutes: int
    shortest_password: int
    password_days: int
    longest_pass_days: int
    retention_days: int

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.longest_hours)

    @property
    def locked_for(self) -> timedelta:
        return timedelta(minutes=self.lock_minutes)


def read_policy(path: Path) -> Policy:
    """The policy in a file.

    Raises:
        RuleFileInvalid: a value is missing, unknown or not a positive whole number.
    """
    found = read_toml(path)
    names = {field.name for field in fields(Policy)}
    for name in sorted(set(found) ^ names):
        raise RuleFileInvalid(
            "rule_file_invalid", file=path.name, line=line_of(path, name), problem=name
        )
    for name, value in found.items():
        if type(value) is not int or value < 1:
            raise RuleFileInvalid(
                "rule_file_invalid", file=path.name, line=line_of(path, name), problem=name
            )
    return Policy(**found)


@lru_cache(maxsize=1)
def policy() -> Policy:
    """The policy of this server: ``ARTERIA_ACCESS_POLICY`` names a file, else the default."""
    return read_policy(Path(os.environ.get("ARTERIA_ACCESS_POLICY") or DEFAULT))
