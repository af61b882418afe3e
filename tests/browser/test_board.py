"""Three people in one meeting: two follow a presenter; a decision is recorded and amended."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect

from core.text.catalogue import text
from tests.running import PATIENCE_MS, Server, Watch, start_server, stop_server

pytestmark = pytest.mark.browser

SLOW = PATIENCE_MS
TIMES = 6
A_MOMENT_MS = 1500
"""Longer than it takes until a page hears of a change."""


def words(key: str, **facts: str | int) -> str:
    return text(f"board.{key}", "en", **facts)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start_server(tmp_path_factory.mktemp("board"), ARTERIA_EXAMPLE="1")
    yield running
    stop_server(running)


@pytest.fixture
def people(browser: Browser, room: Server) -> Iterator[list[Page]]:
    """The presenter first, then two followers, each with a browser of their own."""
    contexts = [
        browser.new_context(locale="en-GB", viewport={"width": 1366, "height": 900})
        for _ in range(3)
    ]
    pages, watches = [], []
    for context in contexts:
        page, watch = context.new_page(), Watch(room.address)
        watch.attach(page)
        page.goto(f"{room.address}/board?lang=en")
        expect(page.get_by_role("heading", name=words("title"))).to_be_visible(timeout=SLOW)
        expect(page.get_by_role("heading", level=2).first).to_be_visible(timeout=SLOW)
        expect(page.get_by_test_id("stStatusWidget")).to_be_hidden(timeout=SLOW)
        pages.append(page)
        watches.append(watch)
    yield pages
    for context in contexts:
        context.close()
    assert [watch.errors for watch in watches] == [[], [], []]
    assert [watch.outside for watch in watches] == [[], [], []]


def choose_option(page: Page, name: str) -> None:
    """Choose in the decision's list; a screen that is drawn meanwhile closes the list again."""
    field = page.get_by_label(words("option")).first
    for _ in range(TIMES):
        field.click()
        # The list shows only as many options as have room: the name is typed.
        page.keyboard.type(name)
        with suppress(AssertionError):
            expect(page.get_by_role("option", name=name)).to_be_visible(timeout=SLOW / TIMES)
        page.keyboard.press("Enter")
        # What is typed without being chosen is gone as soon as the field is left.
        page.get_by_label(words("reasons")).click()
        page.wait_for_timeout(A_MOMENT_MS)
        with suppress(AssertionError):
            expect(field).to_have_value(name, timeout=A_MOMENT_MS)
            return
    expect(field).to_have_value(name)


def case(page: Page, number: int, name: str):  # type: ignore[no-untyped-def]
    return page.get_by_role(
        "heading", name=words("case_line", number=number, total=5, name=name), exact=True
    )


def press(page: Page, key: str) -> None:
    page.get_by_role("button", name=re.compile("^" + re.escape(words(key)))).first.click()


def screen(page: Page, name: str) -> None:
    page.get_by_role("radio", name=words(f"screen_{name}"), exact=True).click()


def test_followers_go_through_the_cases_and_a_decision_reaches_the_minutes(
    people: list[Page], tmp_path: Path
) -> None:
    presenter, near, far = people
    presenter.get_by_text(words("present"), exact=True).click()
    expect(presenter.get_by_text(re.compile("^You present"))).to_be_visible(timeout=SLOW)
    for follower in (near, far):
        expect(follower.get_by_text(re.compile("^Following"))).to_be_visible(timeout=SLOW)
    for number, name in ((2, "H01"), (3, "H17"), (4, "H07"), (5, "H21")):
        press(presenter, "next")
        expect(case(presenter, number, name)).to_be_visible(timeout=SLOW)
        for follower in (near, far):
            expect(case(follower, number, name)).to_be_visible(timeout=SLOW)

    # One looks elsewhere and comes back.
    press(near, "previous")
    expect(case(near, 4, "H07")).to_be_visible(timeout=SLOW)
    for number, name in ((4, "H07"), (3, "H17")):
        press(presenter, "previous")
        expect(case(presenter, number, name)).to_be_visible(timeout=SLOW)
    expect(case(far, 3, "H17")).to_be_visible(timeout=SLOW)
    expect(case(near, 4, "H07")).to_be_visible(timeout=SLOW)
    near.get_by_text(words("follow"), exact=True).click()
    expect(case(near, 3, "H17")).to_be_visible(timeout=SLOW)

    screen(presenter, "decision")
    for follower in (near, far):
        expect(follower.get_by_text(words("no_decision"))).to_be_visible(timeout=SLOW)
    choose_option(presenter, words("option_of.systemic"))
    presenter.get_by_label(words("reasons")).fill("outside the liver")
    presenter.get_by_role("button", name=words("record")).click()
    expect(presenter.get_by_role("heading", name=words("option_of.systemic"))).to_be_visible(
        timeout=SLOW
    )

    presenter.get_by_text(words("amend"), exact=True).click()
    presenter.get_by_label(words("reasons")).fill("a trial has opened")
    choose_option(presenter, words("option_of.trial"))
    presenter.get_by_role("button", name=words("record")).click()
    expect(presenter.get_by_role("heading", name=words("option_of.trial"))).to_be_visible(
        timeout=SLOW
    )

    presenter.get_by_role("radio", name=words("view_papers"), exact=True).click()
    with presenter.expect_download(timeout=SLOW) as started:
        presenter.get_by_role("button", name=words("paper.minutes")).click()
    saved = tmp_path / "minutes.docx"
    started.value.save_as(saved)
    cells = {
        cell.text
        for table in Document(io.BytesIO(saved.read_bytes())).tables
        for row in table.rows
        for cell in row.cells
    }
    assert {"outside the liver", "a trial has opened", words("option_of.trial")} <= cells


def test_projector_turns_cases_and_screens_by_arrow_keys(people: list[Page]) -> None:
    page = people[0]
    page.get_by_text(words("follow"), exact=True).click()
    # Where a presenter was followed before, his screen is still shown.
    screen(page, "summary")
    press(page, "projector")
    expect(page.get_by_role("button", name=words("leave_projector"))).to_be_visible(timeout=SLOW)
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    shown = page.get_by_role("heading", level=2).first
    for key in ("ArrowRight", "ArrowLeft", "ArrowRight"):
        before = shown.inner_text()
        page.keyboard.press(key)
        expect(shown).not_to_have_text(before)
    for name in ("course", "lesions"):
        page.keyboard.press("ArrowDown")
        heading = page.get_by_role("heading", name=words(f"screen_{name}"))
        expect(heading.first).to_be_visible(timeout=SLOW)
    expect(page.get_by_text(text("patient.spider", "en"))).to_be_visible(timeout=SLOW)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stSidebar")).to_be_visible(timeout=SLOW)
