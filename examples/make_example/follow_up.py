"""Follow-up: progression, death and what was given afterwards."""

from __future__ import annotations

from datetime import date, timedelta

from .reader import first_progression_sites
from .source import DATA_CUTOFF, Record, SourcePatient, source_patients, whole_between

ABLATION = ("H04", "H08", "H13", "H22")
RADIOTHERAPY = ("H17", "H24")
CLINICAL_TRIAL = ("H12", "H20")
NO_SYSTEMIC = ("H04", "H06", "H12", "H19", "H20", "H23")
LAST_LIVER_SCAN_FIRST = ("H09", "H16", "H17")
"""The liver progressed after the rest; later treatment began only then."""
LIVER_FAILURE = ("H06", "H19", "H23")


def subsequent_therapy(patient_id: str) -> list[str]:
    """Treatments after progression: 18 systemic, 2 radiotherapy, 4 ablation, 2 trials."""
    given = {
        "ablation": patient_id in ABLATION,
        "palliative radiotherapy": patient_id in RADIOTHERAPY,
        "clinical trial": patient_id in CLINICAL_TRIAL,
        "systemic therapy": patient_id not in NO_SYSTEMIC,
    }
    return [name for name, was_given in given.items() if was_given]


def _therapy_date(patient: SourcePatient, progression: date) -> date:
    pid = patient.patient_id
    after = progression
    if pid in LAST_LIVER_SCAN_FIRST:
        after = patient.day(patient.course["scans"][-1])
    return after + timedelta(days=whole_between(7, 19, pid, "next therapy"))


def follow_up() -> list[Record]:
    """One row per patient."""
    rows = []
    for patient in source_patients():
        pid, row = patient.patient_id, patient.row
        progression = date.fromisoformat(row["progression_date"])
        site = first_progression_sites(patient)
        last = min(date.fromisoformat(row["last_contact_date"]), DATA_CUTOFF)
        died = row["death_event"] == "1"
        therapies = subsequent_therapy(pid)
        rows.append(
            {
                "patient_id": pid,
                "progression_date": progression,
                "progression_site": site[1] if site else None,
                "death_date": last if died else None,
                "death_cause": (
                    ("liver failure" if pid in LIVER_FAILURE else "disease progression")
                    if died
                    else None
                ),
                "last_followup_date": last,
                "vital_status": "DEAD" if died else "ALIVE",
                "subsequent_therapy": "; ".join(therapies) or None,
                "subsequent_therapy_date": (
                    _therapy_date(patient, progression) if therapies else None
                ),
            }
        )
    return rows
