"""A running Arteria server and a watched page, for the tests in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page

ROOT = Path(__file__).parents[1]
PROBE = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")
"""At a screen's address Streamlit's page first asks beside it where the server's root is; the
two answers 404 are how it learns that the root is higher up."""
PATIENCE_MS = 60_000
"""How long a step in a browser may take on a machine whose cores all run tests."""
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The browser that the set-up made available."""
    for candidate in (
        os.environ.get("ARTERIA_CHROMIUM", ""),
        str(ROOT / ".tools" / "chromium"),
        shutil.which("chromium") or "",
    ):
        if candidate and Path(candidate).exists():
            return candidate
    raise RuntimeError("No Chromium: run tools/setup.sh --dev --browser")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running server with a data folder of its own."""

    address: str
    log: Path
    process: subprocess.Popen[bytes]

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def start_server(folder: Path, port: int | None = None, **environment: str) -> Server:
    """Start ``streamlit run app.py`` and wait until it answers."""
    port = port or free_port()
    log = folder / "server.log"
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT,
            env=os.environ | {"ARTERIA_DATA": str(folder / "data")} | environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", log, process)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return server
        except urllib.error.HTTPError as refusal:
            refusal.close()
            if refusal.code in (401, 421):
                # It answers, and asks to sign in first or for its name.
                return server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        if process.poll() is not None:
            break
    process.kill()
    raise RuntimeError(server.log_text()[-2000:])


def make_admin(folder: Path, password: str, login: str = "dr.li") -> None:
    """The first administrator of the data folder of ``start_server(folder)``."""
    subprocess.run(
        [sys.executable, "-m", "core", "add-admin", login],
        cwd=ROOT, env=os.environ | {"ARTERIA_DATA": str(folder / "data")},
        input=password + "\n", text=True, check=True, capture_output=True,
    )  # fmt: skip


def stop_server(server: Server) -> None:
    server.process.terminate()
    server.process.wait(20)


@dataclass
class Watch:
    """What a page did that it must not do."""

    address: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        if message.type == "error" and not PROBE.search(url):
            self.errors.append(f"{message.text} {url}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"data", "blob"}:
            return
        if parts.netloc != urlsplit(self.address).netloc:
            self.outside.append(url)
