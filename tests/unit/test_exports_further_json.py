"""All endpoints, ways of entry and checks in the JSON beside the fixed keys."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.analysis import further as module
from core.analysis.checked_factors import check_analysis, check_factors
from core.analysis.cohort import analyse_study
from core.analysis.factor_cuts import compare_recut
from core.analysis.further import analyse_further
from core.example import example_files
from core.exports.analysis_json import analysis_json
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import AnalysisOptions
from core.text.catalogue import LANGUAGES, text

ENTRIES = ["enter", "univariable", "forward", "backward"]


@pytest.fixture(scope="module")
def study():
    data = read_study([UploadedFile(name, content) for name, content in example_files()]).data
    return data, analyse_study(data, AnalysisOptions())


@pytest.fixture(scope="module")
def found(study):
    return analyse_further(*study)


@pytest.fixture(scope="module")
def written(study, found):
    return analysis_json(study[1], (), "en", found)


def is_within(part, whole):
    """Every key and value of ``part`` stands unchanged in ``whole``."""
    if isinstance(part, dict):
        return all(key in whole and is_within(value, whole[key]) for key, value in part.items())
    return part == whole or (isinstance(part, list) and part == whole[: len(part)])


def test_further_analyses_add_keys_and_change_none(study, written):
    assert is_within(analysis_json(study[1], (), "en"), written)
    json.dumps(written, allow_nan=False)


def test_every_endpoint_has_its_curve_its_tests_and_its_factors(written):
    codes = ["os", "pfs", "hepatic_pfs", "ttp", "dor"]
    assert list(written["survival"]) == codes
    assert list(written["survival_tests"]) == codes
    alone = written["prognosis"]["univariable_by_endpoint"]
    assert list(alone) == codes
    assert alone["os"] == written["prognosis"]["univariable"]
    # A response lasts as long as somebody who responded goes without progression.
    assert written["survival"]["dor"]["n"] == written["response"]["overall"]["orr"]["n"]


def test_competing_risks_are_given_by_each_factor(written):
    by_factor = {one["factor"]: one for one in written["competing_risks_by_factor"]}
    assert set(by_factor) == {one["factor"] for one in written["prognosis"]["univariable"]}
    ecog = by_factor["ecog"]
    assert [level["level"] for level in ecog["levels"]] == ["0", "1"]
    assert [test["df"] for test in ecog["gray"]] == [1, 1, 1]
    # Nobody died first, so that nothing can be said of deaths.
    assert [test["p"] is None for test in ecog["gray"]] == [False, False, True]
    assert ecog["models"][0]["cause_specific"]["hr"] > 0
    assert ecog["models"][0]["against"] == "0"


def test_every_endpoint_has_a_model_for_each_way_of_entry(written):
    models = written["prognosis"]["models"]
    asked = [(one["endpoint"], one["entry"]) for one in models]
    assert asked == [(code, way) for code in ("os", "pfs", "hepatic_pfs") for way in ENTRIES]
    joint = written["prognosis"]["multivariable"]
    assert models[0]["terms"] == joint["terms"]
    forward = models[ENTRIES.index("forward")]
    entered = [step for step in forward["selection"]["steps"] if step["action"] == "entered"]
    assert {term["factor"] for term in forward["terms"]} <= {step["factor"] for step in entered}
    assert all(step["p"] < forward["selection"]["entry_p"] for step in entered)


def test_concordance_of_the_joint_model_is_corrected_for_optimism(written):
    joint = written["prognosis"]["multivariable"]
    corrected = joint["optimism"]
    assert corrected["apparent"] == pytest.approx(joint["concordance"], abs=1e-12)
    assert corrected["corrected"] == pytest.approx(
        corrected["apparent"] - corrected["optimism"], abs=1e-12
    )
    assert 0 < corrected["optimism"] < 0.2
    assert corrected["used"] <= corrected["resamples"] == 200
    others = [one["optimism"] for one in written["prognosis"]["models"][1:]]
    assert others == [None] * 11


def test_second_engine_speaks_of_every_further_number(found):
    assert not [one for one in found.agreements if one.agrees is False]
    named = {one.quantity for one in found.agreements if one.agrees}
    assert {
        "ttp: survival",
        "os ecog: rmst",
        "pfs: ecog: p",
        "competing sex: b:female, hepatic",
        "dor: ecog: median (0)",
        "hepatic_pfs: sex: b:female",
        "hepatic_pfs forward: b:tumor_number=>=5",
    } <= named


def test_second_engine_notices_a_number_that_is_not_what_the_patients_give(study):
    _, analysis = study
    frame = analysis.endpoints.frame("os")
    table = analysis.factors.table.reindex(frame["patient_id"]).reset_index(drop=True)
    who = (table, frame["time_months"].to_numpy(float), frame["is_event"].to_numpy(bool))
    item = next(one for one in analysis.prognosis.comparisons if one.factor == "sex")
    wrong = tuple(
        level if level.b is None else replace(level, b=level.b + 0.01) for level in item.levels
    )
    changed = replace(item, levels=wrong, logrank=replace(item.logrank, chi2=item.logrank.chi2 + 1))
    assert all(one.agrees for one in check_factors([item], *who))
    differing = [one.quantity for one in check_factors([changed], *who) if not one.agrees]
    assert differing == ["sex: chi2", "sex: b:female"]


def test_second_engine_leaves_the_corrected_p_of_a_searched_cut_alone(study):
    data, analysis = study
    alone, shown = compare_recut(
        data, analysis.endpoints, "os", analysis.factors, "search", analysis.options.survival
    )
    checked = check_analysis(alone, analysis.endpoints, shown, analysis.options.survival)
    assert not [one for one in checked if one.agrees is False]
    quantities = {one.quantity for one in checked}
    assert "age: chi2" in quantities
    assert "age: p" not in quantities
    assert "sex: p" in quantities


@pytest.mark.parametrize("language", LANGUAGES)
def test_many_patients_are_not_resampled_and_a_sentence_says_so(study, monkeypatch, language):
    monkeypatch.setattr(module, "LARGEST_REPEATED", 23)
    large = analysis_json(study[1], (), language, analyse_further(*study))
    corrected = large["prognosis"]["multivariable"]["optimism"]
    assert corrected["corrected"] is None
    assert corrected["messages"] == [text("prognosis.too_many_to_resample", language, n=23)]
    assert large["engines"][-1]["not_compared"] == text("survival.engine_too_many", language, n=23)


def test_patients_without_any_time_get_no_further_curve_and_no_model():
    rows = "patient_id,sex,best_response\nP1,F,PR\nP2,M,SD\n"
    data = read_study([UploadedFile("a.csv", rows.encode())]).data
    analysis = analyse_study(data, AnalysisOptions())
    found = analyse_further(data, analysis, "all")
    assert (found.curves, found.tests, found.factors, found.models) == ({}, {}, {}, ())
    assert all(one.curves == () for one in found.competing)
    json.dumps(analysis_json(analysis, (), "zh", found), allow_nan=False)
