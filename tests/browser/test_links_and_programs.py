"""A guest's link, a one-time download and the interface for programs on a running server."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from core.access.passes import PassOffice
from core.example import example_files
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.people import LOCAL_PERSON, Origin, Person, Role
from core.storage.studies import Store
from core.studies import save_intake
from core.text.catalogue import text
from tests.running import PATIENCE_MS, Server, make_admin, start_server, stop_server

pytestmark = pytest.mark.browser

PASSWORD = "three plain words"
SLOW = PATIENCE_MS


@pytest.fixture(scope="module")
def shared_study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Store, str]]:
    """A server in team mode with an administrator and a study of its own."""
    folder = tmp_path_factory.mktemp("shared")
    make_admin(folder, PASSWORD)
    store = Store(f"sqlite:///{folder / 'data' / 'arteria.db'}")
    files = [UploadedFile(name, content) for name, content in example_files()]
    study = store.create_study("own")
    save_intake(store, study.id, read_study(files), files, based_on=None)
    running = start_server(folder, ARTERIA_SIGN_IN="team")
    yield running, store, study.id
    stop_server(running)
    store.close()
    assert "Traceback" not in running.log_text()


def test_link_shows_its_study_without_patients_until_revoked(
    browser: Browser, shared_study: tuple[Server, Store, str]
) -> None:
    server, store, study = shared_study
    office = PassOffice(store)
    token = office.make_link(LOCAL_PERSON, study, Role.AGGREGATE_VIEWER, "guest", 1)
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    received: list[str] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(str(frame))),
    )
    page.goto(f"{server.address}/link/{token}")
    page.get_by_role("button").click()
    table = text("tables.best_response_title", "zh", criteria="@response_tables.criteria.recist")
    expect(page.get_by_text(table)).to_be_visible(timeout=SLOW)
    assert received
    assert not [one for one in received if "H01" in one or "H17" in one]
    (link,) = office.links(LOCAL_PERSON, study)
    office.revoke(LOCAL_PERSON, link.id)
    page.reload()
    expect(page.locator("input[name=password]")).to_be_visible(timeout=SLOW)
    page.goto(f"{server.address}/link/{token}")
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_have_text(text("error.link_ended", "zh"))
    context.close()


def test_download_is_handed_out_once_and_recorded(
    browser: Browser, shared_study: tuple[Server, Store, str]
) -> None:
    server, store, study = shared_study
    context = browser.new_context(locale="en-GB", accept_downloads=True)
    page = context.new_page()
    page.goto(f"{server.address}/sign-in")
    page.fill("input[name=login]", "dr.li")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button").click()
    page.goto(f"{server.address}/baseline?study={study}&lang=en")
    page.get_by_role("button", name=text("common.download_table", "en")).first.click(timeout=SLOW)
    save = page.get_by_role("link", name=text("common.save_file", "en"))
    expect(save).to_be_visible(timeout=SLOW)
    address = f"{server.address}{save.get_attribute('href')}".replace(
        server.address + server.address, server.address
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address, timeout=20)
    assert refused.value.code == 401
    refused.value.close()
    fetched = context.request.get(address)
    assert fetched.status == 200
    assert fetched.body()[:2] == b"PK"
    assert context.request.get(address).status == 404
    newest = store.trail.search(action="exported")[0]
    assert (newest.actor, newest.study_id) == ("dr.li", study)
    context.close()


def test_program_reads_with_its_token_only(shared_study: tuple[Server, Store, str]) -> None:
    server, store, study = shared_study
    account = store.people.account("dr.li")
    assert account is not None
    person = Person(account.id, "dr.li", "", Origin.BUILT_IN, is_admin=True)
    token = PassOffice(store).make_token(person, study, "R", 1)

    def ask(path: str, **headers: str) -> tuple[int, bytes]:
        request = urllib.request.Request(f"{server.address}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    held = {"Authorization": f"Bearer {token}"}
    status, body = ask("/api/v1/studies", **held)
    assert status == 200
    assert [one["id"] for one in json.loads(body)] == [study]
    assert ask("/api/v1/studies")[0] == 401
    assert ask("/api/v1/studies", Authorization="Bearer " + "x" * 43)[0] == 401
    # A token opens the interface, and nothing else of the server.
    for path in ("/_stcore/health", "/", "/export/x", "/media/x", "/api/v1x"):
        assert ask(path, **held)[0] in {401}
    status, body = ask(f"/api/v1/studies/{study}/versions/1/analysis", **held)
    assert status == 200
    assert json.loads(body)["study"]["n_patients"] == 24


def test_click_after_the_sign_in_ended_does_nothing_and_says_so(
    browser: Browser, shared_study: tuple[Server, Store, str]
) -> None:
    server, store, study = shared_study
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{server.address}/sign-in")
    page.fill("input[name=login]", "dr.li")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button").click()
    archive = page.get_by_role("button", name=text("studies.archive", "en")).first
    expect(archive).to_be_visible(timeout=SLOW)
    account = store.people.account("dr.li")
    assert account is not None
    store.people.set_admin(account.id, True)
    archive.click()
    expect(page.get_by_text(text("error.signed_out", "en"))).to_be_visible(timeout=SLOW)
    assert study in {one.id for one in store.list_studies()}
    context.close()
