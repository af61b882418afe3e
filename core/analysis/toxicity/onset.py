"""When adverse events began: days since the last infusion before them."""

from __future__ import annotations

import bisect

import pandas as pd

from core.analysis.toxicity.baseline import days_since, first_haic_dates
from core.results.toxicity import AdverseEventTable
from core.schema import StudyData

ONSET_COLUMNS = ("patient_id", "term", "grade", "onset_day", "session_no", "days_after")


def onset_after_infusion(data: StudyData, table: AdverseEventTable) -> pd.DataFrame:
    """Each dated event with the last session on or before it.

    Returns:
        ``ONSET_COLUMNS``, one row an event with an onset date whose patient had a session by
        then: ``onset_day`` since the first HAIC, ``days_after`` since the last session (0 = the
        day of the infusion), ``session_no`` of that session.
    """
    sessions = data.table("haic_sessions")
    day = days_since(sessions["session_date"], sessions["patient_id"], first_haic_dates(data))
    courses: dict[str, list[int]] = {}
    for patient, at in zip(sessions["patient_id"], day, strict=True):
        if at == at:
            courses.setdefault(str(patient), []).append(int(at))
    for days in courses.values():
        days.sort()
    events = table.events
    rows = []
    for patient, term, grade, onset in zip(
        events["patient_id"], events["term"], events["grade"], events["onset_day"], strict=True
    ):
        mine = courses.get(str(patient), [])
        if pd.isna(onset):
            continue
        at = bisect.bisect_right(mine, int(onset))
        if at:
            rows.append(
                (str(patient), str(term), int(grade), int(onset), at, int(onset) - mine[at - 1])
            )
    return pd.DataFrame(rows, columns=list(ONSET_COLUMNS))
