"""Laboratory grades by CTCAE v5.0: both sides of the limits, baselines, units, gaps."""

from __future__ import annotations

from typing import Any

import pytest

from core.analysis.toxicity.single import grade_value
from core.errors import NotComputable
from core.results.toxicity import Direction, ValueGrade

ALT = "Alanine aminotransferase increased"
BILI = "Blood bilirubin increased"
CREAT = "Creatinine increased"
HB_L = ("Anemia", "HGB", "low")
PLAT_L = ("Platelet count decreased", "PLAT", "low")
NEUT_L = ("Neutrophil count decreased", "NEUT", "low")
K_L = ("Hypokalemia", "K", "low")


def grade(
    term: tuple[str, str, Direction] | tuple[str, str, str], value: Any, **inputs: Any
) -> ValueGrade:
    return grade_value(term[0], term[1], term[2], value, **inputs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("term", "value", "inputs", "expected"),
    [
        (HB_L, 120.0, {"unit": "g/L", "lln": 120}, 0),
        (HB_L, 119.9, {"unit": "g/L", "lln": 120}, 1),
        (HB_L, 100.0, {"unit": "g/L", "lln": 120}, 1),
        (HB_L, 99.9, {"unit": "g/L", "lln": 120}, 2),
        (HB_L, 80.0, {"unit": "g/L", "lln": 120}, 2),
        (HB_L, 79.9, {"unit": "g/L", "lln": 120}, 3),
        (HB_L, 20.0, {"unit": "g/L", "lln": 120}, 3),
        (PLAT_L, 75.0, {"unit": "10^9/L", "lln": 125}, 1),
        (PLAT_L, 74.9, {"unit": "10^9/L", "lln": 125}, 2),
        (PLAT_L, 50.0, {"unit": "10^9/L", "lln": 125}, 2),
        (PLAT_L, 25.0, {"unit": "10^9/L", "lln": 125}, 3),
        (PLAT_L, 24.9, {"unit": "10^9/L", "lln": 125}, 4),
        (("Hyperkalemia", "K", "high"), 5.5, {"unit": "mmol/L", "uln": 5.3}, 1),
        (("Hyperkalemia", "K", "high"), 5.51, {"unit": "mmol/L", "uln": 5.3}, 2),
        (("Hypermagnesemia", "MG", "high"), 1.3, {"unit": "mmol/L", "uln": 1.0}, 3),
        (("Hypertriglyceridemia", "TRIG", "high"), 1.71, {"unit": "mmol/L", "uln": 1.7}, 1),
        (("Lymphocyte count increased", "LYM", "high"), 4.0, {"unit": "10^9/L"}, 0),
        (("Lymphocyte count increased", "LYM", "high"), 4.1, {"unit": "10^9/L"}, 2),
        (("Leukocytosis", "WBC", "high"), 100.0, {"unit": "10^9/L"}, 0),
        (("Leukocytosis", "WBC", "high"), 100.1, {"unit": "10^9/L"}, 3),
        (("Hemoglobin increased", "HGB", "high"), 195.0, {"unit": "g/L", "uln": 175}, 1),
        (("Hemoglobin increased", "HGB", "high"), 195.1, {"unit": "g/L", "uln": 175}, 2),
        (("INR increased", "INR", "high"), 1.2, {}, 0),
        (("INR increased", "INR", "high"), 1.21, {}, 1),
        (("Fibrinogen decreased", "FIBRINO", "low"), 0.49, {"unit": "g/L", "lln": 1.0}, 4),
    ],
)
def test_lab_grade_at_each_side_of_a_limit(
    term: tuple[str, str, str], value: float, inputs: dict[str, Any], expected: int
) -> None:
    result = grade(term, value, **inputs)
    assert (result.status, result.grade_min, result.grade_max) == ("GRADED", expected, expected)
    assert bool(result.rule_id) == (expected > 0)


@pytest.mark.parametrize(
    ("value", "baseline", "abnormal", "expected"),
    [
        (120.0, 40.0, 0, 1),  # 3.0 x ULN, inclusive
        (120.1, 40.0, 0, 2),
        (60.0, 80.0, 1, 0),  # below 1.5 x an abnormal baseline, whatever the ULN
        (120.0, 80.0, 1, 1),  # 1.5 x baseline, inclusive
        (119.9, 80.0, 1, 0),
        (240.0, 80.0, 1, 1),
        (240.1, 80.0, 1, 2),
        (400.1, 80.0, 1, 3),
        (1600.1, 80.0, 1, 4),
    ],
)
def test_liver_test_baseline_decides_between_uln_and_baseline(
    value: float, baseline: float, abnormal: int, expected: int
) -> None:
    result = grade(
        (ALT, "ALT", "high"), value, uln=40, baseline=baseline, baseline_abnormal=abnormal
    )
    assert result.grade_max == expected


