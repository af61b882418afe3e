"""Answers to questions on the example study: groups, cuts, landmarks, words and agreement."""

from __future__ import annotations

import pandas as pd
import pytest

from core.analysis.baseline.derive import derive_factors
from core.analysis.competing_study import answer_competing, first_causes
from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.analysis.survival_study import answer, check_answer, own_columns
from core.example import example_files
from core.exports.tables.comparators import comparators_table
from core.exports.tables.competing import cause_table, incidence_table
from core.exports.tables.curve_tests import (
    comparison_table,
    cut_table,
    pairs_table,
    patients_table,
    rmst_table,
)
from core.figures import comparators, incidence, km
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import DAYS_PER_MONTH, CurveQuestion, ResponseOptions, SurvivalOptions
from core.rules.comparators import published_comparators
from core.text.catalogue import LANGUAGES
from core.text.survival_words import better_group, incidence_paragraph, survival_paragraph
from pages.parts.survival_comparators import entered_comparators

OPTIONS = SurvivalOptions()


@pytest.fixture(scope="module")
def study():
    data = read_study([UploadedFile(name, content) for name, content in example_files()]).data
    response = evaluate_cohort(data, ResponseOptions())
    return data, derive_endpoints(data, response, ResponseOptions()), derive_factors(data)


def ask(study, options=OPTIONS, **question):
    return answer(*study, CurveQuestion(**question), options)


def words(curves, language="en"):
    return " ".join(survival_paragraph(curves, str, language))


def test_answer_without_a_factor_gives_the_published_median(study):
    curves = ask(study)
    assert round(curves.groups[0].curve.median.estimate, 1) == 13.6
    assert len(curves.patients) == 24
    assert curves.tests == ()
    assert "13.6 months" in words(curves)


@pytest.mark.parametrize("unit", ["weeks", "days", "years"])
def test_answer_in_another_unit_is_the_same_time(study, unit):
    days = {"weeks": 7.0, "days": 1.0, "years": 12 * DAYS_PER_MONTH}[unit]
    months = ask(study).groups[0].curve.median.estimate
    found = ask(study, SurvivalOptions(time_unit=unit, landmark_months=(1.0,)))
    assert found.groups[0].curve.median.estimate * days == pytest.approx(months * DAYS_PER_MONTH)


def test_answer_by_a_factor_agrees_with_the_second_engine(study):
    curves = ask(study, factor="ecog")
    agreements = check_answer(curves)
    assert {item.agrees for item in agreements} <= {True, None}
    assert sum(item.agrees is True for item in agreements) >= 10
    assert curves.permutation.is_exact
    assert {test.weights for test in curves.tests} == {"logrank", "gehan", "tarone-ware", "peto"}


def test_answer_of_two_factors_joins_levels_and_stratifies(study):
    curves = ask(study, factor="max_tumor_diameter_cm", second="extrahepatic_mets")
    assert len(curves.factors) == 2
    assert 3 <= len(curves.groups) <= 4
    assert curves.stratified.n_strata == 2
    assert len(curves.pairs) == len(curves.groups) * (len(curves.groups) - 1) // 2


def test_answer_with_a_searched_cut_lets_only_the_corrected_p_speak(study):
    curves = ask(study, factor="max_tumor_diameter_cm", cut="search")
    assert curves.tests[0].p < 0.05 <= curves.cut.p_permutation
    assert "survival.cut_was_searched" in [message.code for message in curves.messages]
    said = words(curves)
    assert "No difference between the groups was shown" in said
    assert "longer" not in said


@pytest.mark.parametrize(("cut", "value"), [("median", None), ("value", 4.0)])
def test_answer_with_a_cut_splits_at_it(study, cut, value):
    curves = ask(study, factor="max_tumor_diameter_cm", cut=cut, cut_value=value)
    assert [group.level[:1] for group in curves.groups] == ["≤", ">"]
    assert sum(group.curve.n for group in curves.groups) == 24


def test_words_of_a_clear_difference_name_the_group_that_fared_better(study):
    curves = ask(study, factor="ecog")
    assert better_group(curves) == "0"
    assert "Overall survival was longer in the group 0" in words(curves)
    assert "not formed by randomisation" in words(curves)


def test_words_without_a_significant_test_claim_nothing(study):
    curves = ask(study, factor="sex")
    assert curves.tests[0].p > 0.05
    assert "longer" not in words(curves)
    assert "does not show that there is none" in words(curves)


def test_landmark_leaves_out_those_whose_time_had_ended(study):
    curves = ask(study, landmark=6.0)
    assert curves.before_landmark == 4
    assert len(curves.patients) == 20
    assert "landmark" in words(curves)


