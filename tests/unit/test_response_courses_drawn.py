"""Lanes and lesion maps hold what the study holds, and the figures draw all of it."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation

from core.analysis.cohort import analyse_study
from core.analysis.response.cohort import evaluate_cohort
from core.analysis.response.lanes import patient_lanes
from core.analysis.response.lesion_map import lesion_map
from core.exports.csv_file import csv_bytes
from core.exports.report.chart import add_chart
from core.exports.report.courses import course_figures
from core.exports.report.native import native_chart
from core.exports.study_figures import study_figures
from core.exports.tables.response_visits import differences_table, visits_table
from core.figures import lesion_map as lesion_figure
from core.figures import spider, swimmer, waterfall
from core.figures.shades import level_shades, response_shades
from core.options import AnalysisOptions, ResponseOptions
from core.schema import StudyData, typed_frame
from core.text.catalogue import LANGUAGES, Language, text
from tests.response_study import lesion, on, patient, reading, scan, study


@pytest.fixture
def course() -> StudyData:
    """PR at day 50, PD at day 200 with a new liver lesion, later therapy, death."""
    return study(
        patients=[patient()],
        haic_sessions=[
            {"patient_id": "P1", "session_no": at, "session_date": on(28 * (at - 1))}
            for at in (1, 2)
        ],
        lesions=[
            lesion("T1", "TARGET", "liver"),
            lesion("X1", "NON-TARGET", "lung"),
            lesion("N1", "NEW", "liver"),
        ],
        lesion_measurements=[
            scan("T1", -7, 50.0),
            scan("X1", -7, None, status="PRESENT"),
            scan("T1", 50, 30.0),
            scan("X1", 50, None, status="PRESENT"),
            scan("T1", 200, 32.0),
            scan("N1", 200, 12.0),
        ],
        response_assessments=[reading(50, "SD")],
        follow_up=[
            {
                "patient_id": "P1",
                "subsequent_therapy_date": on(210),
                "subsequent_therapy": "ablation",
                "death_date": on(400),
                "last_followup_date": on(400),
            }
        ],
    )


def test_lane_holds_sessions_response_progression_and_the_end(course: StudyData) -> None:
    (lane,) = patient_lanes(course, evaluate_cohort(course))
    assert [(one.day, one.kind) for one in lane.events] == [
        (0, "session"),
        (28, "session"),
        (50, "response"),
        (200, "progression"),
        (210, "later_treatment"),
        (400, "death"),
    ]
    assert (lane.end_day, lane.is_ongoing) == (400, False)
    assert (lane.response_from, lane.response_until) == (50, 200)


def test_lane_up_to_a_cutoff_is_ongoing(course: StudyData) -> None:
    options = ResponseOptions(cutoff=on(100))
    (lane,) = patient_lanes(course, evaluate_cohort(course, options))
    assert (lane.end_day, lane.is_ongoing) == (100, True)
    assert {one.kind for one in lane.events} == {"session", "response"}


def test_lane_of_a_patient_without_start_is_left_out() -> None:
    data = study(patients=[{"patient_id": "P1", "best_response": "PR"}])
    assert patient_lanes(data, evaluate_cohort(data)) == ()


def test_lesion_map_measures_each_lesion_against_its_own_first_size(course: StudyData) -> None:
    found = lesion_map(course, "P1")
    assert found is not None
    assert found.days == (-7, 50, 200)
    cells = {line.lesion_id: line.cells for line in found.lines}
    assert list(cells) == ["T1", "X1", "N1"]
    assert [one and one.change_percent for one in cells["T1"]] == [0.0, -40.0, -36.0]
    assert cells["X1"][2] is None
    assert cells["N1"][2] is not None
    assert cells["N1"][2].change_percent == 0.0
    assert lesion_map(course, "P2") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_lesion_figure_prints_every_size(course: StudyData, language: Language) -> None:
    found = lesion_map(course, "P1")
    assert found is not None
    drawn = lesion_figure.figure(found, language)
    assert [list(row) for row in drawn.data[0].text][-1] == ["50", "30", "32"]


@pytest.mark.parametrize("number", [5, 60, 61, 500])
def test_waterfall_draws_every_patient_with_its_signs(number: int) -> None:
    bars = [
        waterfall.WaterfallBar(f"P{at}", 40.0 - at, "PR", "PR", "", at % 2 == 0, at % 3 == 0)
        for at in range(number)
    ]
    drawn = waterfall.figure(bars, response_shades("en"), "en", limits=(20, -30))
    assert sum(len(trace.x) for trace in drawn.data if trace.type == "bar") == number
    signs = {
        trace.name: len(trace.x)
        for trace in drawn.data
        if trace.type == "scatter" and trace.mode == "markers"
    }
    assert signs["new lesion"] == (number + 1) // 2
    tags = [trace for trace in drawn.data if trace.type == "scatter" and trace.mode == "text"]
    assert bool(tags) is (number <= 60)


def test_spider_starts_every_line_at_zero() -> None:
    line = spider.SpiderLine("P1", "a", (spider.SpiderPoint(61, -20.0, "", True),))
    drawn = spider.figure([line], level_shades([("a", "A & B")], "en"), "en", limits=(20, -30))
    assert list(drawn.data[0].y) == [0.0, -20.0, None]
    assert drawn.data[0].customdata[1][0] == "P1"
    assert drawn.data[0].name == "A: A &amp; B"
    assert drawn.data[1].marker.symbol == "star"


@pytest.mark.parametrize(
    ("criteria", "lines"), [("recist", {20, -30}), ("mrecist", {20, -30}), ("choi", {10, -10})]
)
def test_dashed_lines_are_those_of_the_criteria_on_screen_in_report_and_for_programs(
    course: StudyData, criteria: str, lines: set[int]
) -> None:
    # Under these criteria the liver counts by its enhancing part, and density counts too.
    scans = course.table("lesion_measurements").assign(density_hu=60.0)
    scans["viable_mm"] = scans["diameter_mm"]
    data = StudyData(
        {**course.tables, "lesion_measurements": typed_frame("lesion_measurements", scans)}
    )
    analysis = analyse_study(data, AnalysisOptions(response=ResponseOptions(criteria=criteria)))
    lanes = patient_lanes(data, analysis.response)
    reported = next(
        one for one in course_figures(analysis.response, lanes, "zh") if one.name == "waterfall"
    )
    drawn = {one.name: one.figure for one in study_figures(analysis, lanes, "en")}
    for figure in (reported.figure, drawn["waterfall"], drawn["spider"]):
        assert {shape.y0 for shape in figure.layout.shapes if shape.line.dash} == lines
    assert text(f"response_tables.criteria.{criteria}", "zh") in reported.notes[0]


@pytest.mark.parametrize("number", [1, 61])
def test_swimmer_draws_every_lane(course: StudyData, number: int) -> None:
    lanes = patient_lanes(course, evaluate_cohort(course)) * number
    drawn = swimmer.figure(lanes, {"P1": "PR"}, response_shades("zh"), "zh")
    bars = next(trace for trace in drawn.data if trace.type == "bar")
    assert len(bars.x) == number


def test_visits_table_names_rules_and_reason_of_every_visit(course: StudyData) -> None:
    cohort = evaluate_cohort(course)
    printed = visits_table(cohort, "en").frame
    assert len(printed) == 6
    assert "T-PR" in printed.iloc[0].iloc[-1]
    assert "PR: 30 against baseline 50 mm, −40.0 %" in set(printed.iloc[0])
    assert len(differences_table(cohort, "en").frame) == 1
    assert csv_bytes(visits_table(cohort, "en")).startswith(b"\xef\xbb\xbfPatient,")


def test_signs_of_the_waterfall_are_labels_of_the_native_bars() -> None:
    bars = [
        waterfall.WaterfallBar("A", 30.0, "PD", "PD", "", True, True),
        waterfall.WaterfallBar("B", 5.0, "SD", "SD", ""),
        waterfall.WaterfallBar("C", -40.0, "PR", "PR", "", False, True),
    ]
    drawn = waterfall.figure(bars, response_shades("en"), "en", limits=(20, -30))
    chart = native_chart(drawn)
    assert chart is not None
    assert chart.labels == ("★◆", "", "◆")
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    add_chart(slide, chart, "waterfall")
    stream = io.BytesIO()
    deck.save(stream)
    read = Presentation(stream).slides[0].shapes[0].chart
    labels = {
        (series.name, at): series.points[at].data_label.text_frame.text
        for series in read.plots[0].series
        for at, value in enumerate(series.values)
        if value is not None and series.points[at].data_label.has_text_frame
    }
    assert sorted((at, sign) for (_, at), sign in labels.items()) == [(0, "★◆"), (2, "◆")]
