"""Addresses that Arteria itself answers behind the gate: files on their way out, programs."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from core.access.exports import PATH, fetch
from core.access.gate import API, SIGN_IN_HEADER


class OwnPaths:
    """ASGI middleware between the gate and the screens.

    Args:
        app: the screens.
        base: gives the path below which the app is served, "" or like ``/arteria``.
        api: gives what answers programs; made at the first request, as it imports the analysis.
    """

    def __init__(self, app: ASGIApp, base: Callable[[], str], api: Callable[[], ASGIApp]) -> None:
        self._app = app
        self._base = base
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an address of our own, or pass on."""
        if scope["type"] == "http":
            path = scope["path"].removeprefix(self._base())
            if path.startswith(PATH) and scope["method"] == "GET":
                request = Request(scope, receive)
                sign_in = request.headers.get(SIGN_IN_HEADER, "")
                answer = await fetch(request, sign_in, path.removeprefix(PATH))
                await answer(scope, receive, send)
                return
            if path == API or path.startswith(f"{API}/"):
                await self._api()({**scope, "path": path, "root_path": ""}, receive, send)
                return
        await self._app(scope, receive, send)
