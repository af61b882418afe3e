"""Failed sign-ins under names that nobody has, answered like those of real accounts.

If only real accounts could be locked, the answer would tell a stranger which names are real.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from threading import Lock

MOST_NAMES = 10_000


class UnknownLogins:
    """Wrong tries by name, of the names that were tried last."""

    def __init__(self, most_names: int = MOST_NAMES) -> None:
        self._most_names = most_names
        self._tried: OrderedDict[bytes, tuple[int, datetime | None]] = OrderedDict()
        self._lock = Lock()

    def locked_until(self, login: str) -> datetime | None:
        """Until when this name is answered as locked."""
        with self._lock:
            return self._tried.get(_slot(login), (0, None))[1]

    def count(self, login: str, *, most: int, locked_for: timedelta) -> None:
        """Count a wrong try, by the rules of accounts."""
        slot = _slot(login)
        with self._lock:
            failures, until = self._tried.pop(slot, (0, None))
            failures += 1
            if failures >= most:
                failures, until = 0, datetime.now(UTC) + locked_for
            self._tried[slot] = (failures, until)
            if len(self._tried) > self._most_names:
                self._tried.popitem(last=False)


def _slot(login: str) -> bytes:
    # What is typed here may be a password in the wrong field: it is not kept as such.
    return hashlib.sha256(login.strip().casefold().encode()).digest()
