"""Patients: the source's baseline and what the eligibility criteria ask for."""

from __future__ import annotations

from datetime import date, timedelta

from core.schema import NEVER

from .source import Record, SourcePatient, between, source_patients, steady, whole_between

ECOG_OUT_OF_WINDOW = "H14"
"""Undetermined on purpose: ECOG scored 9 days before enrolment, the window is 7 days."""
ECOG_AT_LIMIT = "H05"
WASHOUT_AT_LIMIT = "H08"
NRAS_MUTANT = {"H06", "H18"}
BRAF_MUTANT = {"H07", "H23"}
MUCINOUS = {"H16", "H24"}
SITES = ("right colon", "left colon", "rectum", "left colon")
MINIMUM_WASHOUT_DAYS = 28


def _days_before(patient: SourcePatient, days: int) -> date:
    return patient.first_haic - timedelta(days=days)


def _genes(patient: SourcePatient) -> Record:
    genes = dict.fromkeys(("kras_status", "nras_status", "braf_status"), "WILD")
    if patient.is_mutant:
        mutated = (
            "nras_status"
            if patient.patient_id in NRAS_MUTANT
            else "braf_status"
            if patient.patient_id in BRAF_MUTANT
            else "kras_status"
        )
        genes[mutated] = "MUTANT"
    return {"ras_braf_status": "MUTANT" if patient.is_mutant else "WILD", **genes}


def _earlier_treatment(patient: SourcePatient, diagnosis: date, site: str) -> Record:
    pid = patient.patient_id
    washout = (
        MINIMUM_WASHOUT_DAYS
        if pid == WASHOUT_AT_LIMIT
        else whole_between(MINIMUM_WASHOUT_DAYS + 2, 75, pid, "washout")
    )
    cytotoxic = _days_before(patient, washout)
    bevacizumab = _days_before(patient, washout + whole_between(0, 2, pid, "bevacizumab") * 21)
    cetuximab = _days_before(patient, washout + whole_between(60, 260, pid, "cetuximab"))
    resected = steady(pid, "resected") < 0.7
    irradiated = site == "rectum" and steady(pid, "irradiated") < 0.5
    return {
        "last_cytotoxic_date": cytotoxic.isoformat(),
        "last_bevacizumab_date": (
            bevacizumab.isoformat() if patient.flag("prior_bevacizumab") else NEVER
        ),
        "last_radiotherapy_date": (
            (diagnosis + timedelta(days=120)).isoformat() if irradiated else NEVER
        ),
        "last_surgery_date": (diagnosis + timedelta(days=45)).isoformat() if resected else NEVER,
        "last_egfr_tki_date": NEVER,
        "last_cetuximab_date": cetuximab.isoformat() if patient.flag("prior_cetuximab") else NEVER,
    }


def _patient(patient: SourcePatient) -> Record:
    pid, row = patient.patient_id, patient.row
    enrolled = _days_before(patient, whole_between(2, 6, pid, "enrolled"))
    ecog_age = {ECOG_OUT_OF_WINDOW: 9, ECOG_AT_LIMIT: 7}.get(pid, whole_between(0, 5, pid, "ecog"))
    lines = int(row["prior_lines"])
    diagnosis = _days_before(
        patient, 260 + 150 * (lines - 1) + whole_between(0, 240, pid, "diagnosed")
    )
    site = SITES[whole_between(0, len(SITES) - 1, pid, "site")]
    frail = row["ecog"] == "1"
    return {
        "patient_id": pid,
        "sex": row["sex"],
        "age": int(row["age"]),
        "height_cm": patient.number("height_cm"),
        "weight_kg": patient.number("weight_kg"),
        "ecog": int(row["ecog"]),
        "ecog_date": enrolled - timedelta(days=ecog_age),
        "prior_lines": lines,
        "prior_cetuximab": patient.flag("prior_cetuximab"),
        "prior_bevacizumab": patient.flag("prior_bevacizumab"),
        **_genes(patient),
        "msi_status": "MSS",
        "primary_site": site,
        "histology": "mucinous adenocarcinoma" if pid in MUCINOUS else "adenocarcinoma",
        "liver_met_timing": "synchronous" if steady(pid, "timing") < 0.65 else "metachronous",
        "tumor_number": int(row["tumor_number"]),
        "max_tumor_diameter_cm": patient.number("max_tumor_diameter_cm"),
        "extrahepatic_mets": patient.flag("extrahepatic_mets"),
        "extrahepatic_sites": row["extrahepatic_sites"] or None,
        "primary_crc_liver_mets": True,
        "pathology_confirmed": True,
        "mdt_unresectable": True,
        "life_expectancy_weeks": int(
            between(13.5, 20, pid, "life") if frail else between(20, 40, pid, "life")
        ),
        "max_residual_ae_grade": whole_between(0, 1, pid, "residual"),
        **_earlier_treatment(patient, diagnosis, site),
        "diagnosis_date": diagnosis,
        "enrol_date": enrolled,
        "first_haic_date": patient.first_haic,
        "n_haic_sessions": int(row["n_haic_sessions"]),
    }


def patients() -> list[Record]:
    """One row per patient; nothing in it is a result of the treatment."""
    return [_patient(patient) for patient in source_patients()]
