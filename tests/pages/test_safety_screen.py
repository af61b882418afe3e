"""The Safety screen's views in both languages, and terms confirmed on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.access.desk import Desk
from core.access.roles import Permission
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.own_terms import own_terms
from core.storage.studies import open_store
from core.studies import example_version, save_intake
from core.text.catalogue import LANGUAGES, Language, text
from pages import safety
from pages.parts import state
from pages.parts.selection import patients_of


def show(language: str, study_id: str, version: int) -> None:
    """The script of a test."""
    import importlib

    from pages.parts import state

    session = state.session()
    session.language = language
    session.study_id, session.version = study_id, version
    importlib.import_module("pages.safety").render()


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, int]]]:
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    store = open_store()
    example = example_version(store)
    files = [
        UploadedFile("patients.csv", b"patient_id,sex,first_haic_date\nA1,M,2021-03-01\n"),
        UploadedFile(
            "adverse_events.csv",
            "patient_id,ae_term,ae_grade\nA1,血小板下降明显,2\nA1,呃逆,1\n".encode(),
        ),
    ]
    own = save_intake(store, store.create_study("own").id, read_study(files), files, based_on=None)
    yield {
        "example": (example.study_id, example.number),
        "own": (own.study_id, own.number),
    }
    patch.undo()
    state.store.cache_clear()


def run(study: tuple[str, int], language: Language = "en") -> AppTest:
    facts = {"language": language, "study_id": study[0], "version": study[1]}
    return AppTest.from_function(show, kwargs=facts).run(timeout=90)


def looked_at(app: AppTest, key: str, value: object) -> AppTest:
    app.session_state[key] = value
    return app.run(timeout=90)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", safety.VIEWS)
def test_every_view_draws(
    view: str, language: Language, studies: dict[str, tuple[str, int]]
) -> None:
    app = looked_at(run(studies["example"], language), "safety_view", view)
    assert not app.exception
    if view == "groups":
        looked_at(app, "safety_group", "sex")
        assert not app.exception
        assert text("safety_tables.grouped_title", language) in [one.value for one in app.subheader]
    if view == "courses":
        for figure in ("onset", "sessions"):
            looked_at(app, "safety_course", figure)
            assert not app.exception


@pytest.mark.parametrize("view", safety.VIEWS)
def test_every_view_of_a_study_with_little_says_what_is_missing(
    view: str, studies: dict[str, tuple[str, int]]
) -> None:
    app = looked_at(run(studies["own"]), "safety_view", view)
    assert not app.exception


def test_filters_are_printed_under_the_table(studies: dict[str, tuple[str, int]]) -> None:
    app = looked_at(run(studies["example"]), "safety_only", ["emergent", "related"])
    told = " ".join(one.value for one in app.caption).replace("\\", "")
    assert "Only treatment-emergent events" in told
    assert "Only events related to treatment" in told


def test_name_is_confirmed_on_the_screen_and_counted(studies: dict[str, tuple[str, int]]) -> None:
    study_id, version = studies["own"]
    app = looked_at(run((study_id, version)), "safety_view", "terms")
    assert app.warning
    app.selectbox(key="safety_own_name").select("血小板下降明显").run(timeout=90)
    app.text_input(key="safety_own_by").input("Li")
    app.text_input(key="safety_own_why").input("same finding")
    app.button(key="safety_own_confirm").click().run(timeout=90)
    assert not app.exception
    assert own_terms(open_store().entries, study_id) == (
        ("血小板下降明显", "Platelet count decreased"),
    )


def test_mark_of_several_patients_leads_to_all_of_them() -> None:
    event = {"selection": {"points": [{"customdata": ["H01\nH02"]}, {"customdata": ["H02"]}]}}
    assert patients_of(event) == ("H01", "H02")


def test_list_of_patients_is_not_taken_away_without_the_right(
    studies: dict[str, tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def offered() -> set[str]:
        app = looked_at(run(studies["example"]), "safety_view", "compared")
        app = looked_at(app, "safety_minimum", 1)
        assert not app.exception
        return {str(one.proto.id) for one in app.get("download_button")}

    assert any("safety_compared_1_download" in one for one in offered())
    may = Desk.may

    def denied(self: Desk, study_id: str, permission: Permission) -> bool:
        return permission is not Permission.EXPORT_PATIENTS and may(self, study_id, permission)

    monkeypatch.setattr(Desk, "may", denied)
    assert not any("safety_compared_1" in one for one in offered())
