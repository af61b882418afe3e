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
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from core.access.gate import LOOPBACK, Gate
from core.access.log import keep_values_out_of_logs

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

    Raises:
        ArteriaError: the store can't be opened; the server then doesn't start.
    """
    for name in (*FIRST_SCREEN, *_modules()):
        importlib.import_module(name)
    _draw_once()
    from core.storage.studies import open_store

    store = open_store()
    if os.environ.get("ARTERIA_EXAMPLE") == "1":
        from core.studies import example_version

        LOG.info("example study %s", example_version(store).study_id)
    # What is there now stays: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()


def _import_later() -> None:
    for name in LATER:
        importlib.import_module(name)


@asynccontextmanager
async def lifespan(_server: st.App) -> AsyncIterator[None]:
    """Prepare before the first request is answered."""
    keep_values_out_of_logs()
    LOG.setLevel(os.environ.get("ARTERIA_LOG", "WARNING"))
    LOG.addHandler(logging.StreamHandler())
    if st.get_option("server.address") not in LOOPBACK:
        LOG.warning("server.address is not this machine alone, and there is no sign-in")
    await anyio.to_thread.run_sync(prepare)
    threading.Thread(target=_import_later, name="import-later", daemon=True).start()
    yield


app = st.App(
    ROOT / "pages" / "parts" / "shell.py",
    lifespan=lifespan,
    middleware=[
        Middleware(Gate, allowed_hosts=lambda: st.get_option("server.allowedHosts")),
        Middleware(GZipMiddleware, minimum_size=1024, compresslevel=4),
    ],
)

if __name__ == "__main__":
    # App.run() would not read STREAMLIT_... variables and flags; the command line does.
    from streamlit.web.cli import main

    main(["run", __file__, *sys.argv[1:]], prog_name="streamlit")
