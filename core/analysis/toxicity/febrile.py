"""Febrile neutropenia: a neutrophil count and a temperature of the same episode.

Neither alone makes the term. What the two establish is its lowest grade; whether the
consequences threaten life is for the clinician.

Source: CTCAE v5.0 (NCI 2017), Febrile neutropenia.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.rules.ctcae_units import unit_of
from core.rules.ctcae_versions import FebrileNeutropenia, ctcae_versions


def _temperatures(rows: pd.DataFrame, rule: FebrileNeutropenia) -> pd.DataFrame:
    """Patient, day and temperature in degrees Celsius of the dated readings that may be fever."""
    found = rows[(rows["term"] == rule.temperature_term) & rows["lab_date"].notna()]
    factors = [
        np.nan if (unit := unit_of(test, text if isinstance(text, str) else None)) is None
        else unit.factor
        for test, text in zip(found["analyte"], found["unit"], strict=True)
    ]  # fmt: skip
    celsius = found["value"].to_numpy(dtype=float) * np.array(factors, dtype=float)
    read = pd.DataFrame(
        {
            "patient_id": found["patient_id"].to_numpy(),
            "read_on": found["lab_date"].to_numpy(),
            "celsius": celsius,
        }
    )
    return read[read["celsius"] >= rule.sustained_from_c]


def with_febrile_neutropenia(rows: pd.DataFrame, version: str) -> pd.DataFrame:
    """The graded results and, below them, one row a neutrophil count that meets a fever.

    A temperature between the two limits is fever only if it lasted for over an hour, which the
    table doesn't say: that row isn't gradable, with that reason.

    Args:
        rows: frame of ``LabGrades.rows``.
    """
    rule = ctcae_versions()[version].febrile_neutropenia
    is_low = (rows["term"] == rule.neutrophil_term) & rows["lab_date"].notna()
    is_low &= (rows["grade_min"].fillna(-1) >= rule.neutrophil_grade).astype(bool)
    warm = _temperatures(rows, rule)
    if not is_low.any() or not len(warm):
        return rows
    low = rows[is_low].assign(_at=np.flatnonzero(is_low.to_numpy()))
    met = low[["patient_id", "lab_date", "_at"]].merge(warm, on="patient_id")
    near = (met["read_on"] - met["lab_date"]).abs().dt.days <= rule.window_days
    hottest = met[near].groupby("_at")["celsius"].max()
    if not len(hottest):
        return rows
    certain = hottest.to_numpy() > rule.single_above_c
    made = rows.iloc[hottest.index].reset_index(drop=True)
    grade = pd.array(np.where(certain, rule.grade, -1), dtype="Int64")
    grade[~certain] = pd.NA
    made = made.assign(
        term=rule.term,
        soc=rule.soc,
        status=np.where(certain, "GRADED", "UNGRADABLE").astype(object),
        grade_min=grade,
        grade_max=grade,
        rule_id=np.where(certain, "FEBRILE_NEUTROPENIA", "").astype(object),
        flags=np.where(certain, "LOWER_BOUND", "").astype(object),
        reason=np.where(certain, "", "fever_duration_unknown").astype(object),
        is_baseline=False,
        is_advisory=False,
    )
    return pd.concat([rows, made.astype(rows.dtypes.to_dict())], ignore_index=True)
