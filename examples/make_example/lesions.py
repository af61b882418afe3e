"""Lesions and what was measured of them at each scan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .source import Record, SourcePatient, source_patients

NODE = "lymph node"
LIVER = "liver"
READER = "R1"
SLICE_MM = 5
STATUS_LETTERS = {"P": "PRESENT", "A": "ABSENT", "U": "UNEQUIVOCAL_PD", "N": "NE"}

Mark = float | str


@dataclass(frozen=True, slots=True)
class PlannedLesion:
    """A lesion with its mark at each scan day: millimetres or a status."""

    lesion_id: str
    role: str
    organ: str
    marks: Mapping[int, Mark]

    @property
    def intrahepatic(self) -> bool:
        return self.organ == LIVER

    @property
    def is_node(self) -> bool:
        return self.organ == NODE

    @property
    def count(self) -> int:
        """How many lesions the record stands for: ``NT1 (x13)`` is thirteen."""
        found = re.search(r"\(x(\d+)\)$", self.lesion_id)
        return int(found[1]) if found else 1


def _new_marks(scans: list[int], spec: Mapping[str, Any]) -> dict[int, Mark]:
    days = [day for day in scans if day >= spec["day"]]
    sizes: list[Mark] = [*spec["mm"], *["PRESENT"] * len(days)]
    return dict(zip(days, sizes, strict=False))


def planned_lesions(patient: SourcePatient) -> list[PlannedLesion]:
    """All lesions of a patient: targets, non-targets, then new ones."""
    course = patient.course
    scans: list[int] = course["scans"]
    found = []
    for name, spec in course["targets"].items():
        organ, sizes = (spec["organ"], spec["mm"]) if isinstance(spec, dict) else (LIVER, spec)
        found.append(PlannedLesion(name, "TARGET", organ, dict(zip(scans, sizes, strict=True))))
    for name, spec in course.get("others", {}).items():
        statuses = [STATUS_LETTERS[letter] for letter in spec["status"]]
        marks = dict(zip(scans, statuses, strict=True))
        found.append(PlannedLesion(name, "NON-TARGET", spec["organ"], marks))
    for name, spec in course.get("new", {}).items():
        found.append(PlannedLesion(name, "NEW", spec["organ"], _new_marks(scans, spec)))
    return found


def visit_name(patient: SourcePatient, day: int) -> str:
    """Baseline, or the number of the scan after it."""
    number = patient.course["scans"].index(day)
    return f"Scan {number}" if number else "Baseline"


def lesions() -> list[Record]:
    """One row per lesion or collective record."""
    return [
        {
            "patient_id": patient.patient_id,
            "lesion_id": lesion.lesion_id,
            "lesion_role": lesion.role,
            "organ": lesion.organ,
            "is_lymph_node": lesion.is_node,
            "intrahepatic": lesion.intrahepatic,
            "treated": lesion.intrahepatic,
            "prior_local_therapy": False,
            "slice_mm": SLICE_MM,
        }
        for patient in source_patients()
        for lesion in planned_lesions(patient)
    ]


def _status(lesion: PlannedLesion, mark: Mark) -> str:
    if isinstance(mark, str):
        return mark
    return "PRESENT" if lesion.role == "NEW" else "MEASURED"


def lesion_measurements() -> list[Record]:
    """One row per lesion and scan, by date."""
    rows = []
    for patient in source_patients():
        planned = planned_lesions(patient)
        for day in patient.course["scans"]:
            for lesion in planned:
                if day not in lesion.marks:
                    continue
                mark = lesion.marks[day]
                rows.append(
                    {
                        "patient_id": patient.patient_id,
                        "lesion_id": lesion.lesion_id,
                        "assessment_date": patient.day(day),
                        "diameter_mm": None if isinstance(mark, str) else mark,
                        "status": _status(lesion, mark),
                        "method": "CT",
                        "evaluator": READER,
                        "visit": visit_name(patient, day),
                    }
                )
    return rows


def liver_sum_mm(patient: SourcePatient, day: int) -> float:
    """Sum of the liver targets on a day, straight between the scans; feeds the markers."""
    series: list[tuple[int, float]] = []
    for scan in patient.course["scans"]:
        marks = [
            lesion.marks[scan]
            for lesion in planned_lesions(patient)
            if lesion.role == "TARGET" and lesion.intrahepatic
        ]
        if not any(isinstance(mark, str) for mark in marks):
            series.append((scan, float(sum(float(mark) for mark in marks))))
    earlier = [point for point in series if point[0] <= day] or series[:1]
    later = [point for point in series if point[0] >= day] or series[-1:]
    (start, low), (end, high) = earlier[-1], later[0]
    return low if start == end else low + (high - low) * (day - start) / (end - start)
