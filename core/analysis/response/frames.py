"""Columns of the study's tables as plain lists: row-wise rules read them fast.

Days are ordinals of the proleptic Gregorian calendar (``date.toordinal``).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from core.schema import StudyData

_UNIX_EPOCH = date(1970, 1, 1).toordinal()


def values(data: StudyData, table: str, column: str) -> list[Any]:
    """A column as a list with None for missing; all None if the column was not given."""
    frame = data.tables.get(table)
    if frame is None:
        return []
    if column not in frame.columns:
        return [None] * len(frame)
    series = frame[column]
    missing = series.isna().to_numpy()
    listed = series.tolist()
    if not missing.any():
        return listed
    return [None if absent else value for value, absent in zip(listed, missing, strict=True)]


def days(data: StudyData, table: str, column: str) -> list[int | None]:
    """A date column as day ordinals with None for missing."""
    frame = data.tables.get(table)
    if frame is None:
        return []
    if column not in frame.columns:
        return [None] * len(frame)
    known = frame[column].notna().to_numpy()
    ordinals = frame[column].to_numpy().astype("datetime64[D]").astype("int64") + _UNIX_EPOCH
    return [int(day) if is_known else None for day, is_known in zip(ordinals, known, strict=True)]


def rows_by_patient(data: StudyData, table: str) -> dict[str, list[int]]:
    """Patient -> positions of the table's rows that are about this patient."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, patient_id in enumerate(values(data, table, "patient_id")):
        found[patient_id].append(position)
    return found


def start_days(data: StudyData) -> dict[str, int | None]:
    """Patient -> ordinal of the first HAIC: first session, else the recorded first date."""
    starts = dict(
        zip(
            values(data, "patients", "patient_id"),
            days(data, "patients", "first_haic_date"),
            strict=True,
        )
    )
    sessions = days(data, "haic_sessions", "session_date")
    for patient_id, rows in rows_by_patient(data, "haic_sessions").items():
        known = [day for row in rows if (day := sessions[row]) is not None]
        if patient_id in starts and known:
            starts[patient_id] = min(known)
    return starts
