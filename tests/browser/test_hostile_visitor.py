"""Somebody without a sign-in tries every address that Streamlit answers, in odd spellings too."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.storage.studies import Store
from tests.running import Server, make_admin, start_server, stop_server

pytestmark = pytest.mark.browser

PASSWORD = "three plain words"
PATHS = (
    "/", "/survival", "/_stcore/health", "/_stcore/script-health-check", "/_stcore/metrics",
    "/_stcore/host-config", "/_stcore/allowed-message-origins", "/_stcore/stream",
    "/_stcore/message", "/_stcore/upload_file/s/f", "/_stcore/bidi-components/x/y",
    "/_stcore/custom-component", "/media/abc.csv", "/component/x/index.html",
    "/static/js/index.js", "/app/static/a", "/favicon.png", "/manifest.json", "/robots.txt",
    "/index.html", "/~/+/", "/~/+/_stcore/health", "/~/+/media/abc.csv", "/export/abc",
    "/api/v1/studies", "/api/v1/openapi.json", "/api/v1/docs", "/docs", "/openapi.json",
    "//_stcore/health", "/./_stcore/health", "/sign-in/../_stcore/health",
    "/sign-in%2f..%2f_stcore/health", "/%5fstcore/health", "/_stcore%2fhealth", "/SIGN-IN/x",
    "/sign-in/x", "/link/../media/abc.csv", "/sign-in;/../_stcore/health",
    "/survival/_stcore/health", "/link/", "/link/a/b",
    "/sign-in%00/_stcore/health", "/api/v1/../../_stcore/health", "/api/v1x/studies",
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND")
FORGED = (
    "Cookie: arteria_sign_in=" + "a" * 43,
    "X-Arteria-Sign-In: " + "a" * 64,
    "X_Arteria_Sign_In: " + "a" * 64,
    "X-Forwarded-User: dr.li",
    "X-Forwarded-For: 127.0.0.1",
    "X-Original-URL: /sign-in",
    "X-Rewrite-URL: /sign-in",
    "X-Forwarded-Prefix: /sign-in",
    "Remote-User: dr.li",
)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server in team mode with one administrator."""
    folder = tmp_path_factory.mktemp("hostile")
    make_admin(folder, PASSWORD)
    running = start_server(folder, ARTERIA_SIGN_IN="team", ARTERIA_EXAMPLE="1")
    yield running, folder / "data" / "arteria.db"
    stop_server(running)
    assert PASSWORD not in running.log_text()
    assert "Traceback" not in running.log_text()


def say(server: Server, *lines: str, body: bytes = b"") -> tuple[int, str]:
    """Status and whole answer to exactly these lines; 0 = the connection was just closed."""
    host, port = urlsplit(server.address).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    status = answer.split(b" ", 2)[1] if answer.startswith(b"HTTP/") else b"0"
    return int(status), answer.decode("latin-1")


def ask(
    server: Server, method: str, path: str, *more: str, version: str = "1.1"
) -> tuple[int, str]:
    host = f"Host: {urlsplit(server.address).netloc}"
    return say(server, f"{method} {path} HTTP/{version}", host, "Connection: close", *more)


def is_shut(status: int, answer: str) -> bool:
    """Whether the answer gives away nothing that lies behind the gate."""
    if status == 303:
        return "\r\nlocation: /sign-in" in answer
    return status in {0, 400, 401, 403, 405, 421}


@pytest.mark.parametrize("method", METHODS)
def test_no_method_opens_an_address(guarded: tuple[Server, Path], method: str) -> None:
    for path in PATHS:
        status, answer = ask(guarded[0], method, path, "Accept: text/html")
        assert is_shut(status, answer), (method, path, status, answer[:300])


def test_no_forged_header_opens_an_address(guarded: tuple[Server, Path]) -> None:
    for header in FORGED:
        for path in (
            "/_stcore/health",
            "/media/abc.csv",
            "/api/v1/studies",
            "/_stcore/host-config",
        ):
            status, answer = ask(guarded[0], "GET", path, header)
            assert is_shut(status, answer), (header, path, status)


def test_old_and_odd_requests_open_nothing(guarded: tuple[Server, Path]) -> None:
    server = guarded[0]
    host = f"Host: {urlsplit(server.address).netloc}"
    odd = (
        ("GET /_stcore/health HTTP/1.0",),
        ("GET /_stcore/health HTTP/1.0", host),
        ("GET /_stcore/health HTTP/1.1", "Host: evil.example", "Connection: close"),
        ("GET /_stcore/health HTTP/1.1", host, "Host: evil.example", "Connection: close"),
        ("GET /_stcore/health HTTP/1.1", "Host: evil.example", host, "Connection: close"),
        ("GET /_stcore/health HTTP/1.1", "Connection: close"),
        (f"GET {server.address}/_stcore/health HTTP/1.1", host, "Connection: close"),
        ("GET http://evil.example/_stcore/health HTTP/1.1", host, "Connection: close"),
    )
    for lines in odd:
        status, answer = say(server, *lines)
        assert is_shut(status, answer), (lines, status, answer[:300])


