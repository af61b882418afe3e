"""What the reader wrote down at each scan, by RECIST 1.1.

A plain reading of the rules for the cases that the plans contain; the product's own engine is
tested against these records, so it can't be used to write them.

Source: Eisenhauer 2009, Eur J Cancer 45:228.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .lesions import READER, PlannedLesion, planned_lesions, visit_name
from .source import Record, SourcePatient, source_patients

TOO_SMALL_MM = Fraction(5)
NON_PD = "NON-CR/NON-PD"


@dataclass(frozen=True, slots=True)
class Reading:
    """Responses of one set of lesions at one scan; None = no such lesions."""

    target: str | None
    nontarget: str | None
    new: bool
    overall: str | None


def _mm(lesion: PlannedLesion, day: int) -> Fraction | None:
    mark = lesion.marks[day]
    if isinstance(mark, str):
        return {"TSTM": TOO_SMALL_MM, "ABSENT": Fraction(0)}.get(mark)
    return Fraction(str(mark))


def _target(targets: list[PlannedLesion], scans: list[int]) -> str | None:
    if not targets:
        return None
    sums: list[Fraction] = []
    for day in scans:
        sizes = [size for lesion in targets if (size := _mm(lesion, day)) is not None]
        if len(sizes) == len(targets):
            sums.append(sum(sizes, Fraction(0)))
        elif day == scans[-1]:
            return "NE"
    current, nadir = sums[-1], min(sums[:-1])
    if current - nadir >= TOO_SMALL_MM and current * 10 >= nadir * 12:
        return "PD"
    return "PR" if current * 10 <= sums[0] * 7 else "SD"


def _nontarget(others: list[PlannedLesion], day: int) -> str | None:
    statuses = {lesion.marks[day] for lesion in others}
    if not statuses:
        return None
    if "UNEQUIVOCAL_PD" in statuses:
        return "PD"
    return "CR" if statuses == {"ABSENT"} else NON_PD


def _overall(target: str | None, nontarget: str | None, new: bool) -> str | None:
    if new or "PD" in (target, nontarget):
        return "PD"
    return target or nontarget


def read_scan(lesions: list[PlannedLesion], scans: list[int]) -> Reading:
    """The responses at the last of the scans."""
    target = _target([lesion for lesion in lesions if lesion.role == "TARGET"], scans)
    nontarget = _nontarget([lesion for lesion in lesions if lesion.role == "NON-TARGET"], scans[-1])
    new = any(lesion.role == "NEW" and scans[-1] in lesion.marks for lesion in lesions)
    return Reading(target, nontarget, new, _overall(target, nontarget, new))


def _assessment(patient: SourcePatient, scans: list[int]) -> Record:
    day = scans[-1]
    lesions = planned_lesions(patient)
    whole = read_scan(lesions, scans)
    liver = read_scan([lesion for lesion in lesions if lesion.intrahepatic], scans)
    outside = read_scan([lesion for lesion in lesions if not lesion.intrahepatic], scans)
    equivocal = str(day) in patient.course.get("equivocal", {})
    sites = sorted(
        {lesion.organ for lesion in lesions if lesion.role == "NEW" and day in lesion.marks}
    )
    return {
        "patient_id": patient.patient_id,
        "assessment_date": patient.day(day),
        "target_response": whole.target,
        "nontarget_response": whole.nontarget,
        "new_lesion": "UNEQUIVOCAL" if whole.new else "EQUIVOCAL" if equivocal else "NO",
        "new_lesion_site": "; ".join(sites) or ("liver" if equivocal else None),
        "overall_response": whole.overall,
        "intrahepatic_response": liver.overall,
        "extrahepatic_response": outside.overall,
        "criteria": "RECIST 1.1",
        "evaluator": READER,
        "visit": visit_name(patient, day),
        **patient.course.get("recorded", {}).get(str(day), {}),
    }


def response_assessments() -> list[Record]:
    """One row per scan after the baseline."""
    return [
        _assessment(patient, patient.course["scans"][: number + 1])
        for patient in source_patients()
        for number in range(1, len(patient.course["scans"]))
    ]


def first_progression_sites(patient: SourcePatient) -> tuple[int, str] | None:
    """Day and site of the first progression by the plan."""
    lesions = planned_lesions(patient)
    scans: list[int] = patient.course["scans"]
    for number in range(1, len(scans)):
        seen = scans[: number + 1]
        if read_scan(lesions, seen).overall != "PD":
            continue
        liver = read_scan([x for x in lesions if x.intrahepatic], seen).overall == "PD"
        outside = read_scan([x for x in lesions if not x.intrahepatic], seen).overall == "PD"
        site = "BOTH" if liver and outside else "INTRAHEPATIC" if liver else "EXTRAHEPATIC"
        return scans[number], site
    return None
