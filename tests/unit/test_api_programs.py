"""The interface for programs: the desk's rules, honest answers to anything that is asked."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import httpx
import pandas as pd
import plotly.graph_objects as go
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode
from starlette.applications import Starlette

from core.access.passes import PassOffice
from core.access.sign_in import SignIn
from core.api.document import PATHS, openapi, page
from core.api.service import make_api
from core.example import example_files
from core.exports.study_figures import CURVES, NAMES
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.people import LOCAL_PERSON, Origin, Person, Role
from core.schema import StudyData, typed_frame
from core.storage.studies import RowCounts, Store
from core.studies import save_intake
from core.text.catalogue import LANGUAGES

FRAME = pd.DataFrame({"patient_id": ["P1"], "source_sheet": ["a"], "source_row": [2]})
DATA = StudyData({"patients": typed_frame("patients", FRAME)}, (), None)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('api') / 'a.db'}")
    files = [UploadedFile(name, content) for name, content in example_files()]
    study = opened.create_study("own")
    save_intake(opened, study.id, read_study(files), files, based_on=None)
    other = opened.create_study("other")
    opened.save_version(other.id, DATA, (), (), RowCounts(1, 1, 0), based_on=None)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tokens(store: Store) -> dict[str, str]:
    """One token a role, in the study ``own``; one of an account without a role."""
    door, office = SignIn(store.people, store.trail), PassOffice(store)
    study = next(one for one in store.list_studies() if one.name == "own")
    made = {}
    for role in [*Role, None]:
        name = role.value if role else "nobody"
        account = door.add_account(LOCAL_PERSON, name, "", "three plain words")
        if role:
            store.people.grant(study.id, f"account:{account.id}", role, "x")
        person = Person(account.id, name, "", Origin.BUILT_IN)
        made[name] = office.make_token(person, None, "test", 1)
    return made


@lru_cache(maxsize=1)
def app_over(store: Store) -> Starlette:
    """One interface for all requests, as on a server: it keeps what it has analysed."""
    return make_api(store, with_tokens=True)


def ask(store: Store, path: str, token: str = "", **more: Any) -> httpx.Response:
    app = app_over(store)
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.request(
                more.get("method", "GET"), f"/api/v1{path}", headers=headers
            )

    return asyncio.run(get())


def test_nobody_reads_without_a_token(store: Store) -> None:
    for token in ("", "forged" * 8, "' OR 1=1 --"):
        answer = ask(store, "/studies", token)
        assert answer.status_code == 401
        assert answer.json()["code"] == "no_token"


def test_token_shows_the_studies_of_its_person(store: Store, tokens: dict[str, str]) -> None:
    for name, token in tokens.items():
        found = [one["name"] for one in ask(store, "/studies", token).json()]
        assert found == ([] if name == "nobody" else ["own"])


def test_role_walk_knows_every_address() -> None:
    version = "/studies/{study_id}/versions/{number}"
    walked = {"/studies", "/studies/{study_id}/versions", version}
    walked |= {version + end for end in ("/findings", "/analysis", "/figures", "/figures/{name}")}
    assert set(PATHS) == walked


@pytest.mark.parametrize("name", [*(role.value for role in Role), "nobody"])
def test_role_walk_of_the_interface(store: Store, tokens: dict[str, str], name: str) -> None:
    own = next(one for one in store.list_studies() if one.name == "own").id
    other = next(one for one in store.list_studies() if one.name == "other").id
    may_read = name != "nobody"
    sees_patients = name in {"admin", "data_manager", "clinician"}
    version = f"/studies/{own}/versions/1"
    expected = {
        f"/studies/{own}/versions": 200 if may_read else 404,
        version: 200 if may_read else 404,
        f"{version}/findings": 200 if sees_patients else 403 if may_read else 404,
        f"{version}/analysis": 200 if sees_patients else 403 if may_read else 404,
        f"{version}/figures": 200 if may_read else 404,
        f"{version}/figures/os_curve": 200 if may_read else 404,
        **{
            f"{version}/figures/{one}": 200 if sees_patients else 403 if may_read else 404
            for one in sorted(set(NAMES) - set(CURVES.values()))
        },
        f"{version}/figures/piechart": 422,
        f"/studies/{other}/versions/1/figures": 404,
        f"/studies/{other}/versions/1/figures/os_curve": 404,
        f"/studies/{other}/versions/1": 404,
        f"/studies/{own}/versions/9": 404,
        f"/studies/{own}/versions/0": 422,
        "/studies/../versions": 404,
    }
    for path, status in expected.items():
        answer = ask(store, path, tokens[name])
        assert answer.status_code == status, path
        if not sees_patients:
            assert not re.search(r"\bH(?:0[1-9]|1\d|2[0-4])\b", answer.text)
    counts = ask(store, version, tokens[name]).json().get("rows_set_aside")
    assert (counts is not None) is sees_patients


def test_analysis_holds_every_endpoint_and_way_of_entry(
    store: Store, tokens: dict[str, str]
) -> None:
    own = next(one for one in store.list_studies() if one.name == "own").id
    at = f"/studies/{own}/versions/1/analysis"
    found = ask(store, f"{at}?full=true&bootstrap=none", tokens["clinician"]).json()["prognosis"]
    assert {one["endpoint"] for one in found["models"]} == {"os", "pfs", "hepatic_pfs"}
    assert {one["entry"] for one in found["models"]} >= {"forward", "backward"}
    assert [one["optimism"] for one in found["models"]] == [None] * 12
    main = ask(store, f"{at}?full=true", tokens["clinician"]).json()["prognosis"]["multivariable"]
    assert main["optimism"]["corrected"] < main["optimism"]["apparent"]
    usual = ask(store, at, tokens["clinician"]).json()["prognosis"]
    assert "models" not in usual
    for wrong in ("bootstrap=some", "full=1"):
        assert ask(store, f"{at}?{wrong}", tokens["clinician"]).status_code == 422


def test_figures_are_those_of_the_screens_with_their_method(
    store: Store, tokens: dict[str, str]
) -> None:
    own = next(one for one in store.list_studies() if one.name == "own").id
    at = f"/studies/{own}/versions/1/figures"
    listed = ask(store, f"{at}?lang=zh", tokens["clinician"]).json()
    assert [one["name"] for one in listed] == list(NAMES)
    for name in NAMES:
        found = ask(store, f"{at}/{name}?lang=zh", tokens["clinician"]).json()
        assert found["title"] in [one["title"] for one in listed]
        assert found["method"]
        assert all(sentence.strip() for sentence in found["method"])
        assert go.Figure(found["figure"]).data
    newest = store.trail.search()[0]
    assert (newest.action, newest.facts["what"]) == ("exported", f"api: figure {NAMES[-1]}")
    waterfall = ask(store, f"{at}/waterfall", tokens["clinician"]).json()["figure"]
    assert sum(len(trace["x"]) for trace in waterfall["data"] if trace["type"] == "bar") == 24
    spss = ask(store, f"{at}/os_curve?convention=spss", tokens["clinician"]).json()
    assert "SPSS" in spss["method"][0]


@pytest.mark.parametrize("role", [Role.AGGREGATE_VIEWER, Role.BOARD_GUEST])
def test_figures_of_who_sees_no_patients_end_at_five_at_risk(
    store: Store, tokens: dict[str, str], role: Role
) -> None:
    own = next(one for one in store.list_studies() if one.name == "own").id
    at = f"/studies/{own}/versions/1/figures"
    listed = [one["name"] for one in ask(store, at, tokens[role.value]).json()]
    assert listed
    assert set(listed) <= set(CURVES.values())
    for name in listed:
        shown = ask(store, f"{at}/{name}", tokens[role.value]).json()
        counts = [
            int(word)
            for trace in shown["figure"]["data"]
            if trace.get("mode") == "text"
            for word in trace["text"]
            if word
        ]
        assert counts
        assert all(count >= 5 and count % 5 == 0 for count in counts)
        assert len(shown["method"]) == 3


def test_study_without_data_for_figures_lists_none(store: Store, tokens: dict[str, str]) -> None:
    other = next(one for one in store.list_studies() if one.name == "other").id
    account = store.people.account("nobody")
    assert account is not None
    store.people.grant(other, f"account:{account.id}", Role.CLINICIAN, "x")
    try:
        at = f"/studies/{other}/versions/1/figures"
        assert ask(store, at, tokens["nobody"]).json() == []
        missing = ask(store, f"{at}/waterfall", tokens["nobody"])
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    finally:
        store.people.revoke(other, f"account:{account.id}")


def test_reads_are_recorded_and_writing_is_impossible(store: Store, tokens: dict[str, str]) -> None:
    own = next(one for one in store.list_studies() if one.name == "own").id
    found = ask(store, f"/studies/{own}/versions/1/analysis?lang=zh", tokens["clinician"])
    assert found.json()["study"]["n_patients"] == 24
    newest = store.trail.search()[0]
    assert (newest.actor, newest.action) == ("clinician", "exported")
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert ask(store, "/studies", tokens["admin"], method=method).status_code == 405


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_prints_every_address_without_script(language: str) -> None:
    shown = page("zh" if language == "zh" else "en", "/arteria")
    for path in openapi("en")["paths"]:
        assert path in shown
    assert "<script" not in shown


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("path", sorted(PATHS))
def test_any_request_gets_a_documented_answer(
    path: str, mode: GenerationMode, store: Store, tokens: dict[str, str]
) -> None:
    if not PATHS[path][1] and mode is GenerationMode.NEGATIVE:
        # Without parameters there is nothing to write wrongly.
        return
    described = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", make_api(store, with_tokens=True)
    )
    held = {"Authorization": f"Bearer {tokens['clinician']}"}
    own = next(one for one in store.list_studies() if one.name == "own").id

    @given(described[path]["GET"].as_strategy(generation_mode=mode))
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=held)
        if "study_id" in (case.path_parameters or {}):
            case.path_parameters["study_id"] = own
            answer = case.call(headers=held)
            assert answer.status_code in {200, 401, 404, 405, 422}

    check()
