"""One patient's whole course: what the timeline, the headline and the slides show.

Doses are milligrams, diameters millimetres, days count from the first HAIC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.results.common import Message
from core.results.toxicity import Direction

MilestoneKind = Literal[
    "diagnosis", "enrolment", "first_haic", "progression", "later_treatment", "death",
    "last_contact",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Headline:
    """What a tumour board asks first; None = not recorded.

    Attributes:
        mutation: ``WILD``, ``MUTANT`` or ``UNKNOWN`` of RAS/BRAF.
        status: ``ALIVE`` or ``DEAD``; last_seen: death or last contact.
        extrahepatic_sites: as recorded by the team.
    """

    patient_id: str
    age: float | None
    sex: str | None
    prior_lines: int | None
    mutation: str | None
    ecog: int | None
    tumor_number: int | None
    max_diameter_cm: float | None
    extrahepatic: bool | None
    extrahepatic_sites: str | None
    sessions: int | None
    status: str | None
    last_seen: date | None


@dataclass(frozen=True, slots=True)
class SessionPoint:
    """One HAIC with its doses in mg; texts are those of the data, "" = none."""

    date: date
    number: int | None
    regimen: str
    catheter: str
    oxaliplatin_mg: float | None
    leucovorin_mg: float | None
    fluorouracil_mg: float | None
    is_modified: bool
    reason: str
    complication: str


@dataclass(frozen=True, slots=True)
class ScanPoint:
    """One visit of one compartment: sum of diameters, category and why."""

    date: date
    sum_mm: float | None
    change_percent: float | None
    category: str
    reason: Message


@dataclass(frozen=True, slots=True)
class LabPoint:
    """One laboratory value with its worst CTCAE grade; None = not gradable."""

    date: date
    value: float
    grade: int | None


@dataclass(frozen=True, slots=True)
class LabBand:
    """Where a value has this grade, in the unit of the series; None = open."""

    term: str
    direction: Direction
    grade: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class LabSeries:
    """One test over time in one unit, with its range of normal and its CTCAE bands."""

    analyte: str
    unit: str
    points: tuple[LabPoint, ...]
    lln: float | None
    uln: float | None
    bands: tuple[LabBand, ...]


@dataclass(frozen=True, slots=True)
class EventBar:
    """One adverse event; ``end`` None = no end recorded, grade None = not graded."""

    term: str
    grade: int | None
    start: date
    end: date | None
    related: str | None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated turn of the course; ``detail`` is text of the data or ""."""

    date: date
    kind: MilestoneKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PatientCourse:
    """All that is dated about one patient, each lane in time order.

    Attributes:
        start: first HAIC; None if not recorded.
        first, last: ends of the time axis, from diagnosis to last contact; None when nothing
            is dated.
        undated_events: events that the timeline can't show because they have no start.
    """

    headline: Headline
    start: date | None
    first: date | None
    last: date | None
    sessions: tuple[SessionPoint, ...]
    scans: tuple[ScanPoint, ...]
    liver_scans: tuple[ScanPoint, ...]
    labs: tuple[LabSeries, ...]
    events: tuple[EventBar, ...]
    undated_events: int
    milestones: tuple[Milestone, ...]

    def lab(self, analyte: str) -> LabSeries | None:
        """The series of one test; None if it was never measured."""
        return next((one for one in self.labs if one.analyte == analyte), None)
