"""Table 4 with its numbers cut at the median or a searched cut, and its time unit."""

from __future__ import annotations

import pytest

from core.analysis.baseline.derive import derive_factors
from core.analysis.competing_study import answer_competing, check_competing
from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.factor_cuts import compare_recut
from core.analysis.response.cohort import evaluate_cohort
from core.analysis.survival_groups import numeric_values
from core.example import example_files
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import ResponseOptions, SurvivalOptions


@pytest.fixture(scope="module")
def study():
    data = read_study([UploadedFile(name, content) for name, content in example_files()]).data
    response = evaluate_cohort(data, ResponseOptions())
    return data, derive_endpoints(data, response, ResponseOptions()), derive_factors(data)


def table(study, cut, **options):
    data, endpoints, factors = study
    return compare_recut(data, endpoints, "os", factors, cut, SurvivalOptions(**options))


def numeric(study):
    data, _, factors = study
    return {
        one.name for one in factors.of_table("table_4") if numeric_values(data, one) is not None
    }


def test_published_cuts_keep_every_band(study):
    found, shown = table(study, "published")
    assert shown is study[2]
    assert len(found.comparisons) == len(study[2].of_table("table_4"))


def test_median_cut_gives_two_levels_of_each_number_and_leaves_the_rest(study):
    found, shown = table(study, "median")
    before, _ = table(study, "published")
    assert numeric(study)
    for own, old in zip(found.comparisons, before.comparisons, strict=True):
        if own.factor in numeric(study):
            assert [level.level[0] for level in own.levels] == ["≤", ">"]
            assert shown.factor(own.factor).codes == tuple(one.level for one in own.levels)
        else:
            assert own.logrank == old.logrank


def test_searched_cut_carries_the_corrected_p_and_says_so(study):
    found, _ = table(study, "search")
    searched = [one for one in found.comparisons if one.factor in numeric(study)]
    for one in searched:
        codes = {message.code for message in one.messages}
        if one.logrank is not None:
            assert {"survival.cut_was_searched", "survival.cut_p_corrected"} <= codes
            assert all(level.hr_p is None for level in one.levels)


def test_table_in_weeks_gives_the_same_medians_as_in_months(study):
    months, _ = table(study, "published")
    weeks, _ = table(study, "published", time_unit="weeks", landmark_months=(26.0, 52.0))
    one, other = months.comparisons[0].levels[0], weeks.comparisons[0].levels[0]
    assert other.median.estimate == pytest.approx(one.median.estimate * 30.4375 / 7)
    assert other.hr == one.hr


def test_second_engine_agrees_on_competing_risks_of_the_example(study):
    data, endpoints, factors = study
    for factor in (None, "sex"):
        found = answer_competing(data, endpoints, factors, factor, SurvivalOptions())
        checks = check_competing(data, endpoints, factors, found)
        assert checks
        assert not any(one.agrees is False for one in checks)
