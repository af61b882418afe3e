"""Which sign-in an open page belongs to, so that its uploads are nobody else's."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict

MOST = 10_000
"""Pages remembered in one process; those longest unused are forgotten first."""


class OpenPages:
    """The pages of one server process. Safe to share between threads."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, page: str, sign_in: str) -> None:
        """Say whose page it is; the last one who was let in on it counts.

        Args:
            page: the id by which Streamlit names the page's session in addresses.
        """
        with self._lock:
            self._owners[page] = sign_in
            self._owners.move_to_end(page)
            while len(self._owners) > MOST:
                self._owners.popitem(last=False)

    def belongs(self, page: str, sign_in: str) -> bool:
        """Whether the page is this sign-in's.

        >>> pages = OpenPages()
        >>> pages.note("page", "a")
        >>> pages.belongs("page", "a"), pages.belongs("page", "b"), pages.belongs("other", "a")
        (True, False, False)
        """
        with self._lock:
            owner = self._owners.get(page, "")
        return bool(owner) and secrets.compare_digest(owner.encode(), sign_in.encode())


OPEN = OpenPages()
"""The pages of this process."""
