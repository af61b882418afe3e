"""Laboratory tables of a study: baseline, derived tests, worst grade, shifts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from core.analysis.toxicity.labs import grade_labs
from core.analysis.toxicity.worst import shift_table
from core.errors import NotComputable
from core.options import ToxicityOptions
from core.results.toxicity import LabGrades
from core.schema import StudyData, typed_frame

START = "2021-03-01"


def study(
    labs: list[dict[str, Any]],
    *,
    patients: list[dict[str, Any]] | None = None,
    sessions: list[dict[str, Any]] | None = None,
    cutoff: date | None = None,
) -> StudyData:
    people = patients or [{"patient_id": "P1", "first_haic_date": START}]
    frames = {
        "patients": typed_frame("patients", pd.DataFrame(people)),
        "labs": typed_frame("labs", pd.DataFrame([{"patient_id": "P1", **row} for row in labs])),
    }
    if sessions is not None:
        frames["haic_sessions"] = typed_frame("haic_sessions", pd.DataFrame(sessions))
    return StudyData(frames, data_cutoff=cutoff)


def lab(day: str | None, test: str, value: float | None, **more: Any) -> dict[str, Any]:
    unit = {"HGB": "g/L", "CA": "mmol/L", "ALB": "g/L", "UPROT_24H": "g/24h"}.get(test, "U/L")
    return {"lab_date": day, "lab_test": test, "lab_value": value, "lab_unit": unit, **more}


def one(grades: LabGrades, term: str) -> dict[str, Any]:
    rows = grades.worst[grades.worst["term"] == term].to_dict("records")
    assert len(rows) == 1
    return rows[0]


ALT = "Alanine aminotransferase increased"


def test_baseline_last_value_on_or_before_the_first_haic_is_used() -> None:
    grades = grade_labs(
        study(
            [
                lab("2021-02-01", "ALT", 30.0, uln=40),
                lab(START, "ALT", 80.0, uln=40),
                lab("2021-03-02", "ALT", 119.0, uln=40),
            ]
        )
    )
    assert grades.rows["is_baseline"].tolist() == [False, True, False]
    assert grades.rows["is_post_baseline"].tolist() == [False, False, True]
    # The baseline itself by ULN (grade 1), the later value by 1.5 x the abnormal baseline.
    assert grades.rows["grade_min"].tolist() == [0, 1, 0]
    assert one(grades, ALT)["shift"] == -1


def test_first_session_goes_before_the_recorded_date() -> None:
    grades = grade_labs(
        study(
            [lab("2021-03-05", "ALT", 200.0, uln=40)],
            sessions=[
                {"patient_id": "P1", "session_date": "2021-04-10"},
                {"patient_id": "P1", "session_date": "2021-03-10"},
            ],
        )
    )
    assert grades.rows["is_baseline"].tolist() == [True]
    assert len(grades.worst) == 0


def test_baseline_in_another_unit_is_converted_for_comparison() -> None:
    rows = [
        lab("2021-02-20", "CREAT", 0.7, uln=1.2) | {"lab_unit": "mg/dL"},
        lab("2021-03-20", "CREAT", 100.0, uln=104) | {"lab_unit": "µmol/L"},
    ]
    grades = grade_labs(study(rows))
    assert grades.rows["baseline_value"].iloc[1] == pytest.approx(0.7 * 88.42)
    assert one(grades, "Creatinine increased")["worst_grade"] == 2


def test_undated_value_recorded_as_baseline_is_the_baseline() -> None:
    grades = grade_labs(
        study(
            [
                lab(None, "ALT", 80.0, uln=40, is_baseline=True),
                lab("2021-03-09", "ALT", 250.0, uln=40),
            ]
        )
    )
    assert one(grades, ALT)["worst_grade"] == 2
    assert one(grades, ALT)["baseline_grade"] == 1


def test_without_a_first_haic_date_nothing_is_post_baseline() -> None:
    grades = grade_labs(
        study([lab("2021-03-09", "ALT", 250.0, uln=40)], patients=[{"patient_id": "P1"}])
    )
    assert grades.without_time_zero == ("P1",)
    assert grades.rows["grade_min"].tolist() == [3]
    assert not grades.rows["is_post_baseline"].any()
    assert len(grades.worst) == 0


def test_values_after_the_cutoff_are_not_used() -> None:
    rows = [lab("2021-03-09", "ALT", 90.0, uln=40), lab("2021-05-09", "ALT", 900.0, uln=40)]
    assert one(grade_labs(study(rows)), ALT)["worst_grade"] == 4
    assert one(grade_labs(study(rows, cutoff=date(2021, 4, 1))), ALT)["worst_grade"] == 1


@pytest.mark.parametrize(
    ("calcium", "albumin", "unit", "corrected", "expected"),
    [
        (2.0, 30.0, "mmol/L", 2.2, 0),
        (2.0, 50.0, "mmol/L", 1.8, 2),
        (8.0, 30.0, "mg/dL", 8.8, 0),
        (7.6, 40.0, "mg/dL", 7.6, 2),
    ],
)
def test_calcium_is_graded_corrected_for_albumin(
    calcium: float, albumin: float, unit: str, corrected: float, expected: int
) -> None:
    lln = 2.1 if unit == "mmol/L" else 8.4
    rows = [
        lab("2021-03-09", "CA", calcium, lln=lln, uln=lln * 1.3) | {"lab_unit": unit},
        lab("2021-03-09", "ALB", albumin, lln=35),
    ]
    grades = grade_labs(study(rows))
    worst = one(grades, "Hypocalcemia")
    assert worst["worst_value"] == pytest.approx(corrected)
    assert worst["worst_grade"] == expected
    assert (grades.rows["flags"] == "CORRECTED_CALCIUM").sum() == 2


def test_calcium_without_albumin_of_that_day_is_not_gradable() -> None:
    rows = [
        lab("2021-03-09", "CA", 1.6, lln=2.1, uln=2.6),
        lab("2021-03-10", "ALB", 30.0, lln=35),
    ]
    grades = grade_labs(study(rows))
    assert grades.ungradable[("Hypocalcemia", "albumin_missing")] == 1
    assert grades.ungradable[("Hypercalcemia", "albumin_missing")] == 1
    assert pd.isna(one(grades, "Hypocalcemia")["worst_grade"])


def test_24_hour_collection_takes_precedence_over_dipstick_of_that_day() -> None:
    rows = [
        lab("2021-03-09", "UPROT_DIP", None, lab_text="4+"),
        lab("2021-03-09", "UPROT_24H", 0.8, uln=0.15),
        lab("2021-03-19", "UPROT_DIP", None, lab_text="2+"),
    ]
    grades = grade_labs(study(rows))
    assert grades.ungradable == {("Proteinuria", "superseded_by_24h"): 1}
    assert one(grades, "Proteinuria")["worst_grade"] == 2


def test_24_hour_collection_that_cannot_be_graded_leaves_the_dipstick() -> None:
    rows = [
        lab("2021-03-09", "UPROT_DIP", None, lab_text="4+"),
        lab("2021-03-09", "UPROT_24H", 0.8),
    ]
    grades = grade_labs(study(rows))
    assert grades.ungradable == {("Proteinuria", "uln_missing"): 1}
    assert one(grades, "Proteinuria")["worst_grade"] == 3


@pytest.mark.parametrize(
    ("prefix", "value", "expected"),
    [("<", 80.0, 3), ("<", 80.1, None), ("<=", 80.0, None), (">", 400.0, 0), (">", 119.0, None)],
)
def test_censored_value_is_graded_only_if_its_whole_range_has_one_grade(
    prefix: str, value: float, expected: int | None
) -> None:
    row = lab("2021-03-09", "HGB", value, lln=120, uln=160, value_prefix=prefix)
    rows = grade_labs(study([row])).rows
    anemia = rows[rows["term"] == "Anemia"].iloc[0]
    if expected is None:
        assert (anemia["status"], anemia["reason"]) == ("UNGRADABLE", "censored")
    else:
        assert anemia["grade_min"] == expected
        assert "CENSORED" in anemia["flags"]


def test_hyperglycaemia_is_listed_as_not_gradable_only_above_normal() -> None:
    rows = [
        lab("2021-03-09", "GLUC", 5.0, lln=3.9, uln=6.1) | {"lab_unit": "mmol/L"},
        lab("2021-03-10", "GLUC", 25.0, lln=3.9, uln=6.1) | {"lab_unit": "mmol/L"},
    ]
    grades = grade_labs(study(rows))
    assert grades.ungradable == {("Hyperglycemia", "needs_clinician"): 1}
    assert one(grades, "Hypoglycemia")["worst_grade"] == 0


def test_test_without_a_term_gets_no_grade_but_a_message() -> None:
    grades = grade_labs(study([lab("2021-03-09", "UREA", 40.0)]))
    assert len(grades.rows) == 0
    assert any(m.code == "toxicity.method.without_term" for m in grades.messages)


def test_both_directions_of_a_test_keep_their_own_rows() -> None:
    rows = [
        lab(day, "K", value, lln=3.5, uln=5.3) | {"lab_unit": "mmol/L"}
        for day, value in (("2021-03-09", 2.7), ("2021-03-19", 5.8))
    ]
    worst = grade_labs(study(rows)).worst
    assert worst[["term", "direction", "worst_grade"]].to_numpy().tolist() == [
        ["Hyperkalemia", "high", 2],
        ["Hypokalemia", "low", 3],
    ]


def test_grade_kept_from_baseline_is_not_treatment_emergent() -> None:
    rows = [lab(day, "HGB", 110.0, lln=120, uln=160) for day in ("2021-02-20", "2021-03-20")]
    worst = one(grade_labs(study(rows)), "Anemia")
    assert (worst["baseline_grade"], worst["worst_grade"], worst["shift"]) == (1, 1, 0)
    assert not worst["treatment_emergent"]


def test_shift_table_counts_patients_by_baseline_and_worst_grade() -> None:
    people = [{"patient_id": p, "first_haic_date": START} for p in ("P1", "P2", "P3")]
    rows = [
        lab("2021-02-20", "HGB", 130.0, lln=120),
        lab("2021-03-20", "HGB", 95.0, lln=120),
        lab("2021-02-20", "HGB", 110.0, lln=120) | {"patient_id": "P2"},
        lab("2021-03-20", "HGB", 70.0, lln=120) | {"patient_id": "P2"},
        lab("2021-03-20", "HGB", 125.0, lln=120) | {"patient_id": "P3"},
    ]
    table = shift_table(grade_labs(study(rows, patients=people)), "Anemia", "low")
    assert (table.count(0, 2), table.count(1, 3), table.count(None, 0)) == (1, 1, 1)
    assert table.total == 3
    assert table.baseline_grades[-1] is None


def test_study_without_labs_gives_empty_frames() -> None:
    data = StudyData({"patients": typed_frame("patients", pd.DataFrame({"patient_id": ["P1"]}))})
    grades = grade_labs(data)
    assert (len(grades.rows), len(grades.worst)) == (0, 0)


def test_another_ctcae_version_is_refused() -> None:
    with pytest.raises(NotComputable, match="ctcae_version_without_limits"):
        grade_labs(study([lab(START, "ALT", 1.0)]), ToxicityOptions(ctcae_version="4.03"))
