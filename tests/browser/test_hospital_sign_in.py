"""The hospital's sign-in against a real OpenID Connect provider, in a real browser."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.storage.studies import Store
from core.text.catalogue import text
from tests.running import PATIENCE_MS, Server, free_port, start_server, stop_server

pytestmark = pytest.mark.browser
SLOW = PATIENCE_MS

PEOPLE = {
    "li": {"name": "李医生", "groups": ["oncology", "arteria-admins"]},
    "wang": {"name": "王医生", "groups": ["oncology"]},
    "guest": {"name": "Guest", "groups": ["cardiology"]},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """An OpenID Connect provider that knows three people."""
    port = free_port()
    people = [
        part
        for subject, claims in PEOPLE.items()
        for part in ("--user-claims", json.dumps({"sub": subject, **claims}))
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *people],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{address}/.well-known/openid-configuration", timeout=2):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def guarded(
    provider: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Path]]:
    """A server in hospital mode."""
    folder = tmp_path_factory.mktemp("hospital")
    port = free_port()
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f"""
[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "{"s" * 40}"
client_id = "arteria"
client_secret = "not a secret here"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
    )
    claims = folder / "hospital.toml"
    claims.write_text(
        """
subject = "sub"
name = "name"
groups = "groups"
admin_groups = ["arteria-admins"]
allowed_groups = ["oncology"]
"""
    )
    running = start_server(
        folder, port, ARTERIA_SIGN_IN="hospital", ARTERIA_HOSPITAL=str(claims),
        ARTERIA_EXAMPLE="1", STREAMLIT_SECRETS_FILES=str(secrets),
    )  # fmt: skip
    yield Server(f"http://localhost:{port}", running.log, running.process), folder / "data"
    stop_server(running)


def come_in(page: Page, address: str, subject: str) -> None:
    page.goto(address)
    page.get_by_role("link", name=text("access.hospital.button", "zh")).click()
    page.fill("input[name=sub]", subject)
    page.get_by_role("button", name="Authorize").click()


def test_member_of_a_group_comes_in_and_the_clients_own_cookie_never_reaches_the_browser(
    browser: Browser, guarded: tuple[Server, Path]
) -> None:
    server, data = guarded
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    come_in(page, f"{server.address}/survival?lang=zh", "li")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=SLOW)
    assert "/survival" in page.url
    names = {cookie["name"] for cookie in context.cookies()}
    assert "arteria_sign_in" in names
    assert not any(name.startswith("_streamlit_user") for name in names)
    expect(page.get_by_test_id("stSidebar").get_by_text("李医生")).to_be_visible(timeout=SLOW)
    store = Store(f"sqlite:///{data / 'arteria.db'}")
    account = store.people.account("li")
    assert account is not None
    assert (account.is_admin, account.groups) == (True, ("arteria-admins", "oncology"))
    store.close()
    context.close()


def test_person_outside_the_allowed_groups_is_turned_away(
    browser: Browser, guarded: tuple[Server, Path]
) -> None:
    server, _ = guarded
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    come_in(page, server.address, "guest")
    expect(page.get_by_role("alert")).to_have_text(
        text("error.hospital_group_missing", "zh"), timeout=SLOW
    )
    assert "arteria_sign_in" not in {cookie["name"] for cookie in context.cookies()}
    context.close()


def test_answer_that_no_provider_gave_lets_nobody_in(
    browser: Browser, guarded: tuple[Server, Path]
) -> None:
    server, _ = guarded
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{server.address}/oauth2callback?state=forged&code=forged")
    expect(page.get_by_role("alert")).to_have_text(text("error.hospital_failed", "zh"))
    page.goto(f"{server.address}/sign-in")
    assert page.locator("input[name=password]").count() == 0
    context.close()
