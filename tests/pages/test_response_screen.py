"""The Response screen's views, and the subgroup that holds on all screens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from core.storage.studies import open_store
from core.studies import example_version
from core.text.catalogue import LANGUAGES, Language, text
from pages.parts import state
from pages.parts.selection import patients_of

VIEWS = ("figures", "rates", "groups", "times", "patients", "visits")


def show(name: str, language: str, study: list[str], chosen: list[str]) -> None:
    """The script of a test: one screen with some patients chosen and one looked at."""
    import importlib

    from pages.parts import state
    from pages.parts.selection import show_subgroup

    session = state.session()
    session.language = language
    session.study_id, session.version = study[0], int(study[1])
    if chosen and "begun" not in __import__("streamlit").session_state:
        __import__("streamlit").session_state["begun"] = True
        state.select_patient(chosen[0])
        state.select_subgroup(chosen)
    show_subgroup()
    importlib.import_module(f"pages.{name}").render()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    info = example_version(open_store())
    yield [info.study_id, str(info.number)]
    patch.undo()
    state.store.cache_clear()


def run(
    name: str, study: list[str], chosen: tuple[str, ...] = (), language: Language = "en"
) -> AppTest:
    facts = {"name": name, "language": language, "study": study, "chosen": list(chosen)}
    return AppTest.from_function(show, kwargs=facts).run(timeout=60)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws_with_a_patient_looked_at(
    view: str, language: Language, example: list[str]
) -> None:
    app = run("response", example, ("H01", "H02", "H17"), language)
    app.button_group(key="response_view").set_value(view).run(timeout=60)
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="response_patient_H01").value == "H01"


@pytest.mark.parametrize("figure", ["spider", "swimmer"])
def test_every_figure_draws_by_a_factor(figure: str, example: list[str]) -> None:
    app = run("response", example)
    app.button_group(key="response_figure").set_value(figure)
    app.selectbox(key="response_colour").set_value("ecog").run(timeout=60)
    assert not app.exception


def test_groups_view_compares_the_levels(example: list[str]) -> None:
    app = run("response", example)
    app.button_group(key="response_view").set_value("groups").run(timeout=60)
    app.selectbox(key="response_group").set_value("ecog").run(timeout=60)
    assert not app.exception
    headings = [element.value for element in app.subheader]
    assert text("response_tables.comparison_title", "en") in headings


@pytest.mark.parametrize("days", [0, 56])
def test_minimum_of_stable_disease_is_printed_beside_the_rates(
    days: int, example: list[str]
) -> None:
    app = run("response", example)
    app.button_group(key="response_sd_min_days").set_value(days).run(timeout=60)
    assert any(f"from day {days} on" in element.value for element in app.caption)


@pytest.mark.parametrize("criteria", ["liver5", "mrecist", "choi"])
def test_other_criteria_are_labelled_as_exploratory(criteria: str, example: list[str]) -> None:
    app = run("response", example)
    app.button_group(key="response_criteria").set_value(criteria).run(timeout=60)
    assert not app.exception
    assert not app.error
    warned = [element.value for element in app.warning]
    assert text(f"response_tables.exploratory.{criteria}", "en") in warned
    needed = text(f"response_screen.needed_{criteria}", "en") if criteria != "liver5" else ""
    assert not needed or needed in warned


@pytest.mark.parametrize("name", ["response", "baseline", "survival", "safety", "eligibility"])
def test_subgroup_holds_on_every_screen_until_it_is_cleared(name: str, example: list[str]) -> None:
    chosen = ("H01", "H02", "H03", "H04", "H05", "H06")
    app = run(name, example, chosen)
    line = text("shell.subgroup", "en", n=6, total=24)
    assert not app.exception
    assert line in [element.value for element in app.info]
    app.button(key="shell_clear_subgroup").click().run(timeout=60)
    assert not app.exception
    assert line not in [element.value for element in app.info]


def test_subgroup_changes_the_numbers(example: list[str]) -> None:
    app = run("response", example, ("H01", "H02", "H03", "H04"))
    assert app.metric[0].value == "75.0%"


@pytest.mark.parametrize(
    "points",
    [
        [{"customdata": ["H01"]}, {"customdata": "H01"}, {"customdata": {"0": "H02"}}],
        [{"customdata": [["H01"]]}, {}, {"customdata": ["H02"]}],
    ],
)
def test_patients_behind_the_chosen_points_are_named_once(points: list[dict[str, object]]) -> None:
    assert patients_of({"selection": {"points": points}}) == ("H01", "H02")
    assert patients_of(None) == ()


def test_cut_off_on_the_screen_censors_later_deaths_on_all_screens(example: list[str]) -> None:
    app = run("response", example)
    before = [one.value for one in app.metric]
    app.date_input(key="response_cutoff").set_value(date(2021, 1, 1)).run(timeout=60)
    assert not app.exception
    assert [one.value for one in app.metric] != before
    assert any(
        text("response_screen.cutoff", "en", day="2021-01-01") in c.value for c in app.caption
    )
    app.date_input(key="response_cutoff").set_value(date(2019, 1, 1)).run(timeout=60)
    assert not app.exception
