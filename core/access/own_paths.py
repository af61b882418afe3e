"""Addresses that Arteria itself answers or closes behind the gate.

Files on their way out and programs are answered; Streamlit's uploads are open to whose page it
is, and its media addresses, which know no owner, to nobody who had to sign in.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.access.exports import PATH, fetch
from core.access.gate import API, SIGN_IN_HEADER
from core.access.open_pages import OPEN

UPLOADS = "/upload_file/"
MEDIA = "/media/"


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
            if _is_anothers(path, Request(scope).headers.get(SIGN_IN_HEADER, "")):
                await PlainTextResponse("Not yours.\n", 403)(scope, receive, send)
                return
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


def _is_anothers(path: str, sign_in: str) -> bool:
    """Whether somebody signed in asks for what isn't his; the gate names the sign-in."""
    if not sign_in:
        # Alone on one machine.
        return False
    if UPLOADS in path:
        page = path.split(UPLOADS, 1)[1].split("/", 1)[0]
        return not OPEN.belongs(page, sign_in)
    return path.startswith(MEDIA)
