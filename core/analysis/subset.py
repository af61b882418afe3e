"""A study cut down to some of its patients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.schema import StudyData
from core.schema.study import PatientFrame


def subset_study(data: StudyData, patient_ids: Iterable[str]) -> StudyData:
    """The rows of these patients in every table; other tables and settings stay.

    Args:
        patient_ids: ids as in ``patients``; unknown ones are ignored.
    """
    wanted = set(patient_ids)
    tables = {}
    for name, frame in data.tables.items():
        if "patient_id" in frame.columns:
            kept = frame[frame["patient_id"].isin(wanted)].reset_index(drop=True)
            tables[name] = PatientFrame(kept)
        else:
            tables[name] = frame
    return replace(data, tables=tables)
