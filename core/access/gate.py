"""The gate: stands in front of everything that the server answers.

It lets through what comes to a host name that the server was told to answer to, from somebody
who is signed in (where sign-in is asked for), and nothing else. It drops headers by which a
client could pose as somebody, and adds to each answer what keeps a browser from leaking
patients' data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.access.front_door import COOKIE, FrontDoor
from core.errors import ArteriaError
from core.text.catalogue import LANGUAGES, say_error

LOOPBACK = ("localhost", "127.0.0.1", "::1")

IDENTITY_PREFIXES = (
    "remote-",
    "x-remote-",
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-groups",
    "x-forwarded-preferred-username",
    "x-forwarded-access-token",
    "x-auth-request-",
    "x-authenticated-",
    "x-user",
    "x-email",
    "x-webauth-",
    "x-streamlit-user",
    "x-arteria-",
)
"""Headers that proxies and servers use to say who a person is; none is trusted from outside."""

API = "/api/v1"
"""Where programs read; they show a token of their own instead of a sign-in."""

SIGN_IN_HEADER = "x-arteria-sign-in"
"""By this the gate tells the screens which sign-in a connection belongs to."""

INLINE_SCRIPT = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
"""Hash of the one script that stands inside Streamlit's page itself."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Tables are drawn with WebAssembly; nothing may evaluate text as script.
        f"script-src 'self' 'wasm-unsafe-eval' {INLINE_SCRIPT}",
        "worker-src 'self' blob:",
        # Components and plots set styles on their elements while they are drawn.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """ASGI middleware, the outermost one.

    Args:
        app: what stands behind the gate.
        allowed_hosts: gives the host names that the server answers to; read at each request,
            as the settings are complete only after the server has started. ``*`` allows any,
            ``*.example.org`` any name below it.
        front_door: gives who answers before sign-in; None = nobody has to sign in.
        base: gives the path below which the app is served, "" or like ``/arteria``.
    """

    def __init__(
        self,
        app: ASGIApp,
        allowed_hosts: Callable[[], Sequence[str]],
        front_door: Callable[[], FrontDoor | None] = lambda: None,
        base: Callable[[], str] = lambda: "",
    ) -> None:
        self._app = app
        self._allowed_hosts = allowed_hosts
        self._front_door = front_door
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on without forged headers and answer with the safe ones."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = _headers(scope["headers"])
        if not host_is_allowed(headers.get("host", ""), self._allowed_hosts() or LOOPBACK):
            await _refuse(scope, receive, send, 421, "This server does not answer to that name.")
            return
        if _acts(scope) and not _same_origin(headers):
            await _refuse(scope, receive, send, 403, "Requests from other sites are refused.")
            return
        scope["headers"] = [
            (name, value) for name, value in scope["headers"] if not is_identity_header(name)
        ]
        try:
            # Its first use opens the store, which takes a while.
            front_door = self._front_door()
            enters = front_door is None or await self._enters(front_door, scope, receive, send)
        except ArteriaError as error:
            # Who asks can't be known while the store is away, so nobody comes in.
            reason = "\n".join(say_error(error, language) for language in LANGUAGES)
            await _refuse(scope, receive, send, 503, reason)
            return
        if not enters:
            return
        await self._app(scope, receive, _with_headers(scope, send))

    async def _enters(
        self, front_door: FrontDoor, scope: Scope, receive: Receive, send: Send
    ) -> bool:
        """Whether the request is from somebody signed in; if not, it has been answered."""
        path = scope["path"].removeprefix(self._base())
        if scope["type"] == "websocket":
            cookie = cookie_parser(_headers(scope["headers"]).get("cookie", "")).get(COOKIE, "")
            person = await front_door.person(cookie)
            if person is None:
                await _refuse(scope, receive, send, 401, "")
                return False
        else:
            request = Request(scope, receive)
            if path.startswith(f"{API}/") and "authorization" in request.headers:
                # The token is checked where the interface answers.
                return True
            if front_door.answers(path):
                answer = await front_door.answer(path, request, self._app, scope, receive)
                await answer(scope, receive, _with_headers(scope, send))
                return False
            person = await front_door.person(request.cookies.get(COOKIE, ""))
            if person is None:
                await front_door.refusal(request)(scope, receive, _with_headers(scope, send))
                return False
        scope["headers"] = [
            *scope["headers"], (SIGN_IN_HEADER.encode(), person.sign_in.encode())
        ]  # fmt: skip
        return True


def host_is_allowed(host: str, allowed: Iterable[str]) -> bool:
    """Whether the server answers to this ``Host`` header.

    >>> host_is_allowed("localhost:8501", ["localhost"])
    True
    >>> host_is_allowed("localhost.evil.example", ["localhost", "*.hospital.example"])
    False
    """
    try:
        parsed = urlsplit(f"//{host}")
        name, _ = (parsed.hostname or "").rstrip("."), parsed.port
    except ValueError:
        return False
    if not name or parsed.netloc != host or "@" in host:
        return False
    for pattern in (item.strip().lower().rstrip(".") for item in allowed):
        if pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:])):
            return True
    return False


def is_identity_header(name: bytes) -> bool:
    """Whether a header of that name could tell a server who the person is.

    >>> is_identity_header(b"X_Forwarded_User"), is_identity_header(b"x-forwarded-for")
    (True, False)
    """
    plain = name.decode("latin-1").lower().replace("_", "-")
    return plain.startswith(IDENTITY_PREFIXES)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


def _acts(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS


def _same_origin(headers: MutableMapping[str, str]) -> bool:
    # Browsers always name the origin of a websocket and of a request that acts.
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _with_headers(scope: Scope, send: Send) -> Send:
    path: str = scope.get("path", "")

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            _secure(MutableHeaders(scope=message), path)
        await send(message)

    return send_with_headers


def _secure(headers: MutableHeaders, path: str) -> None:
    for name, value in HEADERS.items():
        if name != "Referrer-Policy" or headers.get(name) != "same-origin":
            headers[name] = value
    if "/static/" not in path:
        headers["Cache-Control"] = "no-store"


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, reason: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    response: Any = PlainTextResponse(reason + "\n", status)
    await response(scope, receive, _with_headers(scope, send))
