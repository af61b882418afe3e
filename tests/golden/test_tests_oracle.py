"""Tests between groups against R: every data set of the oracle, under each convention."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.analysis.baseline.association import exact_odds_ratio, linear_by_linear
from core.analysis.baseline.choice import compare_categories, compare_numbers
from core.analysis.baseline.contingency import (
    chi_square,
    expected_counts,
    fisher_exact,
    likelihood_ratio,
)
from core.analysis.baseline.mean_tests import compare_two_means, compare_variances
from core.analysis.baseline.rank_tests import compare_ranks, compare_ranks_of_groups
from core.analysis.baseline.summaries import summarise_number
from core.options import Convention
from tests.oracle_files import oracle_json, oracle_path

ORACLE: dict[str, Any] = oracle_json("tests.json")


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}-{case.get('y') or case['rows']}-{position}")
        for name, kinds in ORACLE.items()
        if isinstance(kinds, dict)
        for position, case in enumerate(kinds.get(kind, []))
    ]


def groups_of(name: str, case: dict[str, Any]) -> list[np.ndarray]:
    frame = pd.read_csv(oracle_path(f"{name}.csv"))[[case["y"], case["group"]]].dropna()
    levels = case.get("levels") or sorted(frame[case["group"]].unique())
    return [
        frame.loc[frame[case["group"]] == level, case["y"]].to_numpy(dtype=float)
        for level in levels
    ]


def near(value: float, tolerance: float = 1e-10) -> Any:
    return pytest.approx(value, rel=tolerance, abs=1e-13)


@pytest.mark.parametrize(("name", "case"), cases("t"))
def test_summary_against_r_equal(name: str, case: dict[str, Any]) -> None:
    for position, values in enumerate(groups_of(name, case)):
        by_r, by_spss = summarise_number(values, 7), summarise_number(values, 6)
        assert by_r.n == case["n"][position]
        assert by_r.mean == near(case["mean"][position])
        assert by_r.sd == near(case["sd"][position])
        assert by_r.median == near(case["median"][position])
        assert by_r.q1 == near(case["q1_type7"][position])
        assert by_r.q3 == near(case["q3_type7"][position])
        assert by_spss.q1 == near(case["q1_type6_spss"][position])
        assert by_spss.q3 == near(case["q3_type6_spss"][position])


@pytest.mark.parametrize(("name", "case"), cases("t"))
def test_t_tests_against_r_equal(name: str, case: dict[str, Any]) -> None:
    first, second = groups_of(name, case)
    for key, equal in (("student", True), ("welch", False)):
        test = compare_two_means(first, second, equal_variances=equal)
        expected = case[key]
        assert test.statistic == near(expected["t"])
        assert test.df == near(expected["df"])
        assert test.p == near(expected["p"], 1e-9)
        assert [test.low, test.high] == near(expected["ci"], 1e-9)


@pytest.mark.parametrize(("name", "case"), cases("t"))
def test_rank_sum_against_r_equal(name: str, case: dict[str, Any]) -> None:
    first, second = groups_of(name, case)
    expected = case["wilcoxon"]
    for method, key in (
        ("uncorrected", "p_asym_nocorr_spss"),
        ("corrected", "p_asym_contcorr_rdefault"),
        ("exact", "p_exact_ties"),
    ):
        if expected[key] is None:
            continue
        test = compare_ranks(first, second, method)
        assert test.statistic == near(expected["W"])
        assert test.p == near(expected[key], 1e-9)


@pytest.mark.parametrize(("name", "case"), cases("t"))
def test_levene_against_r_equal(name: str, case: dict[str, Any]) -> None:
    groups = groups_of(name, case)
    for centre, key in (("mean", "levene_mean_spss"), ("median", "brown_forsythe")):
        test = compare_variances(groups, centre=centre)
        assert test.statistic == near(case[key]["F"], 1e-8)
        assert test.p == near(case[key]["p"], 1e-9)


@pytest.mark.parametrize(("name", "case"), cases("t"))
def test_chosen_number_test_by_convention_follows_oracle(name: str, case: dict[str, Any]) -> None:
    groups = groups_of(name, case)
    by_spss = compare_numbers(groups, skewed=True, convention=Convention.SPSS)
    by_r = compare_numbers(groups, skewed=True, convention=Convention.R)
    recommended = compare_numbers(groups, skewed=True, convention=Convention.RECOMMENDED)
    expected = case["wilcoxon"]
    assert by_spss.chosen.p == near(expected["p_asym_nocorr_spss"], 1e-9)
    assert by_spss.equal_variances is not None
    assert by_spss.equal_variances.p == near(case["levene_mean_spss"]["p"], 1e-9)
    if by_r.chosen.name == "rank_sum_corrected":
        assert by_r.chosen.p == near(expected["p_asym_contcorr_rdefault"], 1e-9)
    if sum(map(len, groups)) > 50:
        assert recommended.chosen.p == near(expected["p_asym_contcorr_rdefault"], 1e-9)
    elif expected["p_exact_ties"] is not None:
        assert recommended.chosen.p == near(expected["p_exact_ties"], 1e-9)
    means = compare_numbers(groups, skewed=False, convention=Convention.SPSS).chosen
    unequal = case["levene_mean_spss"]["p"] < 0.05
    assert means.p == near(case["welch" if unequal else "student"]["p"], 1e-9)
    assert compare_numbers(groups, skewed=False, convention=Convention.R).chosen.p == near(
        case["welch"]["p"], 1e-9
    )


@pytest.mark.parametrize(("name", "case"), cases("kw"))
def test_kruskal_wallis_against_r_equal(name: str, case: dict[str, Any]) -> None:
    test = compare_ranks_of_groups(groups_of(name, case))
    assert test.statistic == near(case["H"])
    assert test.df == case["df"]
    assert test.p == near(case["p"], 1e-9)


@pytest.mark.parametrize(("name", "case"), cases("chi"))
def test_table_tests_against_r_equal(name: str, case: dict[str, Any]) -> None:
    counts = np.array(case["table"])
    expected = expected_counts(counts)
    assert expected.min() == near(case["min_expected"])
    assert (expected < 5).sum() == case["cells_lt5"]
    pearson = chi_square(counts)
    assert pearson.statistic == near(case["pearson"]["x2"])
    assert pearson.df == case["pearson"]["df"]
    assert pearson.p == near(case["pearson"]["p"], 1e-9)
    ratio = likelihood_ratio(counts)
    assert ratio.statistic == near(case["likelihood_ratio"]["g2"], 1e-9)
    assert ratio.df == case["likelihood_ratio"]["df"]
    assert ratio.p == near(case["likelihood_ratio"]["p"], 1e-9)
    assert fisher_exact(counts).p == near(case["fisher_p"], 1e-8)
    if case.get("yates"):
        yates = chi_square(counts, yates=True)
        assert yates.statistic == pytest.approx(case["yates"]["x2"], rel=1e-9, abs=1e-12)
        assert yates.p == near(case["yates"]["p"], 1e-9)


@pytest.mark.parametrize(("name", "case"), cases("chi"))
def test_trend_and_odds_ratio_against_r_equal(name: str, case: dict[str, Any]) -> None:
    counts = np.array(case["table"])
    trend = case["linear_by_linear"]
    if trend["x2"] is not None:
        test = linear_by_linear(counts)
        assert test.statistic == near(trend["x2"], 1e-9)
        assert test.p == near(trend["p"], 1e-9)
    if counts.shape != (2, 2):
        return
    # R searches the odds ratio to a relative 1e-4 and its limits likewise.
    odds, low, high = exact_odds_ratio(counts)
    for own, wanted in zip((odds, low, high), (case["fisher_or"], *case["fisher_ci"]), strict=True):
        if wanted is None:
            assert own is None
        else:
            assert own == pytest.approx(wanted, rel=2e-4)


@pytest.mark.parametrize(("name", "case"), cases("chi"))
def test_chosen_table_test_follows_expected_counts(name: str, case: dict[str, Any]) -> None:
    chosen = compare_categories(np.array(case["table"])).chosen
    if case["min_expected"] < 5:
        assert chosen.name == "fisher_exact"
        assert chosen.p == near(case["fisher_p"], 1e-8)
    else:
        assert chosen.name == "chi_square"
        assert chosen.p == near(case["pearson"]["p"], 1e-9)
