"""Fit for the next cycle: each session's day judged by the engine of the entry criteria."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from core.analysis.eligibility.collect import collect_facts
from core.analysis.eligibility.criteria import WashoutRule
from core.analysis.eligibility.engine import screen_patient
from core.analysis.eligibility.lab_values import lab_fields, lab_values
from core.analysis.eligibility.protocol import Protocol
from core.results.eligibility import CohortFitness, CycleFitness
from core.schema import StudyData


def session_days(data: StudyData) -> pd.DataFrame:
    """Dated sessions with their number: as recorded, else counted by date."""
    sessions = data.table("haic_sessions").dropna(subset="session_date")
    sessions = sessions.sort_values(["patient_id", "session_date"], kind="stable")
    counted = sessions.groupby("patient_id").cumcount() + 1
    number = sessions["session_no"].astype("Float64").fillna(counted.astype("Float64"))
    return sessions.assign(
        session_no=number.astype(int),
        before=sessions.groupby("patient_id")["session_date"].shift(),
        order=counted,
    )


def _next_days(
    data: StudyData, sessions: pd.DataFrame, tests: Iterable[str], interval_days: int
) -> pd.DataFrame:
    """The earliest day of each patient's next session, or that of a later blood sample."""
    last = sessions.groupby("patient_id")[["session_date", "session_no", "order"]].last()
    labs = data.table("labs")
    labs = labs[labs["lab_test"].isin(list(tests))]
    labs = labs[labs["lab_date"] > labs["patient_id"].map(last["session_date"])]
    newest = labs.groupby("patient_id")["lab_date"].max()
    found = last.loc[newest.index]
    earliest = found["session_date"] + pd.Timedelta(days=interval_days)
    return pd.DataFrame(
        {
            "patient_id": newest.index,
            "session_no": found["session_no"].to_numpy() + 1,
            "order": found["order"].to_numpy() + 1,
            "session_date": newest.where(newest > earliest, earliest).to_numpy(),
            "before": found["session_date"].to_numpy(),
        }
    )


def shortest_interval(protocol: Protocol) -> int:
    """Days from one session to the next that the criteria ask for; 0 = none."""
    limits = [
        int(rule.limit)
        for rule in protocol.criteria
        if isinstance(rule, WashoutRule) and rule.enabled
    ]
    return max(limits, default=0)


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def judge_cycles(data: StudyData, protocol: Protocol) -> CohortFitness:
    """Every session, and the one that would come next, against the criteria of a cycle.

    A session is judged on its own day by the last values before it; the next one on the first
    day that the interval allows, or on that of a later sample. Weight is the session's own
    where recorded.

    Args:
        protocol: ``next_cycle_protocol()`` or an edited one.

    Source: the published series, section 1.2; oxaliplatin product information.
    """
    sessions = session_days(data)
    if not len(sessions):
        return CohortFitness(protocol.id, protocol.version, (), protocol.shown)
    ahead = _next_days(data, sessions, lab_fields(protocol), shortest_interval(protocol)).assign(
        is_next=True
    )
    rows = pd.concat([sessions.assign(is_next=False), ahead], ignore_index=True)
    facts = {one.patient_id: one for one in collect_facts(data, protocol)}
    found = []
    for _, cycle in rows.groupby("order"):
        days = cycle.drop_duplicates("patient_id").set_index("patient_id")["session_date"]
        values = lab_values(data, days, protocol)
        for row in cycle.to_dict("records"):
            patient, day = str(row["patient_id"]), _day(row["session_date"])
            if patient not in facts or day is None:
                continue
            numbers = dict(values.get(patient, {}))
            weight = row.get("weight_kg")
            own = facts[patient].number("weight_kg")
            numbers["weight_kg"] = own if pd.isna(weight) else replace(own, value=float(weight))
            at_session = replace(
                facts[patient],
                haic_start=day,
                numbers=numbers,
                dates={"last_session_date": _day(row["before"]) or "NEVER"},
            )
            found.append(
                CycleFitness(
                    patient,
                    int(row["session_no"]),
                    day,
                    bool(row["is_next"]),
                    screen_patient(at_session, protocol),
                )
            )
    order = {name: place for place, name in enumerate(facts)}
    found.sort(key=lambda one: (order[one.patient_id], one.day))
    return CohortFitness(protocol.id, protocol.version, tuple(found), protocol.shown)
