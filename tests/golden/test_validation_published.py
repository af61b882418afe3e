"""The published series against itself and against the example cohort's baseline."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.analysis.validation.arithmetic import check_published_arithmetic
from core.analysis.validation.compare import compare_with_published, judge
from core.results.validation import PublishedComparison, PublishedItem, Verdict
from core.rules.published import published_items, published_remarks
from core.text.catalogue import LANGUAGES, entries, say
from tests.oracle_files import oracle_json

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("ARTERIA_ORACLE", ROOT / "tests" / "oracle"))
PAPER: dict[str, Any] = oracle_json("paper_consistency.json")

TERMS = {
    "肝外转移": "extrahepatic_mets=yes",
    "肿瘤数目": "tumor_number=>=5",
    "肿瘤最大直径": "max_tumor_diameter_cm=>=5",
    "治疗线数": "prior_lines=>=3",
    "KRAS和BRAF突变": "ras_braf_status=mutant",
    "ECOG评分": "ecog=1",
}
COLUMNS = {"Wald": "wald", "Sig": "p", "ExpB": "hr", "lower": "low", "upper": "high"}
FACTORS = {
    "年龄": "age",
    "性别": "sex",
    "线数": "prior_lines",
    "肿瘤数目": "tumor_number",
    "最大直径": "max_tumor_diameter_cm",
    "肝外转移": "extrahepatic_mets",
    "RAS/BRAF": "ras_braf_status",
    "ECOG": "ecog",
}


def compared(
    computed: dict[str, float | int | None], **options: Any
) -> dict[str, PublishedComparison]:
    return {row.item.key: row for row in compare_with_published(computed, **options)}


def whys(row: PublishedComparison) -> set[str]:
    return {message.code.removeprefix("validation.why.") for message in row.why}


@pytest.mark.parametrize("row", PAPER["table5"], ids=lambda row: TERMS[row["name"]])
def test_cox_arithmetic_equals_independent_recomputation(row: dict[str, Any]) -> None:
    checks = {check.key: check for check in check_published_arithmetic()}
    for printed, column in COLUMNS.items():
        check = checks[f"table_5.{TERMS[row['name']]}.{column}"]
        assert check.printed == row["printed"][printed]
        assert check.recomputed == pytest.approx(row["recomputed"][printed], rel=1e-9)
        assert check.is_consistent


@pytest.mark.parametrize("row", PAPER["table4"], ids=lambda row: FACTORS[row["name"]])
def test_table_4_column_as_medians_and_means(row: dict[str, Any]) -> None:
    checks = {check.key: check for check in check_published_arithmetic()}
    name = FACTORS[row["name"]]
    median = checks[f"table_4.{name}.median_between_groups"]
    assert median.is_consistent is row["overall_between_subgroup_medians"]
    mean = checks[f"table_4.{name}.weighted_mean"]
    assert mean.printed == pytest.approx(row["n_weighted_mean"])
    assert mean.is_consistent is (name not in {"age", "sex"})


def test_printed_tables_hold_exactly_the_known_contradictions() -> None:
    wrong = {check.key for check in check_published_arithmetic() if not check.is_consistent}
    assert wrong == {
        "table_4.age.median_between_groups",
        "table_4.sex.median_between_groups",
        "table_4.prior_lines.median_between_groups",
        "table_4.ras_braf_status.median_between_groups",
        "table_4.age.weighted_mean",
        "table_4.sex.weighted_mean",
        "follow_up.median_os_months.first",
        "conclusion.tumor_number",
        "conclusion.max_tumor_diameter_cm",
    }


def test_every_printed_number_of_the_file_is_an_item() -> None:
    keys = [item.key for item in published_items()]
    assert len(keys) == len(set(keys))
    assert Counter(item.table for item in published_items()) == {
        "table_1": 19,
        "sessions": 5,
        "table_2": 13,
        "follow_up": 16,
        "table_3": 39,
        "table_4": 40,
        "table_5": 48,
    }


def test_items_keep_the_printed_decimals() -> None:
    decimals = {item.key: item.decimals for item in published_items()}
    assert decimals["table_5.ecog=1.b"] == 3
    assert decimals["table_4.prior_lines.2.mean"] == 1
    assert decimals["table_2.PR"] == 0


def test_printed_figures_given_back_are_equal() -> None:
    items = published_items()
    rows = compared({item.key: item.value for item in items if not item.is_upper_limit})
    for item in items:
        if item.value is not None and not item.is_upper_limit:
            assert rows[item.key].verdict is Verdict.EQUAL
            assert rows[item.key].difference == 0


@pytest.mark.parametrize(
    ("computed", "verdict"),
    [
        (16.7, Verdict.EQUAL),
        (16.65, Verdict.EQUAL_ROUNDED),
        (16.64, Verdict.DIFFERS),
        (16.75, Verdict.EQUAL_ROUNDED),
        (16.76, Verdict.DIFFERS),
        (None, Verdict.NOT_COMPUTABLE),
    ],
)
def test_verdict_at_half_a_printed_unit(computed: float | None, verdict: Verdict) -> None:
    item = PublishedItem("table_2.ORR.percent", "table_2", "ORR", "", "%", 16.7, 1)
    assert judge(item, computed) is verdict


@pytest.mark.parametrize(
    ("p", "verdict"), [(0.000499, Verdict.EQUAL_ROUNDED), (0.0005, Verdict.DIFFERS)]
)
def test_printed_zero_means_below_half_a_thousandth(p: float, verdict: Verdict) -> None:
    row = compared({"table_4.ecog.p": p})["table_4.ecog.p"]
    assert row.verdict is verdict
    assert "printed_zero" in whys(row)


def test_median_fits_only_the_midpoint_rule() -> None:
    rows = compared(
        {"follow_up.median_os_months": 13.602, "follow_up.median_os_months.first": 11.9}
    )
    assert rows["follow_up.median_os_months"].verdict is Verdict.EQUAL_ROUNDED
    first = rows["follow_up.median_os_months.first"]
    assert first.verdict is Verdict.IMPOSSIBLE
    assert first.difference == pytest.approx(-1.7)
    assert "first_time" in whys(first)


def test_group_means_of_age_cannot_be_right_while_ecog_only_differs() -> None:
    rows = compared({"table_4.age.<50.mean": 12.0, "table_4.ecog.0.mean": 16.7})
    assert rows["table_4.age.<50.mean"].verdict is Verdict.IMPOSSIBLE
    assert rows["table_4.ecog.0.mean"].verdict is Verdict.DIFFERS
    assert whys(rows["table_4.ecog.0.mean"]) == {"means_not_medians", "means_close"}


def test_hazard_ratio_of_tumour_load_contradicts_conclusion() -> None:
    rows = compared({"table_5.tumor_number=>=5.hr": 18.5, "table_5.ecog=1.hr": 16.9})
    assert whys(rows["table_5.tumor_number=>=5.hr"]) == {"conclusion_contradicts", "cox_close"}
    assert whys(rows["table_5.ecog=1.hr"]) == {"cox_close"}


def test_interval_that_is_not_printed_shows_the_computed_one_alone() -> None:
    row = compared({"table_2.ORR.low": 4.7})["table_2.ORR.low"]
    assert (row.verdict, row.computed, row.difference) == (Verdict.NOT_PRINTED, 4.7, None)
    assert "interval_not_printed" in whys(row)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_value_that_is_no_number_is_not_computable_with_reason(value: float | None) -> None:
    row = compared({"table_5.ecog=1.hr": value})["table_5.ecog=1.hr"]
    assert (row.verdict, row.computed) == (Verdict.NOT_COMPUTABLE, None)
    assert whys(row) == {"not_in_study"}


def test_other_study_is_not_explained_by_the_example_cohort() -> None:
    rows = compared({"table_5.ecog=1.b": 1.0, "table_4.sex.p": 0.9}, is_example=False)
    assert whys(rows["table_5.ecog=1.b"]) == {"other_study"}
    assert whys(rows["table_4.sex.p"]) == {"other_study"}


def test_every_label_and_sentence_is_worded() -> None:
    known = entries()
    everything = [check.why for check in check_published_arithmetic()]
    for given in ({}, {item.key: -1.0 for item in published_items()}):
        for is_example in (True, False):
            for row in compare_with_published(given, is_example=is_example):
                everything += row.why
                assert f"validation.table.{row.item.table}" in known
                for label in (row.item.row, row.item.level, row.item.column):
                    assert not label.startswith("@") or label[1:] in known
    assert all(say(message, language) for message in everything for language in LANGUAGES)
    assert all(f"validation.verdict.{verdict.value}" in known for verdict in Verdict)
    assert all(remark.message in known for remark in published_remarks())


def test_remarks_each_fit_at_least_one_item() -> None:
    for remark in published_remarks():
        for pattern in remark.keys:
            single = remark.model_copy(update={"keys": (pattern,)})
            assert any(single.is_about(item.key) for item in published_items()), pattern
