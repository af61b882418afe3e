"""HAIC sessions: dates, body surface, doses and how the infusion went."""

from __future__ import annotations

from math import sqrt

from .events import worst_pain_by_session
from .source import Record, SourcePatient, between, source_patients, whole_between

DOSES_MG_M2 = {"oxaliplatin_mg": 130, "leucovorin_mg": 200, "fluorouracil_mg": 2400}
INFUSION_HOURS = 46
CATHETER = ("proper hepatic artery", "proper hepatic artery", "right hepatic artery")


def mosteller_m2(height_cm: float, weight_kg: float) -> float:
    """Body surface in square metres.

    >>> round(mosteller_m2(177, 60.5), 3)
    1.725
    """
    return sqrt(height_cm * weight_kg / 3600)


def _weight_kg(patient: SourcePatient, number: int) -> float:
    start = patient.number("weight_kg")
    if number == 1:
        return start
    change = between(-0.02, 0.004, patient.patient_id, "weight", number) * (number - 1)
    return round(start * (1 + change), 1)


def _session(patient: SourcePatient, number: int, day: int) -> Record:
    pid = patient.patient_id
    weight = _weight_kg(patient, number)
    surface = mosteller_m2(patient.number("height_cm"), weight)
    change = next((m for m in patient.course.get("modified", []) if m["session"] == number), None)
    doses = {
        drug: round(
            per_m2 * surface * (change["factor"] if change and change["drug"] == drug else 1)
        )
        for drug, per_m2 in DOSES_MG_M2.items()
    }
    pain = worst_pain_by_session(pid).get(number, 0)
    return {
        "patient_id": pid,
        "session_no": number,
        "session_date": patient.day(day),
        "regimen": "mFOLFOX7-HAIC",
        "catheter_position": CATHETER[whole_between(0, len(CATHETER) - 1, pid, "catheter")],
        "weight_kg": weight,
        "bsa_m2": round(surface, 2),
        "bsa_formula": "Mosteller",
        "oxaliplatin_mg": doses["oxaliplatin_mg"],
        "leucovorin_mg": doses["leucovorin_mg"],
        "leucovorin_form": "LEVO",
        "fluorouracil_mg": doses["fluorouracil_mg"],
        "infusion_hours": INFUSION_HOURS,
        "dose_modified": change is not None,
        "dose_modification_reason": change["reason"] if change else None,
        "infusion_interrupted": pain >= 3,
        "lidocaine_given": pain >= 2,
    }


def haic_sessions() -> list[Record]:
    """One row per infusion, 56 in all."""
    return [
        _session(patient, number, day)
        for patient in source_patients()
        for number, day in enumerate(patient.session_days, start=1)
    ]
