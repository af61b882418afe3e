"""The hospital's own sign-in: what the provider says of a person, and the way through the gate.

The web server's OpenID Connect client does the protocol (code flow, state, nonce, signature).
Its own cookie lasts a month and can't be revoked, so it never reaches the browser: the answer
to the provider's redirect is replaced by a sign-in of this server.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope

from core.access.sign_in import SignIn
from core.errors import ArteriaError, RuleFileInvalid
from core.rules.toml_file import line_of, read_toml

DEFAULT = Path(__file__).with_name("hospital.toml")
CALLBACK = "/oauth2callback"
START = "/sign-in/hospital"
PROVIDER_PATHS = frozenset({"/auth/login", CALLBACK})
NEXT_COOKIE = "arteria_next"
_NEXT_LASTS_S = 600


class Provider(Protocol):
    """The web server's OpenID Connect client."""

    def login_address(self) -> str:
        """Path that sends the browser to the provider."""

    def identity(self, set_cookies: Sequence[str]) -> Mapping[str, Any] | None:
        """Claims of the person, from the cookies that the client would have set."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The values of ``hospital.toml``; see there."""

    subject: str
    name: str
    groups: str
    admin_groups: tuple[str, ...]
    allowed_groups: tuple[str, ...]


def read_claims(path: Path | None = None) -> Claims:
    """The names of claims and groups.

    Args:
        path: None = the file that ``ARTERIA_HOSPITAL`` names, else the default.

    Raises:
        RuleFileInvalid: an entry is missing or of the wrong kind.
    """
    path = path or Path(os.environ.get("ARTERIA_HOSPITAL") or DEFAULT)
    found = read_toml(path)

    def checked(key: str, kind: type) -> Any:
        value = found.get(key)
        if not isinstance(value, kind):
            raise RuleFileInvalid(
                "rule_file_invalid", file=path.name, line=line_of(path, key), problem=key
            )
        return value

    return Claims(
        checked("subject", str),
        checked("name", str),
        checked("groups", str),
        tuple(map(str, checked("admin_groups", list))),
        tuple(map(str, checked("allowed_groups", list))),
    )


class HospitalDoor:
    """Lets a person in on the provider's word."""

    def __init__(self, door: SignIn, provider: Provider, claims: Claims) -> None:
        self._door = door
        self._provider = provider
        self._claims = claims

    def start(self, base: str, onward: str, secure: bool) -> Response:
        """Send the browser to the provider, remembering where the person wanted to go."""
        answer = RedirectResponse(f"{base}{self._provider.login_address()}", 303)
        answer.set_cookie(
            NEXT_COOKIE, onward, max_age=_NEXT_LASTS_S, httponly=True, samesite="lax",
            secure=secure, path=base or "/",
        )  # fmt: skip
        return answer

    async def claims_behind(
        self, app: ASGIApp, scope: Scope, receive: Receive
    ) -> Mapping[str, Any] | None:
        """What the provider says of the person who comes back from it; None = nothing."""
        cookies: list[str] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookies.extend(
                    value.decode("latin-1")
                    for name, value in message["headers"]
                    if name.lower() == b"set-cookie"
                )

        await app(scope, receive, keep)
        return self._provider.identity(cookies)

    async def token(self, said: Mapping[str, Any] | None) -> str:
        """Sign the person in.

        Raises:
            ArteriaError: ``hospital_failed``: the provider vouches for nobody;
                ``hospital_group_missing``: for somebody who has no business here; or
                ``sign_in_failed``: the account is closed.
        """
        subject = str((said or {}).get(self._claims.subject) or "")
        if said is None or not subject:
            raise ArteriaError("hospital_failed")
        groups = _groups(said.get(self._claims.groups))
        allowed = self._claims.allowed_groups
        if allowed and not set(groups) & set(allowed):
            raise ArteriaError("hospital_group_missing")
        name = str(said.get(self._claims.name) or said.get("email") or subject)
        is_admin = bool(set(groups) & set(self._claims.admin_groups))
        return await run_in_threadpool(
            lambda: self._door.from_hospital(subject, name, groups, is_admin=is_admin)
        )


def _groups(claim: object) -> tuple[str, ...]:
    if isinstance(claim, str):
        return tuple(part for part in claim.replace(",", " ").split() if part)
    return tuple(map(str, claim)) if isinstance(claim, list | tuple) else ()


def onward_page(address: str) -> HTMLResponse:
    """A page that goes on by itself.

    A redirect would still count as coming from the provider's site, and the browser would keep
    the sign-in's cookie back; a page of this server starts anew.
    """
    goal = escape(address, quote=True)
    return HTMLResponse(f'<!doctype html><meta http-equiv="refresh" content="0;url={goal}">')


def remembered_next(request: Request) -> str:
    """Where the person wanted to go before the provider was asked."""
    return request.cookies.get(NEXT_COOKIE, "")
