"""Two processes on one PostgreSQL behind nginx with the shipped configuration, people signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from core.access.sign_in import SignIn
from core.results.people import LOCAL_PERSON
from core.storage.studies import Store
from core.studies import example_version
from core.text.catalogue import text
from tests.browser.test_main_job import heading, no_failure, settled, visit
from tests.databases import fresh_database
from tests.proxy import NAME, Proxy, start_proxy
from tests.running import (
    CHROMIUM_FLAGS,
    PATIENCE_MS,
    Server,
    Watch,
    chromium,
    free_port,
    start_server,
    stop_server,
)

pytestmark = pytest.mark.browser

PASSWORD = "three plain words"
FIRST = b"patient_id,sex,age\nA1,M,60\nA2,F,51\n"
THEIRS = FIRST + b"A3,F,47\n"
LONG = b"B%04d,F," + b"x" * 1_000 + b"\n"


class Hospital:
    """The proxy, the two processes behind it and their database."""

    def __init__(self, folder: Path) -> None:
        self.url = fresh_database("postgresql", folder)
        self.store = Store(self.url)
        self.example = example_version(self.store).study_id
        door = SignIn(self.store.people, self.store.trail, self.store.passes)
        door.add_account(LOCAL_PERSON, "dr.li", "Li", PASSWORD, is_admin=True)
        self.folder = folder
        self.ports = [free_port(), free_port()]
        place = folder / "proxy"
        place.mkdir()
        self.processes: dict[str, Server] = {}
        self.proxy: Proxy = start_proxy(place, self.ports)

    def stop(self) -> None:
        self.proxy.stop()
        for server in self.processes.values():
            if server.process.poll() is None:
                stop_server(server)
        self.store.close()

    def start(self, name: str) -> Server:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return start_server(
            folder, self.ports["ab".index(name)],
            ARTERIA_SIGN_IN="team", ARTERIA_EXAMPLE="1", ARTERIA_DATABASE_URL=self.url,
            STREAMLIT_SERVER_ALLOWED_HOSTS=NAME, STREAMLIT_BROWSER_SERVER_ADDRESS=NAME,
            STREAMLIT_BROWSER_SERVER_PORT=self.proxy.address.rsplit(":", 1)[1],
        )  # fmt: skip


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    made = Hospital(tmp_path_factory.mktemp("hospital"))
    try:
        made.processes |= {name: made.start(name) for name in "ab"}
        yield made
    finally:
        made.stop()
    for server in made.processes.values():
        assert "Traceback" not in server.log_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that takes the proxy's name for this machine."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(),
            args=[*CHROMIUM_FLAGS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"],
        )
        yield launched
        launched.close()


def person(browser: Browser, hospital: Hospital) -> Page:
    """A browser of its own, signed in through the proxy and looking at the example."""
    page = browser.new_context(
        locale="en-GB", ignore_https_errors=True, viewport={"width": 1366, "height": 900}
    ).new_page()
    page.goto(f"{hospital.proxy.address}/?lang=en&study={hospital.example}")
    page.fill("input[name=login]", "dr.li")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        heading("studies", "en"), timeout=PATIENCE_MS
    )
    settled(page)
    return page


def cookie(context: BrowserContext, name: str) -> dict[str, object]:
    (found,) = [dict(one) for one in context.cookies() if one["name"] == name]
    return found


def process_of(page: Page) -> str:
    return str(cookie(page.context, "arteria_process")["value"])


def upload(page: Page, content: bytes, name: str = "own.csv") -> None:
    visit(page, "data", "en")
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    expect(page.get_by_role("heading", name=text("data.read", "en"))).to_be_visible(
        timeout=PATIENCE_MS
    )
    settled(page)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def saved(page: Page, number: int) -> None:
    expect(page.get_by_text(text("data.saved", "en", number=number))).to_be_visible(
        timeout=PATIENCE_MS
    )


def on_other_processes(browser: Browser, hospital: Hospital) -> tuple[Page, Page]:
    """Two people whom the proxy gave to the two processes."""
    pages = [person(browser, hospital)]
    while len(pages) < 6:
        pages.append(person(browser, hospital))
        if process_of(pages[-1]) != process_of(pages[0]):
            for page in pages[1:-1]:
                page.context.close()
            return pages[0], pages[-1]
    raise AssertionError("The proxy gives everybody to one process")


def test_person_signs_in_looks_uploads_and_follows_the_board_through_the_proxy(
    browser: Browser, hospital: Hospital
) -> None:
    page = person(browser, hospital)
    watch = Watch(hospital.proxy.address)
    watch.attach(page)
    mine = process_of(page)
    for name in ("arteria_sign_in", "arteria_process"):
        held = cookie(page.context, name)
        assert (held["secure"], held["httpOnly"], held["sameSite"]) == (True, True, "Strict")
    visit(page, "survival", "en")
    expect(page.get_by_text("13.6").first).to_be_visible(timeout=PATIENCE_MS)
    visit(page, "board", "en")
    expect(page.get_by_role("heading", level=2).first).to_be_visible(timeout=PATIENCE_MS)
    # Larger than what the proxy would take without being told.
    upload(page, b"patient_id,sex,remarks\n" + b"".join(LONG % n for n in range(1_200)))
    press(page, text("data.discard", "en"))
    settled(page)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        heading("data", "en"), timeout=PATIENCE_MS
    )
    assert process_of(page) == mine
    no_failure(page, "en")
    assert watch.outside == []
    assert watch.errors == []
    for path in ("/_stcore/metrics", "/_stcore/script-health-check"):
        assert page.evaluate("async path => (await fetch(path)).status", path) == 404
    page.context.close()
    log = hospital.proxy.log_text()
    assert " 101 " in log
    assert "upload_file" not in log


def test_second_saver_on_another_process_sees_the_difference_and_decides(
    browser: Browser, hospital: Hospital
) -> None:
    first, second = on_other_processes(browser, hospital)
    upload(first, FIRST)
    press(first, text("data.save_study", "en"))
    saved(first, 1)
    settled(first)
    second.goto(first.url)
    expect(second.get_by_role("heading", level=1)).to_have_text(
        heading("data", "en"), timeout=PATIENCE_MS
    )
    upload(second, FIRST.replace(b"A2,F,51", b"A2,F,52"))
    upload(first, THEIRS)
    press(first, text("data.save_version", "en"))
    saved(first, 2)
    press(second, text("data.save_version", "en"))
    expect(second.get_by_text(re.compile("^Somebody saved version 2 "))).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(second.get_by_role("cell", name="A3").first).to_be_visible(timeout=PATIENCE_MS)
    press(second, text("data.save_upon", "en", number=3))
    saved(second, 3)
    (study,) = [one for one in hospital.store.list_studies() if one.id != hospital.example]
    counts = [one.counts.accepted for one in hospital.store.list_versions(study.id)]
    assert sorted(counts) == [2, 2, 3]
    for page in (first, second):
        page.context.close()


def test_person_goes_on_with_the_other_process_when_one_is_killed(
    browser: Browser, hospital: Hospital
) -> None:
    page = person(browser, hospital)
    visit(page, "survival", "en")
    expect(page.get_by_text("13.6").first).to_be_visible(timeout=PATIENCE_MS)
    upload(page, FIRST)
    mine = process_of(page)
    (other,) = {"a", "b"} - {mine}
    hospital.processes[mine].process.kill()
    hospital.processes[mine].process.wait(20)
    # The page connects by itself, at the same study and screen, without signing in again.
    press(page, text("data.save_study", "en"))
    expect(page.get_by_text(text("data.draft_lost", "en"))).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("own.csv")).to_have_count(0)
    visit(page, "response", "en")
    expect(page.get_by_text("62.5%").first).to_be_visible(timeout=PATIENCE_MS)
    page.reload()
    expect(page.get_by_text("62.5%").first).to_be_visible(timeout=PATIENCE_MS)
    assert process_of(page) == other
    # The killed process comes back; who went on with the other one stays there.
    hospital.processes[mine] = hospital.start(mine)
    upload(page, THEIRS, "after.csv")
    assert process_of(page) == other
    page.context.close()
