"""The kinds of criteria that a protocol may hold, each with the limits that make sense for it.

Source: inclusion criteria (1) to (6) of the published series, section 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from core.rules.units import default_unit

Operator = Literal[">=", ">", "<=", "<"]
DIPSTICK_LEVELS: Mapping[str, float] = {
    "NEG": 0.0, "TRACE": 0.5, "1+": 1.0, "2+": 2.0, "3+": 3.0, "4+": 4.0,
}  # fmt: skip
"""Ordinal of a urine protein dipstick."""

# Sensible limits of what is not a laboratory value: lowest, highest, whole numbers only.
_RANGES: Mapping[str, tuple[float, float, bool]] = {
    "lines": (0, 10, True),
    "lesions": (0, 10, True),
    "weeks": (1, 260, False),
    "grade": (0, 4, True),
    "days": (0, 730, True),
    "ecog": (0, 4, True),
}
_RATIO_RANGE = (0.1, 10.0)


def _refuse_outside(limit: float, low: float, high: float, unit: str) -> None:
    if not low <= limit <= high:
        raise PydanticCustomError(
            "limit_out_of_range",
            "limit {limit} {unit} is outside {low} to {high}",
            {"limit": limit, "low": low, "high": high, "unit": unit},
        )


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(pattern=r"^C[0-9][0-9a-z.]*$")
    key: str
    field: str
    source: str
    is_whole_group: bool = Field(default=False, exclude=True)
    """Set where the criterion is the only one of its group, whose name it then bears."""

    def __hash__(self) -> int:
        return hash((self.id, self.is_whole_group))

    @cached_property
    def shown_id(self) -> str:
        """Id of the result: the criterion's own, or the key of the group that it makes up."""
        return self.key if self.is_whole_group else self.id

    @cached_property
    def label(self) -> str:
        """Catalogue key of the name under which the result is shown."""
        if self.is_whole_group:
            return f"eligibility.group.{self.key}"
        return f"eligibility.criterion.{self.id.replace('.', '_')}"

    @cached_property
    def sentence(self) -> str:
        """Catalogue key of the sentence of the protocol."""
        return f"eligibility.source.{self.source}"


class StatementRule(_Rule):
    """Something that must be documented as true."""

    kind: Literal["statement"]


class _LimitRule(_Rule):
    operator: Operator
    limit: float
    unit: str

    @model_validator(mode="after")
    def _limit_is_sensible(self) -> _LimitRule:
        if self.unit not in _RANGES:
            raise PydanticCustomError(
                "unit_not_accepted", "unit {unit} is not accepted", {"unit": self.unit}
            )
        low, high, whole = _RANGES[self.unit]
        _refuse_outside(self.limit, low, high, self.unit)
        if whole and self.limit != int(self.limit):
            raise PydanticCustomError(
                "limit_not_whole", "limit {limit} is not a whole number", {"limit": self.limit}
            )
        return self


class NumberRule(_LimitRule):
    """A count, duration or grade against a limit."""

    kind: Literal["number"]


class WashoutRule(_LimitRule):
    """Days from a previous treatment to the first HAIC. ``noted_field`` is only remarked on."""

    kind: Literal["washout"]
    noted_field: str = ""


class PerformanceRule(_LimitRule):
    """ECOG performance status, assessed at most ``window_days`` before enrolment."""

    kind: Literal["performance"]
    window_days: int = Field(ge=0, le=90)


class _AnalyteRule(_Rule):
    analyte: str


class LabRule(_AnalyteRule):
    """A laboratory value against a limit in the analyte's canonical unit."""

    kind: Literal["lab", "clearance"]
    operator: Operator
    limit: float
    unit: str

    @model_validator(mode="after")
    def _limit_is_sensible(self) -> LabRule:
        match = default_unit(self.analyte)
        if match is None or match.canonical != self.unit:
            raise PydanticCustomError(
                "unit_not_accepted", "unit {unit} is not accepted", {"unit": self.unit}
            )
        _refuse_outside(self.limit, match.low, match.high, self.unit)
        return self


class Instead(BaseModel):
    """The value that stands in where the first one was not reported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    analyte: str
    plausible_bound: tuple[float, float]


class LabRangeRule(_AnalyteRule):
    """A laboratory value against a multiple of its own laboratory's limit of normal."""

    kind: Literal["lab_range"]
    operator: Operator
    limit: float
    of: Literal["uln", "lln"]
    plausible_bound: tuple[float, float]
    unit_may_be_missing: bool = False
    only_if_recorded: bool = False
    instead: Instead | None = None

    @model_validator(mode="after")
    def _limit_is_sensible(self) -> LabRangeRule:
        _refuse_outside(self.limit, *_RATIO_RANGE, f"x {self.of.upper()}")
        return self


class DipstickRule(_AnalyteRule):
    """Urine protein by dipstick, an ordinal."""

    kind: Literal["dipstick"]
    operator: Operator
    limit: Literal["TRACE", "1+", "2+", "3+", "4+"]


Rule = Annotated[
    StatementRule
    | NumberRule
    | WashoutRule
    | PerformanceRule
    | LabRule
    | LabRangeRule
    | DipstickRule,
    Field(discriminator="kind"),
]
