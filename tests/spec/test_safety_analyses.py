"""Weights, febrile neutropenia, exposure, groups, onset, complications and the liver screen."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from core.analysis.baseline.derive import derive_factors
from core.analysis.toxicity.consequences import tabulate_complications
from core.analysis.toxicity.courses import lab_course
from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.exposure import adjust_for_exposure, exposure_days, poisson_rate
from core.analysis.toxicity.groups import compare_events
from core.analysis.toxicity.labs import grade_labs
from core.analysis.toxicity.liver import quadrant_of, screen_liver
from core.analysis.toxicity.onset import onset_after_infusion
from core.errors import NotComputable
from core.options import ToxicityOptions
from core.results.toxicity import LabGrades
from core.schema import StudyData, typed_frame

START = "2021-03-01"


def study(**tables: list[dict[str, Any]]) -> StudyData:
    tables.setdefault("patients", [{"first_haic_date": START}])
    return StudyData(
        {
            name: typed_frame(name, pd.DataFrame([{"patient_id": "P1", **row} for row in rows]))
            for name, rows in tables.items()
        }
    )


def lab(day: str, test: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"lab_date": day, "lab_test": test, "lab_value": value, "lab_unit": unit, **more}


def worst(grades: LabGrades, term: str) -> int | None:
    rows = grades.worst[grades.worst["term"] == term]
    assert len(rows) == 1
    value = rows["worst_grade"].iloc[0]
    return None if pd.isna(value) else int(value)


@pytest.mark.parametrize(("kg", "grade"), [(95.1, 0), (95.0, 1), (90.0, 2), (80.1, 2), (80.0, 3)])
def test_weight_loss_is_graded_from_the_weights_of_the_sessions(kg: float, grade: int) -> None:
    data = study(
        haic_sessions=[
            {"session_date": START, "weight_kg": 100.0},
            {"session_date": "2021-03-22", "weight_kg": kg},
        ]
    )
    assert worst(grade_labs(data), "Weight loss") == grade


def test_weight_of_the_patient_is_the_baseline_where_the_first_session_has_none() -> None:
    data = study(
        patients=[{"first_haic_date": START, "weight_kg": 50.0}],
        haic_sessions=[
            {"session_date": START, "weight_kg": None},
            {"session_date": "2021-03-22", "weight_kg": 55.0},
        ],
    )
    assert worst(grade_labs(data), "Weight gain") == 2


def febrile(celsius: float, count: float, day: str = "2021-03-10") -> LabGrades:
    return grade_labs(
        study(
            labs=[
                lab("2021-03-10", "NEUT", count, "10^9/L", lln=1.8),
                lab(day, "TEMP", celsius, "degC"),
            ]
        )
    )


def test_febrile_neutropenia_needs_both_values() -> None:
    assert worst(febrile(38.4, 0.9), "Febrile neutropenia") == 3
    for grades in (febrile(38.4, 1.0), febrile(37.9, 0.9), febrile(39.0, 0.4, "2021-03-12")):
        assert "Febrile neutropenia" not in set(grades.rows["term"])


@pytest.mark.parametrize("celsius", [38.0, 38.3])
def test_febrile_neutropenia_between_the_limits_waits_for_a_clinician(celsius: float) -> None:
    grades = febrile(celsius, 0.9)
    assert worst(grades, "Febrile neutropenia") is None
    assert grades.ungradable["Febrile neutropenia", "fever_duration_unknown"] == 1


def test_version_without_rules_is_refused() -> None:
    with pytest.raises(NotComputable, match="ctcae_version_without_limits"):
        grade_labs(study(), ToxicityOptions(ctcae_version="6.0"))


def test_poisson_interval_equals_the_published_table() -> None:
    # Garwood's limits for 0, 1 and 10 events, as in any table of exact Poisson intervals.
    for count, low, high in ((0, 0.0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904)):
        rate = poisson_rate(count, 1.0)
        assert rate.low == pytest.approx(low, abs=1e-4)
        assert rate.high == pytest.approx(high, abs=1e-4)


def test_exposure_ends_thirty_days_after_the_last_session_or_with_death() -> None:
    sessions = [{"session_date": START}, {"session_date": "2021-03-31"}]
    alive = study(haic_sessions=sessions)
    died = study(haic_sessions=sessions, follow_up=[{"death_date": "2021-04-10"}])
    assert exposure_days(alive).tolist() == [61.0]
    assert exposure_days(died).tolist() == [41.0]


def test_event_after_the_window_is_not_in_the_rate_and_is_said() -> None:
    data = study(
        haic_sessions=[{"session_date": START}],
        adverse_events=[
            {"ae_term": "Nausea", "ae_grade": 1, "ae_start": "2021-03-31"},
            {"ae_term": "Nausea", "ae_grade": 1, "ae_start": "2021-04-01"},
        ],
    )
    found = adjust_for_exposure(data, tabulate_adverse_events(data))
    assert (found.overall.per_session.count, found.n_outside) == (1, 1)
    assert found.overall.first.exposure == pytest.approx(31 / 30.4375)


def test_groups_compare_each_level_with_the_first() -> None:
    people = [
        {"patient_id": f"P{i}", "first_haic_date": START, "sex": "M" if i < 5 else "F"}
        for i in range(1, 9)
    ]
    events = [
        {"patient_id": f"P{i}", "ae_term": "Nausea", "ae_grade": 3 if i == 1 else 1}
        for i in (1, 2, 3, 5)
    ]
    data = study(patients=people, adverse_events=events)
    table = tabulate_adverse_events(data)
    found = compare_events(table, derive_factors(data), "sex")
    (row,) = found.rows
    assert [count.count for count in row.counts] == [3, 1]
    (difference,) = row.comparisons
    assert difference.difference == pytest.approx(-0.5)
    assert row.p == pytest.approx(0.485714, abs=1e-6)
    severe = compare_events(table, derive_factors(data), "sex", "3_5")
    assert [count.count for count in severe.rows[0].counts] == [1, 0]


def test_onset_counts_from_the_last_session_before_it() -> None:
    data = study(
        haic_sessions=[{"session_date": START}, {"session_date": "2021-03-22"}],
        adverse_events=[
            {"ae_term": "Nausea", "ae_grade": 1, "ae_start": day}
            for day in ("2021-03-21", "2021-03-22", "2021-03-25")
        ],
    )
    found = onset_after_infusion(data, tabulate_adverse_events(data))
    assert found["days_after"].tolist() == [20, 0, 3]
    assert found["session_no"].tolist() == [1, 2, 2]


def test_complications_by_cirse_stay_apart_from_events() -> None:
    data = study(
        haic_sessions=[
            {"session_no": 1, "session_date": START, "complication_cirse": 2},
            {"session_no": 2, "session_date": "2021-03-22", "complication_cirse": 3},
            {"session_no": 3, "session_date": "2021-04-12", "complication_text": "haematoma"},
        ]
    )
    found = tabulate_complications(data)
    assert [len(found.sessions[grade]) for grade in (1, 2, 3)] == [0, 1, 1]
    assert [found.patients[grade].count for grade in (2, 3)] == [0, 1]
    assert len(found.described) == 3
    assert not tabulate_adverse_events(data).rows


@pytest.mark.parametrize(
    ("enzyme", "bilirubin", "quadrant"),
    [(3.0, 2.1, "HY"), (2.99, 2.1, "CHOLESTASIS"), (3.0, 2.0, "TEMPLE"), (1.0, 1.0, "NORMAL")],
)
def test_liver_quadrants_at_their_limits(enzyme: float, bilirubin: float, quadrant: str) -> None:
    assert quadrant_of(enzyme, bilirubin) == quadrant


def test_liver_screen_takes_peaks_after_treatment_and_names_an_abnormal_baseline() -> None:
    data = study(
        labs=[
            lab("2021-02-28", "ALT", 400.0, "U/L", uln=40),
            lab("2021-03-10", "ALT", 160.0, "U/L", uln=40),
            lab("2021-03-12", "BILI", 60.0, "umol/L", uln=20),
        ]
    )
    (point,) = screen_liver(grade_labs(data)).points
    assert (point.transaminase, point.bilirubin, point.days_apart) == (4.0, 3.0, 2)
    assert point.is_abnormal_before
    assert point.quadrant == "HY"


def test_course_draws_multiples_of_the_limit_of_normal() -> None:
    data = study(labs=[lab("2021-03-10", "ALT", 160.0, "U/L", uln=40)])
    course = lab_course(grade_labs(data), "Alanine aminotransferase increased", "ALT", "high")
    assert course.unit == "xULN"
    assert course.points["value"].tolist() == [4.0]
    assert course.limits == ((1.0, 1), (3.0, 2), (5.0, 3), (20.0, 4))
