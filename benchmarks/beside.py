"""Clicks of one person while another's big upload is being read and checked.

``python -m benchmarks.beside [PATIENTS]`` starts a server with the example study and has one
live connection click through the screens, first alone, then while a browser uploads a simulated
registry (ten laboratory rows a patient) as CSV files. Prints p50, p95 and the longest click of
both, in milliseconds, and how long the upload took.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.import_size import write_csv
from benchmarks.load import SCREENS, person
from tests.running import CHROMIUM_FLAGS, Server, chromium, start_server, stop_server

PAUSE_S = 0.5
CLICKS_ALONE = 40
LONGEST_MS = 900_000


def upload(server: Server, paths: list[Path], done: threading.Event, took: list[float]) -> None:
    """Upload the files in a browser and wait until their findings are shown."""
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            page = browser.new_page()
            page.goto(f"{server.address}/data?lang=en")
            control = page.locator("input[type=file]")
            control.wait_for(state="attached", timeout=LONGEST_MS)
            began = time.perf_counter()
            control.set_input_files([str(path) for path in paths])
            page.locator(".st-key-data_section").wait_for(timeout=LONGEST_MS)
            took.append(time.perf_counter() - began)
            browser.close()
    finally:
        done.set()


def clicks(server: Server, most: int, done: threading.Event) -> list[float]:
    """Times of a person's clicks, in milliseconds, until ``done``."""
    return asyncio.run(person(server, PAUSE_S, 1, lambda made: made < most and not done.is_set()))


def shown(name: str, times: list[float]) -> None:
    """Print one line."""
    cuts = statistics.quantiles(times, n=20)
    print(f"{name:8s} {len(times):4d} {cuts[9]:7.0f} {cuts[18]:7.0f} {max(times):7.0f}")


def main() -> None:
    """Measure alone and beside the upload."""
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        paths = write_csv(Path(folder), patients)
        server = start_server(data, ARTERIA_EXAMPLE="1")
        try:
            never = threading.Event()
            clicks(server, 3 * len(SCREENS), never)
            alone = clicks(server, CLICKS_ALONE, never)
            done, took = threading.Event(), list[float]()
            other = threading.Thread(target=upload, args=(server, paths, done, took))
            other.start()
            beside = clicks(server, 10_000, done)
            other.join()
        finally:
            stop_server(server)
    print("         clicks  p50 ms  p95 ms  longest ms")
    shown("alone", alone)
    shown("beside", beside)
    print(f"upload: {took[0]:.0f} s" if took else "the upload failed")


if __name__ == "__main__":
    main()
