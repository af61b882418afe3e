"""What is recorded about one patient at screening, in the form in which criteria read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from core.analysis.eligibility.compare import Prefix
from core.results.eligibility import ScreeningWarning

Sex = Literal["M", "F"]
RangeOrigin = Literal["row", "laboratory", "study"]
Plain = float | str | bool | date
DateOrNever = date | Literal["NEVER"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A number with everything that is needed to judge it.

    Attributes:
        value: as reported, in ``unit``; None = not done or unreadable.
        unit: as printed; "" = not given.
        lln, uln: limits of normal of the same laboratory, in the same unit.
        day: date of the sample or assessment.
        text: result in words (a dipstick).
        prefix: ``<``, ``>`` ... for a value known only as a bound.
        range_from: whether the limits of normal stand in the row, or come from the
            laboratory's other rows or the study's settings.
    """

    value: float | None = None
    unit: str = ""
    lln: float | None = None
    uln: float | None = None
    day: date | None = None
    text: str = ""
    prefix: Prefix = ""
    range_from: RangeOrigin = "row"


NOT_DONE = Measurement()


@dataclass(frozen=True, slots=True)
class Facts:
    """One patient at screening; a field that is absent is missing.

    Attributes:
        statements: documented yes or no.
        numbers: counts, grades, laboratory values, weight.
        dates: last treatments (a date or ``NEVER``).
        age_years: completed years (at the sample when the date of birth is known).
        not_recorded: fields that the whole study does not record.
        own: values of the criteria that a study added, by field.
        height_cm: for the body weights shown in obesity.
        residual: kind of toxicity ("" = any other) and worst grade that lasted at the start.
        remarks: warnings found while the facts were collected, by field.
    """

    patient_id: str = ""
    sex: Sex | None = None
    age_years: float | None = None
    haic_start: date | None = None
    enrol_date: date | None = None
    statements: Mapping[str, bool | None] = field(default_factory=dict)
    numbers: Mapping[str, Measurement] = field(default_factory=dict)
    dates: Mapping[str, DateOrNever | None] = field(default_factory=dict)
    not_recorded: frozenset[str] = frozenset()
    own: Mapping[str, Plain] = field(default_factory=dict)
    height_cm: float | None = None
    residual: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[str, tuple[ScreeningWarning, ...]] = field(default_factory=dict)

    def number(self, name: str) -> Measurement:
        """The measurement of that name; an empty one if it was not done."""
        return self.numbers.get(name, NOT_DONE)
