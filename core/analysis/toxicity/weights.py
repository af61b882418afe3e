"""Body weights of the sessions, graded like laboratory values.

CTCAE grades weight by its change from baseline. Weights stand with the infusions, the one
before treatment with the patient; a weight in the laboratory table goes before both.

Source: CTCAE v5.0 (NCI 2017), Weight loss and Weight gain.
"""

from __future__ import annotations

import pandas as pd

from core.analysis.toxicity.baseline import first_haic_dates
from core.schema import StudyData, typed_frame

WEIGHT = "WEIGHT"
KEY = ["patient_id", "lab_date"]


def with_session_weights(data: StudyData) -> pd.DataFrame:
    """The laboratory table and, below it, one row a weight of a session or before treatment.

    A weight of the patients' table counts as of the day of the first HAIC, and only where no
    session of that day has one.
    """
    labs = data.table("labs").reset_index(drop=True)
    sessions = data.table("haic_sessions")
    weighed = sessions[sessions["weight_kg"].notna() & sessions["session_date"].notna()]
    before = data.table("patients").drop_duplicates("patient_id")
    before = before[before["weight_kg"].notna()]
    zero = first_haic_dates(data)
    parts = [
        _rows(weighed, weighed["session_date"]),
        _rows(before, before["patient_id"].map(zero)),
    ]
    added = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    added = added[added["lab_date"].notna()].drop_duplicates(KEY)
    known = pd.MultiIndex.from_frame(labs.loc[labs["lab_test"] == WEIGHT, KEY])
    added = added[~pd.MultiIndex.from_frame(added[KEY]).isin(known)]
    if not len(added):
        return labs
    added = added.reindex(columns=[*labs.columns])
    typed = typed_frame("labs", added)
    if not len(labs):
        return typed.reset_index(drop=True)
    # Column by column: whole frames are searched cell by cell for columns without any value.
    joined = {name: pd.concat([labs[name], typed[name]], ignore_index=True) for name in labs}
    return pd.DataFrame(joined)


def _rows(frame: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Rows of the laboratory table for the weights of another table."""
    made = pd.DataFrame(
        {
            "patient_id": frame["patient_id"],
            "lab_date": days.astype("datetime64[ns]"),
            "lab_test": WEIGHT,
            "lab_value": frame["weight_kg"],
            "lab_unit": "kg",
        }
    )
    for name in ("source_sheet", "source_row"):
        if name in frame.columns:
            made[name] = frame[name]
    return made.reset_index(drop=True)
