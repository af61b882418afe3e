"""Rates by group, clinical benefit, and where patients progress first."""

from __future__ import annotations

import pytest

from core.analysis.baseline.derive import derive_factors
from core.analysis.response.cohort import evaluate_cohort, read_cohort
from core.analysis.response.groups import response_by_factor
from core.analysis.response.second_engine import check_response
from core.analysis.subset import subset_study
from core.options import ResponseOptions
from core.results.response_groups import GroupedResponse
from tests.response_study import Rows, lesion, patient, reading, scan, study


def _by_sex(best: dict[str, list[str]], **options: str) -> GroupedResponse:
    rows = [
        patient(f"{sex}{at}", sex=sex, best_response=category)
        for sex, categories in best.items()
        for at, category in enumerate(categories)
    ]
    rows.append(patient("U1", best_response="PR"))
    data = study(patients=rows)
    cohort = evaluate_cohort(data, ResponseOptions(**options))  # type: ignore[arg-type]
    return response_by_factor(cohort, derive_factors(data), "sex")


def test_groups_have_their_own_rates_and_name_who_is_missing() -> None:
    grouped = _by_sex({"M": ["PR", "PR", "PR", "SD"], "F": ["PR", "PD", "PD", "NE"]})
    found = {one.level: (one.orr.count, one.orr.total, one.dcr.count) for one in grouped.groups}
    assert found == {"male": (3, 4, 4), "female": (1, 4, 1)}
    assert grouped.without_level == 1
    assert {one.rate for one in grouped.comparisons} == {"orr", "dcr"}


def test_groups_of_the_evaluable_leave_out_who_was_not_evaluated() -> None:
    grouped = _by_sex({"M": ["PR", "SD"], "F": ["PR", "PD", "PD", "NE"]}, denominator="evaluable")
    assert {one.level: one.orr.total for one in grouped.groups} == {"male": 2, "female": 3}


def test_groups_compared_give_fishers_numbers() -> None:
    """R 4.2.2: fisher.test(matrix(c(3, 1, 1, 3), 2)) gives P 0.4857, odds ratio 6.408."""
    grouped = _by_sex({"M": ["PR", "PR", "PR", "SD"], "F": ["PR", "PD", "PD", "NE"]})
    one = next(one for one in grouped.comparisons if one.rate == "orr")
    assert one.p == pytest.approx(0.4857, abs=1e-4)
    assert grouped.orr_p == pytest.approx(0.4857, abs=1e-4)
    expected = 6.408 if one.first.group == "male" else 1 / 6.408
    assert one.odds_ratio == pytest.approx(expected, rel=1e-3)


def test_single_group_is_compared_with_nothing() -> None:
    grouped = _by_sex({"M": ["PR", "SD"]})
    assert grouped.comparisons == ()
    assert grouped.orr_p is None


@pytest.mark.parametrize(("last_day", "count"), [(167, 0), (168, 1)])
def test_clinical_benefit_needs_control_up_to_the_set_day(last_day: int, count: int) -> None:
    readings = [reading(84, "SD"), reading(last_day, "SD"), reading(300, "PD")]
    data = study(patients=[patient()], response_assessments=readings)
    found = evaluate_cohort(data).overall
    assert found is not None
    assert found.benefit is not None
    assert found.benefit.count == count


def test_clinical_benefit_after_a_new_therapy_does_not_count() -> None:
    readings = [reading(84, "SD"), reading(200, "SD")]
    follow_up: Rows = [{"patient_id": "P1", "subsequent_therapy_date": reading(100, None)
                        ["assessment_date"]}]  # fmt: skip
    data = study(patients=[patient()], response_assessments=readings, follow_up=follow_up)
    found = evaluate_cohort(data).overall
    assert found is not None
    assert found.benefit is not None
    assert found.benefit.count == 0


def test_clinical_benefit_of_undated_stable_disease_is_not_known() -> None:
    found = evaluate_cohort(study(patients=[patient(best_response="SD")])).overall
    assert found is not None
    assert found.benefit is None


@pytest.mark.parametrize(
    ("rows", "sign"),
    [
        ([scan("T1", 50, 30.0)], "TARGET"),
        ([scan("T1", 50, 20.0), scan("N1", 50, 8.0)], "NEW"),
        ([scan("T1", 50, 30.0), scan("N1", 50, 8.0)], "NEW"),
        ([scan("T1", 50, 20.0), scan("X1", 50, None, status="UNEQUIVOCAL_PD")], "NONTARGET"),
        ([scan("T1", 50, 20.0)], None),
    ],
)
def test_liver_progression_says_what_progressed(rows: Rows, sign: str | None) -> None:
    lesions = [
        lesion("T1", "TARGET", "liver"),
        lesion("X1", "NON-TARGET", "liver"),
        lesion("N1", "NEW", "liver"),
    ]
    baseline = [scan("T1", -7, 20.0), scan("X1", -7, None, status="PRESENT")]
    data = study(patients=[patient()], lesions=lesions, lesion_measurements=baseline + rows)
    found = evaluate_cohort(data)
    assert found.patients[0].liver_progression == sign
    assert check_response(read_cohort(data, found.options), found).differing == ()


def test_subset_keeps_the_rows_of_the_chosen_patients_only() -> None:
    data = study(
        patients=[patient("P1", best_response="PR"), patient("P2", best_response="PD")],
        response_assessments=[reading(50, "PR")],
    )
    cut = subset_study(data, ["P2", "unknown"])
    assert list(cut.table("patients")["patient_id"]) == ["P2"]
    assert not len(cut.table("response_assessments"))
    assert evaluate_cohort(cut).patients == tuple(
        one for one in evaluate_cohort(data).patients if one.patient_id == "P2"
    )
