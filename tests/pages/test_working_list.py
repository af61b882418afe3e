"""From an upload with a wrong cell to a version that has it right, on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.results.common import Severity
from core.storage.studies import Store, open_store
from core.text.catalogue import LANGUAGES, Language, text
from pages.parts import state
from tests.bad_inputs.builders import csv_bytes, table

WRONG = csv_bytes(
    table([(2, "age", "999"), (3, "weight_kg", "20")], {"肝脏肿瘤数目": list("1234")})
)


def show(language: str) -> None:
    """The script of a test: the Data screen."""
    import importlib

    from pages.parts import state

    state.session().language = language
    importlib.import_module("pages.data").render()


@pytest.fixture
def store(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("ARTERIA_DATA", str(tmp_path))
    monkeypatch.delenv("ARTERIA_EXAMPLE", raising=False)
    state.store.cache_clear()
    yield open_store()
    state.store.cache_clear()


def screen(language: Language, content: bytes = WRONG, name: str = "own.csv") -> AppTest:
    app = AppTest.from_function(show, kwargs={"language": language}, default_timeout=60)
    app.run()
    return upload(app, content, name)


def upload(app: AppTest, content: bytes, name: str) -> AppTest:
    app.file_uploader[0].upload(name, content, "text/csv")
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception


def field(app: AppTest, prefix: str) -> Any:
    return next(one for one in app.text_input if str(one.key).startswith(prefix))


def sign(app: AppTest) -> None:
    field(app, "data_work_by").input("李医生")
    field(app, "data_work_reason_").input("录入错误")


def metrics(app: AppTest) -> list[str]:
    return [one.value for one in app.metric]


def draft(app: AppTest) -> Any:
    return app.session_state["arteria_draft"]


def choose(app: AppTest, key: str, value: str) -> None:
    app.selectbox(key=key).set_value(value).run()
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_cell_is_corrected_and_the_saved_version_has_it(
    language: Language, store: Store
) -> None:
    app = screen(language)
    assert metrics(app)[:4] == ["4", "3", "1", "1"]
    shown = [str(cell) for one in app.dataframe for cell in one.value.to_numpy().ravel()]
    assert "▶ 999" in shown
    field(app, "data_work_value_").input("66")
    press(app, "data_work_correct")
    assert text("work.sign", language) in [one.value for one in app.warning]
    assert metrics(app)[2] == "1"
    sign(app)
    field(app, "data_work_value_").input("66")
    press(app, "data_work_correct")
    assert metrics(app)[:4] == ["4", "4", "0", "0"]
    press(app, "data_save_study")
    study = store.list_studies()[0]
    data, info = store.load_version(study.id)
    assert info.counts.accepted == 4
    assert data.table("patients").set_index("patient_id").loc["A01", "age"] == 66
    decisions, _ = store.load_decisions(study.id)
    assert [(one.before, one.after, one.signed.by) for one in decisions.corrections] == [
        ("999", "66", "李医生")
    ]
    assert any(f.code == "corrected_by_hand" for f in store.load_findings(study.id))


def test_warning_is_waived_and_taken_back(store: Store) -> None:
    app = screen("zh")
    before = int(metrics(app)[4])
    app.segmented_control(key="data_draft_severity").set_value(Severity.WARNING).run()
    choose(app, "data_draft_rule", "bmi_implausible")
    sign(app)
    press(app, "data_work_waive")
    assert int(metrics(app)[4]) == before - 1
    app.segmented_control(key="data_draft_state").set_value("waived").run()
    assert any("李医生" in one.value for one in app.caption)
    app.segmented_control(key="data_section").set_value("decisions").run()
    press(app, "data_back_0")
    assert int(metrics(app)[4]) == before


def test_row_is_set_aside_by_hand_and_restored(store: Store) -> None:
    app = screen("zh")
    sign(app)
    press(app, "data_work_aside")
    assert metrics(app)[:4] == ["4", "3", "1", "0"]
    app.segmented_control(key="data_section").set_value("aside").run()
    assert any("李医生" in one.value for one in app.markdown)
    press(app, "data_restore_0")
    assert metrics(app)[:4] == ["4", "3", "1", "1"]


def test_exact_column_can_be_changed_and_the_choice_is_remembered(store: Store) -> None:
    app = screen("zh")
    app.segmented_control(key="data_section").set_value("columns").run()
    app.segmented_control(key="data_map_scope").set_value("all").run()
    by_label = {one.label: one for one in app.selectbox}
    assert "ecog" in by_label
    by_label["肝脏肿瘤数目"].set_value(("patients", "tumor_number"))
    press(app, "data_map_apply")
    found = {c.header: c for c in draft(app).intake.mappings[0].columns}
    assert found["肝脏肿瘤数目"].confidence == "confirmed"
    assert found["tumor_number"].confidence == "clash"
    {one.label: one for one in app.selectbox}["tumor_number"].set_value(("", ""))
    press(app, "data_map_apply")
    press(app, "data_save_study")
    upload(app, WRONG, "next.csv")
    again = {c.header: c for c in draft(app).intake.mappings[0].columns}
    assert again["肝脏肿瘤数目"].remembered
    assert again["tumor_number"].confidence == "own"
    app.segmented_control(key="data_section").set_value("columns").run()
    press(app, "data_map_reset")
    assert not any(c.remembered for c in draft(app).intake.mappings[0].columns)


def test_decisions_of_the_last_version_are_offered_for_the_next_file(store: Store) -> None:
    app = screen("zh")
    field(app, "data_work_value_").input("66")
    sign(app)
    press(app, "data_work_correct")
    press(app, "data_save_study")
    upload(app, WRONG, "next.csv")
    assert metrics(app)[2] == "1"
    assert any("“999”" in one.value for one in app.markdown)
    press(app, "data_again")
    assert metrics(app)[2] == "0"
    press(app, "data_save_version")
    assert store.version_info(store.list_studies()[0].id).number == 2


def test_saved_version_is_taken_up_again_with_its_decisions(store: Store) -> None:
    app = screen("zh")
    sign(app)
    press(app, "data_work_aside")
    press(app, "data_save_study")
    assert draft(app) is None
    press(app, "data_take_up")
    assert metrics(app)[:3] == ["4", "3", "1"]
    app.segmented_control(key="data_section").set_value("aside").run()
    press(app, "data_restore_0")
    app.segmented_control(key="data_section").set_value("findings").run()
    field(app, "data_work_value_").input("66")
    sign(app)
    press(app, "data_work_correct")
    press(app, "data_save_version")
    study = store.list_studies()[0]
    assert store.version_info(study.id, 1).counts.accepted == 3
    assert store.version_info(study.id, 2).counts.accepted == 4


def test_grid_names_the_rows_that_ask_for_something(store: Store) -> None:
    app = screen("zh")
    app.segmented_control(key="data_section").set_value("grid").run()
    assert not app.exception
    assert any(one.key == "data_grid_apply" for one in app.button)
    press(app, "data_grid_apply")
    assert text("work.sign", "zh") in [one.value for one in app.warning]