def test_baseline_exactly_at_its_uln_is_normal() -> None:
    at_uln = grade((ALT, "ALT", "high"), 50.0, uln=40, baseline=40.0, baseline_uln=40.0)
    above = grade((ALT, "ALT", "high"), 50.0, uln=40, baseline=40.1, baseline_uln=40.0)
    assert (at_uln.grade_max, above.grade_max) == (1, 0)


def test_baseline_number_goes_before_recorded_flag_and_says_so() -> None:
    result = grade(
        (ALT, "ALT", "high"), 50.0, uln=40, baseline=30.0, baseline_uln=40.0, baseline_abnormal=1
    )
    assert result.grade_max == 1
    assert "BASELINE_FLAG_DISAGREES" in result.flags


def test_baseline_record_itself_is_graded_by_uln_only() -> None:
    result = grade(
        (ALT, "ALT", "high"),
        80.0,
        uln=40,
        baseline=80.0,
        baseline_abnormal=1,
        is_baseline=True,
    )
    assert result.grade_max == 1
    assert "BASELINE_ASSUMED_NORMAL" not in result.flags


def test_baseline_missing_counts_as_normal_with_a_flag() -> None:
    for term in ((ALT, "ALT", "high"), (CREAT, "CREAT", "high")):
        result = grade(term, 120.0, uln=104)
        assert result.grade_max == 1
        assert result.flags == ("BASELINE_ASSUMED_NORMAL",)


@pytest.mark.parametrize(
    ("value", "baseline", "expected"),
    [
        (82.5, 55.0, 0),  # exactly 1.5 x baseline is not above it
        (82.6, 55.0, 2),  # inside the normal range, yet above 1.5 x baseline
        (104.1, 90.0, 1),
        (170.0, 55.0, 3),
        (624.0, 300.0, 3),
        (624.1, 300.0, 4),
    ],
)
def test_creatinine_takes_the_worse_of_uln_and_baseline(
    value: float, baseline: float, expected: int
) -> None:
    result = grade((CREAT, "CREAT", "high"), value, unit="umol/L", uln=104, baseline=baseline)
    assert result.grade_max == expected


def test_tolerance_keeps_a_binary_artefact_from_raising_the_grade() -> None:
    assert 3.0 * 1.2 < 3.6
    result = grade((BILI, "BILI", "high"), 3.6, unit="mg/dL", uln=1.2, baseline_abnormal=0)
    assert result.grade_max == 2


@pytest.mark.parametrize(
    ("term", "value", "inputs", "interval"),
    [
        (K_L, 3.3, {"unit": "mmol/L", "lln": 3.5}, (1, 2)),
        (K_L, 3.3, {"unit": "mmol/L", "lln": 3.5, "facts": {"symptomatic": 1}}, (2, 2)),
        (K_L, 3.3, {"unit": "mmol/L", "lln": 3.5, "facts": {"symptomatic": 0}}, (1, 1)),
        (("Hyponatremia", "SODIUM", "low"), 126.0, {"unit": "mmol/L", "lln": 137}, (2, 3)),
        (("Lipase increased", "LIPASE", "high"), 240.0, {"uln": 60}, (2, 3)),
        (("Blood bicarbonate decreased", "BICARB", "low"), 18.0, {"lln": 22}, (0, 1)),
        (("INR increased", "INR", "high"), 1.15, {"baseline": 1.0}, (0, 1)),
    ],
)
def test_unknown_clinical_fact_gives_an_interval(
    term: tuple[str, str, str], value: float, inputs: dict[str, Any], interval: tuple[int, int]
) -> None:
    result = grade(term, value, **inputs)
    assert (result.grade_min, result.grade_max) == interval
    assert ("CLINICAL_FACT_UNKNOWN" in result.flags) == (interval[0] != interval[1])
    assert grade(term, value, worst_case=True, **inputs).grade_min == interval[1]


@pytest.mark.parametrize(
    ("term", "value", "inputs", "reason"),
    [
        (PLAT_L, None, {"unit": "10^9/L", "lln": 125}, "value_missing"),
        (PLAT_L, 90.0, {"unit": "10^9/L"}, "lln_missing"),
        (("Hyperkalemia", "K", "high"), 5.2, {"unit": "mmol/L"}, "uln_missing"),
        (HB_L, 90.0, {"lln": 120}, "unit_missing"),
        (HB_L, 90.0, {"unit": "umol/L", "lln": 120}, "unit_not_printed"),
        (("Hypocalcemia", "CA_ION", "low"), 3.2, {"unit": "mg/dL", "lln": 4.6}, "unit_not_printed"),
        (("Weight loss", "WEIGHT", "low"), 54.0, {"unit": "kg"}, "baseline_missing"),
        (
            ("Hyperglycemia", "GLUC", "high"),
            30.0,
            {"unit": "mmol/L", "uln": 6.1},
            "needs_clinician",
        ),
        (("Acute kidney injury", "CREAT", "high"), 900.0, {"unit": "umol/L"}, "needs_clinician"),
        (("(none in v5.0)", "UREA", "high"), 40.0, {"unit": "mmol/L"}, "no_term"),
        (("Proteinuria", "UPROT_DIP", "high"), "cloudy", {}, "level_unreadable"),
    ],
)
def test_ungradable_value_has_no_grade_but_a_reason(
    term: tuple[str, str, str], value: Any, inputs: dict[str, Any], reason: str
) -> None:
    result = grade(term, value, **inputs)
    assert result.status == "UNGRADABLE"
    assert (result.grade_min, result.grade_max) == (None, None)
    assert result.reason is not None
    assert result.reason.code == f"toxicity.reason.{reason}"


