"""Uploads and media addresses: open to whose page it is, whoever else is signed in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core.access import open_pages
from core.access.gate import SIGN_IN_HEADER
from core.access.open_pages import OPEN, OpenPages
from core.access.own_paths import OwnPaths


def status(path: str, sign_in: str, method: str = "PUT") -> int:
    """What somebody with this sign-in ("" = nobody has to sign in) is answered."""
    sent: list[dict[str, Any]] = []

    async def behind(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    headers = [(SIGN_IN_HEADER.encode(), sign_in.encode())] if sign_in else []
    scope = {
        "type": "http", "path": path, "method": method, "headers": headers, "query_string": b""
    }  # fmt: skip
    own = OwnPaths(behind, lambda: "/arteria", lambda: behind)
    asyncio.run(own(scope, receive, send))
    return int(sent[0]["status"])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST", "OPTIONS"])
@pytest.mark.parametrize("before", ["", "/arteria", "/arteria/survival"])
def test_upload_of_a_page_is_open_to_its_own_person_only(method: str, before: str) -> None:
    OPEN.note("page-of-li", "li")
    OPEN.note("page-of-wang", "wang")
    address = f"{before}/_stcore/upload_file/page-of-li/1"
    assert status(address, "li", method) == 204
    assert status(address, "wang", method) == 403
    assert status(address.replace("page-of-li", "unknown"), "li", method) == 403
    assert status(address.replace("page-of-li/1", ""), "li", method) == 403


def test_media_address_is_closed_where_people_sign_in() -> None:
    for path in ("/media/abc.csv", "/arteria/media/abc.csv"):
        assert status(path, "li", "GET") == 403
        assert status(path, "", "GET") == 204
    # The letters and icons of the screens.
    for path in ("/_stcore/health", "/static/media/Symbols.woff2"):
        assert status(path, "li", "GET") == 204


def test_page_belongs_to_who_was_let_in_last() -> None:
    pages = OpenPages()
    pages.note("page", "before")
    pages.note("page", "after")
    assert not pages.belongs("page", "before")
    assert pages.belongs("page", "after")
    assert not pages.belongs("page", "")


def test_page_longest_unused_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_pages, "MOST", 2)
    pages = OpenPages()
    for page in ("a", "b", "a", "c"):
        pages.note(page, "li")
    assert [pages.belongs(page, "li") for page in "abc"] == [True, False, True]
