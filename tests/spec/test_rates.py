"""ORR, DCR and the comparison of two rates."""

from __future__ import annotations

import pytest

from core.analysis.response.compare import compare_rates
from core.analysis.response.rates import (
    clopper_pearson,
    disease_control_rate,
    estimate_rate,
    objective_response_rate,
    wilson,
)
from core.errors import EmptyCohort
from core.options import ResponseOptions
from tests.oracle_files import oracle_json

PUBLISHED = ["PR"] * 4 + ["SD"] * 11 + ["PD"] * 9


def test_rates_of_the_published_series() -> None:
    orr, dcr = objective_response_rate(PUBLISHED), disease_control_rate(PUBLISHED)
    assert (orr.count, orr.total, dcr.count, dcr.total) == (4, 24, 15, 24)
    assert (round(orr.low or 0, 3), round(orr.high or 0, 3)) == (0.047, 0.374)
    assert (round(dcr.low or 0, 3), round(dcr.high or 0, 3)) == (0.406, 0.812)


def test_rates_treated_counts_not_evaluable_as_no_response() -> None:
    rate = objective_response_rate([*PUBLISHED, "NE", "MISSING"])
    assert (rate.count, rate.total, rate.denominator) == (4, 26, "treated")


def test_rates_evaluable_leaves_not_evaluable_out() -> None:
    options = ResponseOptions(denominator="evaluable", interval="wilson", level=0.9)
    rate = disease_control_rate([*PUBLISHED, "NON-CR/NON-PD", "NE", "MISSING"], options)
    assert (rate.count, rate.total, rate.denominator) == (16, 25, "evaluable")
    assert (rate.method, rate.level) == ("wilson", 0.9)


def test_rates_without_evaluable_patient_have_no_estimate() -> None:
    options = ResponseOptions(denominator="evaluable")
    rate = objective_response_rate(["NE"], options)
    assert (rate.total, rate.estimate, rate.low) == (0, None, None)


def test_rates_without_any_patient_raise_empty_cohort() -> None:
    with pytest.raises(EmptyCohort):
        disease_control_rate([])


@pytest.mark.parametrize(
    "row",
    oracle_json("binomial_ci.json"),
    ids=lambda row: f"{row['x']}/{row['n']}",
)
def test_rate_limits_match_r(row: dict) -> None:
    count, total = row["x"], row["n"]
    assert clopper_pearson(count, total) == pytest.approx(row["clopper_pearson"], abs=1e-12)
    assert wilson(count, total) == pytest.approx(row["wilson"], abs=1e-12)


def _two_by_two() -> list[dict]:
    studies = oracle_json("tests.json")
    return [
        test
        for one in studies.values()
        for test in one.get("chi", [])
        if len(test["table"]) == 2 and len(test["table"][0]) == 2
    ]


@pytest.mark.parametrize("test", _two_by_two(), ids=lambda one: f"{one['rows']}-{one['cols']}")
def test_comparison_of_rates_matches_fisher_in_r(test: dict) -> None:
    (a, b), (c, d) = test["table"]
    found = compare_rates(estimate_rate(a, a + b), estimate_rate(c, c + d))
    assert found.p == pytest.approx(test["fisher_p"], rel=1e-7)
    limits = (found.odds_ratio, found.odds_ratio_low, found.odds_ratio_high)
    for mine, by_r in zip(limits, (test["fisher_or"], *test["fisher_ci"]), strict=True):
        # R stops its root search early; infinite limits are written as None or text.
        if isinstance(by_r, (int, float)):
            assert mine == pytest.approx(by_r, rel=2e-4)
        else:
            assert mine is None


def test_comparison_of_rates_newcombe_example_has_published_interval() -> None:
    found = compare_rates(estimate_rate(56, 70), estimate_rate(48, 80))
    assert found.difference == pytest.approx(0.2)
    assert found.difference_low == pytest.approx(0.0524, abs=5e-5)
    assert found.difference_high == pytest.approx(0.3339, abs=5e-5)


def test_comparison_of_rates_with_empty_group_has_no_numbers() -> None:
    found = compare_rates(estimate_rate(0, 0), estimate_rate(1, 4))
    assert (found.p, found.odds_ratio, found.difference) == (None, None, None)


def test_comparison_of_rates_with_no_event_in_both_has_no_odds_ratio() -> None:
    found = compare_rates(estimate_rate(0, 5), estimate_rate(0, 4))
    assert (found.p, found.odds_ratio, found.odds_ratio_high) == (1.0, None, None)


def test_comparison_of_rates_with_infinite_odds_ratio_keeps_its_lower_limit() -> None:
    found = compare_rates(estimate_rate(5, 5), estimate_rate(0, 4))
    assert found.odds_ratio is None
    assert found.odds_ratio_low is not None
    assert found.odds_ratio_high is None
