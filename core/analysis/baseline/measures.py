"""Numbers of the patients at baseline: age, number of sessions and own numeric variables."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from core.schema import StudyData

SessionSource = Literal["haic_sessions", "n_haic_sessions", ""]


def first_treatment_dates(data: StudyData, patients: pd.DataFrame) -> np.ndarray:
    """Date of the first HAIC per patient; NaT where unknown.

    The earliest row of ``haic_sessions``, else ``first_haic_date``.
    """
    recorded = patients["first_haic_date"]
    sessions = data.tables.get("haic_sessions")
    if sessions is not None and len(sessions):
        first = sessions.groupby("patient_id")["session_date"].min()
        counted = pd.to_datetime(patients["patient_id"].map(first)).astype("datetime64[ns]")
        recorded = counted.where(counted.notna(), recorded)
    return recorded.to_numpy(dtype="datetime64[ns]")


def age_years(data: StudyData, patients: pd.DataFrame) -> tuple[np.ndarray, int]:
    """Age in years at the first HAIC, and for how many it came from the birth date.

    Completed years where computed, as an age is written; NaN where neither the age nor both
    dates are known.
    """
    age = patients["age"].to_numpy(dtype=float, na_value=np.nan)
    birth = patients["birth_date"].to_numpy(dtype="datetime64[ns]")
    start = first_treatment_dates(data, patients)
    usable = np.isnan(age) & ~np.isnat(birth) & ~np.isnat(start)
    if usable.any():
        months = start[usable].astype("datetime64[M]") - birth[usable].astype("datetime64[M]")
        years = months.astype(int)
        day_of = (start[usable] - start[usable].astype("datetime64[M]")) < (
            birth[usable] - birth[usable].astype("datetime64[M]")
        )
        age = age.copy()
        age[usable] = (years - day_of) // 12
    return age, int(usable.sum())


def session_numbers(data: StudyData, patients: pd.DataFrame) -> tuple[np.ndarray, SessionSource]:
    """Number of HAIC sessions per patient (NaN = unknown) and where it was counted.

    Rows of ``haic_sessions`` where the table holds the patient, else ``n_haic_sessions``.
    """
    recorded = patients["n_haic_sessions"].to_numpy(dtype=float, na_value=np.nan)
    sessions = data.tables.get("haic_sessions")
    if sessions is None or not len(sessions):
        return recorded, "" if np.isnan(recorded).all() else "n_haic_sessions"
    rows = patients["patient_id"].map(sessions["patient_id"].value_counts())
    counted = rows.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(counted), recorded, counted), "haic_sessions"


def as_number(values: pd.Series) -> np.ndarray | None:
    """The values as floats; None if one of them isn't a finite number."""
    if pd.api.types.is_datetime64_any_dtype(values) or pd.api.types.is_bool_dtype(values):
        return None
    given = values.notna().to_numpy()
    numbers = pd.to_numeric(values.astype(object), errors="coerce")
    converted = numbers.to_numpy(dtype=float, na_value=np.nan)
    if not given.any() or not np.isfinite(converted[given]).all():
        return None
    return converted