def test_landmark_beyond_everybody_is_said(study):
    curves = ask(study, landmark=500.0)
    assert curves.groups == ()
    assert curves.messages[0].code == "survival.nobody_after_landmark"
    assert survival_paragraph(curves, str, "en") == []


def test_truncation_censors_what_came_later(study):
    curves = ask(study, truncation=12.0)
    assert curves.groups[0].curve.events == 12
    assert max(one.time for one in curves.patients) == 12.0


def test_first_causes_of_example_are_as_its_pfs(study):
    data, endpoints, factors = study
    found, unknown = first_causes(data, endpoints)
    assert len(found) + len(unknown) == len(endpoints.get("pfs").times)
    assert sum(cause > 0 for _, cause in found) == endpoints.get("pfs").n_events
    overall = answer_competing(data, endpoints, factors, None, OPTIONS)
    assert [cause.events for cause in overall.curves[0].causes] == [19, 5, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_words_and_figures_of_answers_print(study, language):
    curves = ask(study, factor="ecog", second="sex")
    printed = [
        comparison_table(curves, language),
        pairs_table(curves, str, language),
        rmst_table(curves, str, language),
        patients_table(curves.patients, curves, str, language),
        cut_table(ask(study, factor="age", cut="search"), language),
        comparators_table(published_comparators(), language),
    ]
    found = answer_competing(*study, "extrahepatic_mets", OPTIONS)
    printed += [incidence_table(found, str, language), cause_table(found, str, language)]
    for table in printed:
        assert len(table.frame)
        assert not table.frame.map(lambda cell: "nan" in cell.lower()).any().any()
    assert incidence_paragraph(found, str, language)
    names = ["a", "b", "c"]
    panels = list(zip(found.levels, found.curves, strict=True))
    assert len(incidence.figure(panels, names, language).data) == 6
    labelled = [km.LabelledCurve(group.level, group.curve) for group in curves.groups]
    assert km.figure(labelled, language).data
    row = comparators.ComparatorRow("x", 3.0, 1.0, 5.0, "3.0", "y", True)
    assert comparators.figure([row], "axis", language).data


def test_steps_of_a_figure_carry_group_and_time_to_the_patients(study):
    curves = ask(study, factor="ecog")
    labelled = [km.LabelledCurve(group.level, group.curve) for group in curves.groups]
    marked = [trace for trace in km.figure(labelled, "en").data if trace.customdata is not None]
    for position, (trace, group) in enumerate(zip(marked, curves.groups, strict=True)):
        assert {int(point[0]) for point in trace.customdata} == {position}
        times = {round(point[1], 9) for point in trace.customdata}
        members = [one for one in curves.patients if one.level == group.level]
        assert {round(one.time, 9) for one in members} <= times


def test_own_columns_give_an_endpoint_with_reasons_for_those_left_out():
    sheet = "patient_id,age,relapse_time,relapsed\nA1,60,5,1\nA2,61,-1,1\nA3,62,7,2\nA4,50,9,0\n"
    data = read_study([UploadedFile("own.csv", sheet.encode())]).data
    assert set(own_columns(data)) == {"relapse_time", "relapsed"}
    response = evaluate_cohort(data, ResponseOptions())
    endpoints = derive_endpoints(data, response, ResponseOptions())
    question = CurveQuestion(
        endpoint="own", own_time="relapse_time", own_event="relapsed", own_unit="weeks"
    )
    curves = answer(data, endpoints, derive_factors(data), question, OPTIONS)
    assert [one.patient_id for one in curves.patients] == ["A1", "A4"]
    assert curves.patients[0].time == pytest.approx(35 / DAYS_PER_MONTH)
    assert [one.reason.code for one in curves.endpoint.not_derived] == [
        "endpoints.own.no_time",
        "endpoints.own.no_event",
    ]


def test_published_comparators_hold_every_series():
    found = published_comparators()
    assert {one.measure for one in found} == {"os", "pfs", "ttp", "orr", "dcr"}
    third_line = next(one for one in found if one.measure == "os")
    assert (third_line.value, third_line.low, third_line.high) == (None, 7.8, 9.3)


def test_entered_comparators_wait_until_they_are_complete():
    rows = pd.DataFrame(
        {
            "name": ["A", None, "C", "D"],
            "measure": ["os", "os", "orr", "pfs"],
            "value": [12.0, 9.0, None, None],
            "low": [None, None, 10.0, None],
            "high": [None, None, 20.0, 4.0],
            "n": [30.0, None, None, None],
            "source": [None, "x", "y", "z"],
        }
    )
    found = entered_comparators(rows, "none given")
    assert [(one.name, one.value, one.n, one.source) for one in found] == [
        ("A", 12.0, 30, "none given"),
        ("C", None, None, "y"),
    ]
