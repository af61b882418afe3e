"""Criteria that a study adds itself, on any column of its own data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.analysis.eligibility.criteria import (
    BaseRule,
    DaysRule,
    DipstickRule,
    LabRangeRule,
    LabRule,
    LimitRule,
    NumberRule,
    PerformanceRule,
    StatementRule,
    WashoutRule,
)
from core.analysis.eligibility.refusal import refuse_outside, refused
from core.schema import ColumnSpec, column_specs

LESION_NUMBERS: Mapping[str, tuple[float, float, str]] = {
    "lesion.measurable": (0, 200, "lesions"),
    "lesion.count": (0, 500, "lesions"),
    "lesion.largest_mm": (0, 500, "mm"),
    "lesion.sum_mm": (0, 5000, "mm"),
    "lesion.extrahepatic": (0, 500, "lesions"),
}
"""What is counted or measured at the last scan up to the first HAIC: range and unit."""
LARGEST_OWN = 1e9


def patient_columns(*kinds: str) -> Iterator[ColumnSpec]:
    """Columns of ``patients`` of these kinds."""
    return (spec for spec in column_specs("patients") if spec.kind in kinds)


def number_range(field: str) -> tuple[float, float, str] | None:
    """Lowest and highest value of a numeric field and its unit; None for an unknown field."""
    if field in LESION_NUMBERS:
        return LESION_NUMBERS[field]
    place, _, name = field.partition(".")
    if place == "own" and name:
        return -LARGEST_OWN, LARGEST_OWN, ""
    for spec in patient_columns("integer", "number"):
        if field == f"patients.{spec.name}":
            return spec.minimum or 0.0, spec.maximum or math.inf, spec.unit
    return None


class OwnNumberRule(LimitRule):
    """A number of ``patients``, of the lesions or of the study's own variables."""

    kind: Literal["own_number"]
    unit: str = Field(default="", max_length=30)

    @model_validator(mode="after")
    def _limit_is_sensible(self) -> OwnNumberRule:
        found = number_range(self.field)
        if found is None:
            raise refused("field_unknown", name=self.field)
        if found[2] and self.unit != found[2]:
            raise refused("unit_not_accepted", unit=self.unit)
        for limit in self.limits:
            refuse_outside(limit, found[0], found[1], self.unit)
        return self


class OwnValueRule(BaseRule):
    """A category, text or yes/no of ``patients`` or of an own variable: one of some values."""

    kind: Literal["own_value"]
    values: tuple[str, ...]

    @model_validator(mode="after")
    def _there_are_values(self) -> OwnValueRule:
        known = {f"patients.{spec.name}" for spec in patient_columns("category", "text", "boolean")}
        if self.field not in known and not self.field.startswith("own."):
            raise refused("field_unknown", name=self.field)
        if not self.values or not all(value.strip() for value in self.values):
            raise refused("values_missing")
        return self


Rule = Annotated[
    StatementRule
    | NumberRule
    | WashoutRule
    | DaysRule
    | PerformanceRule
    | LabRule
    | LabRangeRule
    | DipstickRule
    | OwnNumberRule
    | OwnValueRule,
    Field(discriminator="kind"),
]
