"""Passwords: argon2id hashes, and which passwords are good enough.

Source: RFC 9106 (argon2id, second recommended set of parameters: 64 MiB, three passes); NIST
SP 800-63B (length counts, not character classes; no guessable words such as the login).
"""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from core.errors import ArteriaError

LONGEST = 200
"""Longer ones only cost the server time."""

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _HASHER.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long when there is no stored hash."""
    try:
        _HASHER.verify(stored or _nobody(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def check_password(password: str, login: str, shortest: int) -> None:
    """Refuse a password that could be guessed.

    Raises:
        ArteriaError: ``password_too_short``, ``password_too_long`` or ``password_guessable``.
    """
    if len(password) < shortest:
        raise ArteriaError("password_too_short", shortest=shortest)
    if len(password) > LONGEST:
        raise ArteriaError("password_too_long", longest=LONGEST)
    folded = password.casefold()
    if len(set(folded)) < 5 or (login and login.casefold() in folded):
        raise ArteriaError("password_guessable")
