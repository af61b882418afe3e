"""From the presenter's click to the follower's screen, in two real browsers.

    python -m benchmarks.following [--turns 40]

First both are on one server process with an SQLite store, then on two processes with data
folders of their own on one PostgreSQL. Times are milliseconds by the machine's clock: the click as
the presenter's page hears it, the new case's heading as the follower's page gets it, and the
follower's whole screen of the case with nothing left of the one before. The pauses between turns
are uneven, so that clicks fall anywhere between two looks at the presenter's row.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.storage.studies import Store
from core.studies import example_version
from core.text.catalogue import text
from tests.databases import fresh_database
from tests.running import (
    CHROMIUM_FLAGS,
    PATIENCE_MS,
    Server,
    chromium,
    start_server,
    stop_server,
)

SCREENS = ("summary", "course")
PAUSES_MS = (700, 2200)
HEARD = """() => document.addEventListener(
    'click', () => { window.clickedAt = Date.now() }, true)"""
WATCHED = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  window.seen = [];
  new MutationObserver(() => {
    const heading = main.querySelector('h2'), now = Date.now();
    if (!heading) return;
    if (window.seen.at(-1)?.words !== heading.innerText)
      window.seen.push({words: heading.innerText, at: now, whole: null});
    const last = window.seen.at(-1);
    if (last.whole === null && !main.querySelector('[data-stale="true"]')) last.whole = now;
  }).observe(document.body, {
    subtree: true, childList: true, characterData: true,
    attributes: true, attributeFilter: ['data-stale'],
  });
}"""
FOUND = """words => {
  const found = window.seen.find(one => one.words === words);
  return found && found.whole !== null ? [found.at, found.whole] : null;
}"""


def words(key: str, **facts: str | int) -> str:
    return text(f"board.{key}", "en", **facts)


@contextmanager
def one_process(folder: Path) -> Iterator[tuple[Server, Server]]:
    """Presenter and follower on the same server."""
    server = start_server(folder, ARTERIA_EXAMPLE="1")
    try:
        yield server, server
    finally:
        stop_server(server)


@contextmanager
def two_processes(folder: Path) -> Iterator[tuple[Server, Server]]:
    """A server for each on one PostgreSQL."""
    url = fresh_database("postgresql", folder)
    store = Store(url)
    example_version(store)
    store.close()
    with ExitStack() as started:
        servers = []
        for name in "AB":
            own = folder / name
            own.mkdir()
            server = start_server(own, ARTERIA_EXAMPLE="1", ARTERIA_DATABASE_URL=url)
            started.callback(stop_server, server)
            servers.append(server)
        yield servers[0], servers[1]


def entered(browser: Browser, server: Server) -> Page:
    """The board in a browser of its own."""
    page = browser.new_page(locale="en-GB", viewport={"width": 1366, "height": 768})
    page.goto(f"{server.address}/board?lang=en")
    expect(page.get_by_role("heading", level=2).first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("stStatusWidget")).to_be_hidden(timeout=PATIENCE_MS)
    return page


def measured(presenter: Page, follower: Page, turns: int) -> list[tuple[int, int]]:
    """Milliseconds to the follower's heading and to his whole screen, of each turn."""
    uneven = random.Random(8)
    found = []
    heading = presenter.get_by_role("heading", level=2).first
    forward = True
    for _ in range(turns):
        follower.evaluate("window.seen = []")
        before = heading.inner_text()
        for key in ("next", "previous")[:: 1 if forward else -1]:
            button = presenter.get_by_role("button", name=re.compile("^" + re.escape(words(key))))
            if button.first.is_enabled():
                forward = key == "next"
                button.first.click()
                break
        expect(heading).not_to_have_text(before, timeout=PATIENCE_MS)
        now = heading.inner_text()
        times = follower.wait_for_function(FOUND, arg=now, timeout=PATIENCE_MS).json_value()
        clicked = presenter.evaluate("window.clickedAt")
        found.append((times[0] - clicked, times[1] - clicked))
        follower.wait_for_timeout(uneven.randint(*PAUSES_MS))
    return found


def report(name: str, times: list[int]) -> None:
    """One line: half, nineteen of twenty and all turns were shown within so many milliseconds."""
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    print(f"{name:44s} {cuts[9]:6.0f} {cuts[18]:6.0f} {max(times):6.0f}", flush=True)


def main() -> None:
    """Measure both arrangements on each of the screens."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--turns", type=int, default=40)
    turns = asked.parse_args().turns
    print("click to follower: p50, p95, max in ms")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        ways = {"one process, SQLite": one_process, "two processes, PostgreSQL": two_processes}
        for name, way in ways.items():
            own = Path(folder, way.__name__)
            own.mkdir()
            browsers = [
                playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
                for _ in range(2)
            ]
            with way(own) as servers:
                pair = zip(browsers, servers, strict=True)
                presenter, follower = (entered(browser, server) for browser, server in pair)
                presenter.get_by_text(words("present"), exact=True).click()
                following = follower.get_by_text(re.compile("^Following"))
                expect(following).to_be_visible(timeout=PATIENCE_MS)
                presenter.evaluate(HEARD)
                follower.evaluate(WATCHED)
                for screen in SCREENS:
                    label = words(f"screen_{screen}")
                    presenter.get_by_role("radio", name=label, exact=True).click()
                    follower.wait_for_timeout(4 * PAUSES_MS[1])
                    times = measured(presenter, follower, turns)
                    report(f"{name}, {screen}: heading", [one[0] for one in times])
                    report(f"{name}, {screen}: whole screen", [one[1] for one in times])
            for browser in browsers:
                browser.close()


if __name__ == "__main__":
    main()
