"""Run a parser on a file in a process of its own, with limits on memory and time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from core.errors import UnusableFile
from core.intake.cells import RawSheet
from core.intake.wire import read_lines

SECONDS = 60.0
SECONDS_PER_MB = 5.0
"""Time by the clock after which reading is given up, for any file and for each megabyte."""
WAIT_SECONDS = 60.0
"""Time to wait for a free place when others' files are being read."""
_PLACES = threading.BoundedSemaphore(2)
_ROOT = Path(__file__).parents[2]
# The reader gets no passwords or keys of the server: only what Python needs to start.
_KEPT = (
    "PATH", "PYTHONPATH", "HOME", "USERPROFILE", "APPDATA", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR",
    "LANG", "LC_ALL", "LD_LIBRARY_PATH",
)  # fmt: skip


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # Threads of the linear algebra library would each claim address space.
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def read_limited(
    kind: str, file: str, content: bytes, seconds: float | None = None
) -> list[RawSheet]:
    """The sheets of a workbook or statistical file, read in a limited process.

    Args:
        kind: as ``check_container`` gives it; decides the parser.
        file: name as it may be shown.
        seconds: time limit by the clock; None = by the size of the file.

    Raises:
        UnusableFile: the parser refused the file, took too much time or memory, or failed.
    """
    if seconds is None:
        seconds = SECONDS + SECONDS_PER_MB * len(content) / 2**20
    if not _PLACES.acquire(timeout=WAIT_SECONDS):
        raise UnusableFile("reader_busy", file=file)
    try:
        process = subprocess.Popen(  # noqa: S603 - fixed words only, no name of the file
            [sys.executable, "-m", "core.intake.child", kind, str(len(content))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=_environment(),
        )
        with process:
            try:
                answer, _ = process.communicate(content, timeout=seconds)
            except subprocess.TimeoutExpired as error:
                raise UnusableFile("reader_too_long", file=file, seconds=int(seconds)) from error
            finally:
                if process.poll() is None:
                    process.kill()
    finally:
        _PLACES.release()
    if process.returncode:
        raise UnusableFile("reader_stopped", file=file)
    return read_lines(file, answer)
