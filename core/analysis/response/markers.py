"""The tumour marker at each visit, where complete response requires that it has become normal.

Source: RECIST 1.1 (Eisenhauer 2009, Eur J Cancer 45:228), s4.3.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.analysis.response.frames import days, rows_by_patient, values
from core.analysis.response.imaging import Imaging
from core.analysis.response.lesions import MarkerState, Visit
from core.results.common import Message
from core.rules.recist import marker_rule
from core.schema import StudyData


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """One sample that can be compared with its laboratory's upper limit of normal."""

    day: int
    is_above: bool


def _is_above(value: float | None, prefix: str | None, uln: float | None) -> bool | None:
    """Whether a result is above the limit; None if that can't be told.

    >>> _is_above(5.0, None, 5.0), _is_above(5.0, ">", 5.0), _is_above(10.0, "<", 5.0)
    (False, True, None)
    """
    if value is None or uln is None:
        return None
    if prefix in ("<", "<="):
        return False if value <= uln else None
    if prefix == ">":
        return True if value >= uln else None
    if prefix == ">=":
        return True if value > uln else None
    return value > uln


def read_markers(data: StudyData, cutoff: int | None) -> dict[str, list[MarkerRow]]:
    """Patient -> dated, comparable samples of the marker up to the cut-off, in time order."""
    analyte = marker_rule().analyte
    sampled = days(data, "labs", "lab_date")
    tests, results, prefixes, limits = (
        values(data, "labs", name) for name in ("lab_test", "lab_value", "value_prefix", "uln")
    )
    found: dict[str, list[MarkerRow]] = {}
    for patient_id, rows in rows_by_patient(data, "labs").items():
        kept = []
        for at in rows:
            day = sampled[at]
            if tests[at] != analyte or day is None or (cutoff is not None and day > cutoff):
                continue
            is_above = _is_above(results[at], prefixes[at], limits[at])
            if is_above is not None:
                kept.append(MarkerRow(day, is_above))
        found[patient_id] = sorted(kept, key=lambda one: (one.day, one.is_above))
    return found


def _state_at(visit: Visit, rows: Sequence[MarkerRow]) -> MarkerState:
    """The nearest sample decides; of equally near ones a raised one."""
    near = [
        (max(visit.first_day - one.day, one.day - visit.last_day, 0), not one.is_above)
        for one in rows
    ]
    distance, is_normal = min(near, default=(None, False))
    if distance is None or distance > marker_rule().days_from_scan:
        return "UNKNOWN"
    return "NORMAL" if is_normal else "ABOVE"


def with_markers(imaging: Imaging, rows: Sequence[MarkerRow]) -> Imaging:
    """The visits with the marker, where it was above normal in the last sample at the start.

    Args:
        rows: the patient's samples in time order.
    """
    before = [one for one in rows if one.day <= imaging.reference_day]
    if not before:
        note = Message.of("response.note.marker_start_unknown")
        return replace(imaging, messages=(*imaging.messages, note))
    if not before[-1].is_above:
        return imaging
    after = [one for one in rows if one.day > imaging.reference_day]
    visits = tuple(replace(one, marker=_state_at(one, after)) for one in imaging.visits)
    return replace(imaging, visits=visits)
