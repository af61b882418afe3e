"""Entry criteria, laboratory grades, events, doses and follow-up of the example study.

The rules are restated here in the plainest way, on the CSV files, apart from the product's
engines.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from math import sqrt

from core.example import example_folder

Row = dict[str, str]

DIPSTICK = {"NEG": 0, "TRACE": 0, "1+": 1, "2+": 2, "3+": 2, "4+": 3}
CLINICAL_ONLY = {
    "Abdominal pain", "Nausea", "Vomiting", "Hyperglycemia", "Upper gastrointestinal hemorrhage",
}  # fmt: skip


def read(path: str) -> list[Row]:
    with (example_folder() / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def days(later: str, earlier: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


SOURCE = {row["patient_id"]: row for row in read("source/patients.csv")}
SOURCE_EVENTS = {
    (row["patient_id"], row["term"]): int(row["grade"]) for row in read("source/adverse_events.csv")
}
PATIENTS = {row["patient_id"]: row for row in read("csv/patients.csv")}
FOLLOW_UP = {row["patient_id"]: row for row in read("csv/follow_up.csv")}
LABS = read("csv/labs.csv")
BASELINE = {(r["patient_id"], r["lab_test"]): r for r in LABS if r["is_baseline"] == "yes"}


def low_grade(value: float, lln: float, *cuts: float) -> int:
    return 0 if value >= lln else 1 + sum(value < cut for cut in cuts)


def high_grade(value: float, limit: float, *times: float) -> int:
    return sum(value > factor * limit + 1e-9 for factor in times)


def lab_grade(row: Row) -> tuple[str, int] | None:
    """Term and grade of one result, for the terms of the published table."""
    test = row["lab_test"]
    if test == "UPROT_DIP":
        return "Proteinuria", DIPSTICK[row["lab_text"]]
    value, lln, uln = (float(row[name]) for name in ("lab_value", "lln", "uln"))
    match test:
        case "HGB":
            return "Anemia", low_grade(value, lln, 100, 80)
        case "WBC":
            return "White blood cell decreased", low_grade(value, lln, 3, 2, 1)
        case "PLAT":
            return "Platelet count decreased", low_grade(value, lln, 75, 50, 25)
        case "ALT":
            return "Alanine aminotransferase increased", high_grade(value, uln, 1, 3, 5, 20)
        case "AST":
            return "Aspartate aminotransferase increased", high_grade(value, uln, 1, 3, 5, 20)
        case "UPROT_24H":
            return "Proteinuria", sum(value >= cut for cut in (uln, 1.0, 3.5))
        case "CREAT":
            start = float(BASELINE[row["patient_id"], test]["lab_value"])
            over_limit = high_grade(value, uln, 1, 1.5, 3, 6)
            return "Creatinine increased", max(over_limit, 2 * (value > 1.5 * start))
    return None


def test_laboratory_values_give_exactly_the_published_grades() -> None:
    worst: Counter[tuple[str, str]] = Counter()
    for row in LABS:
        graded = lab_grade(row)
        pid = row["patient_id"]
        if graded and graded[1] and row["lab_date"] > SOURCE[pid]["first_haic_date"]:
            worst[pid, graded[0]] = max(worst[pid, graded[0]], graded[1])
    expected = {key: grade for key, grade in SOURCE_EVENTS.items() if key[1] not in CLINICAL_ONLY}
    assert worst == expected


def test_dipstick_positive_after_baseline_has_a_24_hour_value() -> None:
    measured = {(r["patient_id"], r["lab_date"]) for r in LABS if r["lab_test"] == "UPROT_24H"}
    positive = {
        (row["patient_id"], row["lab_date"])
        for row in LABS
        if row["lab_test"] == "UPROT_DIP" and DIPSTICK[row["lab_text"]]
    }
    assert positive - measured == {("H21", BASELINE["H21", "UPROT_DIP"]["lab_date"])}


def test_baseline_values_meet_the_entry_limits() -> None:
    for pid, patient in PATIENTS.items():
        value = {
            test: float(row["lab_value"])
            for (owner, test), row in BASELINE.items()
            if owner == pid and row["lab_value"]
        }
        assert value["HGB"] >= 90
        assert value["NEUT"] >= 1.5
        assert value["PLAT"] >= 80
        for test in ("UREA", "CREAT", "INR", "PT", "APTT", "ALT", "AST", "BILI"):
            assert value[test] <= float(BASELINE[pid, test]["uln"])
        clearance = (140 - float(patient["age"])) * float(patient["weight_kg"]) / 72
        clearance *= (0.85 if patient["sex"] == "F" else 1) / (value["CREAT"] / 88.4)
        assert clearance >= 50
        age_of_sample = days(patient["first_haic_date"], BASELINE[pid, "HGB"]["lab_date"])
        assert 0 < age_of_sample <= 3


def test_two_patients_are_undetermined_on_purpose() -> None:
    window = {pid: days(row["enrol_date"], row["ecog_date"]) for pid, row in PATIENTS.items()}
    assert {pid: n for pid, n in window.items() if not 0 <= n <= 7} == {"H14": 9}
    positive = [pid for pid in PATIENTS if DIPSTICK[BASELINE[pid, "UPROT_DIP"]["lab_text"]] >= 2]
    assert positive == ["H21"]
    assert not any(test == "UPROT_24H" for _, test in BASELINE)


def test_history_meets_the_entry_criteria() -> None:
    for row in PATIENTS.values():
        start = row["first_haic_date"]
        for kind in ("cytotoxic", "bevacizumab", "radiotherapy", "surgery", "cetuximab"):
            given = row[f"last_{kind}_date"]
            assert given == "NEVER" or days(start, given) >= 28
            assert given == "NEVER" or given > row["diagnosis_date"]
        assert (row["last_cetuximab_date"] != "NEVER") == (row["prior_cetuximab"] == "yes")
        assert (row["last_bevacizumab_date"] != "NEVER") == (row["prior_bevacizumab"] == "yes")
        assert 1 <= days(start, row["enrol_date"]) <= 6
        assert float(row["life_expectancy_weeks"]) > 12
        assert int(row["max_residual_ae_grade"]) <= 1
        genes = {row[f"{gene}_status"] for gene in ("kras", "nras", "braf")}
        assert ("MUTANT" in genes) == (row["ras_braf_status"] == "MUTANT")
    assert sum(row["last_cetuximab_date"] != "NEVER" for row in PATIENTS.values()) == 6


def test_events_have_the_published_worst_grades_within_treatment() -> None:
    events = read("csv/adverse_events.csv")
    sessions = {
        (row["patient_id"], row["session_no"]): row["session_date"]
        for row in read("csv/haic_sessions.csv")
    }
    worst: Counter[tuple[str, str]] = Counter()
    for row in events:
        key = row["patient_id"], row["ae_term"]
        worst[key] = max(worst[key], int(row["ae_grade"]))
        after = days(row["ae_start"], sessions[row["patient_id"], row["session_no"]])
        assert 0 <= after <= 27
        assert after == 0 or row["ae_term"] != "Abdominal pain"
        assert row["ae_end"] >= row["ae_start"]
    assert worst == SOURCE_EVENTS
    assert len(events) > len(worst)


def test_follow_up_has_the_published_times_and_later_treatments() -> None:
    given: Counter[str] = Counter()
    for pid, row in FOLLOW_UP.items():
        source = SOURCE[pid]
        last = row["last_followup_date"]
        assert days(last, source["first_haic_date"]) == int(source["os_days"])
        assert (row["vital_status"] == "DEAD") == (source["death_event"] == "1")
        assert row["death_date"] == (last if row["vital_status"] == "DEAD" else "")
        given.update(row["subsequent_therapy"].split("; ") if row["subsequent_therapy"] else [])
        if row["subsequent_therapy"]:
            assert row["progression_date"] < row["subsequent_therapy_date"] < last
    assert given == {
        "systemic therapy": 18, "ablation": 4, "palliative radiotherapy": 2, "clinical trial": 2,
    }  # fmt: skip


def test_doses_follow_the_body_surface_of_the_day() -> None:
    changed = 0
    for row in read("csv/haic_sessions.csv"):
        height = float(PATIENTS[row["patient_id"]]["height_cm"])
        surface = sqrt(height * float(row["weight_kg"]) / 3600)
        doses = {"oxaliplatin_mg": 130, "leucovorin_mg": 200, "fluorouracil_mg": 2400}
        full = [abs(float(row[drug]) - per * surface) <= 0.5 for drug, per in doses.items()]
        assert all(full) == (row["dose_modified"] == "no")
        assert bool(row["dose_modification_reason"]) == (row["dose_modified"] == "yes")
        changed += not all(full)
    assert changed == 5


def test_flat_sheet_agrees_with_the_tables() -> None:
    for row in read("crlm_haic_24_flat.csv"):
        pid = row["patient_id"]
        source = SOURCE[pid]
        assert row["best_response"] == source["best_response"]
        assert row["best_response_liver"] == source["best_response_liver"]
        assert float(row["pfs_months"]) == round(int(source["pfs_days"]) / 30.4375, 2)
        assert float(row["os_months"]) == round(int(source["os_days"]) / 30.4375, 2)
        assert (row["pfs_event"], row["os_event"]) == (source["pfs_event"], source["death_event"])
        assert float(row["HGB"]) == float(BASELINE[pid, "HGB"]["lab_value"])
