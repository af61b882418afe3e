"""All lesions of one patient over all visits, each against its own baseline."""

from __future__ import annotations

from datetime import date

from core.analysis.response.frames import start_days
from core.analysis.response.lesion_tables import (
    LesionRow,
    MeasurementRow,
    read_lesions,
    read_measurements,
)
from core.analysis.response.lesions import target_size
from core.analysis.response.readers import group_visits
from core.analysis.subset import subset_study
from core.results.courses import LesionCell, LesionLine, LesionMap
from core.rules.recist import MICROMETRES_PER_MM
from core.schema import StudyData

_ROLE_ORDER = ("TARGET", "NON-TARGET", "NEW")


def _size(row: MeasurementRow | None) -> int | None:
    return None if row is None else target_size(row.diameter_mm, row.status)


def _cell(row: MeasurementRow | None, baseline: int | None) -> LesionCell | None:
    if row is None:
        return None
    size = _size(row)
    change = None
    if size is not None and baseline:
        change = 100 * (size - baseline) / baseline
    shown = None if size is None else size / MICROMETRES_PER_MM
    return LesionCell(shown, row.status, change)


def _line(lesion: LesionRow, groups: list[list[MeasurementRow]]) -> LesionLine:
    rows = [
        next((one for one in reversed(group) if one.lesion_id == lesion.lesion_id), None)
        for group in groups
    ]
    baseline = next((size for row in rows if (size := _size(row)) is not None), None)
    return LesionLine(
        lesion_id=lesion.lesion_id,
        role=lesion.role,
        organ=lesion.organ or "",
        is_node=lesion.is_node,
        intrahepatic=lesion.intrahepatic,
        cells=tuple(_cell(row, baseline) for row in rows),
    )


def lesion_map(data: StudyData, patient_id: str, cutoff: date | None = None) -> LesionMap | None:
    """Lesions over visits of one patient; None if nothing was measured.

    A lesion's change is against its first size, for a new lesion the one of its first scan.
    """
    own = subset_study(data, [patient_id])
    last = None if cutoff is None else cutoff.toordinal()
    lesions = read_lesions(own).get(patient_id, [])
    known = {one.lesion_id for one in lesions}
    rows = [
        one for one in read_measurements(own, last).get(patient_id, []) if one.lesion_id in known
    ]
    if not rows:
        return None
    groups: list[list[MeasurementRow]] = group_visits(rows)
    start = start_days(own).get(patient_id)
    firsts = [min(one.day for one in group) for group in groups]

    def order(one: LesionRow) -> tuple[int, str]:
        place = _ROLE_ORDER.index(one.role) if one.role in _ROLE_ORDER else len(_ROLE_ORDER)
        return place, one.lesion_id

    return LesionMap(
        patient_id=patient_id,
        dates=tuple(date.fromordinal(day) for day in firsts),
        days=tuple(None if start is None else day - start for day in firsts),
        lines=tuple(_line(one, groups) for one in sorted(lesions, key=order)),
    )
