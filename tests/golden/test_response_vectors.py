"""Lesions, best response, tables, baseline and rates against the shared reference vectors."""

from __future__ import annotations

import csv
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.analysis.response.baseline import BaselineLesion, check_baseline
from core.analysis.response.best import best_response
from core.analysis.response.course import assess_course
from core.analysis.response.courses import continuing_responses
from core.analysis.response.lesions import Lesion, NewLesionSeen, Visit, target_size
from core.analysis.response.rates import clopper_pearson, wilson
from core.analysis.response.timepoint import overall_response
from core.options import ResponseOptions
from core.rules.recist import is_intrahepatic, recognise_organ

VECTORS = Path(os.environ.get("ARTERIA_VECTORS", Path(__file__).parents[1] / "vectors"))
START = date(2021, 1, 1).toordinal()
NOT_DONE = {"ND": "NE", "NOT DONE": "NE"}


def _json_cases(family: str, key: str) -> list[dict[str, Any]]:
    return [
        case
        for path in sorted(VECTORS.glob(f"{family}_*.json"))
        for case in json.loads(path.read_text(encoding="utf-8"))[key]
    ]


def _csv_cases(family: str) -> list[dict[str, str]]:
    found = []
    for path in sorted(VECTORS.glob(f"{family}_*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            found += list(csv.DictReader(stream))
    return found


def _inside(lesion: dict[str, Any]) -> bool:
    given = lesion.get("intrahepatic")
    return bool(is_intrahepatic(lesion["organ"])) if given is None else bool(given)


def _lesions(baseline: dict[str, Any]) -> list[Lesion]:
    targets = [
        Lesion(one["id"], True, bool(one.get("node")), _inside(one), _size(one["mm"]))
        for one in baseline.get("targets", [])
    ]
    return targets + [
        Lesion(one["id"], False, bool(one.get("node")), _inside(one))
        for one in baseline.get("nontargets", [])
    ]


def _size(value: Any) -> int | None:
    return target_size(None, value) if isinstance(value, str) else target_size(value, None)


def _visit(given: dict[str, Any]) -> Visit:
    state, organ = given.get("new_lesion") or "NO", given.get("new_lesion_organ")
    confirmed = given.get("confirmed_as_new_on")
    seen: tuple[NewLesionSeen, ...] = ()
    if state != "NO":
        name = recognise_organ(organ).name if organ else None
        later = confirmed is not None and confirmed >= given["day"]
        seen = (NewLesionSeen(state == "UNEQUIVOCAL", name, is_intrahepatic(organ), later),)
    day = START + given["day"]
    return Visit(
        first_day=day,
        last_day=day,
        targets={key: _size(value) for key, value in given.get("targets", {}).items()},
        nontargets=given.get("nontargets", {}),
        new_lesions=seen,
        denies_new=state == "NO",
    )


LESION_CASES = _json_cases("recist_lesion", "patients")
NUMBERS = {
    "sum": "sum_mm",
    "nadir_before": "nadir_before_mm",
    "pct_from_baseline": "percent_from_baseline",
    "pct_from_nadir": "percent_from_nadir",
    "abs_from_nadir": "difference_mm",
}


def _unscored(case: dict[str, Any]) -> set[int]:
    """Positions of what the sources leave open: one assessment, several, or all of them."""
    found = {at for at, one in enumerate(case["assessments"]) if one.get("ambiguous")}
    ambiguous = case.get("ambiguous")
    if ambiguous:
        position = ambiguous.get("assessment") if isinstance(ambiguous, dict) else None
        found |= set(range(len(case["assessments"]))) if position is None else {position}
    return found


@pytest.mark.parametrize("case", LESION_CASES, ids=lambda case: case["id"])
def test_lesion_course_read_visit_by_visit_matches_vector(case: dict[str, Any]) -> None:
    lesions, visits = _lesions(case["baseline"]), [_visit(one) for one in case["assessments"]]
    overall = assess_course(lesions, visits, START)
    parts = {
        "hepatic": assess_course(lesions, visits, START, "liver"),
        "extrahepatic": assess_course(lesions, visits, START, "extrahepatic"),
    }
    for position, given in enumerate(case["assessments"]):
        if position in _unscored(case):
            continue
        expected, found = given["expected"], overall[position]
        assert found.overall == expected["overall"]
        for name in ("target", "nontarget"):
            if name in expected:
                assert getattr(found, name) == expected[name]
        for name, attribute in NUMBERS.items():
            value = getattr(found, attribute)
            if expected.get(name) is None:
                assert value is None or name not in expected
            else:
                assert value == pytest.approx(expected[name], abs=5.1e-5)
        for name, course in parts.items():
            if name in expected:
                assert course[position].overall == (expected[name] or "NOT APPLICABLE")


@pytest.mark.parametrize(
    "case",
    [one for one in LESION_CASES if one.get("expected_display_sticky")],
    ids=lambda case: case["id"],
)
def test_lesion_course_displayed_as_continuing_response_matches_vector(
    case: dict[str, Any],
) -> None:
    visits = [_visit(one) for one in case["assessments"]]
    course = assess_course(_lesions(case["baseline"]), visits, START)
    assert list(continuing_responses(course)) == case["expected_display_sticky"]


@pytest.mark.parametrize(
    "case", [one for one in LESION_CASES if one.get("expected_bor")], ids=lambda case: case["id"]
)
def test_lesion_course_best_response_matches_vector(case: dict[str, Any]) -> None:
    expected = case["expected_bor"]
    course = assess_course(
        _lesions(case["baseline"]), [_visit(one) for one in case["assessments"]], START
    )
    config = dict(expected["config"])
    therapy = config.pop("new_therapy_day", None)
    best = best_response(
        [(one.day, one.dated_response) for one in course],
        ResponseOptions(**config),
        new_therapy_day=therapy,
    )
    assert best.unconfirmed == expected["bor_unconfirmed"]
    assert best.confirmed == expected["bor_confirmed"]


@pytest.mark.parametrize("case", _json_cases("recist_bor", "patients"), ids=lambda case: case["id"])
def test_response_sequence_best_response_matches_vector(case: dict[str, Any]) -> None:
    config = dict(case["config"])
    therapy = config.pop("new_therapy_day", None)
    sequence = [(int(day), NOT_DONE.get(response, response)) for day, response in case["sequence"]]
    best = best_response(sequence, ResponseOptions(**config), new_therapy_day=therapy)
    accepted = case.get("ambiguous") or {}
    unconfirmed = accepted.get("bor", [case["expected"]["bor_unconfirmed"]])
    confirmed = accepted.get("cbor", [case["expected"]["bor_confirmed"]])
    assert best.unconfirmed in unconfirmed
    assert best.confirmed in confirmed


@pytest.mark.parametrize("row", _csv_cases("recist_tp_table"), ids=lambda row: row["id"])
def test_overall_response_of_combination_matches_printed_table(row: dict[str, str]) -> None:
    target = None if row["target"] == "NONE" else row["target"]
    nontarget = None if row["nontarget"] == "NONE" else row["nontarget"]
    overall, _ = overall_response(target, nontarget, has_new_lesion=row["new_lesion"] == "YES")
    assert overall == row["expected_overall"]


@pytest.mark.parametrize("case", _json_cases("recist_baseline", "cases"), ids=lambda one: one["id"])
def test_baseline_selection_codes_match_vector(case: dict[str, Any]) -> None:
    lesions = [
        BaselineLesion(
            is_target=one["role"] == "target",
            organ=one["organ"],
            mm=one.get("mm"),
            is_node=bool(one.get("node")),
            slice_mm=one.get("slice_mm"),
            measurable_kind=not one.get("bone_blastic"),
            prior_local_therapy=bool(one.get("prior_local_therapy")),
            progressed_since=bool(one.get("progressed_since")),
            days_before_treatment=one.get("days_before_treatment"),
        )
        for one in case["lesions"]
    ]
    found = check_baseline(lesions)
    assert set(found.errors) == set(case["expected"]["errors"])
    assert set(found.warnings) == set(case["expected"]["warnings"])


@pytest.mark.parametrize("row", _csv_cases("orr_ci"), ids=lambda row: row["id"])
def test_rate_limits_match_reference_values(row: dict[str, str]) -> None:
    count, total, level = int(row["x"]), int(row["n"]), float(row["conf_level"])
    tolerance = float(row["tolerance"])
    exact, score = clopper_pearson(count, total, level), wilson(count, total, level)
    assert exact[0] == pytest.approx(float(row["cp_low"]), abs=tolerance)
    assert exact[1] == pytest.approx(float(row["cp_high"]), abs=tolerance)
    assert score[0] == pytest.approx(float(row["wilson_low"]), abs=tolerance)
    assert score[1] == pytest.approx(float(row["wilson_high"]), abs=tolerance)
