"""The addresses that answer before sign-in: sign in, renew an expired password, sign out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope

from core.access.hospital import (
    CALLBACK,
    NEXT_COOKIE,
    PROVIDER_PATHS,
    START,
    HospitalDoor,
    onward_page,
    remembered_next,
)
from core.access.sign_in import SignIn, token_hash
from core.access.sign_in_page import Field, asked_language, form_page, link_page
from core.errors import ArteriaError
from core.results.people import Person
from core.text.catalogue import Language, text

SIGN_IN, RENEW, SIGN_OUT = "/sign-in", "/password", "/sign-out"
LINK = "/link/"
_LINK = re.compile(r"/link/[\w-]+")
COOKIE = "arteria_sign_in"
_SCREEN = re.compile(r"/[a-z]*")
"""Address of a screen; all others are what a screen is made of, which nobody opens by hand."""

MOST_BYTES = 8192
"""Of a form; nothing that people type here is longer."""

_CHECKS_AT_ONCE = 2
"""Each check of a password takes 64 MiB and a fifth of a second of processor time on purpose."""


class FrontDoor:
    """Answers whoever isn't signed in yet.

    Args:
        door: checks passwords and keeps sign-ins.
        base: path below which the app is served, "" or like ``/arteria``.
        hospital: the way in by the hospital's own sign-in, in place of passwords.
    """

    def __init__(self, door: SignIn, base: str, hospital: HospitalDoor | None = None) -> None:
        self.door = door
        self._base = base
        self._hospital = hospital
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

    def answers(self, path: str) -> bool:
        """Whether the address is answered before sign-in."""
        if _LINK.fullmatch(path):
            return True
        if self._hospital is None:
            return path in (SIGN_IN, RENEW, SIGN_OUT)
        return path in (SIGN_IN, SIGN_OUT, START) or path in PROVIDER_PATHS

    async def answer(
        self, path: str, request: Request, behind: ASGIApp, scope: Scope, receive: Receive
    ) -> Response | ASGIApp:
        """The answer to an address that is answered before sign-in.

        Args:
            behind: the app behind the gate, to which the hospital's sign-in belongs.
        """
        if path.startswith(LINK):
            return await self._by_link(path, request)
        if self._hospital is None or path == SIGN_OUT:
            return await self._local(path, request)
        language = _language(request)
        onward = safe_next(request.query_params.get("next") or remembered_next(request))
        if path == START:
            return self._hospital.start(self._base, onward, is_encrypted(request))
        if path == CALLBACK:
            said = await self._hospital.claims_behind(behind, scope, receive)
            try:
                token = await self._hospital.token(said)
            except ArteriaError as error:
                return self._ask_hospital(language, onward, error)
            page = onward_page(f"{self._base}{onward}")
            await self._hand_out(page, token, request)
            page.delete_cookie(NEXT_COOKIE, path=self._base or "/")
            return page
        if path in PROVIDER_PATHS:
            return behind
        return self._ask_hospital(language, safe_next(request.query_params.get("next", "")))

    def _ask_hospital(
        self, language: Language, onward: str, error: ArteriaError | None = None
    ) -> Response:
        suffix = "" if onward == "/" else f"?next={quote(onward, safe='')}"
        page = link_page(
            "hospital", language, address=f"{self._base}{START}{suffix}",
            own=f"{self._base}{SIGN_IN}", error=error,
        )  # fmt: skip
        return _html(page, 200 if error is None else 401)

    async def _by_link(self, path: str, request: Request) -> Response:
        """A guest's link: programs that only look at addresses must not use it up or come in."""
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Not allowed.\n", 405)
        language = _language(request)
        own = f"{self._base}{quote(path)}"
        error: ArteriaError | None = None
        if request.method == "POST":
            try:
                token, study_id = await run_in_threadpool(
                    self.door.with_link, path.removeprefix(LINK)
                )
            except ArteriaError as refused:
                error = refused
            else:
                onward = f"{self._base}/response?study={quote(study_id)}&lang={language}"
                answer = RedirectResponse(onward, 303)
                await self._hand_out(answer, token, request)
                return answer
        page = form_page("link", language, action=own, fields=(), hidden={}, error=error)
        return _html(page, 200 if error is None else 401)

    async def _local(self, path: str, request: Request) -> Response:
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Not allowed.\n", 405)
        language = _language(request)
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
        await self._hand_out(answer, token, request)
        return answer

    async def _hand_out(self, answer: Response, token: str, request: Request) -> None:
        """Give the browser its token; the one that it had before ends."""
        before = await self.person(request.cookies.get(COOKIE, ""))
        if before is not None:
            await run_in_threadpool(self.door.leave, before)
        set_token(answer, token, request, self._base)

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


def _language(request: Request) -> Language:
    return asked_language(
        request.query_params.get("lang", ""), request.headers.get("accept-language", "")
    )


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
