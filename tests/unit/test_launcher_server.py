"""The launcher: the server starts by both commands and stands behind the gate."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path

import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

PROJECT = Path(__file__).parents[2]

pytestmark = pytest.mark.server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str, **headers: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers, refused.read()


def test_launcher_is_found_as_an_app_by_streamlit_run() -> None:
    found = discover_asgi_app(PROJECT / "app.py")
    assert (found.is_asgi_app, found.import_string) == (True, "app:app")


@pytest.mark.parametrize(
    "command",
    [["-m", "streamlit", "run", str(PROJECT / "app.py")], [str(PROJECT / "app.py")]],
    ids=["streamlit run app.py", "python app.py"],
)
def test_server_starts_from_any_folder_on_this_machine_only(
    command: list[str], tmp_path: Path
) -> None:
    port = free_port()
    environment = {
        **os.environ,
        "ARTERIA_DATA": str(tmp_path / "data"),
        "STREAMLIT_SERVER_PORT": str(port),
    }
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, *command], cwd=tmp_path, env=environment, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 90
        while True:
            assert server.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            try:
                status, headers, _ = fetch(f"{url}/_stcore/health")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        assert status == 200
        assert headers["X-Frame-Options"] == "DENY"
        assert fetch(url, Host="evil.example")[0] == 421
        # The launcher's own settings were read, not those of the folder it was started in.
        while not (tmp_path / "data" / "arteria.db").exists():
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.1)
        status, headers, page = fetch(f"{url}/studies")
        assert (status, headers["Cache-Control"]) == (200, "no-store")
        assert b'<div id="root">' in page
        with socket.socket() as other:
            other.settimeout(2)
            address = socket.gethostbyname(socket.gethostname())
            if not address.startswith("127."):
                assert other.connect_ex((address, port)) != 0
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
