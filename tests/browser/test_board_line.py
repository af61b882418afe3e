"""Following over a line that is cut or falls silent for a while."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from core.text.catalogue import text
from tests.cut_line import Line
from tests.running import PATIENCE_MS, Server, start_server, stop_server

pytestmark = pytest.mark.browser

NAMES = {1: "H04", 2: "H01", 3: "H17", 4: "H07", 5: "H21"}
A_WHILE_MS = 3_000
"""Longer than a page needs to hear of a change over a line that holds."""


def words(key: str, **facts: str | int) -> str:
    return text(f"board.{key}", "en", **facts)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Server]:
    """A server of its own for each test: nobody has presented there yet."""
    running = start_server(tmp_path, ARTERIA_EXAMPLE="1")
    yield running
    stop_server(running)


@pytest.fixture
def line(room: Server) -> Iterator[Line]:
    port = urlsplit(room.address).port
    assert port is not None
    with Line(port) as held:
        yield held


@pytest.fixture
def entered(browser: Browser) -> Iterator[Callable[[str], Page]]:
    contexts = []

    def enter(address: str) -> Page:
        context = browser.new_context(locale="en-GB", viewport={"width": 1366, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/board?lang=en")
        expect(page.get_by_role("heading", level=2).first).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_test_id("stStatusWidget")).to_be_hidden(timeout=PATIENCE_MS)
        return page

    yield enter
    for context in contexts:
        context.close()


def shows(page: Page, number: int) -> None:
    name = words("case_line", number=number, total=5, name=NAMES[number])
    heading = page.get_by_role("heading", name=name, exact=True)
    expect(heading).to_be_visible(timeout=PATIENCE_MS)


def press(page: Page, key: str) -> None:
    page.get_by_role("button", name=re.compile("^" + re.escape(words(key)))).first.click()


def present(page: Page) -> None:
    page.get_by_text(words("present"), exact=True).click()
    expect(page.get_by_text(re.compile("^You present"))).to_be_visible(timeout=PATIENCE_MS)
    shows(page, 1)


@pytest.mark.parametrize(("breaks", "returns"), [("cut", "mend"), ("silence", "speak")])
def test_follower_is_on_the_presenters_case_after_the_line_comes_back(
    entered: Callable[[str], Page], room: Server, line: Line, breaks: str, returns: str
) -> None:
    presenter, follower = entered(room.address), entered(line.address)
    present(presenter)
    press(presenter, "next")
    shows(follower, 2)
    getattr(line, breaks)()
    for number in (3, 4):
        press(presenter, "next")
        shows(presenter, number)
    follower.wait_for_timeout(A_WHILE_MS)
    shows(follower, 2)
    getattr(line, returns)()
    shows(follower, 4)
    expect(follower.get_by_text(re.compile("^Following"))).to_be_visible(timeout=PATIENCE_MS)
    press(presenter, "next")
    shows(follower, 5)


def test_presenter_still_presents_after_the_line_was_cut(
    entered: Callable[[str], Page], room: Server, line: Line
) -> None:
    presenter, follower = entered(line.address), entered(room.address)
    present(presenter)
    press(presenter, "next")
    shows(follower, 2)
    line.cut()
    follower.wait_for_timeout(A_WHILE_MS)
    shows(follower, 2)
    line.mend()
    expect(presenter.get_by_text(re.compile("^You present"))).to_be_visible(timeout=PATIENCE_MS)
    press(presenter, "next")
    shows(presenter, 3)
    shows(follower, 3)
