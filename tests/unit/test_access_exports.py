"""Files on their way out: fetched once, within a minute, by the sign-in that asked."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from core.access import exports
from core.access.exports import OutgoingFile, WaitingFiles
from core.access.own_paths import OwnPaths
from core.errors import ArteriaError

FILE = OutgoingFile("患者".encode(), "疗效 v1.csv", "text/csv")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def refused(files: WaitingFiles, token: str, sign_in: str) -> bool:
    with pytest.raises(ArteriaError, match="export_ended"):
        files.take(token, sign_in)
    return True


def test_file_is_fetched_once_by_its_sign_in() -> None:
    files = WaitingFiles(Clock())
    token = files.put("a" * 64, FILE)
    assert refused(files, token, "b" * 64)
    assert refused(files, token, "")
    assert refused(files, token + "x", "a" * 64)
    assert files.take(token, "a" * 64) == FILE
    assert refused(files, token, "a" * 64)


@pytest.mark.parametrize(("after", "is_there"), [(59.9, True), (60.0, False)])
def test_file_waits_for_a_minute(after: float, is_there: bool) -> None:
    clock = Clock()
    files = WaitingFiles(clock)
    token = files.put("a", FILE)
    clock.now = after
    assert (files.take(token, "a") == FILE) if is_there else refused(files, token, "a")


def test_oldest_file_goes_when_too_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_BYTES", 10)
    files = WaitingFiles(Clock())
    first, second = (files.put("a", OutgoingFile(b"123456", "n", "m")) for _ in range(2))
    assert refused(files, first, "a")
    assert files.take(second, "a").content == b"123456"


def test_route_answers_the_sign_in_that_the_gate_found() -> None:
    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("screens")(scope, receive, send)

    app = OwnPaths(behind, base=lambda: "/arteria", api=lambda: behind)
    token = exports.WAITING.put("s", FILE)

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            path, held = f"/arteria/export/{token}", {"x-arteria-sign-in": "s"}
            return [
                await client.get(path),
                await client.get(path, headers=held),
                await client.get(path, headers=held),
                await client.get("/arteria/other"),
            ]

    without, fetched, again, other = asyncio.run(ask())
    assert (without.status_code, again.status_code) == (404, 404)
    assert fetched.content == FILE.content
    assert fetched.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E7")
    assert other.text == "screens"
