"""Team mode in a real browser: nothing before sign-in, a session that ends everywhere at once."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from core.storage.studies import Store
from core.text.catalogue import text
from tests.running import PATIENCE_MS, Server, make_admin, start_server, stop_server

pytestmark = pytest.mark.browser

PASSWORD = "three plain words"
SLOW = PATIENCE_MS


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server in team mode with one administrator."""
    folder = tmp_path_factory.mktemp("guarded")
    make_admin(folder, PASSWORD)
    running = start_server(folder, ARTERIA_SIGN_IN="team", ARTERIA_EXAMPLE="1")
    yield running, folder / "data" / "arteria.db"
    stop_server(running)
    assert PASSWORD not in running.log_text()


def ask(server: Server, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=20)
    connection.request("GET", path, headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def sign_in(page: Page, address: str, password: str) -> None:
    page.goto(address)
    page.fill("input[name=login]", "dr.li")
    page.fill("input[name=password]", password)
    page.get_by_role("button").click()


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/upload_file/a/b",
        "/media/a.csv", "/static/js/index.js", "/component/x", "/app/static/x", "/index.html",
        "/manifest.json", "/auth/login", "/oauth2callback",
    ],
)  # fmt: skip
def test_nothing_but_the_sign_in_page_answers(guarded: tuple[Server, Path], path: str) -> None:
    server, _ = guarded
    assert ask(server, path, Accept="text/html") == 401
    assert ask(server, path, Accept="text/html", Cookie="arteria_sign_in=forged") == 401
    assert ask(server, path, Accept="text/html", **{"X-Arteria-Sign-In": "a" * 64}) == 401


def test_websocket_is_closed_before_sign_in(guarded: tuple[Server, Path]) -> None:
    status = ask(
        guarded[0], "/_stcore/stream", Connection="Upgrade", Upgrade="websocket",
        **{"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "aaaaaaaaaaaaaaaaaaaaaA=="},
    )  # fmt: skip
    assert status == 403


def test_sign_in_leads_where_the_person_wanted_to_go_and_ends_everywhere(
    browser: Browser, guarded: tuple[Server, Path]
) -> None:
    server, database = guarded
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    sign_in(page, f"{server.address}/survival?lang=zh", "a wrong sentence")
    expect(page.get_by_role("alert")).to_have_text(text("error.sign_in_failed", "zh"))
    assert "survival" in page.url or page.locator("input[name=next]").count() == 1
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button").click()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=SLOW)
    assert "/survival" in page.url
    (cookie,) = [one for one in context.cookies() if one["name"] == "arteria_sign_in"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"

    store = Store(f"sqlite:///{database}")
    account = store.people.account("dr.li")
    assert account is not None
    store.people.set_admin(account.id, True)
    seen = [entry.action for entry in store.trail.search()]
    assert {"saw", "signed_in", "sign_in_failed"} <= set(seen)
    assert store.trail.verify().broken_at is None
    store.close()
    page.get_by_role("radio", name=text("endpoints.pfs.label", "zh")).or_(
        page.get_by_role("button", name=text("endpoints.pfs.label", "zh"))
    ).first.click()
    expect(page.get_by_text(text("error.signed_out", "zh"))).to_be_visible(timeout=SLOW)
    page.reload()
    expect(page.locator("input[name=password]")).to_be_visible(timeout=SLOW)
    context.close()


def test_signing_out_closes_the_door(browser: Browser, guarded: tuple[Server, Path]) -> None:
    server, _ = guarded
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    sign_in(page, server.address, PASSWORD)
    expect(page.get_by_test_id("stSidebar")).to_be_visible(timeout=SLOW)
    stolen = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
    page.goto(f"{server.address}/sign-out")
    page.get_by_role("button").click()
    expect(page.locator("input[name=password]")).to_be_visible()
    assert ask(server, "/_stcore/health", Cookie=stolen) == 401
    context.close()
