"""The Survival screen's controls: cuts, options, sections, digitised curves, clicked steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.storage.studies import open_store
from core.studies import example_version
from core.text.catalogue import LANGUAGES, text
from pages.parts import state
from pages.parts.survival_comparators import UnreadableLine, pairs_of


def show(language: str, study_id: str, version: int) -> None:
    """The script of a test."""
    import streamlit as st

    from pages import survival
    from pages.parts import state

    session = state.session()
    session.language = st.session_state.get("shown_language", language)
    session.study_id, session.version = study_id, version
    survival.render()
    told = state.take_told()
    if told is not None:
        from pages.parts.widgets import t

        st.success(t(told[1], **told[2]))


@pytest.fixture(scope="module", autouse=True)
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    patch = pytest.MonkeyPatch()
    patch.setenv("ARTERIA_DATA", str(tmp_path_factory.mktemp("data")))
    state.store.cache_clear()
    info = example_version(open_store())
    yield info.study_id, info.number
    patch.undo()
    state.store.cache_clear()


def run(opened: tuple[str, int], language: str = "en") -> AppTest:
    app = AppTest.from_function(
        show, kwargs={"language": language, "study_id": opened[0], "version": opened[1]}
    )
    return app.run(timeout=60)


def section(opened: tuple[str, int], name: str, language: str = "en") -> AppTest:
    """The screen with this section open; the others are not worked out."""
    app = run(opened, language)
    app.session_state["survival_section"] = text(f"survival_screen.section_{name}", language)
    return app.run(timeout=60)


def shown(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.warning, app.subheader, app.info, app.success)
    return "\n".join(element.value for kind in kinds for element in kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_searched_cut_warns_and_leads_with_the_corrected_p(opened, language):
    app = run(opened, language)
    app.selectbox(key="survival_factor").set_value("max_tumor_diameter_cm").run(timeout=60)
    app.selectbox(key="survival_cut").set_value("search").run(timeout=60)
    assert not app.exception
    assert text("survival_screen.corrected", language) in [metric.label for metric in app.metric]
    assert len(app.warning) == 1


def test_two_factors_in_weeks_from_a_landmark_draw_without_exception(opened):
    app = run(opened)
    app.selectbox(key="survival_factor").set_value("ecog").run(timeout=60)
    app.selectbox(key="survival_second").set_value("sex").run(timeout=60)
    app.selectbox(key="survival_unit").set_value("weeks").run(timeout=60)
    app.number_input(key="survival_landmark_weeks").set_value(8.0).run(timeout=60)
    app.selectbox(key="survival_median_rule").set_value("first").run(timeout=60)
    assert not app.exception
    assert "weeks" in shown(app)


def test_landmark_beyond_the_follow_up_gives_a_sentence(opened):
    app = run(opened)
    app.number_input(key="survival_landmark_months").set_value(400.0).run(timeout=60)
    assert not app.exception
    assert text("survival.nobody_after_landmark", "en").rstrip(".") in shown(app).replace("\\", "")


@pytest.mark.parametrize("endpoint", ["pfs", "hepatic_pfs", "ttp", "dor"])
def test_each_endpoint_draws_without_exception(opened, endpoint):
    app = run(opened, "zh")
    app.button_group(key="survival_endpoint").set_value(endpoint).run(timeout=60)
    assert not app.exception
    assert not app.error


def test_competing_risks_by_a_factor_show_gray_and_both_regressions(opened):
    app = section(opened, "competing")
    app.selectbox(key="survival_competing_factor").set_value("extrahepatic_mets").run(timeout=60)
    assert not app.exception
    assert "Gray" in shown(app)


def test_digitised_curve_is_rebuilt_and_told(opened):
    app = section(opened, "comparators")
    app.text_input(key="survival_digitised_name").set_value("Pump series")
    app.text_area(key="survival_digitised_points").set_value("6, 80\n12, 55\n18, 30\n24, 10")
    app.text_area(key="survival_digitised_risk").set_value("0 40\n12 20")
    app.button[[one.label for one in app.button].index("Draw")].click().run(timeout=60)
    assert not app.exception
    assert "Pump series" in shown(app)
    assert any("Pump series" in one.label for one in app.button)


@pytest.mark.parametrize("language", LANGUAGES)
def test_medians_of_other_series_are_drawn_when_picked(opened, language):
    app = run(opened, language)
    app.multiselect(key="survival_references").set_value([0, 1]).run(timeout=60)
    assert not app.exception
    app.selectbox(key="survival_unit").set_value("weeks").run(timeout=60)
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_table_of_factors_with_searched_cuts_says_that_p_is_corrected(opened, language):
    app = section(opened, "factors", language)
    app.button_group(key="survival_factors_cut").set_value("search").run(timeout=60)
    assert not app.exception
    name = text("factors.max_tumor_diameter_cm.name", language)
    told = text("survival.cut_p_corrected", language, factor=name)
    assert told.rstrip(".。") in shown(app).replace("\\", "")


def test_comparators_are_kept_with_the_study(opened):
    app = section(opened, "comparators")
    app.button(key="survival_keep_comparators").click().run(timeout=60)
    assert not app.exception
    assert text("comparators.kept", "en") in shown(app)


def test_form_once_opened_stays_while_another_section_is_open(opened):
    app = section(opened, "comparators")
    app.session_state["survival_section"] = text("survival_screen.section_curves", "en")
    app.run(timeout=60)
    # A form's words are still only in the browser: its control must not go away.
    assert app.text_area(key="survival_digitised_points")


def test_choices_of_the_curves_hold_for_the_other_sections(opened):
    app = run(opened)
    app.selectbox(key="survival_factor").set_value("ecog").run(timeout=60)
    app.session_state["survival_section"] = text("survival_screen.section_factors", "en")
    app.run(timeout=60)
    assert app.selectbox(key="survival_factor").value == "ecog"
    app.button_group(key="survival_factors_cut").set_value("median").run(timeout=60)
    app.session_state["survival_section"] = text("survival_screen.section_curves", "en")
    app.run(timeout=60)
    app.session_state["survival_section"] = text("survival_screen.section_factors", "en")
    app.run(timeout=60)
    assert app.button_group(key="survival_factors_cut").value == "median"


def test_open_section_stays_open_in_the_other_language(opened):
    app = section(opened, "competing")
    app.session_state["shown_language"] = "zh"
    app.run(timeout=60)
    assert text("survival_competing.title", "zh") in [one.value for one in app.subheader]


def test_pasted_line_without_two_numbers_is_named():
    with pytest.raises(UnreadableLine) as unreadable:
        pairs_of("0 100\nsix, 80")
    assert unreadable.value.line == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_stage_trial_is_planned_when_asked_for(opened, language):
    app = section(opened, "comparators", language)
    app.toggle(key="survival_plan").set_value(True).run(timeout=60)
    assert not app.exception
    assert any("1/10" in str(one.value) or "1 of 10" in str(one.value) for one in app.table)
    app.number_input(key="survival_plan_p1").set_value(5.0).run(timeout=60)
    assert text("error.simon_rates", language) in [one.value for one in app.info]
