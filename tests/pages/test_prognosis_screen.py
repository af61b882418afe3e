"""The Prognosis and Baseline screens: what is chosen on them changes what they show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.storage.studies import open_store
from core.studies import example_version
from core.text.catalogue import LANGUAGES, text
from pages.parts import state
from pages.prognosis import SECTIONS


def show(name: str, language: str, study_id: str, version: int, chosen: list[str]) -> None:
    """The script of a test: one screen of the example study."""
    import importlib

    from pages.parts import state

    session = state.session()
    session.language = language
    session.study_id, session.version = study_id, version
    if chosen:
        state.select_subgroup(chosen)
    importlib.import_module(f"pages.{name}").render()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    version = example_version(open_store())
    yield version.study_id, version.number
    patch.undo()
    state.store.cache_clear()


def opened(
    name: str, language: str, example: tuple[str, int], chosen: tuple[str, ...] = ()
) -> AppTest:
    app = AppTest.from_function(
        show,
        kwargs={
            "name": name,
            "language": language,
            "study_id": example[0],
            "version": example[1],
            "chosen": list(chosen),
        },
    )
    app.run(timeout=60)
    assert not app.exception
    return app


def section(app: AppTest, name: str, language: str) -> AppTest:
    """The Prognosis screen with this section open; the others are not worked out."""
    app.session_state["prognosis_section"] = text(f"prognosis_screen.section_{name}", language)
    app.run(timeout=60)
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    kinds = (app.subheader, app.caption, app.text, app.info, app.warning)
    return " ".join(element.value for kind in kinds for element in kind)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry", ["univariable", "forward", "backward"])
def test_selection_shows_its_steps_and_its_caveat(entry, language, example):
    app = opened("prognosis", language, example)
    app.segmented_control(key="prognosis_entry").set_value(entry).run(timeout=60)
    assert not app.exception
    assert text("cox_tables.selection_title", language) in words(app)
    assert text("prognosis.selection_caveat", language) in app.text[-1].value


def test_exact_ties_are_named_under_the_table(example):
    app = opened("prognosis", "en", example)
    app.segmented_control(key="prognosis_ties").set_value("exact").run(timeout=60)
    assert not app.exception
    assert "exact (discrete)" in app.text[-1].value


def test_other_reference_is_the_one_compared_with(example):
    app = opened("prognosis", "en", example)
    app.selectbox(key="prognosis_reference_ecog").set_value("1").run(timeout=60)
    assert not app.exception
    assert "went with a lower risk" in app.text[-1].value


def test_corrected_concordance_is_shown_once_asked_for(example):
    app = section(opened("prognosis", "en", example), "curves", "en")
    app.toggle(key="prognosis_optimism").set_value(True).run(timeout=120)
    assert not app.exception
    labels = [metric.label for metric in app.metric]
    assert text("prognosis_screen.corrected", "en") in labels
    section(app, "table", "en")
    assert "after correction for optimism" in app.text[-1].value


def test_single_factor_makes_a_model(example):
    app = opened("prognosis", "zh", example)
    app.multiselect(key="prognosis_factors").set_value(["ecog"]).run(timeout=60)
    assert not app.exception
    assert app.metric[2].value == "23.0"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", ["group_response", "group_control", "sex"])
def test_table_1_by_group_shows_tests_and_words(group, language, example):
    app = opened("baseline", language, example)
    app.selectbox(key="baseline_group").set_value(group).run(timeout=60)
    assert not app.exception
    caveat = text("baseline_words.by_outcome", language)
    assert (caveat in app.text[-1].value) == group.startswith("group_")


def test_chosen_patients_are_compared_with_all_others(example):
    app = opened("baseline", "en", example, ("H01", "H02", "H03", "H04"))
    app.selectbox(key="baseline_group").set_value("group_chosen").run(timeout=60)
    assert not app.exception
    assert "Chosen (n = 4)" in app.text[-1].value
    assert "Others (n = 20)" in app.text[-1].value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SECTIONS)
def test_each_section_is_drawn_without_exception(name, language, example):
    app = section(opened("prognosis", language, example), name, language)
    assert not app.error
    assert len(app.get("plotly_chart")) + len(app.table) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_as_measured_stand_on_the_screen_in_the_chosen_steps(language, example):
    app = section(opened("prognosis", language, example), "measured", language)
    assert text("measured.title", language, endpoint="@endpoints.os.label") in (
        words(app) + " ".join(one.value for one in app.markdown)
    )
    app.segmented_control(key="prognosis_measured_steps").set_value("unit").run(timeout=60)
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_chosen_number_a_sentence_says_so(language, example):
    app = section(opened("prognosis", language, example), "measured", language)
    app.multiselect(key="prognosis_measured_numbers").set_value([]).run(timeout=60)
    assert not app.exception
    assert text("measured.none_chosen_yet", language) in [one.value for one in app.info]


def test_laboratory_value_joins_the_multivariable_model(example):
    app = section(opened("prognosis", "en", example), "measured", "en")
    app.multiselect(key="prognosis_measured_joined").set_value(["CEA"]).run(timeout=60)
    assert not app.exception
