"""What a person waits for: start to first plot, upload to first result, one widget change.

Run it with ``make bench`` on a machine with nothing else to do. Times are wall-clock seconds in
a real headless Chromium; the server time of a widget change is what the server itself logs for
drawing the screen. Nothing is cached between rounds: each starts a fresh server on an empty
data folder.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.text.catalogue import text
from tests.running import CHROMIUM_FLAGS, Server, chromium, start_server, stop_server

ROOT = Path(__file__).parents[1]
WORKBOOK = ROOT / "examples" / "crlm_haic_24" / "crlm_haic_24_zh.xlsx"
ROUNDS = 5
SLOW = 30_000
DRAWN = re.compile(r"screen survival drawn in (\d+) ms")


def first_plot(browser: Browser, folder: Path) -> tuple[Server, Page, float]:
    """Seconds from the start command to the drawn survival curve of the example study."""
    started = time.perf_counter()
    server = start_server(folder, ARTERIA_EXAMPLE="1", ARTERIA_LOG="INFO")
    page = browser.new_page(locale="en-GB", viewport={"width": 1366, "height": 768})
    page.goto(f"{server.address}/survival?lang=en")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=SLOW)
    return server, page, time.perf_counter() - started


def first_result(page: Page, server: Server) -> float:
    """Seconds from choosing the file to the rows read and the findings on the screen."""
    page.goto(f"{server.address}/data?lang=en")
    control = page.locator("input[type=file]")
    control.wait_for(state="attached", timeout=SLOW)
    page.wait_for_timeout(1000)
    started = time.perf_counter()
    control.set_input_files(WORKBOOK)
    expect(page.get_by_role("heading", name=text("data.read", "en"))).to_be_visible(timeout=SLOW)
    return time.perf_counter() - started


def widget_change(page: Page, server: Server, study: str) -> list[int]:
    """Server milliseconds of choosing other factors and endpoints on the survival screen."""
    page.goto(f"{server.address}/survival?lang=en&study={study}")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=SLOW)
    page.wait_for_timeout(3000)
    seen = len(DRAWN.findall(server.log_text()))
    names = ["Progression-free survival", "Overall survival", "Intrahepatic PFS"] * 2
    for name in names:
        page.get_by_role("radio", name=name).or_(
            page.get_by_role("button", name=name)
        ).first.click()
        page.wait_for_timeout(1500)
    return [int(found) for found in DRAWN.findall(server.log_text())[seen:]]


def main() -> None:
    """Print one line a round, then minimum, median and maximum."""
    plots, results, widgets = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                server, page, seconds = first_plot(browser, Path(folder))
                study = re.search(r"study=([0-9a-f]+)", page.url)
                assert study is not None
                plots.append(seconds)
                widgets += widget_change(page, server, study[1])
                results.append(first_result(page, server))
                page.close()
                stop_server(server)
        browser.close()
    for name, values, unit in (
        ("start to first plot", plots, "s"),
        ("upload to first result", results, "s"),
        ("widget change, server", [float(value) for value in widgets], "ms"),
    ):
        low, middle, high = min(values), statistics.median(values), max(values)
        sys.stdout.write(f"{name}: {low:.2f} / {middle:.2f} / {high:.2f} {unit}\n")


if __name__ == "__main__":
    main()
