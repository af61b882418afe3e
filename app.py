"""Launcher: the server with the gate in front. Start it by ``streamlit run app.py``.

The script that draws the screens is ``pages/parts/shell.py``; it lies where no ``pages/``
folder is beside it, so that no page file answers at its own address without the shell.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import pkgutil
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse
from starlette.types import ASGIApp

from core.access.front_door import FrontDoor
from core.access.gate import LOOPBACK, Gate
from core.access.log import keep_values_out_of_logs
from core.access.own_paths import OwnPaths
from core.access.policy import Mode, sign_in_mode
from core.access.readiness import IMPORTED

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

LOG = logging.getLogger("arteria")

FIRST_SCREEN = (
    "pandas",
    "plotly.graph_objects",
    "plotly.tools",
    "pyarrow.pandas_compat",
    "scipy.special",
    "streamlit.dataframe_util",
    "streamlit.material_icon_names",
)
"""What the first screens draw with; slow to import, so done before anybody waits for it."""

LATER = ("scipy.stats", "lifelines")
"""Slower still and only wanted after the first screen."""

PAUSE_S = 4.0
"""The first visitor's browser needs the processor more than ``LATER`` does."""

SWITCH_INTERVAL = sys.getswitchinterval()

NOT_PREWARMED = ("core.__main__", "core.storage.migrations.", "pages.parts.shell")


def _modules() -> Iterator[str]:
    for folder in ("core", "pages"):
        for module in pkgutil.walk_packages([str(ROOT / folder)], f"{folder}."):
            if not module.name.startswith(NOT_PREWARMED):
                yield module.name


def _draw_once() -> None:
    # The first figure loads Plotly's classes and templates; the first visitor should not wait.
    import plotly.graph_objects as go

    go.Figure([go.Scatter(x=[0, 1], y=[1, 0]), go.Bar(x=[0], y=[1])]).to_json()


def prepare() -> None:
    """Import what the screens need, bring the store to its present form, make the example.

    It runs beside the first request: the browser loads the page meanwhile, and the first screen
    waits only for what is still missing.
    """
    try:
        try:
            for name in (*FIRST_SCREEN, *_modules()):
                importlib.import_module(name)
        finally:
            IMPORTED.set()
        from core.errors import ArteriaError
        from core.storage.studies import open_store

        try:
            store = open_store()
            if os.environ.get("ARTERIA_EXAMPLE") == "1":
                from core.studies import example_version

                LOG.info("example study %s", example_version(store).study_id)
        except ArteriaError as error:
            # The screens say the sentence; the log names the code.
            LOG.error("store: %s", error.code)
        _draw_once()
    finally:
        # What is there now stays: the collector need not look at it again and again.
        gc.freeze()
        gc.enable()
        sys.setswitchinterval(SWITCH_INTERVAL)
    time.sleep(PAUSE_S)
    for name in LATER:
        importlib.import_module(name)


@asynccontextmanager
async def lifespan(_server: st.App) -> AsyncIterator[None]:
    """Prepare in a thread of its own while the first request is already answered."""
    keep_values_out_of_logs()
    LOG.setLevel(os.environ.get("ARTERIA_LOG", "WARNING"))
    LOG.addHandler(logging.StreamHandler())
    # The collector would look through half-imported modules; and while they are imported, the
    # thread that sends files to the browser must not wait long for its turn.
    gc.disable()
    IMPORTED.clear()
    sys.setswitchinterval(SWITCH_INTERVAL / 10)
    threading.Thread(target=prepare, name="prepare", daemon=True).start()
    yield


def _is_local() -> bool:
    return st.get_option("server.address") in LOOPBACK


def _base() -> str:
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


@cache
def _front_door() -> FrontDoor | None:
    """Who answers before sign-in; made when the first request asks."""
    if sign_in_mode() is Mode.ALONE:
        return None
    from core.access.sign_in import SignIn
    from core.storage.studies import open_store

    store = open_store()
    door = SignIn(store.people, store.trail, store.passes)
    if sign_in_mode() is Mode.TEAM:
        return FrontDoor(door, _base())
    from core.access.hospital import HospitalDoor, read_claims
    from pages.parts.hospital import OpenIdConnect

    return FrontDoor(door, _base(), HospitalDoor(door, OpenIdConnect(), read_claims()))


@cache
def _api() -> ASGIApp:
    """What answers programs; it needs the whole analysis, so it is made when one asks."""
    from core.api.service import make_api
    from core.storage.studies import open_store

    IMPORTED.wait()
    return make_api(open_store(), with_tokens=sign_in_mode() is not Mode.ALONE, base=_base())


def _say_failure(error: Exception) -> bool:
    """What is shown when a click fails before the screens are drawn; True = it was said."""
    from pages.parts.frame import say_failure

    return say_failure(error)


def _refuse_open_network() -> None:
    """Stop before the first request when anybody on the network could read patients' data."""
    from core.errors import ArteriaError
    from core.text.catalogue import LANGUAGES, say_error

    try:
        if sign_in_mode() is Mode.ALONE and not _is_local():
            raise ArteriaError(
                "network_without_sign_in", address=st.get_option("server.address") or "*"
            )
    except ArteriaError as error:
        for language in LANGUAGES:
            sys.stderr.write(say_error(error, language) + "\n")
        # Inside the server's start an exception would only be logged.
        os._exit(2)


if __name__ != "__main__":
    # Started by its file name, the settings are read only when the server imports it again.
    _refuse_open_network()

# The browser's first load fetches files of several megabytes while modules are imported: fewer,
# larger pieces mean fewer turns that the sending thread has to wait for.
FileResponse.chunk_size = 1024 * 1024

app = st.App(
    ROOT / "pages" / "parts" / "shell.py",
    lifespan=lifespan,
    on_script_error=_say_failure,
    middleware=[
        Middleware(
            Gate,
            allowed_hosts=lambda: st.get_option("server.allowedHosts"),
            front_door=_front_door,
            base=_base,
        ),
        Middleware(OwnPaths, base=_base, api=_api),
        # On one machine packing costs more than it saves.
        *([] if _is_local() else [Middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)]),
    ],
)

if __name__ == "__main__":
    # App.run() would not read STREAMLIT_... variables and flags; the command line does.
    from streamlit.web.cli import main

    main(["run", __file__, *sys.argv[1:]], prog_name="streamlit")
