"""Adverse events: the source's worst grades, with dates and milder repeats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from .labs import findings, sample_date
from .source import (
    Record,
    SourcePatient,
    source_events,
    source_patients,
    steady,
    whole_between,
)

LAB_TERMS: Mapping[str, tuple[str, int]] = {
    "Hyperglycemia": ("GLUC", 1),
    "Anemia": ("HGB", -1),
    "White blood cell decreased": ("WBC", -1),
    "Platelet count decreased": ("PLAT", -1),
    "Alanine aminotransferase increased": ("ALT", 1),
    "Aspartate aminotransferase increased": ("AST", 1),
    "Proteinuria": ("UPROT_24H", 1),
    "Creatinine increased": ("CREAT", 1),
}
"""Term -> its test and the harmful direction: the event starts with the worst value."""
DURATION_DAYS: Mapping[str, tuple[int, int]] = {
    "Abdominal pain": (0, 2),
    "Nausea": (2, 5),
    "Vomiting": (1, 3),
    "Upper gastrointestinal hemorrhage": (5, 5),
}
LAB_DURATION_DAYS = (7, 12)
ONSET_DAYS: Mapping[str, int] = {"Nausea": 1, "Vomiting": 1, "Upper gastrointestinal hemorrhage": 4}
FIXED_SESSION: Mapping[tuple[str, str], int] = {("H10", "Upper gastrointestinal hemorrhage"): 2}
REPEAT_SHARE = 0.75
ACTIONS: Mapping[tuple[str, int], str] = {
    ("Abdominal pain", 1): "observation",
    ("Abdominal pain", 2): "lidocaine through the microcatheter",
    ("Abdominal pain", 3): "infusion paused, lidocaine through the microcatheter, morphine",
    ("Nausea", 1): "antiemetic",
    ("Nausea", 2): "antiemetic",
    ("Vomiting", 1): "antiemetic",
    ("Vomiting", 2): "antiemetic and intravenous fluids",
    (
        "Upper gastrointestinal hemorrhage",
        2,
    ): "proton pump inhibitor, fasting, fluorouracil reduced",
    ("Hyperglycemia", 2): "oral antidiabetic drug adjusted",
    ("Alanine aminotransferase increased", 2): "liver-protecting drugs",
    ("Alanine aminotransferase increased", 3): "liver-protecting drugs, oxaliplatin reduced",
    ("Aspartate aminotransferase increased", 2): "liver-protecting drugs",
    ("Aspartate aminotransferase increased", 3): "liver-protecting drugs, oxaliplatin reduced",
    ("White blood cell decreased", 2): "granulocyte colony-stimulating factor",
    ("Platelet count decreased", 2): "recombinant human thrombopoietin",
    ("Anemia", 2): "iron supplement",
}
NO_ACTION = "observation"


def _worst_session(patient: SourcePatient, term: str) -> tuple[int, str]:
    """Session and phase of sampling in which the term is at its worst."""
    pid = patient.patient_id
    if term in LAB_TERMS:
        test, direction = LAB_TERMS[term]
        values = {
            key[1:3]: direction * value
            for key, (value, _) in findings().items()
            if key[0] == pid and key[3] == test and value is not None
        }
        return max(values, key=lambda place: values[place])
    fixed = FIXED_SESSION.get((pid, term))
    return fixed or whole_between(1, len(patient.session_days), pid, term, "worst"), "after"


def _grades(patient: SourcePatient, term: str, worst: int) -> dict[int, int]:
    """Session -> grade: the worst once, milder in some other sessions."""
    number, _ = _worst_session(patient, term)
    grades = {number: worst}
    if term in LAB_TERMS or worst < 2 or term == "Upper gastrointestinal hemorrhage":
        return grades
    for session in range(1, len(patient.session_days) + 1):
        if session != number and steady(patient.patient_id, term, session) < REPEAT_SHARE:
            grades[session] = worst - 1
    return grades


def worst_pain_by_session(patient_id: str) -> Mapping[int, int]:
    """Session -> grade of abdominal pain."""
    patient = next(p for p in source_patients() if p.patient_id == patient_id)
    for pid, term, grade in source_events():
        if pid == patient_id and term == "Abdominal pain":
            return _grades(patient, term, grade)
    return {}


def _event(patient: SourcePatient, term: str, session: int, grade: int) -> Record:
    pid = patient.patient_id
    if term in LAB_TERMS:
        start = sample_date(patient, *_worst_session(patient, term))
    else:
        start = patient.day(patient.session_days[session - 1] + ONSET_DAYS.get(term, 0))
    low, high = DURATION_DAYS.get(term, LAB_DURATION_DAYS)
    return {
        "patient_id": pid,
        "ae_term": term,
        "ae_grade": grade,
        "ae_start": start,
        "ae_end": start + timedelta(days=whole_between(low, high, pid, term, session)),
        "ae_related": "RELATED",
        "ae_serious": term == "Upper gastrointestinal hemorrhage",
        "ae_action": ACTIONS.get((term, grade), NO_ACTION),
        "ae_outcome": "recovered",
        "session_no": session,
        "ctcae_version": "5.0",
    }


def adverse_events() -> list[Record]:
    """One row per event; the worst grade of each patient and term is the source's."""
    patients = {patient.patient_id: patient for patient in source_patients()}
    rows = [
        _event(patients[pid], term, session, grade)
        for pid, term, worst in source_events()
        for session, grade in sorted(_grades(patients[pid], term, worst).items())
    ]
    return sorted(rows, key=lambda row: (row["patient_id"], row["ae_start"], row["ae_term"]))
