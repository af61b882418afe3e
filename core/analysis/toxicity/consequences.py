"""Serious adverse events, those that changed the treatment, and complications by CIRSE grade.

Source: ICH E2A (serious); Filippiadis 2017, Cardiovasc Intervent Radiol 40:1141 (CIRSE).
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from core.results.common import Message
from core.results.safety import ComplicationTable, ConsequenceRow, ConsequenceTable
from core.results.toxicity import AdverseEventTable, PatientCount
from core.rules.ae_actions import consequences_of
from core.schema import StudyData

CIRSE_GRADES = (1, 2, 3, 4, 5, 6)
CONSEQUENCES = ("SERIOUS", "STOPPED", "REDUCED", "INTERRUPTED", "FATAL")


def tabulate_consequences(table: AdverseEventTable) -> ConsequenceTable:
    """Patients with a serious or fatal event, or one that stopped, reduced or interrupted HAIC.

    What an event did to the treatment is read from the recorded action; what isn't recorded
    isn't counted, and said.
    """
    events = table.events[table.events["source"] == "REPORTED"]
    told = [consequences_of(str(action)) for action in events["action"]]
    chosen = {
        "SERIOUS": [not pd.isna(value) and bool(value) for value in events["serious"]],
        "FATAL": [int(grade) == 5 for grade in events["grade"]],
        **{
            code: [code in found for found in told]
            for code in ("STOPPED", "REDUCED", "INTERRUPTED")
        },
    }
    rows = []
    for code in CONSEQUENCES:
        mine = events[pd.Series(chosen[code], index=events.index, dtype=bool)]
        people = {(str(t), str(p)) for t, p in zip(mine["term"], mine["patient_id"], strict=True)}
        terms = Counter(term for term, _ in people)
        rows.append(
            ConsequenceRow(
                code=code,
                patients=PatientCount(
                    tuple(sorted({patient for _, patient in people})), table.n_patients
                ),
                n_events=len(mine),
                terms=tuple(sorted(terms.items(), key=lambda pair: (-pair[1], pair[0]))),
            )
        )
    messages = [Message.of("toxicity.method.consequences", n=table.n_patients)]
    unsaid = int(events["serious"].isna().sum())
    silent = int((events["action"] == "").sum())
    if unsaid:
        messages.append(Message.of("toxicity.method.serious_unknown", n=unsaid))
    if silent:
        messages.append(Message.of("toxicity.method.action_unknown", n=silent))
    return ConsequenceTable(tuple(rows), tuple(messages))


def tabulate_complications(data: StudyData) -> ComplicationTable:
    """Sessions and patients by CIRSE grade of the complication."""
    sessions = data.table("haic_sessions").sort_values(["patient_id", "session_date"])
    by_grade: dict[int, list[tuple[str, int | None]]] = {grade: [] for grade in CIRSE_GRADES}
    worst: dict[str, int] = {}
    described = []
    for row in sessions[
        ["patient_id", "session_no", "complication_cirse", "complication_text"]
    ].to_dict("records"):
        number = None if pd.isna(row["session_no"]) else int(row["session_no"])
        grade = None if pd.isna(row["complication_cirse"]) else int(row["complication_cirse"])
        words = row["complication_text"]
        told = words.strip() if isinstance(words, str) else ""
        patient = str(row["patient_id"])
        if grade is not None:
            by_grade[grade].append((patient, number))
            worst[patient] = max(grade, worst.get(patient, 0))
        if grade is not None or told:
            described.append((patient, number, grade, told))
    total = int(sessions["patient_id"].nunique())
    ungraded = sum(grade is None for _, _, grade, _ in described)
    messages = [Message.of("toxicity.method.cirse")]
    if ungraded:
        messages.append(Message.of("toxicity.method.cirse_ungraded", n=ungraded))
    return ComplicationTable(
        sessions={grade: tuple(found) for grade, found in by_grade.items()},
        patients={
            grade: PatientCount(tuple(sorted(p for p, g in worst.items() if g == grade)), total)
            for grade in CIRSE_GRADES
        },
        n_sessions=len(sessions),
        n_patients=total,
        described=tuple(described),
        messages=tuple(messages),
    )
