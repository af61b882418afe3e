"""Adverse events by the HAIC session after which they began."""

from __future__ import annotations

import pandas as pd

from core.analysis.toxicity.baseline import days_since, first_haic_dates
from core.analysis.toxicity.events import band_of, count_of
from core.results.common import Message
from core.results.toxicity import AdverseEventTable, SessionRow, SessionTable
from core.schema import StudyData


def tabulate_by_session(data: StudyData, table: AdverseEventTable) -> SessionTable:
    """Events by the HAIC session after which they began.

    The recorded session goes first; without one, the last session on or before the onset.
    The denominator of a session is the patients who had at least that many sessions.
    """
    sessions = data.table("haic_sessions").sort_values(["patient_id", "session_date"])
    order = sessions.groupby("patient_id").cumcount() + 1
    number = sessions["session_no"].astype("Int64").fillna(order).astype(int)
    zero = first_haic_dates(data)
    day = days_since(sessions["session_date"], sessions["patient_id"], zero)
    had: dict[int, set[str]] = {}
    courses: dict[str, list[tuple[float, int]]] = {}
    for patient, start, session in zip(sessions["patient_id"], day, number, strict=True):
        had.setdefault(session, set()).add(patient)
        courses.setdefault(patient, []).append((start, session))
    worst: dict[int, dict[str, int]] = {}
    n_events: dict[int, int] = {}
    unassigned = 0
    events = table.events
    for patient, grade, onset, recorded in zip(
        events["patient_id"],
        events["grade"],
        events["onset_day"],
        events["session_no"],
        strict=True,
    ):
        earlier = [
            s for start, s in courses.get(patient, []) if not pd.isna(onset) and start <= onset
        ]
        if not pd.isna(recorded):
            session = int(recorded)
        elif earlier:
            session = earlier[-1]
        else:
            unassigned += 1
            continue
        mine = worst.setdefault(session, {})
        mine[patient] = max(int(grade), mine.get(patient, 0))
        n_events[session] = n_events.get(session, 0) + 1
    rows = []
    for session in sorted(set(had) | set(worst)):
        grades = worst.get(session, {})
        exposed = len(had.get(session, set()) | set(grades))
        rows.append(
            SessionRow(
                session_no=session,
                any=count_of(grades, exposed),
                grade_1_2=band_of(grades, (1, 2), exposed),
                grade_3_4=band_of(grades, (3, 4), exposed),
                grade_5=band_of(grades, (5,), exposed),
                n_events=n_events.get(session, 0),
            )
        )
    messages = [Message.of("toxicity.method.by_session")]
    if unassigned:
        messages.append(Message.of("toxicity.method.session_unknown", n=unassigned))
    return SessionTable(tuple(rows), unassigned, tuple(messages))
