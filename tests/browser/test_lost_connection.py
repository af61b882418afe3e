"""The server's process or its database goes away under an open page: said, and taken up again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.storage.studies import Store
from core.text.catalogue import LANGUAGES, Language, text
from tests.browser.test_main_job import settled, visit
from tests.databases import fresh_database
from tests.running import PATIENCE_MS, free_port, start_server, stop_server
from tests.unit.test_storage_outages import end_all_sessions, fill_postgresql

pytestmark = pytest.mark.browser

OWN = {"name": "own.csv", "mimeType": "text/csv", "buffer": b"patient_id,sex,age\nA1,M,60\n"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_outages_are_said_and_the_page_goes_on(
    browser: Browser, tmp_path: Path, language: Language
) -> None:
    url, port = fresh_database("postgresql", tmp_path), free_port()
    server = start_server(tmp_path, port, ARTERIA_DATABASE_URL=url)
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{server.address}/?lang={language}")
    visit(page, "data", language)

    def upload() -> None:
        page.locator("input[type=file]").set_input_files([OWN])
        read = page.get_by_role("heading", name=text("data.read", language))
        expect(read).to_be_visible(timeout=PATIENCE_MS)
        settled(page)

    def said(key: str, **facts: int) -> None:
        sentence = page.get_by_text(text(key, language, **facts))
        expect(sentence).to_be_visible(timeout=PATIENCE_MS)
        settled(page)

    def save() -> None:
        page.get_by_role("button", name=text("data.save_study", language)).click()

    upload()
    empty = fill_postgresql(url)
    save()
    said("error.store_unavailable")
    empty()
    # The upload is still there, and the restarted database is reached without a word.
    end_all_sessions(url)
    save()
    said("data.saved", number=1)

    lost = page.get_by_text(text("shell.connection_lost", language))
    expect(lost).to_be_hidden()
    upload()
    server.process.kill()
    server.process.wait(20)
    expect(lost).to_be_visible(timeout=PATIENCE_MS)
    server = start_server(tmp_path, port, ARTERIA_DATABASE_URL=url)
    expect(lost).to_be_hidden(timeout=PATIENCE_MS)
    save()
    said("data.draft_lost")
    upload()
    page.reload()
    said("data.draft_lost")
    page.close()
    stop_server(server)
    store = Store(url)
    assert [one.latest for one in store.list_studies()] == [1]
    store.close()
