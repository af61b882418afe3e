"""A meeting over two server processes on one PostgreSQL: following, deciding, rejoining."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.storage.studies import Store
from core.studies import example_version
from core.text.catalogue import text
from pages.parts.board_follow import POLL_SECONDS
from tests.databases import fresh_database
from tests.running import PATIENCE_MS, Server, free_port, start_server, stop_server

pytestmark = pytest.mark.browser

WANTED_SECONDS = 2
NAMES = {1: "H04", 2: "H01", 3: "H17", 4: "H07", 5: "H21"}


def words(key: str, **facts: str | int) -> str:
    return text(f"board.{key}", "en", **facts)


class Rooms:
    """Two servers with data folders of their own on one database."""

    def __init__(self, folder: Path) -> None:
        self.url = fresh_database("postgresql", folder)
        store = Store(self.url)
        self.study = example_version(store).study_id
        self.meeting = store.board.meetings(self.study)[0].id
        self.store = store
        self.folders = [folder / name for name in "AB"]
        self.ports = [free_port(), free_port()]
        for one in self.folders:
            one.mkdir()
        self.servers = [self.start(at) for at in range(2)]

    def start(self, at: int) -> Server:
        return start_server(
            self.folders[at], self.ports[at], ARTERIA_EXAMPLE="1", ARTERIA_DATABASE_URL=self.url
        )


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    made = Rooms(tmp_path_factory.mktemp("rooms"))
    yield made
    for server in made.servers:
        stop_server(server)
    made.store.close()


def entered(browser: Browser, server: Server) -> Page:
    page = browser.new_context(locale="en-GB", viewport={"width": 1366, "height": 900}).new_page()
    page.goto(f"{server.address}/board?lang=en")
    expect(page.get_by_role("heading", level=2).first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("stStatusWidget")).to_be_hidden(timeout=PATIENCE_MS)
    return page


def shows(page: Page, number: int) -> None:
    line = words("case_line", number=number, total=5, name=NAMES[number])
    heading = page.get_by_role("heading", name=line, exact=True)
    expect(heading).to_be_visible(timeout=PATIENCE_MS)


def turn(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^" + re.escape(words("next")))).first.click()


def test_room_on_another_process_follows_sees_the_decision_and_rejoins(
    browser: Browser, rooms: Rooms
) -> None:
    presenter, follower = (entered(browser, server) for server in rooms.servers)
    presenter.get_by_text(words("present"), exact=True).click()
    expect(presenter.get_by_text(re.compile("^You present"))).to_be_visible(timeout=PATIENCE_MS)
    expect(follower.get_by_text(re.compile("^Following"))).to_be_visible(timeout=PATIENCE_MS)
    for number in (2, 3):
        turn(presenter)
        shows(presenter, number)
        shows(follower, number)

    # A decision saved on one process is seen on the other.
    presenter.get_by_role("radio", name=words("screen_decision"), exact=True).click()
    expect(follower.get_by_text(words("no_decision"))).to_be_visible(timeout=PATIENCE_MS)
    presenter.get_by_label(words("option")).first.click()
    presenter.keyboard.type(words("option_of.trial"))
    presenter.keyboard.press("Enter")
    presenter.get_by_label(words("reasons")).fill("said on A")
    presenter.get_by_role("button", name=words("record")).click()
    for page in (presenter, follower):
        decided = page.get_by_role("heading", name=words("option_of.trial"))
        expect(decided).to_be_visible(timeout=PATIENCE_MS)
    expect(follower.get_by_text("said on A").first).to_be_visible(timeout=PATIENCE_MS)

    # The follower's process is started anew while the presenter goes on.
    stop_server(rooms.servers[1])
    turn(presenter)
    shows(presenter, 4)
    rooms.servers[1] = rooms.start(1)
    shows(follower, 4)
    expect(follower.get_by_text(re.compile("^Following"))).to_be_visible(timeout=PATIENCE_MS)
    turn(presenter)
    shows(follower, 5)
    for page in (presenter, follower):
        page.context.close()


def test_presenters_row_is_there_for_another_process_at_once(rooms: Rooms) -> None:
    """What following takes is one poll, one query and one run; only the poll waits."""
    other = Store(rooms.url)
    before = rooms.store.board.presented(rooms.meeting)
    assert before is not None
    rooms.store.board.present(before)
    after = other.board.presented(rooms.meeting)
    assert after is not None
    assert after.revision == before.revision + 1
    assert POLL_SECONDS < WANTED_SECONDS
    other.close()
