"""The lesions of the example study give the published responses and dates.

RECIST 1.1 is restated here in the plainest way, on the CSV files, apart from the product's
engine; ``test_example_engines.py`` asks the engines themselves.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from core.example import example_folder

Row = dict[str, str]
Visits = list[tuple[date, str | None]]

SD_WINDOWS = (0, 28, 42)
RANK = ["CR", "PR", "SD", "PD", "NE"]


def read(path: str) -> list[Row]:
    with (example_folder() / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


SOURCE = {row["patient_id"]: row for row in read("source/patients.csv")}
PATIENTS = {row["patient_id"]: row for row in read("csv/patients.csv")}
FOLLOW_UP = {row["patient_id"]: row for row in read("csv/follow_up.csv")}
RECORDED = read("csv/response_assessments.csv")
LESIONS = {(row["patient_id"], row["lesion_id"]): row for row in read("csv/lesions.csv")}
MARKS = [
    {**LESIONS[row["patient_id"], row["lesion_id"]], **row}
    for row in read("csv/lesion_measurements.csv")
]
START = {pid: date.fromisoformat(row["first_haic_date"]) for pid, row in SOURCE.items()}


def size(row: Row) -> Fraction | None:
    known = {"TSTM": Fraction(5), "ABSENT": Fraction(0)}.get(row["status"])
    return known if known is not None else Fraction(row["diameter_mm"] or "-1")


def read_visits(pid: str, wanted: Callable[[Row], bool]) -> Visits:
    """Overall response at each visit after baseline; None = none of those lesions yet."""
    by_day: dict[date, list[Row]] = defaultdict(list)
    for row in MARKS:
        if row["patient_id"] == pid:
            by_day[date.fromisoformat(row["assessment_date"])].append(row)
    found: Visits = []
    sums: list[Fraction] = []
    for day, every in sorted(by_day.items()):
        rows = [row for row in every if wanted(row)]
        sizes = [size(row) for row in rows if row["lesion_role"] == "TARGET"]
        others = {row["status"] for row in rows if row["lesion_role"] == "NON-TARGET"}
        is_new = any(row["lesion_role"] == "NEW" for row in rows)
        complete = [one for one in sizes if one is not None and one >= 0]
        total, is_complete = sum(complete, Fraction(0)), len(complete) == len(sizes)
        if day >= START[pid]:
            grown = bool(sizes) and is_complete and total - min(sums) >= 5
            if is_new or "UNEQUIVOCAL_PD" in others or (grown and total >= min(sums) * 6 / 5):
                found.append((day, "PD"))
            elif not sizes:
                found.append((day, "NON-CR/NON-PD" if others else None))
            elif not is_complete:
                found.append((day, "NE"))
            else:
                found.append((day, "PR" if total <= sums[0] * 7 / 10 else "SD"))
        if is_complete:
            sums.append(total)
    return found


def overall(pid: str) -> Visits:
    return read_visits(pid, lambda row: True)


def liver(pid: str) -> Visits:
    return read_visits(pid, lambda row: row["intrahepatic"] == "yes")


def outside(pid: str) -> Visits:
    return read_visits(pid, lambda row: row["intrahepatic"] == "no")


def best_response(visits: Visits, start: date, window: int) -> str:
    counted = []
    for day, response in visits:
        is_early = response == "SD" and (day - start).days < window
        counted.append("NE" if is_early or response is None else response)
        if response == "PD":
            break
    return min(counted, key=RANK.index)


def first_pd(visits: Visits) -> date | None:
    return next((day for day, response in visits if response == "PD"), None)


@pytest.mark.parametrize("window", SD_WINDOWS)
@pytest.mark.parametrize("pid", list(SOURCE))
def test_lesions_give_the_published_best_response(pid: str, window: int) -> None:
    row = SOURCE[pid]
    assert best_response(overall(pid), START[pid], window) == row["best_response"]
    assert best_response(liver(pid), START[pid], window) == row["best_response_liver"]


@pytest.mark.parametrize("pid", list(SOURCE))
def test_first_progression_is_on_the_published_date_and_site(pid: str) -> None:
    expected = SOURCE[pid]["progression_date"]
    assert str(first_pd(overall(pid))) == expected == FOLLOW_UP[pid]["progression_date"]
    in_liver = str(first_pd(liver(pid))) == expected
    elsewhere = str(first_pd(outside(pid))) == expected
    site = {(True, True): "BOTH", (True, False): "INTRAHEPATIC", (False, True): "EXTRAHEPATIC"}
    assert FOLLOW_UP[pid]["progression_site"] == site[in_liver, elsewhere]


def test_liver_better_than_overall_means_extrahepatic_progression() -> None:
    better = [p for p, row in SOURCE.items() if row["best_response"] != row["best_response_liver"]]
    assert better == ["H06", "H17", "H19"]
    assert {FOLLOW_UP[pid]["progression_site"] for pid in better} == {"EXTRAHEPATIC"}


def test_sites_of_first_progression_are_mixed() -> None:
    sites = Counter(row["progression_site"] for row in FOLLOW_UP.values())
    assert sites == {"INTRAHEPATIC": 16, "EXTRAHEPATIC": 5, "BOTH": 3}


def test_response_is_confirmed_in_three_of_four() -> None:
    confirmed = [
        pid
        for pid, row in SOURCE.items()
        if row["best_response"] == "PR"
        and any(
            first == second == "PR" and (later - day).days >= 28
            for (day, first), (later, second) in pairwise(overall(pid))
        )
    ]
    assert confirmed == ["H01", "H03", "H04"]


def test_reader_differs_from_the_rule_at_exactly_one_visit() -> None:
    computed = {
        (pid, str(day)): (response, dict(liver(pid))[day], dict(outside(pid))[day])
        for pid in SOURCE
        for day, response in overall(pid)
    }
    recorded = {
        (row["patient_id"], row["assessment_date"]): (
            row["overall_response"],
            row["intrahepatic_response"],
            row["extrahepatic_response"] or None,
        )
        for row in RECORDED
    }
    assert set(computed) == set(recorded)
    different = [visit for visit in computed if computed[visit] != recorded[visit]]
    assert different == [("H04", "2021-08-07")]
    assert computed[different[0]] == ("PR", "PR", None)
    assert recorded[different[0]] == ("SD", "SD", None)


def test_recorded_responses_alone_give_the_same_best_response_and_date() -> None:
    for pid, row in SOURCE.items():
        visits: Visits = [
            (date.fromisoformat(one["assessment_date"]), one["overall_response"])
            for one in RECORDED
            if one["patient_id"] == pid
        ]
        assert best_response(visits, START[pid], 42) == row["best_response"]
        assert str(first_pd(visits)) == row["progression_date"]


@pytest.mark.parametrize("pid", list(SOURCE))
def test_lesions_fit_the_patient_sheet_and_recist_baseline_rules(pid: str) -> None:
    patient = PATIENTS[pid]
    mine = [row for (owner, _), row in LESIONS.items() if owner == pid]
    known = [row for row in mine if row["lesion_role"] != "NEW"]
    counted = 0
    for row in known:
        several = re.search(r"\(x(\d+)\)", row["lesion_id"])
        counted += (int(several[1]) if several else 1) * (row["intrahepatic"] == "yes")
    assert counted == int(patient["tumor_number"])
    marks = [row for row in MARKS if row["patient_id"] == pid]
    baseline = min(row["assessment_date"] for row in marks)
    targets = [
        row
        for row in marks
        if row["lesion_role"] == "TARGET" and row["assessment_date"] == baseline
    ]
    largest = max(float(row["diameter_mm"]) for row in targets if row["intrahepatic"] == "yes")
    assert largest == pytest.approx(10 * float(patient["max_tumor_diameter_cm"]))
    assert max(Counter(row["organ"] for row in targets).values()) <= 2
    assert len(targets) <= 5
    for row in targets:
        assert float(row["diameter_mm"]) >= (15 if row["is_lymph_node"] == "yes" else 10)
    assert 0 < (START[pid] - date.fromisoformat(baseline)).days <= 28
    sites = {row["organ"] for row in known if row["intrahepatic"] == "no"}
    assert sites == ({patient["extrahepatic_sites"]} - {""})
    last = max(row["assessment_date"] for row in marks)
    assert last < FOLLOW_UP[pid]["last_followup_date"]
