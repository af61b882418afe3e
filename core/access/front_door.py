"""The addresses that answer before sign-in: sign in, renew an expired password, sign out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from core.access.sign_in import SignIn, token_hash
from core.access.sign_in_page import Field, asked_language, form_page
from core.errors import ArteriaError
from core.results.people import Person
from core.text.catalogue import Language, text

SIGN_IN, RENEW, SIGN_OUT = "/sign-in", "/password", "/sign-out"
ADDRESSES = frozenset({SIGN_IN, RENEW, SIGN_OUT})
COOKIE = "arteria_sign_in"
_SCREEN = re.compile(r"/[a-z]*")
"""Address of a screen; all others are what a screen is made of, which nobody opens by hand."""

MOST_BYTES = 8192
"""Of a form; nothing that people type here is longer."""

_CHECKS_AT_ONCE = 2
"""Each check of a password takes 64 MiB and a fifth of a second of processor time on purpose."""


class FrontDoor:
    """Answers the addresses of ``ADDRESSES``.

    Args:
        door: checks passwords and keeps sign-ins.
        base: path below which the app is served, "" or like ``/arteria``.
    """

    def __init__(self, door: SignIn, base: str) -> None:
        self.door = door
        self._base = base
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    async def person(self, cookie: str) -> Person | None:
        """Who holds the cookie's token, if the sign-in still holds."""
        if not cookie:
            return None
        return await run_in_threadpool(self.door.person, token_hash(cookie))

    def refusal(self, request: Request) -> Response:
        """What somebody gets who isn't signed in: the sign-in page, or a bare no."""
        path = request.url.path.removeprefix(self._base) or "/"
        reads = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if not reads or not _SCREEN.fullmatch(path):
            return PlainTextResponse("Sign in first.\n", 401)
        wanted = path + (f"?{request.url.query}" if request.url.query else "")
        suffix = "" if wanted == "/" else f"?next={quote(wanted, safe='')}"
        return RedirectResponse(f"{self._base}{SIGN_IN}{suffix}", 303)

    async def answer(self, path: str, request: Request) -> Response:
        """The answer to one of the ``ADDRESSES``."""
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Not allowed.\n", 405)
        language = asked_language(
            request.query_params.get("lang", ""), request.headers.get("accept-language", "")
        )
        posted: Mapping[str, str] = {}
        if request.method == "POST":
            found = await _form(request)
            if found is None:
                return PlainTextResponse("Too long.\n", 413)
            posted = found
        if path == SIGN_OUT:
            return await self._sign_out(request, language)
        onward = safe_next(posted.get("next") or request.query_params.get("next", ""))
        if not posted:
            return self._show(path, language, onward)
        try:
            async with self._checks:
                token = await run_in_threadpool(self._enter, path, posted)
        except ArteriaError as error:
            shown = RENEW if error.code == "password_expired" else path
            status = 503 if error.code == "store_unavailable" else 401
            return self._show(
                shown, language, onward, posted.get("login", ""), error, status=status
            )
        answer = RedirectResponse(f"{self._base}{onward}", 303)
        set_token(answer, token, request, self._base)
        return answer

    def _enter(self, path: str, posted: Mapping[str, str]) -> str:
        login, password = posted.get("login", "")[:200], posted.get("password", "")
        if path == SIGN_IN:
            return self.door.with_password(login, password)
        new = posted.get("new_password", "")
        if new != posted.get("repeated", ""):
            raise ArteriaError("passwords_differ")
        return self.door.renew_password(login, password, new)

    async def _sign_out(self, request: Request, language: Language) -> Response:
        if request.method != "POST":
            return _html(
                form_page(
                    "sign_out", language, action=f"{self._base}{SIGN_OUT}", fields=(), hidden={}
                )
            )
        person = await self.person(request.cookies.get(COOKIE, ""))
        if person is not None:
            await run_in_threadpool(self.door.leave, person)
        answer = RedirectResponse(f"{self._base}{SIGN_IN}", 303)
        answer.delete_cookie(COOKIE, path=self._base or "/")
        return answer

    def _show(
        self,
        path: str,
        language: Language,
        onward: str,
        login: str = "",
        error: ArteriaError | None = None,
        status: int = 200,
    ) -> Response:
        kind = "sign_in" if path == SIGN_IN else "renew"

        def field(name: str, completion: str, value: str = "") -> Field:
            shape = "text" if name == "login" else "password"
            return Field(name, text(f"access.field.{name}", language), shape, completion, value)

        fields = [field("login", "username", login), field("password", "current-password")]
        if kind == "renew":
            fields += [field("new_password", "new-password"), field("repeated", "new-password")]
        hidden = {} if onward == "/" else {"next": onward}
        page = form_page(
            kind, language, action=f"{self._base}{path}", fields=fields, hidden=hidden, error=error
        )
        return _html(page, status)


def safe_next(address: str) -> str:
    """Where to go after sign-in: a path of this server, else its first page.

    >>> safe_next("/survival?study=a1"), safe_next("//evil.example"), safe_next("/\\\\evil.example")
    ('/survival?study=a1', '/', '/')
    """
    odd = "\\" in address or any(ord(sign) < 33 or ord(sign) == 127 for sign in address)
    if not address.startswith("/") or address.startswith("//") or odd:
        return "/"
    return address


def set_token(answer: Response, token: str, request: Request, base: str) -> None:
    """Hand the browser its token: not readable by scripts, not sent from other sites."""
    answer.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="strict",
        secure=is_encrypted(request),
        path=base or "/",
    )


def is_encrypted(request: Request) -> bool:
    """Whether the browser speaks HTTPS, to this server or to the proxy in front of it."""
    return request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"


def _html(page: str, status: int = 200) -> HTMLResponse:
    # A form that says nothing of where it comes from would be refused as from another site.
    return HTMLResponse(page, status, headers={"Referrer-Policy": "same-origin"})


async def _form(request: Request) -> dict[str, str] | None:
    """Fields of a posted form; None if it is too long."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {"": "", **{name: values[0] for name, values in fields.items()}}
