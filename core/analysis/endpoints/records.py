"""What the tables hold about one patient's follow-up, as day ordinals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.analysis.response.frames import days, rows_by_patient, start_days, values
from core.rules.endpoints import endpoint_rules
from core.schema import StudyData

_CONTACTS = (
    ("haic_sessions", "session_date"),
    ("response_assessments", "assessment_date"),
    ("lesion_measurements", "assessment_date"),
)


@dataclass(frozen=True, slots=True)
class FollowUpRecord:
    """Follow-up of one patient as recorded, cut at the data cut-off.

    Attributes:
        death_known: the patient is recorded as dead, with or without a date.
        last_seen: last dated contact in the other tables (sessions, scans).
        coded: column of ``follow_up`` -> coded months or event flag.
    """

    start: int | None
    progression: int | None
    site: str | None
    death: int | None
    death_known: bool
    alive_at_cutoff: bool
    last_contact: int | None
    last_seen: int | None
    new_therapy: int | None
    coded: Mapping[str, Any]


_EMPTY: Mapping[str, Any] = {}


def _first_rows(data: StudyData) -> dict[str, dict[str, Any]]:
    """Patient -> first value of each column in ``follow_up``."""
    rules = endpoint_rules().values()
    coded = [column for rule in rules for column in (rule.time, rule.event) if column]
    dated = ("progression_date", "death_date", "last_followup_date", "subsequent_therapy_date")
    columns: dict[str, list[Any]] = {
        name: values(data, "follow_up", name)
        for name in ("progression_site", "vital_status", *coded)
    }
    columns.update((name, list(days(data, "follow_up", name))) for name in dated)
    return {
        patient_id: {
            name: next((column[at] for at in rows if column[at] is not None), None)
            for name, column in columns.items()
        }
        for patient_id, rows in rows_by_patient(data, "follow_up").items()
    }


def _last_seen(data: StudyData, cutoff: int | None) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for table, column in _CONTACTS:
        dated = days(data, table, column)
        for patient_id, day in zip(values(data, table, "patient_id"), dated, strict=True):
            if day is not None and (cutoff is None or day <= cutoff):
                found[patient_id] = max(found[patient_id], day)
    return found


def _upto(day: int | None, cutoff: int | None) -> int | None:
    return None if day is None or (cutoff is not None and day > cutoff) else day


def follow_up_records(data: StudyData, cutoff: int | None) -> dict[str, FollowUpRecord]:
    """Patient -> follow-up as known at the cut-off.

    A death after the cut-off is none yet: the patient was alive on that day.
    """
    rows = _first_rows(data)
    seen = _last_seen(data, cutoff)
    found = {}
    for patient_id, start in start_days(data).items():
        row = rows.get(patient_id, _EMPTY)
        death, contact = row.get("death_date"), row.get("last_followup_date")
        later = cutoff is not None and any(
            day is not None and day > cutoff for day in (death, contact)
        )
        known = death is not None or row.get("vital_status") == "DEAD" or bool(row.get("os_event"))
        # Dead without a date: the last contact may be that date, and lies after the cut-off.
        after = later and (death is None or _upto(death, cutoff) is None)
        found[patient_id] = FollowUpRecord(
            start=start,
            progression=_upto(row.get("progression_date"), cutoff),
            site=row.get("progression_site"),
            death=_upto(death, cutoff),
            death_known=known and not after,
            alive_at_cutoff=after,
            last_contact=cutoff if after else contact,
            last_seen=seen.get(patient_id),
            new_therapy=_upto(row.get("subsequent_therapy_date"), cutoff),
            coded=row,
        )
    return found
