"""The optional sets of criteria, each against its published rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.analysis.response.cohort import evaluate_cohort
from core.analysis.response.timepoint import is_partial_response, is_progression
from core.errors import RuleFileInvalid
from core.options import ResponseOptions
from core.results.response import PatientResponse
from core.rules.response_criteria import FILE, criteria_sets, read_criteria
from tests.response_study import Rows, lesion, patient, scan, study


def _evaluate(criteria: str, lesions: Rows, scans: Rows) -> PatientResponse:
    data = study(patients=[patient()], lesions=lesions, lesion_measurements=scans)
    options = ResponseOptions(criteria=criteria, sd_min_days=0)  # type: ignore[arg-type]
    return evaluate_cohort(data, options).patients[0]


LIVER = [lesion("T1", "TARGET", "liver")]


@pytest.mark.parametrize(
    ("size", "density", "expected"),
    [
        (90.0, 100.0, "PR"),  # -10 % in size alone
        (90.1, 85.1, "SD"),  # neither limb
        (100.0, 85.0, "PR"),  # -15 % in density alone
        (110.0, 100.0, "PD"),  # +10 % without a response by density
        (109.9, 100.0, "SD"),
        (120.0, 80.0, "PR"),  # growth with a response by density is no progression
        (0.0, None, "CR"),
        (90.0, None, "PR"),  # size decides alone
        (100.0, None, "NE"),  # density could make it PR
        (120.0, None, "NE"),
    ],
)
def test_choi_size_and_density_give_the_published_category(
    size: float, density: float | None, expected: str
) -> None:
    """Choi 2007, J Clin Oncol 25:1753 (PMC5658474, Table 2)."""
    scans = [
        scan("T1", -7, 100.0, density_hu=100.0),
        scan("T1", 50, size, density_hu=density),
    ]
    assert _evaluate("choi", LIVER, scans).best == expected


def test_choi_new_lesion_is_progression() -> None:
    lesions = [*LIVER, lesion("N1", "NEW", "lung")]
    scans = [
        scan("T1", -7, 100.0, density_hu=100.0),
        scan("T1", 50, 60.0, density_hu=50.0),
        scan("N1", 50, 12.0),
    ]
    assert _evaluate("choi", lesions, scans).best == "PD"


@pytest.mark.parametrize(
    ("viable", "expected"),
    [(0.0, "CR"), (35.0, "PR"), (35.1, "SD"), (60.0, "PD"), (59.9, "SD"), (None, "NE")],
)
def test_mrecist_viable_part_of_liver_lesions_decides(viable: float | None, expected: str) -> None:
    """Lencioni & Llovet 2010 (PMC6287184, Table 4): -30 % from baseline, +20 % from nadir."""
    scans = [
        scan("T1", -7, 70.0, viable_mm=50.0),
        scan("T1", 50, 70.0, viable_mm=viable),
    ]
    assert _evaluate("mrecist", LIVER, scans).best == expected


def test_mrecist_has_no_absolute_limb() -> None:
    mrecist, recist = criteria_sets()["mrecist"], criteria_sets()["recist"]
    assert is_progression(12_000, 10_000, mrecist)
    assert not is_progression(12_000, 10_000, recist)
    assert not is_progression(0, 0, mrecist)
    assert is_partial_response(7_000, 10_000, mrecist)


def test_mrecist_lesion_outside_the_liver_keeps_its_diameter() -> None:
    lesions = [*LIVER, lesion("T2", "TARGET", "lung")]
    scans = [
        scan("T1", -7, 70.0, viable_mm=50.0),
        scan("T2", -7, 20.0),
        scan("T1", 50, 70.0, viable_mm=10.0),
        scan("T2", 50, 20.0),
    ]
    found = _evaluate("mrecist", lesions, scans)
    assert found.overall.assessments[0].sum_mm == 30.0
    assert found.best == "PR"


def _many_liver_lesions(count: int, after: float) -> PatientResponse:
    lesions = [lesion(f"T{at}", "TARGET", "liver") for at in (1, 2)]
    lesions += [lesion(f"X{at}", "NON-TARGET", "liver") for at in range(count)]
    scans = [scan(one["lesion_id"], -7, 20.0) for one in lesions]
    scans += [scan(f"T{at}", 50, 20.0) for at in (1, 2)]
    scans += [scan(f"X{at}", 50, after) for at in range(count)]
    return _evaluate("liver5", lesions, scans)


@pytest.mark.parametrize(("count", "sum_mm"), [(0, 40.0), (1, 42.0), (3, 46.0), (4, 46.0)])
def test_liver5_scores_at_most_five_liver_lesions(count: int, sum_mm: float) -> None:
    found = _many_liver_lesions(count, 2.0)
    assert found.liver.assessments[0].sum_mm == sum_mm
    assert found.overall.assessments[0].sum_mm == 40.0


def test_liver5_lesion_below_ten_millimetres_is_no_target() -> None:
    lesions = [*LIVER, lesion("X1", "NON-TARGET", "liver"), lesion("X2", "NON-TARGET", "liver")]
    scans = [scan("T1", -7, 20.0), scan("X1", -7, 9.9), scan("X2", -7, 10.0)]
    scans += [scan(name, 50, 20.0) for name in ("T1", "X1", "X2")]
    assert _evaluate("liver5", lesions, scans).liver.assessments[0].sum_mm == 40.0


def test_only_recist_is_marked_as_standard() -> None:
    assert [code for code, one in criteria_sets().items() if one.standard] == ["recist"]


@pytest.mark.parametrize(
    "change", [("= 30\n", "= 0\n"), ("[recist]", "[other]"), ("size =", "s =")]
)
def test_criteria_broken_file_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    path = tmp_path / "criteria.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(RuleFileInvalid):
        read_criteria(path)
