"""What the figures of single courses draw: lanes over time, and lesions over visits.

Days count from the first HAIC, diameters are millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

LaneEventKind = Literal["session", "response", "progression", "later_treatment", "death"]


@dataclass(frozen=True, slots=True)
class LaneEvent:
    """Something that happened to one patient; ``detail`` is text of the data or ""."""

    day: int
    kind: LaneEventKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PatientLane:
    """One patient's time from the first HAIC to death or last contact.

    Attributes:
        end_day: death, or else the last day on which something is known.
        is_ongoing: alive when last seen.
        response_from, response_until: first response, and the progression or last evaluable
            assessment that ends it; None without a dated response.
    """

    patient_id: str
    end_day: int
    is_ongoing: bool
    events: tuple[LaneEvent, ...]
    response_from: int | None = None
    response_until: int | None = None


@dataclass(frozen=True, slots=True)
class LesionCell:
    """One lesion at one visit.

    Attributes:
        status: as recorded beside or instead of a diameter.
        change_percent: from its own baseline; None where either is unknown.
    """

    diameter_mm: float | None
    status: str | None
    change_percent: float | None


@dataclass(frozen=True, slots=True)
class LesionLine:
    """One lesion over the visits; a cell is None where nothing was recorded."""

    lesion_id: str
    role: str
    organ: str
    is_node: bool
    intrahepatic: bool | None
    cells: tuple[LesionCell | None, ...]


@dataclass(frozen=True, slots=True)
class LesionMap:
    """All lesions of one patient over all visits; the first visits are the baseline.

    Attributes:
        dates: first scan of each visit; ``days`` from the first HAIC, None without its date.
    """

    patient_id: str
    dates: tuple[date, ...]
    days: tuple[int | None, ...]
    lines: tuple[LesionLine, ...]
