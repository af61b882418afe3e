"""Time zero, baseline and derived tests of the laboratory table.

Baseline is the last value on or before the day of the first HAIC, once for the whole course:
a later cycle gets no new baseline. Total calcium is graded as albumin-corrected calcium only.

Source: CTCAE v5.0 (corrected calcium); Payne 1973, BMJ 4:643 (correction formula).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.rules.ctcae_units import LabUnit, plain_unit, unit_of
from core.schema import StudyData

ALBUMIN_NORMAL_G_L = 40.0
CALCIUM_PER_ALBUMIN = {"mmol/L": 0.02, "mg/dL": 0.08}
"""Rise of corrected calcium for each g/L of albumin below 40 g/L, by the calcium's unit."""


def first_haic_dates(data: StudyData) -> pd.Series:
    """Day of the first HAIC of each patient: earliest session, else the recorded date.

    Returns:
        dates by ``patient_id``, for the patients of the ``patients`` table; NaT if unknown.
    """
    patients = data.table("patients")
    sessions = data.table("haic_sessions")
    first = sessions.groupby("patient_id")["session_date"].min()
    recorded = patients.drop_duplicates("patient_id").set_index("patient_id")["first_haic_date"]
    return first.reindex(recorded.index).fillna(recorded).astype("datetime64[ns]")


