"""The flat sheet: one row per patient, as kept for SPSS."""

from __future__ import annotations

from datetime import date

from core.options import DAYS_PER_MONTH

from .labs import ORDER
from .source import DATA_CUTOFF, Record, source_patients

BASELINE = (
    "patient_id", "sex", "age", "height_cm", "weight_kg", "ecog", "prior_lines",
    "prior_cetuximab", "prior_bevacizumab", "ras_braf_status", "primary_site",
    "liver_met_timing", "tumor_number", "max_tumor_diameter_cm", "extrahepatic_mets",
    "extrahepatic_sites", "first_haic_date", "n_haic_sessions",
)  # fmt: skip
LABS = tuple(test for test in ORDER if test != "UPROT_24H")
RESPONSE = ("best_response", "best_response_liver")
FOLLOW_UP = ("pfs_months", "pfs_event", "os_months", "os_event")
COLUMNS: tuple[tuple[str, str], ...] = (
    *(("patients", name) for name in BASELINE),
    *(("labs_wide", test) for test in LABS),
    *(("patients", name) for name in RESPONSE),
    *(("follow_up", name) for name in FOLLOW_UP),
)
"""(table, column) of each column of the flat sheet."""


def months(days: int) -> float:
    """Days as months with the two decimals of a spreadsheet.

    >>> months(100)
    3.29
    """
    return round(days / DAYS_PER_MONTH, 2)


def flat_rows(patients: list[Record], labs: list[Record]) -> list[Record]:
    """Baseline, baseline laboratory, best response and coded times of each patient."""
    baseline_labs: dict[str, Record] = {}
    for row in labs:
        if row["is_baseline"]:
            value = row["lab_text"] if row["lab_value"] is None else row["lab_value"]
            baseline_labs.setdefault(row["patient_id"], {})[row["lab_test"]] = value
    rows = []
    for source, patient in zip(source_patients(), patients, strict=True):
        known = source.row
        last = min(date.fromisoformat(known["last_contact_date"]), DATA_CUTOFF)
        rows.append(
            {
                **{name: patient[name] for name in BASELINE},
                **{test: baseline_labs[source.patient_id][test] for test in LABS},
                **{name: known[name] for name in RESPONSE},
                "pfs_months": months(int(known["pfs_days"])),
                "pfs_event": int(known["pfs_event"]),
                "os_months": months((last - source.first_haic).days),
                "os_event": int(known["death_event"]),
            }
        )
    return rows
