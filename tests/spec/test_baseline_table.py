"""Table 1: counts, summaries, missing values, and which test is chosen on which side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.analysis.baseline.choice import compare_categories, compare_numbers
from core.analysis.baseline.contingency import chi_square, fisher_exact
from core.analysis.baseline.derive import derive_factors
from core.analysis.baseline.rank_tests import compare_ranks, rank_sum_method
from core.analysis.baseline.summaries import (
    is_skewed,
    quantiles,
    standardised_difference_of_means,
    standardised_difference_of_shares,
    summarise_number,
)
from core.analysis.baseline.table import tabulate_baseline
from core.errors import EmptyCohort, NotComputable
from core.options import Convention
from core.results.baseline import BaselineTable, CategoricalRow, NumericRow
from core.schema import StudyData, typed_frame
from core.text.catalogue import LANGUAGES, has, say


def study(columns: dict[str, list[Any]], sessions: list[str] | None = None) -> StudyData:
    n = len(next(iter(columns.values()))) if columns else 0
    frame = pd.DataFrame({"patient_id": [f"P{i}" for i in range(n)], **columns})
    tables = {"patients": typed_frame("patients", frame)}
    if sessions is not None:
        dates = pd.date_range("2021-01-01", periods=len(sessions), freq="28D")
        rows = pd.DataFrame({"patient_id": sessions, "session_date": dates})
        tables["haic_sessions"] = typed_frame("haic_sessions", rows)
    return StudyData(tables)


def table(data: StudyData, **options: Any) -> BaselineTable:
    return tabulate_baseline(data, derive_factors(data), **options)


def categorical(result: BaselineTable, name: str) -> CategoricalRow:
    return next(row for row in result.categorical if row.name == name)


def numeric(result: BaselineTable, name: str) -> NumericRow:
    return next(row for row in result.numeric if row.name == name)


def test_percentages_are_of_patients_with_a_value() -> None:
    row = categorical(table(study({"sex": ["M", "M", "F", None]})), "sex")
    assert row.overall.counts == (2, 1)
    assert (row.overall.total, row.overall.missing) == (3, 1)
    assert row.overall.percents == (pytest.approx(200 / 3), pytest.approx(100 / 3))
    assert row.messages[0].code == "baseline.missing"


def test_factor_without_values_has_no_percentages() -> None:
    row = categorical(table(study({"age": [60]})), "sex")
    assert row.overall.percents == (None, None)


def test_numbers_without_any_value_have_no_row() -> None:
    result = table(study({"age": [60, 50]}))
    assert [row.name for row in result.numeric] == ["age"]


def test_sessions_from_rows_before_recorded_number() -> None:
    data = study({"n_haic_sessions": [9, 2, None]}, sessions=["P0", "P0", "P0"])
    row = table(data).sessions
    assert row.source == "haic_sessions"
    assert row.overall.by_number == ((2, 1), (3, 1))
    assert (row.overall.total, row.overall.patients, row.overall.missing) == (5, 2, 1)


def test_sessions_unknown_is_none_with_reason() -> None:
    row = table(study({"age": [60]})).sessions
    assert row.overall.total is None
    assert row.messages[0].code == "baseline.sessions.not_given"


def test_groups_make_columns_and_unknown_group_stays_overall() -> None:
    data = study({"sex": ["M", "M", "F", None], "age": [40, 60, 70, 80]})
    result = table(data, group="sex")
    assert (result.group_totals, result.group_missing) == ((2, 1), 1)
    age = categorical(result, "age")
    assert [column.counts for column in age.by_group] == [(1, 1), (0, 1)]
    assert age.overall.counts == (1, 3)
    assert "sex" not in [row.name for row in result.categorical]
    assert "baseline.group_unknown" in [message.code for message in result.messages]


def test_quartiles_follow_convention() -> None:
    data = study({"age": [50, 51, 52, 57]})
    by_spss = numeric(table(data, convention=Convention.SPSS), "age")
    recommended = numeric(table(data), "age")
    assert (by_spss.quartile_type, by_spss.overall.q1) == (6, 50.25)
    assert (recommended.quartile_type, recommended.overall.q1) == (7, 50.75)


def test_quantiles_type_6_of_few_values_stay_in_range() -> None:
    assert quantiles(np.array([1.0, 2.0]), [0.25, 0.75], 6).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("values", "skewed"),
    [
        ([1, 2, 3, 4, 5], False),
        ([1, 1, 1, 2, 90], True),
        ([5, 5, 5, 5], False),
        ([1, 2], True),
    ],
)
def test_skewness_rule_chooses_summary(values: list[float], skewed: bool) -> None:
    summary = summarise_number(np.array(values, dtype=float), 7)
    assert is_skewed(summary)[0] is skewed


def test_skewness_of_small_group_is_not_judged() -> None:
    overall = summarise_number(np.arange(20.0), 7)
    seven = summarise_number(np.array([0, 0, 0, 0, 0, 0, 9.0]), 7)
    eight = summarise_number(np.array([0, 0, 0, 0, 0, 0, 0, 9.0]), 7)
    assert not is_skewed(overall, [seven])[0]
    assert is_skewed(overall, [eight])[0]


def test_empty_summary_is_none_throughout() -> None:
    summary = summarise_number(np.array([np.nan]), 7)
    assert (summary.n, summary.missing, summary.mean, summary.median) == (0, 1, None, None)


@pytest.mark.parametrize(
    ("counts", "name"),
    [([[5, 5], [5, 5]], "chi_square"), ([[4, 5], [5, 4]], "fisher_exact")],
)
def test_expected_count_below_five_calls_for_exact_test(counts: list[list[int]], name: str) -> None:
    assert compare_categories(np.array(counts)).chosen.name == name


def test_categories_with_one_level_have_no_p_but_a_reason() -> None:
    chosen = compare_categories(np.array([[4, 5], [0, 0]])).chosen
    assert chosen.p is None
    assert chosen.why[0].code == "baseline.test.one_level"


def test_exact_test_too_large_falls_back_to_chi_square_with_reason() -> None:
    rng = np.random.default_rng(1)
    counts = rng.integers(200, 300, size=(5, 5))
    counts[0, 0], counts[:, 1] = 0, [1, 2, 1, 1, 2]
    chosen = compare_categories(counts).chosen
    assert chosen.name == "chi_square"
    assert chosen.why[0].code == "baseline.test.fisher_too_large"


def test_fisher_of_three_by_three_matches_hand_enumeration() -> None:
    # All margins 1: the six tables are equally probable, so P = 1.
    assert fisher_exact(np.eye(3, dtype=int)).p == pytest.approx(1.0)
    # Margins 2 and 1, 1, 1: of 3 tables per row choice the observed is the rarest or ties.
    assert fisher_exact(np.array([[3, 0], [0, 3]])).p == pytest.approx(2 / 20)


def test_yates_never_overshoots_expected() -> None:
    assert chi_square(np.array([[10, 10], [10, 10]]), yates=True).p == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("n", "convention", "method"),
    [
        (25, Convention.RECOMMENDED, "exact"),
        (26, Convention.RECOMMENDED, "corrected"),
        (49, Convention.R, "exact"),
        (50, Convention.R, "corrected"),
        (5, Convention.SPSS, "uncorrected"),
    ],
)
def test_rank_sum_method_by_size_and_convention(
    n: int, convention: Convention, method: str
) -> None:
    first, second = np.arange(n, dtype=float), np.arange(n) + 0.5
    assert rank_sum_method(first, second, convention)[0] == method


def test_rank_sum_of_r_with_ties_is_corrected() -> None:
    tied = np.array([1.0, 1.0, 2.0])
    assert rank_sum_method(tied, np.array([3.0]), Convention.R)[0] == "corrected"


def test_rank_sum_exact_with_ties_counts_choices() -> None:
    # 6 choices of two of {1, 1, 2, 3}; rank sums of the extremes 3 and 7 occur once each.
    test = compare_ranks(np.array([1.0, 1.0]), np.array([2.0, 3.0]), "exact")
    assert test.p == pytest.approx(2 / 6)


@pytest.mark.parametrize(
    ("second", "name"), [([2.0, 3.0, 4.0, 5.0], "student"), ([1.0, 90.0, 2.0, 93.0], "welch")]
)
def test_spss_t_test_follows_levene(second: list[float], name: str) -> None:
    first = np.array([1.0, 2.0, 3.0, 4.0])
    tests = compare_numbers([first, np.array(second)], skewed=False, convention=Convention.SPSS)
    assert tests.chosen.name == name
    assert tests.equal_variances is not None
    assert tests.equal_variances.name == "levene_mean"


@pytest.mark.parametrize(("skewed", "name"), [(True, "kruskal_wallis"), (False, "anova")])
def test_three_groups_are_compared_together(skewed: bool, name: str) -> None:
    groups = [np.arange(4.0), np.arange(4.0) + 1, np.arange(4.0) * 2]
    chosen = compare_numbers(groups, skewed=skewed, convention=Convention.R).chosen
    assert chosen.name == name
    assert chosen.p is not None


def test_one_group_with_values_is_not_computable_with_reason() -> None:
    tests = compare_numbers([np.arange(4.0), np.array([])], skewed=False, convention=Convention.R)
    assert tests.chosen.p is None
    assert tests.chosen.why[0].code == "baseline.test.one_group"


def test_group_of_one_patient_is_compared_by_ranks() -> None:
    groups = [np.arange(4.0), np.array([9.0])]
    chosen = compare_numbers(groups, skewed=False, convention=Convention.R).chosen
    assert chosen.name == "rank_sum_exact"
    assert chosen.p == pytest.approx(0.4)


def test_constant_number_has_no_p() -> None:
    chosen = compare_numbers(
        [np.ones(4), np.ones(4)], skewed=False, convention=Convention.SPSS
    ).chosen
    assert chosen.p is None
    assert "baseline.test.no_spread" in [why.code for why in chosen.why]


def test_standardised_differences_by_hand() -> None:
    groups = [summarise_number(np.array(v), 7) for v in ([1.0, 2.0, 3.0], [2.0, 3.0, 4.0])]
    assert standardised_difference_of_means(groups) == pytest.approx(1.0)
    shares = np.array([[5, 2], [5, 8]])
    expected = 0.3 / np.sqrt((0.25 + 0.16) / 2)
    assert standardised_difference_of_shares(shares) == pytest.approx(expected)
    assert standardised_difference_of_shares(np.array([[5, 5], [0, 0]])) == 0.0
    assert standardised_difference_of_shares(np.array([[5, 0], [0, 5]])) is None


def test_study_without_patients_raises() -> None:
    with pytest.raises(EmptyCohort):
        table(study({"age": []}))


@pytest.mark.parametrize("group", ["no_such_factor", "sex"])
def test_group_without_values_raises(group: str) -> None:
    with pytest.raises(NotComputable):
        table(study({"age": [60, 70]}), group=group)


def test_flat_lines_carry_level_count_and_percent() -> None:
    lines = list(table(study({"sex": ["M", "F"], "n_haic_sessions": [1, 3]})).flat())
    male = next(line for line in lines if line["level"] == "male")
    assert (male["variable"], male["n"], male["percent"]) == ("sex", 1, 50.0)
    assert any(line["variable"] == "sessions" and line["level"] == "3" for line in lines)


def test_every_message_and_test_name_is_worded() -> None:
    data = study(
        {"sex": ["M", "M", "F", "F", None], "age": [40, 60, 70, 80, 90], "ecog": [0, 1, 0, 1, 0]}
    )
    for convention in Convention:
        result = table(data, group="sex", convention=convention)
        messages = list(result.messages) + list(result.sessions.messages)
        for row in (*result.categorical, *result.numeric):
            messages += row.messages
            for test in (row.test, *row.other_tests):
                assert test is not None
                assert has(f"baseline.test.name.{test.name}")
                messages += test.why
        messages += [row.why_shown for row in result.numeric]
        for language in LANGUAGES:
            assert all(say(message, language) for message in messages)
