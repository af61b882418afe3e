"""The whole way in a real browser: example study, own file, every screen, both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.rules.columns import display_header
from core.text.catalogue import LANGUAGES, Language, has, text
from pages.parts.screens import SCREEN_NAMES
from tests.running import PATIENCE_MS, Server, Watch, free_port, start_server, stop_server

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parents[2] / "examples" / "crlm_haic_24"
SLOW = PATIENCE_MS


def heading(name: str, language: Language) -> str:
    """Title of a screen as its catalogue has it."""
    topic = f"{name}_screen" if has(f"{name}_screen.title") else name
    return text(f"{topic}.title", language)


def settled(page: Page) -> None:
    """Wait until the script run behind the page is over."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", re.compile("notRunning|initial"), timeout=SLOW
    )


def no_failure(page: Page, language: Language) -> None:
    """No exception, no failed screen, no untranslated leftovers."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text(text("shell.screen_failed", language))).to_have_count(0)


def open_example(page: Page, address: str, language: Language) -> None:
    page.goto(f"{address}/?lang={language}")
    page.get_by_role("button", name=text("shell.open_example", language)).first.click()
    expect(
        page.get_by_test_id("stSidebar").get_by_text(text("studies.example_name", language))
    ).to_be_visible(timeout=SLOW)
    settled(page)


def visit(page: Page, name: str, language: Language) -> None:
    """Go to a screen by its link and wait for its heading."""
    link = page.get_by_test_id("stSidebarNav").get_by_role(
        "link", name=text(f"shell.screen.{name}", language), exact=False
    )
    link.first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading(name, language), timeout=SLOW)
    settled(page)
    no_failure(page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_example_study_opens_in_one_click_and_every_screen_draws(
    watched: tuple[Page, Watch], server: Server, language: Language
) -> None:
    page, _ = watched
    open_example(page, server.address, language)
    for name in SCREEN_NAMES:
        visit(page, name, language)
    visit(page, "survival", language)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("13.6").first).to_be_visible()
    visit(page, "response", language)
    expect(page.get_by_text("16.7%").first).to_be_visible()
    expect(page.get_by_text("62.5%").first).to_be_visible()


@pytest.mark.parametrize(
    ("file", "language"),
    [("crlm_haic_24_zh.xlsx", "zh"), ("crlm_haic_24_flat.csv", "en")],
)
def test_own_file_uploaded_gives_results_and_survives_a_reload(
    watched: tuple[Page, Watch], server: Server, file: str, language: Language
) -> None:
    page, _ = watched
    page.goto(f"{server.address}/?lang={language}")
    visit(page, "data", language)
    page.locator("input[type=file]").set_input_files(EXAMPLES / file)
    expect(page.get_by_role("heading", name=text("data.read", language))).to_be_visible(
        timeout=SLOW
    )
    page.get_by_role("button", name=text("data.save_study", language)).click()
    expect(page.get_by_text(text("data.saved", language, number=1))).to_be_visible(timeout=SLOW)
    settled(page)
    for name in SCREEN_NAMES:
        visit(page, name, language)
    visit(page, "survival", language)
    expect(page.get_by_text("13.6").first).to_be_visible(timeout=SLOW)
    page.reload()
    expect(page.get_by_text("13.6").first).to_be_visible(timeout=SLOW)
    no_failure(page, language)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 200),
        ("empty.csv", b""),
        ("header_only.csv", b"patient_id,sex,age\n"),
        ("no_ids.csv", "性别,年龄\n男,60\n".encode()),
    ],
)
def test_wrong_file_gets_one_sentence_and_the_study_stays(
    watched: tuple[Page, Watch], server: Server, name: str, content: bytes
) -> None:
    page, _ = watched
    open_example(page, server.address, "zh")
    visit(page, "data", "zh")
    before = page.url
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(page.get_by_text(text("data.nothing_changed", "zh"))).to_be_visible(timeout=SLOW)
    expect(page.get_by_test_id("stAlert")).to_have_count(1)
    assert page.url == before
    visit(page, "survival", "zh")
    expect(page.get_by_text("13.6").first).to_be_visible(timeout=SLOW)


def test_language_switch_changes_every_word_and_stays_in_the_address(
    watched: tuple[Page, Watch], server: Server
) -> None:
    page, _ = watched
    open_example(page, server.address, "zh")
    visit(page, "safety", "zh")
    page.get_by_test_id("stSidebar").get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading("safety", "en"), timeout=SLOW)
    assert "lang=en" in page.url
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading("safety", "en"), timeout=SLOW)


def test_server_restart_loses_nothing(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    first = start_server(tmp_path, port)
    page = browser.new_page()
    open_example(page, first.address, "en")
    visit(page, "survival", "en")
    address = page.url
    stop_server(first)
    second = start_server(tmp_path, port)
    page.goto(address)
    expect(page.get_by_text("13.6").first).to_be_visible(timeout=SLOW)
    page.close()
    stop_server(second)
    assert "failed" not in second.log_text()


def test_every_address_of_a_page_opens_on_a_fresh_server_through_the_shell(
    browser: Browser, tmp_path: Path
) -> None:
    server = start_server(tmp_path)
    for name in SCREEN_NAMES:
        page = browser.new_page(locale="en-GB")
        page.goto(f"{server.address}/{'' if name == 'studies' else name}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading(name, "en"), timeout=SLOW)
        expect(page.get_by_text(text("shell.stays_here", "en"))).to_be_visible()
        page.close()
    stop_server(server)


def test_column_that_fits_nothing_is_given_its_meaning_by_a_person(
    watched: tuple[Page, Watch], server: Server
) -> None:
    page, _ = watched
    page.goto(f"{server.address}/?lang=zh")
    visit(page, "data", "zh")
    content = (
        "患者编号,性别,年龄,肝脏肿瘤数目,评分小组,首次HAIC日期,末次随访日期\n"
        "A1,男,60,3,甲,2021-03-01,2022-01-01\n"
        "A2,女,50,8,乙,2021-04-01,2022-02-01\n"
    )
    page.locator("input[type=file]").set_input_files(
        {"name": "own.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    waiting = page.get_by_text(text("mapping.title", "zh", n=2))
    expect(waiting).to_be_visible(timeout=SLOW)
    waiting.click()
    meaning = display_header("patients", "tumor_number", "zh")
    page.get_by_role("combobox", name="肝脏肿瘤数目").click()
    page.keyboard.type("肿瘤数目")
    page.get_by_role("option", name=meaning, exact=True).click()
    settled(page)
    page.get_by_role("button", name=text("mapping.apply", "zh")).click()
    expect(page.get_by_text(text("mapping.title", "zh", n=1))).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name=text("data.save_study", "zh")).click()
    expect(page.get_by_text(text("data.saved", "zh", number=1))).to_be_visible(timeout=SLOW)
    visit(page, "baseline", "zh")
    row = page.get_by_role("row", name=re.compile(text("factors.tumor_number.name", "zh")[:4]))
    expect(row.first).to_be_visible(timeout=SLOW)
    no_failure(page, "zh")
