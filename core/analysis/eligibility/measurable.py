"""Measurable lesions at baseline, counted from the lesion tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.analysis.eligibility.protocol import Settings
from core.schema import StudyData

_TOLERANCE_MM = 1e-9


def last_scans(data: StudyData, starts: pd.Series[Any]) -> pd.DataFrame:
    """Each lesion's last diameter on or before the patient's first HAIC day."""
    scans = data.table("lesion_measurements")
    scans = scans[scans["assessment_date"] <= scans["patient_id"].map(starts)]
    scans = scans[scans["diameter_mm"].notna()].sort_values("assessment_date", kind="stable")
    return scans.drop_duplicates(["patient_id", "lesion_id"], keep="last")


def lesion_numbers(
    data: StudyData, starts: pd.Series[Any], measurable: Mapping[str, int]
) -> dict[str, dict[str, float | date]]:
    """Patient id -> what criteria may ask of the lesions at the last scan before treatment.

    ``lesion.baseline_scan`` is the date of the newest of these diameters.
    """
    scans = last_scans(data, starts)
    roles = data.table("lesions").drop_duplicates(["patient_id", "lesion_id"])
    joined = scans.merge(
        roles[["patient_id", "lesion_id", "intrahepatic"]],
        on=["patient_id", "lesion_id"],
        how="left",
    )
    joined["outside"] = joined["intrahepatic"].astype("boolean").eq(False).fillna(False)
    by_patient = joined.groupby("patient_id").agg(
        scan=("assessment_date", "max"),
        lesions=("lesion_id", "size"),
        largest=("diameter_mm", "max"),
        total=("diameter_mm", "sum"),
        outside=("outside", "sum"),
    )
    columns = [by_patient[name].tolist() for name in by_patient.columns]
    return {
        str(patient): {
            "lesion.baseline_scan": scan.date(),
            "lesion.count": float(lesions),
            "lesion.largest_mm": float(largest),
            "lesion.sum_mm": float(total),
            "lesion.extrahepatic": float(outside),
            "lesion.measurable": float(measurable.get(str(patient), 0)),
        }
        for patient, scan, lesions, largest, total, outside in zip(
            by_patient.index, *columns, strict=True
        )
    }


def baseline_measurable_lesions(
    data: StudyData, starts: pd.Series[Any], settings: Settings
) -> dict[str, int]:
    """Patient id -> measurable lesions in the last scan on or before the first HAIC day.

    Measurable: longest diameter of at least 10 mm and at least twice the slice thickness, or
    a lymph node with a short axis of at least 15 mm; a lesion treated locally before counts
    only if it progressed since. A patient without any baseline diameter is absent.

    Source: RECIST 1.1, Eisenhauer 2009, Eur J Cancer 45:228, section 3.1.
    """
    scans = last_scans(data, starts)
    roles = data.table("lesions").drop_duplicates(["patient_id", "lesion_id"])
    columns = [
        "patient_id", "lesion_id", "organ", "is_lymph_node", "slice_mm", "prior_local_therapy",
        "progressed_since",
    ]  # fmt: skip
    joined = scans[["patient_id", "lesion_id", "diameter_mm", "status"]].merge(
        roles[columns], on=["patient_id", "lesion_id"], how="left"
    )
    named_node = joined["organ"].fillna("").astype(str).str.contains("lymph|node|淋巴", case=False)
    is_node = joined["is_lymph_node"].astype("boolean").fillna(named_node).astype(bool).to_numpy()
    twice_slice = 2 * joined["slice_mm"].fillna(0.0).to_numpy(dtype=float)
    smallest = np.where(
        is_node,
        settings.measurable_node_mm,
        np.maximum(settings.measurable_long_mm, twice_slice),
    )
    untouched = ~joined["prior_local_therapy"].astype("boolean").fillna(False).astype(bool)
    regrown = joined["progressed_since"].astype("boolean").fillna(False).astype(bool)
    measured = joined["status"].isna() | (joined["status"] == "MEASURED")
    is_measurable = (
        (joined["diameter_mm"] >= smallest - _TOLERANCE_MM) & (untouched | regrown) & measured
    )
    counts = is_measurable.groupby(joined["patient_id"]).sum()
    return {str(patient): int(count) for patient, count in counts.items()}