def test_websocket_opens_for_nobody(guarded: tuple[Server, Path]) -> None:
    key = "Sec-WebSocket-Key: aaaaaaaaaaaaaaaaaaaaaA=="
    for path in ("/_stcore/stream", "/~/+/_stcore/stream", "/survival/_stcore/stream", "/sign-in"):
        for header in FORGED:
            status, answer = ask(
                guarded[0], "GET", path, "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", key, header,
            )  # fmt: skip
            assert status in {0, 400, 401, 403}, (path, header, status, answer[:200])


def post(server: Server, path: str, body: str, *more: str) -> tuple[int, str]:
    form = "Content-Type: application/x-www-form-urlencoded"
    return say(
        server, f"POST {path} HTTP/1.1", f"Host: {urlsplit(server.address).netloc}",
        "Connection: close", form, f"Content-Length: {len(body)}", *more, body=body.encode(),
    )  # fmt: skip


def cookie_of(answer: str) -> str:
    (line,) = [one for one in answer.split("\r\n") if one.lower().startswith("set-cookie: arteria")]
    return line.split(": ", 1)[1].split(";")[0]


def right(onward: str = "") -> str:
    return f"login=dr.li&password={PASSWORD.replace(' ', '+')}&next={onward}"


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/", "//evil.example", "/%5Cevil.example", "%2F%2Fevil.example",
        "javascript:alert(1)", "/%09/evil.example", "/%0d%0aSet-Cookie:%20x=1", "evil.example",
    ],
)  # fmt: skip
def test_sign_in_leads_to_no_other_place(guarded: tuple[Server, Path], onward: str) -> None:
    status, answer = post(guarded[0], "/sign-in", right(onward))
    assert status == 303
    assert "\r\nlocation: /\r\n" in answer
    assert "x=1" not in answer


def test_sign_in_from_another_site_is_refused(guarded: tuple[Server, Path]) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1"):
        status, answer = post(guarded[0], "/sign-in", right(), f"Origin: {origin}")
        assert status == 403, origin
        assert "set-cookie" not in answer.lower()


def test_token_given_beforehand_is_not_the_one_of_the_sign_in(guarded: tuple[Server, Path]) -> None:
    planted = "arteria_sign_in=" + "p" * 43
    first = cookie_of(post(guarded[0], "/sign-in", right(), f"Cookie: {planted}")[1])
    second = cookie_of(post(guarded[0], "/sign-in", right(), f"Cookie: {first}")[1])
    assert len({planted, first, second}) == 3
    assert ask(guarded[0], "GET", "/_stcore/health", f"Cookie: {planted}")[0] == 401
    # Who signs in again leaves no second way in behind.
    assert ask(guarded[0], "GET", "/_stcore/health", f"Cookie: {second}")[0] == 200
    assert ask(guarded[0], "GET", "/_stcore/health", f"Cookie: {first}")[0] == 401


def test_signing_out_needs_the_own_site_and_ends_the_token(guarded: tuple[Server, Path]) -> None:
    held = cookie_of(post(guarded[0], "/sign-in", right())[1])
    own = f"Cookie: {held}"
    assert post(guarded[0], "/sign-out", "", own, "Origin: https://evil.example")[0] == 403
    assert ask(guarded[0], "GET", "/sign-out", own)[0] == 200
    assert ask(guarded[0], "GET", "/_stcore/health", own)[0] == 200
    assert post(guarded[0], "/sign-out", "", own)[0] == 303
    assert ask(guarded[0], "GET", "/_stcore/health", own)[0] == 401


def test_odd_strings_in_the_fields_are_refused_and_recorded(guarded: tuple[Server, Path]) -> None:
    server, database = guarded
    store = Store(f"sqlite:///{database}")
    before = len(store.trail.search(action="sign_in_failed"))
    odd = ("' OR 1=1 --", "../../etc/passwd", "<script>alert(1)</script>", "%00", "x" * 5000, "💉")
    for login in odd:
        body = "login=%" + "%".join(f"{byte:02x}" for byte in login.encode()[:2000]) + "&password=x"
        status, answer = post(server, "/sign-in", body)
        assert status == 401, login
        assert "<script>alert" not in answer
    assert len(store.trail.search(action="sign_in_failed")) == before + len(odd)
    assert store.trail.verify().broken_at is None
    store.close()
