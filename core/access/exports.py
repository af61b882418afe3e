"""Files on their way out: each waits for a minute, for one sign-in, to be fetched once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from core.access.sign_in import token_hash
from core.access.sign_in_page import asked_language
from core.errors import ArteriaError
from core.text.catalogue import say_error

PATH = "/export/"
WAITS_S = 60.0
MOST_BYTES = 512 * 1024 * 1024
"""Of all waiting files of this process; the oldest go first."""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file with its name and media type."""

    content: bytes
    name: str
    mime: str


@dataclass(frozen=True, slots=True)
class _Place:
    sign_in: str
    file: OutgoingFile
    until: float


class WaitingFiles:
    """The files of one server process. Safe to share between threads.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._places: dict[str, _Place] = {}
        self._lock = threading.Lock()

    def put(self, sign_in: str, file: OutgoingFile) -> str:
        """Have a file wait for this sign-in; the token that fetches it."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._drop_old()
            self._places[token_hash(token)] = _Place(sign_in, file, self._clock() + WAITS_S)
            while len(self._places) > 1 and self._size() > MOST_BYTES:
                del self._places[next(iter(self._places))]
        return token

    def take(self, token: str, sign_in: str) -> OutgoingFile:
        """The file, once.

        Raises:
            ArteriaError: ``export_ended``: unknown, fetched already, too old, or another's.
        """
        with self._lock:
            self._drop_old()
            place = self._places.get(token_hash(token))
            if place is None or not sign_in or not secrets.compare_digest(place.sign_in, sign_in):
                raise ArteriaError("export_ended")
            del self._places[token_hash(token)]
        return place.file

    def _drop_old(self) -> None:
        now = self._clock()
        self._places = {key: one for key, one in self._places.items() if one.until > now}

    def _size(self) -> int:
        return sum(len(one.file.content) for one in self._places.values())


WAITING = WaitingFiles()
"""The files of this process."""


async def fetch(request: Request, sign_in: str, token: str) -> Response:
    """The answer at ``/export/<token>`` for the sign-in that the gate found."""
    try:
        file = await run_in_threadpool(WAITING.take, token, sign_in)
    except ArteriaError as error:
        language = asked_language("", request.headers.get("accept-language", ""))
        return PlainTextResponse(say_error(error, language) + "\n", 404)
    return Response(
        file.content,
        media_type=file.mime,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
        },
    )
