"""The views of the Eligibility screen: what a changed limit does, waivers, doses, printing."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core import doses, enrolment
from core.storage.studies import open_store
from core.studies import example_version
from core.text.catalogue import LANGUAGES, Language, text
from pages.parts import state

VIEWS = ("patients", "laboratory", "cycles", "protocol", "dose")


def show(view: str, language: str, study_id: str, version: int) -> None:
    """The script of a test: one view in one language on one study."""
    import importlib

    import streamlit as st

    from pages.parts import state

    session = state.session()
    session.language = language
    session.study_id, session.version = study_id, version
    st.session_state.setdefault("eligibility_view", view)
    importlib.import_module("pages.eligibility").render()


@pytest.fixture
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A store of its own with the example study."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    example = example_version(open_store())
    yield example.study_id, example.number
    patch.undo()
    state.store.cache_clear()


def run(view: str, opened: tuple[str, int], language: Language = "en") -> AppTest:
    app = AppTest.from_function(
        show,
        kwargs={
            "view": view, "language": language, "study_id": opened[0], "version": opened[1],
        },
    )  # fmt: skip
    return app.run(timeout=120)


def words(app: AppTest) -> list[str]:
    kinds = (app.title, app.subheader, app.caption, app.markdown, app.info, app.warning, app.error)
    return [element.value for kind in kinds for element in kind]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_view_of_the_example_draws_in_the_language(
    view: str, language: Language, study: tuple[str, int]
) -> None:
    app = run(view, study, language)
    assert not app.exception
    assert not app.error
    if language == "zh":
        assert [one for one in words(app) if one.isascii() and len(one.split()) > 3] == []


def numbers(app: AppTest) -> dict[str, str]:
    return {element.label: element.value for element in app.metric}


def matrix_signs(app: AppTest, key: str) -> list[str]:
    """The signs in the haemoglobin row of the matrix."""
    figures = [json.loads(one.proto.spec) for one in app.get("plotly_chart")]
    heatmap = next(one for figure in figures for one in figure["data"] if one["type"] == "heatmap")
    row = heatmap["y"].index(text(f"eligibility.group.{key}", "en"))
    found: list[str] = heatmap["text"][row]
    return found


def flow_words(app: AppTest) -> str:
    """All words of the enrolment diagram."""
    figures = [json.loads(one.proto.spec) for one in app.get("plotly_chart")]
    flow = next(figure for figure in figures if not figure["data"])
    return " ".join(note.get("text", "") for note in flow["layout"]["annotations"])


def test_changed_limit_recomputes_matrix_and_flow_at_once(study: tuple[str, int]) -> None:
    app = run("protocol", study)
    assert matrix_signs(app, "C5_HB") == ["✓"] * 24
    assert "Not eligible (first criterion not met): n = 0" in flow_words(app)
    app.number_input(key="protocol_limit_protocol_C5a_0").set_value(125.0).run(timeout=120)
    assert not app.exception
    assert not app.error
    failed = matrix_signs(app, "C5_HB").count("✗")
    assert failed > 0
    assert numbers(app)["Not eligible"] == str(failed)
    assert f"Not eligible (first criterion not met): n = {failed}" in flow_words(app)
    assert f"Haemoglobin: {failed}" in flow_words(app)
    assert any(f"{failed} patients change status" in one.value for one in app.warning)
    assert len(enrolment.protocol_versions(open_store().entries, study[0])) == 1


@pytest.mark.parametrize("limit", [9000.0, -5.0])
def test_nonsense_limit_is_refused_with_the_reason(limit: float, study: tuple[str, int]) -> None:
    app = run("protocol", study)
    app.number_input(key="protocol_limit_protocol_C5a_0").set_value(limit).run(timeout=120)
    assert not app.exception
    assert "makes no sense" in app.error[0].value
    assert matrix_signs(app, "C5_HB") == ["✓"] * 24


def test_saved_criteria_are_in_force_and_listed(study: tuple[str, int]) -> None:
    app = run("protocol", study)
    app.number_input(key="protocol_limit_protocol_C5a_0").set_value(125.0).run(timeout=120)
    app.button(key="protocol_save").click().run(timeout=120)
    assert text("error.signature_missing", "en", longest=200) in [one.value for one in app.error]
    app.text_input(key="protocol_save_name").set_value("Li")
    app.text_input(key="protocol_save_note").set_value("amendment 1")
    app.button(key="protocol_save").click().run(timeout=120)
    assert not app.exception
    saved = enrolment.protocol_versions(open_store().entries, study[0])[-1]
    assert (saved.protocol.rule("C5a").limit, saved.signed_by) == (125.0, "Li")  # type: ignore[union-attr]
    assert int(numbers(run("patients", study))["Not eligible"]) > 0


def test_own_criterion_is_added_on_the_screen(study: tuple[str, int]) -> None:
    app = run("protocol", study)
    app.selectbox(key="own_field_lab").set_value("ALB").run(timeout=120)
    app.number_input(key="own_limit").set_value(30.0)
    for language in LANGUAGES:
        app.text_input(key=f"own_name_{language}").set_value("Albumin")
        app.text_input(key=f"own_sentence_{language}").set_value("Albumin ≥ 30 g/L")
    app.button(key="own_add").click().run(timeout=120)
    assert not app.exception
    assert not app.error
    figures = [json.loads(one.proto.spec) for one in app.get("plotly_chart")]
    assert any("Albumin" in trace.get("y", []) for one in figures for trace in one["data"])


def test_waiver_is_signed_and_stays_visible(study: tuple[str, int]) -> None:
    app = run("patients", study)
    assert app.selectbox(key="eligibility_patient").value == "H14"
    app.text_input(key="waiver_H14_name").set_value("Li")
    app.text_input(key="waiver_H14_note").set_value("scored by telephone")
    app.button(key="waiver_sign").click().run(timeout=120)
    assert not app.exception
    assert numbers(app)["With waiver"] == "1"
    assert numbers(app)["Eligible"] == "22"
    assert "?†" in matrix_signs(app, "C6")
    assert "With waiver: n = 1" in flow_words(app)


def download_labels(app: AppTest) -> list[str]:
    return [one.proto.label for one in app.get("download_button")]


def test_impossible_height_blocks_dose_and_print(study: tuple[str, int]) -> None:
    app = run("dose", study)
    assert text("dose_card.print", "en") in download_labels(app)
    height = next(one for one in app.number_input if one.key and one.key.startswith("dose_height"))
    height.set_value(1.77).run(timeout=120)
    assert not app.exception
    assert any("cm" in one.value for one in app.error)
    assert text("dose_card.print", "en") not in download_labels(app)


def test_reduction_is_signed_for_the_session(study: tuple[str, int]) -> None:
    app = run("dose", study)
    place = "H01_5"
    app.number_input(key=f"reduce_percent_{place}").set_value(80.0)
    app.selectbox(key=f"reduce_reason_{place}").set_value("neuropathy")
    app.text_input(key=f"reduce_{place}_name").set_value("Li")
    app.text_input(key=f"reduce_{place}_note").set_value("numb fingers")
    app.button(key=f"reduce_sign_{place}").click().run(timeout=120)
    assert not app.exception
    assert not app.error
    signed = doses.signed_doses(open_store().entries, study[0], "H01", 5)
    assert [(one.change.percent, one.signed_by) for one in signed if one.change] == [(80.0, "Li")]
    assert any("this session only" in one.value for one in app.caption)
