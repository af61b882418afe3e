"""Two server processes on one PostgreSQL: what is saved at one is seen at the other."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator

import pytest

from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.storage.studies import Store
from core.studies import save_intake
from tests.databases import fresh_database
from tests.running import Server, start_server, stop_server

pytestmark = pytest.mark.browser

FEW = "patient_id,sex,age\nA1,M,60\nA2,F,51\n"
MORE = FEW + "A3,F,47\n"


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Server], Store]]:
    """Two servers and, as a third process, the store itself."""
    url = fresh_database("postgresql", tmp_path_factory.mktemp("unused"))
    store = Store(url)
    running = [
        start_server(tmp_path_factory.mktemp(f"process_{name}"), ARTERIA_DATABASE_URL=url)
        for name in ("a", "b")
    ]
    yield running, store
    for one in running:
        stop_server(one)
        assert "Traceback" not in one.log_text()
    store.close()


def save(store: Store, study_id: str, content: str, based_on: int | None) -> int:
    files = [UploadedFile("patients.csv", content.encode())]
    return save_intake(store, study_id, read_study(files), files, based_on=based_on).number


def analysis(server: Server, study_id: str, number: int) -> dict[str, object]:
    address = f"{server.address}/api/v1/studies/{study_id}/versions/{number}/analysis"
    with urllib.request.urlopen(address, timeout=60) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def test_both_processes_see_each_version_at_once_and_alike(
    processes: tuple[list[Server], Store],
) -> None:
    servers, store = processes
    study = store.create_study("shared").id
    based_on = None
    for content, patients in ((FEW, 2), (MORE, 3), (FEW, 2)):
        based_on = save(store, study, content, based_on)
        answers = [analysis(one, study, based_on) for one in servers]
        assert answers[0] == answers[1]
        assert answers[0]["study"]["n_patients"] == patients  # type: ignore[index]
    # What was asked before is still what that version says.
    assert [analysis(one, study, 2)["study"]["n_patients"] for one in servers] == [3, 3]  # type: ignore[index]
