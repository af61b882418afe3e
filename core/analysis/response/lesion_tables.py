"""The rows of the lesion tables, typed and in time order.

A lesion without a liver flag is placed by its organ's name; nodes lie outside the liver.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis.response.frames import days, rows_by_patient, values
from core.rules.recist import is_intrahepatic, recognise_organ
from core.schema import StudyData

SHOWS_LESION = ("PRESENT", "MEASURED", "UNEQUIVOCAL_PD", "TSTM")


@dataclass(frozen=True, slots=True)
class LesionRow:
    """A row of ``lesions`` with its organ recognised."""

    lesion_id: str
    role: str
    organ: str | None
    is_node: bool
    intrahepatic: bool | None
    slice_mm: float | None = None
    prior_local_therapy: bool = False
    progressed_since: bool = False


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """A row of ``lesion_measurements``."""

    lesion_id: str
    day: int
    diameter_mm: float | None
    status: str | None
    label: str
    evaluator: str | None
    viable_mm: float | None = None
    density_hu: float | None = None

    @property
    def shows_lesion(self) -> bool:
        """Whether the lesion is there at this scan."""
        return bool(self.diameter_mm) or (self.diameter_mm is None and self.status in SHOWS_LESION)


def read_lesions(data: StudyData) -> dict[str, list[LesionRow]]:
    """Patient -> rows of ``lesions``; a missing liver flag follows from the organ."""
    ids = values(data, "lesions", "lesion_id")
    roles = values(data, "lesions", "lesion_role")
    organs = values(data, "lesions", "organ")
    nodes = values(data, "lesions", "is_lymph_node")
    inside = values(data, "lesions", "intrahepatic")
    slices = values(data, "lesions", "slice_mm")
    treated = values(data, "lesions", "prior_local_therapy")
    progressed = values(data, "lesions", "progressed_since")

    def row(at: int) -> LesionRow:
        organ = recognise_organ(organs[at]).name if organs[at] else None
        is_node = organ == "lymph node" if nodes[at] is None else bool(nodes[at])
        site = inside[at]
        if site is None:
            site = is_intrahepatic(organs[at]) and not is_node
        return LesionRow(
            lesion_id=str(ids[at]),
            role=roles[at] or "",
            organ=organ,
            is_node=is_node,
            intrahepatic=site,
            slice_mm=slices[at],
            prior_local_therapy=bool(treated[at]),
            progressed_since=bool(progressed[at]),
        )

    return {
        patient_id: [row(at) for at in rows]
        for patient_id, rows in rows_by_patient(data, "lesions").items()
    }


def read_measurements(data: StudyData, cutoff: int | None) -> dict[str, list[MeasurementRow]]:
    """Patient -> dated rows of ``lesion_measurements`` up to the cut-off, in time order."""
    table = "lesion_measurements"
    ids = values(data, table, "lesion_id")
    scan_days = days(data, table, "assessment_date")
    diameters = values(data, table, "diameter_mm")
    statuses = values(data, table, "status")
    labels = values(data, table, "visit")
    evaluators = values(data, table, "evaluator")
    viable = values(data, table, "viable_mm")
    densities = values(data, table, "density_hu")
    found: dict[str, list[MeasurementRow]] = {}
    for patient_id, rows in rows_by_patient(data, table).items():
        kept = []
        for at in rows:
            day = scan_days[at]
            if day is not None and (cutoff is None or day <= cutoff):
                kept.append(
                    MeasurementRow(
                        str(ids[at]),
                        day,
                        diameters[at],
                        statuses[at],
                        labels[at] or "",
                        evaluators[at],
                        viable[at],
                        densities[at],
                    )
                )
        kept.sort(key=lambda one: (one.day, one.lesion_id, str(one.status), one.diameter_mm or 0))
        found[patient_id] = kept
    return found
