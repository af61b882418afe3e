"""Fixtures: a fresh server, a headless Chromium, a page that fails on whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running import (
    CHROMIUM_FLAGS,
    PATIENCE_MS,
    Server,
    Watch,
    chromium,
    start_server,
    stop_server,
)

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A fresh server for the tests of one module."""
    running = start_server(tmp_path_factory.mktemp("server"))
    yield running
    stop_server(running)
    log = running.log_text()
    assert "failed" not in log
    assert "Uncaught" not in log
    assert "Traceback" not in log


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module; its event loop must not outlive it, other tests run their own."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def watched(browser: Browser, server: Server) -> Iterator[tuple[Page, Watch]]:
    """A page of a new visitor; the test fails on a console error or a request elsewhere."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    watch = Watch(server.address)
    watch.attach(page)
    yield page, watch
    context.close()
    assert watch.outside == []
    assert watch.errors == []
