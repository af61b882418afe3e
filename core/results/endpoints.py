"""Times to event: OS, PFS, intrahepatic PFS and their relatives, per patient.

Convention: days = end - start (no +1), months = days / 30.4375.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from core.options import DAYS_PER_MONTH, ResponseOptions
from core.results.common import Message


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """One patient's time under one endpoint, and what ended it.

    Attributes:
        time_days: whole days where dates gave them; coded months keep their fraction.
        is_event: True for the event, False for censoring.
        start, end: None where the time was coded in months.
        reason: e.g. progression on a date, death, censored at the last assessment.
        source: ``dates`` (computed) or ``coded`` (months and event as recorded).
    """

    patient_id: str
    time_days: float
    is_event: bool
    start: date | None
    end: date | None
    reason: Message
    source: Literal["dates", "coded"]

    @property
    def time_months(self) -> float:
        """Time in months of 30.4375 days."""
        return self.time_days / DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class NotDerived:
    """A patient without this endpoint, and why."""

    patient_id: str
    reason: Message


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of all patients.

    Attributes:
        code: ``os``, ``pfs``, ``hepatic_pfs``, ``ttp``, ``dor``, ``ttr``, ``cr_duration``.
        label: catalogue key of its name; definition: of its definition in one sentence.
        times: patients with a time; not_derived: those without, each with its reason.
            Non-responders are not part of endpoints that start at a response.
    """

    code: str
    label: str
    definition: str
    times: tuple[TimeToEvent, ...]
    not_derived: tuple[NotDerived, ...]

    @property
    def n_events(self) -> int:
        """Patients with the event."""
        return sum(one.is_event for one in self.times)

    def time_of(self, patient_id: str) -> TimeToEvent | None:
        """The time of one patient; None if it was not derived."""
        return next((one for one in self.times if one.patient_id == patient_id), None)


@dataclass(frozen=True, slots=True)
class PatientMessage:
    """A remark on one patient's endpoints, such as two differing progression dates."""

    patient_id: str
    message: Message


@dataclass(frozen=True, slots=True)
class Endpoints:
    """All endpoints of a study with the options that they were derived with.

    Attributes:
        differences: recorded and computed values that differ, both named.
    """

    items: Mapping[str, Endpoint]
    differences: tuple[PatientMessage, ...]
    options: ResponseOptions

    def get(self, code: str) -> Endpoint:
        """One endpoint; KeyError if the code is unknown."""
        return self.items[code]

    def frame(self, code: str) -> pd.DataFrame:
        """Columns patient_id, time_days, time_months, is_event; one row per derived patient."""
        times = self.items[code].times
        days = pd.Series([one.time_days for one in times], dtype="float64")
        return pd.DataFrame(
            {
                "patient_id": pd.Series([one.patient_id for one in times], dtype="object"),
                "time_days": days,
                "time_months": days / DAYS_PER_MONTH,
                "is_event": pd.Series([one.is_event for one in times], dtype="bool"),
            }
        )
