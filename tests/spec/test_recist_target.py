"""Target and non-target response: both sides of every limit of RECIST 1.1."""

from __future__ import annotations

import pytest

from core.analysis.response.course import assess_course
from core.analysis.response.lesions import (
    Lesion,
    Visit,
    micrometres,
    nontarget_state,
    target_size,
)
from core.results.response import Assessment
from core.rules.recist import is_intrahepatic, recognise_organ


def course(
    baseline: dict[str, float], *sums: dict[str, float | None], nodes: str = ""
) -> tuple[Assessment, ...]:
    """Visits four weeks apart with the given target diameters in mm."""
    lesions = [
        Lesion(name, True, name in nodes, True, micrometres(size))
        for name, size in baseline.items()
    ]
    visits = [
        Visit(
            first_day=28 * number,
            last_day=28 * number,
            targets={name: None if mm is None else micrometres(mm) for name, mm in sizes.items()},
        )
        for number, sizes in enumerate(sums, start=1)
    ]
    return assess_course(lesions, visits, 0 + 1)


@pytest.mark.parametrize(
    ("baseline", "size", "expected", "rule"),
    [
        (100.0, 70.0, "PR", "T-PR"),
        (100.0, 70.1, "SD", "T-SD"),
        (14.0, 9.8, "PR", "T-PR"),
        (100.0, 70.04, "SD", "T-SD"),
        (25.0, 30.0, "PD", "T-PD"),
        (26.0, 31.2, "PD", "T-PD"),
        (100.0, 119.9, "SD", "T-SD"),
        (20.0, 24.9, "SD", "T-SD"),
        (50.0, 1.0, "PR", "T-PR"),
        (50.0, 0.0, "CR", "T-CR"),
    ],
)
def test_target_sum_at_limit_gives_category(
    baseline: float, size: float, expected: str, rule: str
) -> None:
    (found,) = course({"A": baseline}, {"A": size})
    assert (found.target, found.rules[0]) == (expected, rule)


def test_target_after_nadir_compares_growth_with_nadir_and_shrinkage_with_baseline() -> None:
    _, second, third = course({"A": 100.0}, {"A": 20.0}, {"A": 24.9}, {"A": 25.0})
    assert (second.target, third.target) == ("PR", "PD")
    assert third.nadir_before_mm == 20.0
    assert dict(third.reason.facts)["difference_mm"] == 5.0


def test_target_nodes_below_ten_mm_are_complete_response_with_a_sum() -> None:
    first, second = course({"N": 20.0}, {"N": 9.9}, {"N": 10.0}, nodes="N")
    assert (first.target, first.sum_mm) == ("CR", 9.9)
    assert (second.target, second.rules[0]) == ("PD", "T-REAP")


def test_target_returning_without_complete_response_only_adds_to_the_sum() -> None:
    _, second = course({"A": 30.0, "B": 40.0}, {"A": 0.0, "B": 20.0}, {"A": 4.0, "B": 20.0})
    assert second.target == "PR"


@pytest.mark.parametrize(("second", "expected"), [(19.9, "NE"), (20.0, "PD")])
def test_target_missing_is_progression_only_if_the_measured_ones_suffice(
    second: float, expected: str
) -> None:
    (found,) = course({"A": 25.0, "B": 25.0}, {"A": 40.0 + second, "B": None})
    assert found.target == expected
    assert not found.complete
    assert found.percent_from_baseline is None


def test_target_partial_sum_never_becomes_nadir() -> None:
    _, second = course({"A": 30.0, "B": 30.0}, {"A": 20.0, "B": None}, {"A": 28.0, "B": 28.0})
    assert (second.nadir_before_mm, second.target) == (60.0, "SD")


def test_target_missing_says_what_it_would_be_either_way() -> None:
    (found,) = course({"A": 90.0, "B": 10.0}, {"A": 40.0, "B": None})
    assert found.target == "NE"
    assert "COULD-STILL-BE-PR" in found.rules


def test_target_without_baseline_diameter_is_not_evaluable() -> None:
    visit = Visit(first_day=29, last_day=29, targets={"A": 10_000})
    (found,) = assess_course([Lesion("A", True, False, True, None)], [visit], 1)
    assert (found.overall, found.rules[0]) == ("NE", "T-NO-BASELINE")
    assert found.reason.code == "response.rule.unmeasured"


@pytest.mark.parametrize(
    ("mm", "status", "expected"),
    [
        (None, "TSTM", 5_000),
        (3.0, "MEASURED", 3_000),
        (None, "ABSENT", 0),
        (None, "MERGED", 0),
        (12.0, "NE", None),
        (None, None, None),
        (0.0, None, 0),
    ],
)
def test_target_size_by_status(mm: float | None, status: str | None, expected: int | None) -> None:
    assert target_size(mm, status) == expected


@pytest.mark.parametrize(
    ("mm", "status", "is_node", "expected"),
    [
        (9.9, "MEASURED", True, "ABSENT"),
        (10.0, "MEASURED", True, "PRESENT"),
        (0.0, None, False, "ABSENT"),
        (0.5, None, False, "PRESENT"),
        (90.0, None, False, "PRESENT"),
        (None, "UNEQUIVOCAL_PD", False, "UNEQUIVOCAL_PD"),
        (None, "TSTM", False, "PRESENT"),
        (None, "MERGED", False, "ABSENT"),
        (None, None, False, "NE"),
    ],
)
def test_nontarget_state_never_progresses_by_millimetres(
    mm: float | None, status: str | None, is_node: bool, expected: str
) -> None:
    assert nontarget_state(mm, status, is_node=is_node) == expected


def test_nontarget_only_disease_is_never_stable_disease() -> None:
    lesions = [Lesion("N", False, False, True)]
    visits = [
        Visit(28, 28, nontargets={"N": "PRESENT"}),
        Visit(56, 56, nontargets={}),
        Visit(84, 84, nontargets={"N": "ABSENT"}),
    ]
    found = assess_course(lesions, visits, 1)
    assert [one.overall for one in found] == ["NON-CR/NON-PD", "NE", "CR"]


@pytest.mark.parametrize(
    ("text", "organ", "inside"),
    [
        ("肝S8", "liver", True),
        ("right lobe of liver", "liver", True),
        ("肝门淋巴结", "lymph node", False),
        ("hilar lymph node", "lymph node", False),
        ("肝外", "outside liver", False),
        ("门静脉癌栓", "liver", True),
        ("左肺上叶", "lung", False),
        ("left adrenal", "adrenal gland", False),
        ("Stomach", "stomach", False),
    ],
)
def test_organ_name_recognised_in_both_languages(text: str, organ: str, inside: bool) -> None:
    assert recognise_organ(text).name == organ
    assert is_intrahepatic(text) is inside