def test_range_missing_but_grade_certain_is_graded() -> None:
    assert grade(PLAT_L, 60.0, unit="10^9/L").grade_max == 2


@pytest.mark.parametrize(
    ("level", "expected"),
    [("阴性", 0), ("±", 0), ("1+", 1), ("++", 2), ("3+", 2), ("＋＋＋＋", 3)],
)
def test_proteinuria_by_dipstick_level(level: str, expected: int) -> None:
    assert grade(("Proteinuria", "UPROT_DIP", "high"), level).grade_max == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.99, "g/24h", 1),
        (1.0, "g/24h", 2),
        (3.49, "g/24h", 2),
        (3.5, "g/d", 3),
        (999, "mg/24h", 1),
    ],
)
def test_proteinuria_by_24_hour_collection(value: float, unit: str, expected: int) -> None:
    result = grade(
        ("Proteinuria", "UPROT_24H", "high"), value, unit=unit, uln=0.15 if value < 9 else 150
    )
    assert result.grade_max == expected


@pytest.mark.parametrize(
    "unit",
    ["×10^9/L", "10*9/L", "10^9·L-1", "G/L", "10^3/uL", "10^3/µL", "10^3/μL", "10⁹/L", "K/uL"],
)
def test_count_unit_spellings_mean_the_same(unit: str) -> None:
    assert grade(NEUT_L, 0.9, unit=unit, lln=1.8).grade_max == 3


def test_gram_per_litre_is_read_by_test() -> None:
    assert grade(HB_L, 90.0, unit="G/L", lln=120).grade_max == 2
    assert grade(PLAT_L, 90.0, unit="G/L", lln=125).grade_max == 1
    assert grade(PLAT_L, 9.0, unit="万/mm3", lln=12.5).grade_max == 1


def test_value_is_graded_in_the_unit_reported_without_conversion() -> None:
    # 4.9 mmol/L is 79.0 g/L, but CTCAE prints 4.9 beside 80: still grade 2.
    assert grade(HB_L, 4.9, unit="mmol/L", lln=7.4).grade_max == 2
    assert grade(HB_L, 79.0, unit="g/L", lln=120).grade_max == 3


def test_normal_range_beyond_the_printed_limit_is_flagged() -> None:
    assert grade(NEUT_L, 1.4, unit="10^9/L", lln=1.3).flags == ("LLN_BELOW_CUT",)
    high = grade(("Hyperkalemia", "K", "high"), 5.6, unit="mmol/L", uln=5.8)
    assert (high.grade_max, high.flags) == (2, ("ULN_ABOVE_CUT",))


@pytest.mark.parametrize(
    ("term", "value", "unit", "flagged"),
    [
        (HB_L, 9.5, "g/L", True),
        (HB_L, 9.5, "g/dL", False),
        (PLAT_L, 150000.0, "10^9/L", True),
        ((CREAT, "CREAT", "high"), 0.9, "umol/L", True),
        (NEUT_L, 0.0, "10^9/L", False),
    ],
)
def test_implausible_unit_is_graded_literally_and_flagged(
    term: tuple[str, str, str], value: float, unit: str, flagged: bool
) -> None:
    result = grade(term, value, unit=unit, lln=1.0, uln=1.0)
    assert result.status == "GRADED"
    assert ("IMPLAUSIBLE_UNIT" in result.flags) == flagged


def test_death_is_never_read_off_a_value() -> None:
    assert grade(PLAT_L, 0.0, unit="10^9/L", lln=125).grade_max == 4


def test_chronic_kidney_disease_is_advisory() -> None:
    result = grade(("Chronic kidney disease", "EGFR", "low"), 40.0, unit="mL/min/1.73m2", lln=90)
    assert result.flags == ("ADVISORY",)


def test_unknown_term_raises_a_coded_error() -> None:
    with pytest.raises(NotComputable, match="ctcae_term_unknown"):
        grade_value("Thrombocytosis", "PLAT", "high", 900.0)
