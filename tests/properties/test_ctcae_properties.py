"""Properties of CTCAE grading that hold for any value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.grading import find_term, grade_values
from core.analysis.toxicity.labs import grade_labs
from core.results.toxicity import Direction
from core.rules.ctcae_labs import LabTerm, lab_terms
from core.schema import StudyData, typed_frame

NUMERIC = [
    term
    for term in lab_terms().values()
    if term.is_numeric and all(rule.quantity != "level" for rule in term.rules)
]
positive = st.floats(0.01, 1e5, allow_nan=False)


@pytest.mark.parametrize("term", NUMERIC, ids=lambda term: f"{term.term}-{term.analyte}")
@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(positive, min_size=2, max_size=40),
    lln=positive,
    width=st.floats(1.0, 5.0),
    baseline=positive,
    abnormal=st.sampled_from([0.0, 1.0, np.nan]),
    is_baseline=st.booleans(),
)
def test_grade_never_falls_as_the_value_gets_worse(
    term: LabTerm,
    values: list[float],
    lln: float,
    width: float,
    baseline: float,
    abnormal: float,
    is_baseline: bool,
) -> None:
    ordered = np.sort(np.array(values))
    if term.direction == "low":
        ordered = ordered[::-1]
    for unit in term.printed_units or {""}:
        graded = grade_values(
            term,
            ordered,
            unit=unit,
            lln=lln,
            uln=lln * width,
            baseline=baseline,
            baseline_abnormal=abnormal,
            is_baseline=is_baseline,
        )
        for grades in (graded.grade_min, graded.grade_max):
            known = grades[grades >= 0].astype(int)
            assert (np.diff(known) >= 0).all()
        assert (graded.grade_min <= graded.grade_max).all()
        assert graded.grade_max.max() <= 4
        assert ((graded.grade_max < 0) == (graded.reason != "")).all()


PARALLEL: list[tuple[str, str, Direction, str, str, float, list[tuple[float, float]]]] = [
    # Last column: cuts in the second unit, each as the span between the two printed sets.
    ("Anemia", "HGB", "low", "g/dL", "g/L", 10.0, []),
    ("Hypoalbuminemia", "ALB", "low", "g/dL", "g/L", 10.0, []),
    ("Platelet count decreased", "PLAT", "low", "10^9/L", "/mm3", 1000.0, []),
    ("Neutrophil count decreased", "NEUT", "low", "10^9/L", "/mm3", 1000.0, []),
    ("White blood cell decreased", "WBC", "low", "10^9/L", "/mm3", 1000.0, []),
    ("Anemia", "HGB", "low", "mmol/L", "g/L", 16.114, [(78.9, 80.1), (99.8, 100.1)]),
    (
        "Hypoglycemia", "GLUC", "low", "mmol/L", "mg/dL", 18.016,
        [(29.9, 30.7), (39.5, 40.1), (53.9, 55.1)],
    ),
    (
        "Hypocalcemia", "CA_CORR", "low", "mmol/L", "mg/dL", 4.008,
        [(5.9, 6.1), (6.9, 7.1), (7.9, 8.1)],
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", PARALLEL, ids=lambda case: f"{case[0]}-{case[3]}-{case[4]}")
@settings(max_examples=60, deadline=None)
@given(share=st.floats(0.05, 1.3))
def test_both_printed_units_agree_away_from_their_inexact_cuts(
    case: tuple[str, str, Direction, str, str, float, list[tuple[float, float]]], share: float
) -> None:
    name, analyte, direction, first, second, factor, spans = case
    lln = {"HGB": 130.0, "ALB": 35.0, "PLAT": 125000.0, "NEUT": 1800.0, "WBC": 4000.0,
           "GLUC": 70.0, "CA_CORR": 8.6}[analyte]  # fmt: skip
    value = share * lln
    if any(low <= value <= high for low, high in spans):
        return
    term = find_term(name, analyte, direction)
    one = grade_values(term, [value / factor], unit=first, lln=lln / factor)
    other = grade_values(term, [value], unit=second, lln=lln)
    assert one.grade_max[0] == other.grade_max[0]


def _study(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    people = [f"P{n}" for n in range(6)]
    patients = pd.DataFrame({"patient_id": people, "first_haic_date": "2021-03-01"})
    size = 80
    tests = np.array(["ALT", "CREAT", "HGB", "K", "CA", "ALB"], dtype=object)
    picked = tests[rng.integers(0, len(tests), size)]
    usual = {"ALT": 40, "CREAT": 90, "HGB": 120, "K": 4, "CA": 2.2, "ALB": 38}
    units = {"ALT": "U/L", "CREAT": "umol/L", "HGB": "g/L", "K": "mmol/L", "CA": "mmol/L",
             "ALB": "g/L"}  # fmt: skip
    middle = np.array([usual[test] for test in picked], dtype=float)
    labs = pd.DataFrame(
        {
            "patient_id": np.array(people, dtype=object)[rng.integers(0, 6, size)],
            "lab_date": pd.Timestamp("2021-03-01")
            + pd.to_timedelta(rng.integers(-9, 20, size), unit="D"),
            "lab_test": picked,
            "lab_value": np.round(middle * rng.lognormal(0, 0.7, size), 2),
            "lab_unit": [units[test] for test in picked],
            "lln": middle * 0.9,
            "uln": middle * 1.1,
        }
    )
    events = pd.DataFrame(
        {
            "patient_id": np.array(people, dtype=object)[rng.integers(0, 6, 30)],
            "ae_term": np.array(["Nausea", "腹痛", "白细胞减少", "Leukopenia", "Hiccups"])[
                rng.integers(0, 5, 30)
            ],
            "ae_grade": rng.integers(1, 6, 30),
        }
    )
    return patients, labs, events


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_row_order_is_irrelevant(seed: int) -> None:
    patients, labs, events = _study(seed)

    def study(shuffled: bool) -> StudyData:
        order = np.random.default_rng(seed + 1)
        frames = {}
        for name, frame in (("patients", patients), ("labs", labs), ("adverse_events", events)):
            rows = order.permutation(len(frame)) if shuffled else np.arange(len(frame))
            frames[name] = typed_frame(name, frame.iloc[rows].reset_index(drop=True))
        return StudyData(frames)

    plain, mixed = study(False), study(True)
    first, second = grade_labs(plain), grade_labs(mixed)
    pd.testing.assert_frame_equal(first.worst, second.worst)
    assert first.ungradable == second.ungradable
    one, other = tabulate_adverse_events(plain), tabulate_adverse_events(mixed)
    assert (one.rows, one.overall, one.unmatched_terms) == (
        other.rows,
        other.overall,
        other.unmatched_terms,
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_counts_obey_their_bounds(seed: int) -> None:
    patients, _, events = _study(seed)
    table = tabulate_adverse_events(
        StudyData(
            {
                "patients": typed_frame("patients", patients),
                "adverse_events": typed_frame("adverse_events", events),
            }
        )
    )
    worst, bands = table.overall_worst, table.overall_bands
    top = max((row.any.count for row in table.rows), default=0)
    assert top <= worst.any.count <= table.n_patients
    assert worst.grade_1_2.count + worst.grade_3_4.count + worst.grade_5.count == worst.any.count
    assert not worst.in_two_bands
    summed = bands.grade_1_2.count + bands.grade_3_4.count + bands.grade_5.count
    assert bands.any.count <= summed <= 3 * bands.any.count
    for row in table.rows:
        assert row.grade_1_2.count + row.grade_3_4.count + row.grade_5.count == row.any.count
        assert sum(count.count for count in row.by_grade.values()) == row.any.count