def days_since(dates: pd.Series, patient_ids: pd.Series, zero: pd.Series) -> np.ndarray:
    """Whole days from each patient's first HAIC; NaN where a date is missing."""
    start = zero.reindex(patient_ids).to_numpy(dtype="datetime64[D]")
    days = (dates.to_numpy(dtype="datetime64[D]") - start).astype("timedelta64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(float))


def _codes(frame: pd.DataFrame, *columns: str) -> np.ndarray:
    """One integer for each combination of the columns, 0 .. n-1."""
    combined = np.zeros(len(frame), dtype=np.int64)
    for column in columns:
        codes, names = pd.factorize(frame[column])
        combined = combined * (len(names) + 1) + codes + 1
    return pd.factorize(combined)[0]


def units_of(frame: pd.DataFrame) -> list[LabUnit | None]:
    """The unit of each row's spelling for its test, looked up once a spelling."""
    pairs = _codes(frame, "lab_test", "lab_unit")
    first = pd.Series(pairs).drop_duplicates().index
    tests = frame["lab_test"].to_numpy(dtype=object)
    texts = frame["lab_unit"].to_numpy(dtype=object)
    known = [unit_of(tests[i], texts[i] if isinstance(texts[i], str) else None) for i in first]
    return [known[code] for code in pairs]


def _common_factors(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Factor to the common unit (NaN if unknown) and a code for each spelling."""
    pairs = _codes(frame, "lab_test", "lab_unit")
    first = pd.Series(pairs).drop_duplicates().index
    tests = frame["lab_test"].to_numpy(dtype=object)
    texts = frame["lab_unit"].to_numpy(dtype=object)
    factors, spellings = [], []
    for i in first:
        text = texts[i] if isinstance(texts[i], str) else ""
        unit = unit_of(tests[i], text)
        factors.append(np.nan if unit is None else unit.common_factor)
        spellings.append(plain_unit(text))
    codes = pd.factorize(np.array(spellings, dtype=object))[0]
    return np.array(factors, dtype=float)[pairs], codes[pairs]


@dataclass(frozen=True, slots=True)
class Baselines:
    """For each laboratory row: its baseline in the row's own unit.

    Attributes:
        value: NaN where there is none, or its unit can't be brought to the row's unit.
        abnormal: 1 / 0 / NaN; above its own ULN, strictly.
        is_baseline: the row is the baseline record.
    """

    value: np.ndarray
    abnormal: np.ndarray
    is_baseline: np.ndarray


def find_baselines(labs: pd.DataFrame, day: np.ndarray) -> Baselines:
    """Baseline of each patient and test, put beside every row of that patient and test.

    Args:
        labs: laboratory rows with a fresh index; ``lab_value`` or ``lab_text`` as graded.
        day: days since the first HAIC; NaN = unknown. An undated row counts only if it is
            recorded as baseline.
    """
    size = len(labs)
    value = labs["lab_value"].to_numpy(dtype=float)
    usable = ~np.isnan(value) & labs["value_prefix"].isna().to_numpy()
    usable |= labs["lab_text"].notna().to_numpy() & np.isnan(value)
    recorded = labs["is_baseline"].fillna(False).to_numpy(dtype=bool)
    candidate = usable & ((day <= 0) | (np.isnan(day) & recorded))
    group = _codes(labs, "patient_id", "lab_test")
    line = (
        labs["source_row"].fillna(-1).to_numpy(dtype=float)
        if "source_row" in labs.columns
        else np.zeros(size)
    )
    rows = np.flatnonzero(candidate)
    # Last by day, then by line in the user's file, then the larger value: never by row order.
    order = np.lexsort(
        (value[rows], line[rows], np.nan_to_num(day[rows], nan=-np.inf), group[rows])
    )
    ordered = rows[order]
    last = np.ones(len(ordered), dtype=bool)
    last[:-1] = group[ordered][1:] != group[ordered][:-1]
    chosen = ordered[last]
    base_row = np.full(int(group.max(initial=-1)) + 1, -1)
    base_row[group[chosen]] = chosen
    mine = base_row[group]
    has = mine >= 0
    factor, spelling = _common_factors(labs)
    uln = labs["uln"].to_numpy(dtype=float)
    value_there = np.where(has, value[mine], np.nan)
    uln_there = np.where(has, uln[mine], np.nan)
    same = has & (spelling[mine] == spelling)
    ratio = np.where(same, 1.0, factor[mine] / factor)
    known = has & ~np.isnan(value_there) & ~np.isnan(uln_there)
    abnormal = np.where(known, (value_there > uln_there).astype(float), np.nan)
    is_baseline = np.zeros(size, dtype=bool)
    is_baseline[chosen] = True
    return Baselines(value_there * ratio, abnormal, is_baseline)


def corrected_calcium(labs: pd.DataFrame) -> pd.DataFrame:
    """The table with total calcium replaced by albumin-corrected calcium of the same day.

    Adds ``is_corrected``. Where albumin of that day is missing, or a unit is unknown, the
    value becomes NaN: total calcium is never graded in its place.
    """
    labs = labs.assign(is_corrected=False)
    calcium = np.flatnonzero(labs["lab_test"].to_numpy() == "CA")
    if not len(calcium):
        return labs
    albumin = labs[(labs["lab_test"] == "ALB") & labs["value_prefix"].isna()]
    units = units_of(albumin)
    in_g_l = albumin["lab_value"].to_numpy(dtype=float) * np.array(
        [np.nan if unit is None else unit.common_factor for unit in units], dtype=float
    )
    by_day = (
        albumin.assign(_g_l=in_g_l).groupby(["patient_id", "lab_date"], dropna=True)["_g_l"].mean()
    )
    rows = labs.iloc[calcium]
    keys = pd.MultiIndex.from_frame(rows[["patient_id", "lab_date"]])
    albumin_g_l = by_day.reindex(keys).to_numpy(dtype=float)
    slope = np.array(
        [CALCIUM_PER_ALBUMIN.get("" if u is None else u.name, np.nan) for u in units_of(rows)]
    )
    corrected = rows["lab_value"].to_numpy(dtype=float) + slope * (ALBUMIN_NORMAL_G_L - albumin_g_l)
    value = labs["lab_value"].to_numpy(dtype=float, copy=True)
    test = labs["lab_test"].to_numpy(dtype=object, copy=True)
    done = np.zeros(len(labs), dtype=bool)
    value[calcium] = corrected
    test[calcium] = "CA_CORR"
    done[calcium] = True
    return labs.assign(lab_value=value, lab_test=test, is_corrected=done)
