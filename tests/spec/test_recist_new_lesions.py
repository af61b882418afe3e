"""New lesions: certain, equivocal, back-dated when confirmed; and the compartments."""

from __future__ import annotations

from core.analysis.response.course import assess_course
from core.analysis.response.lesions import Lesion, NewLesionSeen, Visit

LIVER = Lesion("A", True, False, True, 60_000)
LUNG = Lesion("B", True, False, False, 20_000)
CERTAIN, DOUBTFUL = NewLesionSeen(True, "lung", False), NewLesionSeen(False, "lung", False)
LIVER_CERTAIN = NewLesionSeen(True, "liver", True)


def visit(day: int, *seen: NewLesionSeen, denies: bool = False, **sizes: int) -> Visit:
    targets: dict[str, int | None] = {"A": 60_000, **sizes}
    return Visit(day, day, targets=targets, new_lesions=seen, denies_new=denies)


def test_equivocal_new_lesion_alone_is_not_progression() -> None:
    (found,) = assess_course([LIVER], [visit(56, DOUBTFUL)], 1)
    assert (found.overall, found.new_lesion, found.progression_backdated) == (
        "SD",
        "EQUIVOCAL",
        False,
    )


def test_equivocal_new_lesion_confirmed_later_dates_progression_back() -> None:
    first, second = assess_course([LIVER], [visit(56, DOUBTFUL), visit(98, CERTAIN)], 0 + 1)
    assert (first.overall, first.dated_response) == ("SD", "PD")
    assert first.reason.code == "response.rule.new_lesion_backdated"
    assert second.overall == "PD"


def test_equivocal_new_lesion_denied_in_between_is_not_dated_back() -> None:
    visits = [visit(56, DOUBTFUL), visit(77, denies=True), visit(98, CERTAIN)]
    first, *_ = assess_course([LIVER], visits, 1)
    assert not first.progression_backdated


def test_equivocal_new_lesion_elsewhere_than_the_certain_one_is_not_dated_back() -> None:
    first, _ = assess_course([LIVER], [visit(56, DOUBTFUL), visit(98, LIVER_CERTAIN)], 1)
    assert not first.progression_backdated


def test_new_lesion_of_unknown_site_counts_overall_only() -> None:
    visits = [visit(56, NewLesionSeen(True))]
    results = {
        part: assess_course([LIVER], visits, 1, part)[0].overall
        for part in ("overall", "liver", "extrahepatic")
    }
    assert results == {"overall": "PD", "liver": "SD", "extrahepatic": "NOT APPLICABLE"}


def test_overall_response_is_neither_worst_nor_best_of_its_parts() -> None:
    lesions = [Lesion("A", True, False, True, 80_000), LUNG]
    visits = [visit(56, A=48_000, B=25_000)]
    results = {
        part: assess_course(lesions, visits, 1, part)[0].overall
        for part in ("overall", "liver", "extrahepatic")
    }
    assert results == {"overall": "SD", "liver": "PR", "extrahepatic": "PD"}


def test_liver_has_its_own_nadir() -> None:
    visits = [visit(28, A=50_000, B=30_000), visit(56, A=60_000, B=12_000)]
    overall = assess_course([LIVER, LUNG], visits, 1)
    liver = assess_course([LIVER, LUNG], visits, 1, "liver")
    assert (overall[1].nadir_before_mm, overall[1].overall) == (80.0, "SD")
    assert (liver[1].nadir_before_mm, liver[1].overall) == (50.0, "PD")


def test_visit_of_several_days_is_dated_first_for_progression_and_last_otherwise() -> None:
    stable = Visit(57, 60, targets={"A": 60_000})
    worse = Visit(99, 103, targets={"A": 90_000})
    first, second = assess_course([LIVER], [worse, stable], 1)
    assert (first.overall, first.day) == ("SD", 59)
    assert (second.overall, second.day) == ("PD", 98)


def test_equivocal_new_lesion_of_unnamed_organ_is_matched_by_compartment() -> None:
    doubtful = NewLesionSeen(False, None, False)
    first, _ = assess_course([LIVER], [visit(56, doubtful), visit(98, CERTAIN)], 1)
    assert first.progression_backdated
    first, _ = assess_course([LIVER], [visit(56, doubtful), visit(98, LIVER_CERTAIN)], 1)
    assert not first.progression_backdated
