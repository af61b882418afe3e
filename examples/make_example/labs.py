"""Laboratory results before and after each session, and markers at each scan.

Values vary inside the normal range; the plan ``lab_findings.csv`` puts the findings in, so
that the values graded by CTCAE 5.0 give exactly the published laboratory events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from .lesions import liver_sum_mm
from .source import PLAN, Record, SourcePatient, between, read_csv, source_patients, steady
from .source import whole_between as whole

KEPT_NORMAL = {"HGB", "WBC", "PLAT", "ALT", "AST", "CREAT", "UREA", "INR", "PT", "APTT"}
"""Never outside the range by chance: graded for the tables, or limits of entry."""
MARKERS: Mapping[str, tuple[str, float]] = {"CEA": ("ng/mL", 5.0), "CA199": ("U/mL", 37.0)}
MARKER_EXPONENT = 1.3
ORDER = [
    "HGB", "WBC", "NEUT", "LYM", "PLAT", "ALT", "AST", "ALP", "GGT", "BILI", "ALB", "CREAT",
    "UREA", "SODIUM", "K", "CA", "GLUC", "INR", "PT", "APTT", "FIBRINO", "CEA", "CA199",
    "UPROT_DIP", "UPROT_24H",
]  # fmt: skip
CELLS: Mapping[str, tuple[float, float, float, float]] = {
    "NEUT": (0.56, 0.62, 1.8, 6.3),
    "LYM": (0.27, 0.33, 1.1, 3.2),
}
"""Share of the white cells (from, to) and the normal range, 10^9/L."""
PROTEIN_24H_ULN = 0.15

Finding = tuple[float | None, str | None]


@dataclass(frozen=True, slots=True)
class Draw:
    """One blood sample: which session it belongs to and when it was taken."""

    session: int
    phase: str
    day: int


@cache
def findings() -> Mapping[tuple[str, int, str, str], Finding]:
    """(patient, session, phase, test) -> planned value or text."""
    return {
        (row["patient_id"], int(row["session_no"]), row["phase"], row["test"]): (
            float(row["value"]) if row["value"] else None,
            row["text"] or None,
        )
        for row in read_csv(PLAN / "lab_findings.csv")
    }


def draws(patient: SourcePatient) -> list[Draw]:
    """Samples of a patient: a day or two before each session and 8-13 days after it."""
    pid = patient.patient_id
    taken = []
    for number, day in enumerate(patient.session_days, start=1):
        before = day - (whole(1, 3, pid, "baseline sample") if number == 1 else 1)
        after = day + whole(8, 13, pid, "sample", number)
        taken += [Draw(number, "before", before), Draw(number, "after", after)]
    return taken


def sample_date(patient: SourcePatient, session: int, phase: str) -> date:
    """When the sample of that session was taken."""
    found = next(d for d in draws(patient) if (d.session, d.phase) == (session, phase))
    return patient.day(found.day)


def _value(patient: SourcePatient, draw: Draw, rule: Mapping[str, str]) -> float:
    pid, test = patient.patient_id, rule["test"]
    sex = "f" if patient.is_female else "m"
    usual = between(float(rule[f"low_{sex}"]), float(rule[f"high_{sex}"]), pid, test)
    noise = float(rule["noise"])
    value = usual * (1 + between(-noise, noise, pid, test, draw.session, draw.phase))
    if draw.phase == "after":
        value *= float(rule["after_factor"])
    if test in KEPT_NORMAL:
        value = min(max(value, float(rule[f"lln_{sex}"])), float(rule[f"uln_{sex}"]))
    return round(value, int(rule["decimals"]))


def _marker(patient: SourcePatient, test: str, day: int) -> float:
    pid = patient.patient_id
    start = 6.0 * 60.0 ** steady(pid, test) * (1.6 if test == "CA199" else 1.0)
    growth = (liver_sum_mm(patient, day) / liver_sum_mm(patient, -28)) ** MARKER_EXPONENT
    return round(start * growth * between(0.94, 1.06, pid, test, day), 1)


def _blood(patient: SourcePatient, draw: Draw) -> dict[str, Record]:
    sex = "f" if patient.is_female else "m"
    rows: dict[str, Record] = {}
    for rule in read_csv(PLAN / "analytes.csv"):
        rows[rule["test"]] = {
            "lab_value": _value(patient, draw, rule),
            "lab_unit": rule["unit"],
            "lln": float(rule[f"lln_{sex}"]),
            "uln": float(rule[f"uln_{sex}"]),
        }
    for test, (low, high, lln, uln) in CELLS.items():
        share = between(low, high, patient.patient_id, test, draw.session, draw.phase)
        value = round(rows["WBC"]["lab_value"] * share, 2)
        rows[test] = {"lab_value": value, "lab_unit": "10^9/L", "lln": lln, "uln": uln}
    for test, (unit, limit) in MARKERS.items():
        value = _marker(patient, test, draw.day)
        rows[test] = {"lab_value": value, "lab_unit": unit, "lln": 0.0, "uln": limit}
    dipstick = "TRACE" if steady(patient.patient_id, "urine", draw) < 0.12 else "NEG"
    rows["UPROT_DIP"] = {"lab_text": dipstick}
    return rows


def _sample(patient: SourcePatient, draw: Draw) -> dict[str, Record]:
    rows = _blood(patient, draw)
    for test in ORDER:
        planned = findings().get((patient.patient_id, draw.session, draw.phase, test))
        if planned is None:
            continue
        value, text = planned
        row = rows.setdefault(test, {"lab_unit": "g/24h", "lln": 0.0, "uln": PROTEIN_24H_ULN})
        rows[test] = {**row, **({"lab_text": text} if value is None else {"lab_value": value})}
    return rows


def _row(patient: SourcePatient, day: int, visit: str, test: str, cells: Record) -> Record:
    return {
        "patient_id": patient.patient_id,
        "lab_date": patient.day(day),
        "lab_test": test,
        "lab_value": cells.get("lab_value"),
        "lab_text": cells.get("lab_text"),
        "lab_unit": cells.get("lab_unit"),
        "lln": cells.get("lln"),
        "uln": cells.get("uln"),
        "visit": visit,
        "is_baseline": visit == "Before session 1",
    }


def _patient_labs(patient: SourcePatient) -> list[tuple[int, int, Record]]:
    rows = []
    taken = draws(patient)
    for draw in taken:
        sample = _sample(patient, draw)
        visit = f"{draw.phase.capitalize()} session {draw.session}"
        for rank, test in enumerate(ORDER):
            if test in sample:
                row = _row(patient, draw.day, visit, test, sample[test])
                rows.append((draw.day, rank, row))
    sampled = {draw.day for draw in taken}
    for number, day in enumerate(patient.course["scans"]):
        if number == 0 or day in sampled:
            continue
        for test, (unit, limit) in MARKERS.items():
            cells = {
                "lab_value": _marker(patient, test, day),
                "lab_unit": unit,
                "lln": 0.0,
                "uln": limit,
            }
            row = _row(patient, day, f"Scan {number}", test, cells)
            rows.append((day, ORDER.index(test), row))
    return sorted(rows, key=lambda item: item[:2])


def labs() -> list[Record]:
    """One row per result, by patient and date."""
    return [row for patient in source_patients() for *_, row in _patient_labs(patient)]
