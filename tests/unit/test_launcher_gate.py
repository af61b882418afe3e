"""The gate: which requests pass, and what each answer carries."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import streamlit

from core.access.gate import INLINE_SCRIPT, Gate, host_is_allowed
from core.access.log import WithoutValues
from core.errors import ArteriaError
from core.text.catalogue import LANGUAGES, text

HEADERS_OF_EVERY_ANSWER = {
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}


def ask(
    path: str = "/",
    headers: dict[str, str] | None = None,
    *,
    kind: str = "http",
    method: str = "GET",
    allowed: tuple[str, ...] = ("localhost", "*.hospital.example"),
) -> tuple[list[dict[str, Any]], dict[bytes, bytes] | None]:
    """What the gate sends, and the headers that reached the app behind it (None = nothing)."""
    sent: list[dict[str, Any]] = []
    reached: list[dict[bytes, bytes]] = []

    async def behind(scope: Any, _receive: Any, send: Any) -> None:
        reached.append(dict(scope["headers"]))
        if scope["type"] == "http":
            start = {"type": "http.response.start", "status": 200, "headers": []}
            await send({**start, "headers": [(b"cache-control", b"public")]})
            await send({"type": "http.response.body", "body": b"ok"})

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.connect"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    raw = {"host": "localhost:8501", **(headers or {})}
    scope = {
        "type": kind,
        "path": path,
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in raw.items()],
    }
    asyncio.run(Gate(behind, lambda: allowed)(scope, receive, send))
    return sent, reached[0] if reached else None


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("localhost", True),
        ("LOCALHOST:8501", True),
        ("localhost.", True),
        ("board.hospital.example:443", True),
        ("hospital.example", False),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("evil.example#localhost", False),
        ("evil@localhost", False),
        ("localhost:notaport", False),
        ("localhost/x", False),
        ("", False),
        ("[::1", False),
    ],
)
def test_host_header_decides_whether_a_request_passes(host: str, passes: bool) -> None:
    assert host_is_allowed(host, ["localhost", "*.hospital.example"]) is passes
    sent, reached = ask(headers={"host": host})
    assert (reached is not None) is passes
    assert sent[0]["status"] == (200 if passes else 421)


def test_star_allows_any_host_and_an_empty_list_only_this_machine() -> None:
    assert ask(headers={"host": "any.example"}, allowed=("*",))[1] is not None
    assert ask(headers={"host": "127.0.0.1:8501"}, allowed=())[1] is not None
    assert ask(headers={"host": "[::1]:8501"}, allowed=())[1] is not None
    assert ask(headers={"host": "any.example"}, allowed=())[1] is None


def test_forged_identity_headers_do_not_reach_the_app() -> None:
    forged = {
        "X-Forwarded-User": "chief",
        "x_remote_user": "chief",
        "Remote-User": "chief",
        "X-Auth-Request-Email": "chief@hospital.example",
        "X-Streamlit-User": "chief",
        "X-Arteria-User": "chief",
        "accept": "*/*",
    }
    _, reached = ask(headers=forged)
    assert reached == {b"host": b"localhost:8501", b"accept": b"*/*"}


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_carries_the_safe_headers(host: str) -> None:
    sent, _ = ask(headers={"host": host})
    headers = dict(sent[0]["headers"])
    assert headers.items() >= HEADERS_OF_EVERY_ANSWER.items()
    policy = headers[b"content-security-policy"].decode()
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("path", "kept"),
    [("/", b"no-store"), ("/media/x.csv", b"no-store"), ("/static/js/a.js", b"public")],
)
def test_only_the_programs_own_files_may_be_cached(path: str, kept: bytes) -> None:
    sent, _ = ask(path)
    assert dict(sent[0]["headers"])[b"cache-control"] == kept


def test_websocket_of_another_site_or_host_is_closed() -> None:
    own = {"origin": "http://localhost:8501"}
    assert ask(kind="websocket", headers=own)[1] is not None
    for foreign in ("http://localhost:9999", "http://evil.example", "null"):
        sent, reached = ask(kind="websocket", headers={"origin": foreign})
        assert reached is None
        assert sent == [{"type": "websocket.close", "code": 1008}]
    assert ask(kind="websocket", headers={**own, "host": "evil.example"})[1] is None


def test_request_that_acts_from_another_site_is_refused() -> None:
    foreign = {"origin": "http://evil.example"}
    assert ask(method="PUT", headers=foreign)[0][0]["status"] == 403
    assert ask(method="PUT", headers={"origin": "http://localhost:8501"})[1] is not None
    assert ask(method="GET", headers=foreign)[1] is not None


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_nobody_comes_in_while_the_store_is_away(kind: str) -> None:
    reached: list[str] = []
    sent: list[dict[str, Any]] = []

    async def behind(scope: Any, _receive: Any, _send: Any) -> None:
        reached.append(scope["path"])

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.connect"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    def away() -> Any:
        raise ArteriaError("store_unavailable")

    headers = [(b"host", b"localhost")]
    scope = {"type": kind, "path": "/", "method": "GET", "headers": headers}
    asyncio.run(Gate(behind, lambda: ("localhost",), away)(scope, receive, send))
    assert reached == []
    if kind == "websocket":
        assert sent[0]["type"] == "websocket.close"
        return
    assert sent[0]["status"] == 503
    body = sent[1]["body"].decode()
    for language in LANGUAGES:
        assert text("error.store_unavailable", language) in body


def test_script_inside_streamlits_page_is_the_one_that_the_policy_allows() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" == INLINE_SCRIPT


def test_log_of_an_exception_holds_its_place_but_no_value(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("test_launcher_gate")
    log.addFilter(WithoutValues())
    try:
        float("患者甲 450 mm")
    except ValueError:
        log.error("Uncaught app execution", exc_info=sys.exc_info())
    assert "患者甲" not in caplog.text
    assert "ValueError" in caplog.text
    assert "test_launcher_gate.py" in caplog.text
