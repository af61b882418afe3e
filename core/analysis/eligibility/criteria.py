"""The kinds of criteria that a protocol may hold, each with the limits that make sense for it.

Source: inclusion criteria (1) to (6) of the published series, section 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from core.analysis.eligibility.refusal import (
    refuse_contrary,
    refuse_disorder,
    refuse_outside,
    refuse_window,
    refused,
)
from core.results.common import Words
from core.rules.units import UnitMatch, canonical_unit

Operator = Literal[">=", ">", "<=", "<", "between"]
Needs = Literal["at_least", "at_most"]
DIPSTICK_LEVELS: Mapping[str, float] = {
    "NEG": 0.0, "TRACE": 0.5, "1+": 1.0, "2+": 2.0, "3+": 3.0, "4+": 4.0,
}  # fmt: skip
"""Ordinal of a urine protein dipstick."""

# Sensible limits of what is not a laboratory value: lowest, highest, whole numbers only.
RANGES: Mapping[str, tuple[float, float, bool]] = {
    "lines": (0, 10, True),
    "lesions": (0, 10, True),
    "weeks": (1, 260, False),
    "grade": (0, 4, True),
    "days": (0, 730, True),
    "ecog": (0, 4, True),
}
RATIO_RANGE = (0.1, 10.0)
"""Multiples of a limit of normal that a criterion may ask for."""


class WordsOfCriterion(BaseModel):
    """A name or sentence in both languages, as a person wrote it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    en: str = Field(max_length=500)
    zh: str = Field(max_length=500)

    @model_validator(mode="after")
    def _both_are_there(self) -> WordsOfCriterion:
        if not self.en or not self.zh:
            raise refused("words_missing")
        return self


class BaseRule(BaseModel):
    """What every criterion has.

    Attributes:
        id: C and a number as published; N for the next cycle; X for a study's own.
        source: catalogue entry of the protocol's sentence; "" where ``sentence_words`` has it.
        enabled: a criterion that is switched off is neither judged nor shown.
        name_words, sentence_words: of a study's own criterion.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(pattern=r"^[CNX][0-9][0-9a-z.]*$")
    key: str
    field: str
    source: str = ""
    enabled: bool = True
    name_words: WordsOfCriterion | None = None
    sentence_words: WordsOfCriterion | None = None
    is_whole_group: bool = Field(default=False, exclude=True)
    """Set where the criterion is the only one of its group, whose name it then bears."""

    def __hash__(self) -> int:
        return hash((self.id, self.is_whole_group))

    @cached_property
    def shown_id(self) -> str:
        """Id of the result: the criterion's own, or the key of the group that it makes up."""
        return self.key if self.is_whole_group else self.id

    @cached_property
    def own_label(self) -> str | Words:
        """The criterion's own name: a catalogue key, or words."""
        if self.name_words is not None:
            return Words(self.name_words.en, self.name_words.zh)
        return f"eligibility.criterion.{self.id.replace('.', '_')}"

    @cached_property
    def label(self) -> str | Words:
        """The name under which the result is shown."""
        if self.is_whole_group and self.name_words is None:
            return f"eligibility.group.{self.key}"
        return self.own_label

    @cached_property
    def sentence(self) -> str | Words:
        """The sentence of the protocol: a catalogue key, or words."""
        if self.sentence_words is not None:
            return Words(self.sentence_words.en, self.sentence_words.zh)
        return f"eligibility.source.{self.source}"

    @model_validator(mode="after")
    def _is_worded(self) -> BaseRule:
        if not self.source and (self.name_words is None or self.sentence_words is None):
            raise refused("words_missing")
        return self


class StatementRule(BaseRule):
    """Something that must be documented as true."""

    kind: Literal["statement"]


class LimitRule(BaseRule):
    """A criterion with a limit; ``between`` has a second, higher one."""

    operator: Operator
    needs: Needs | None = None
    limit: float
    limit_high: float | None = None

    @model_validator(mode="after")
    def _direction_is_kept(self) -> LimitRule:
        refuse_contrary(self.operator, self.needs)
        refuse_disorder(self.operator, self.limit, self.limit_high)
        return self

    @property
    def limits(self) -> tuple[float, ...]:
        """The limit, or both."""
        return (self.limit,) if self.limit_high is None else (self.limit, self.limit_high)


class _CountRule(LimitRule):
    unit: str

    @model_validator(mode="after")
    def _limit_is_sensible(self) -> _CountRule:
        if self.unit not in RANGES:
            raise refused("unit_not_accepted", unit=self.unit)
        low, high, whole = RANGES[self.unit]
        for limit in self.limits:
            refuse_outside(limit, low, high, self.unit)
            if whole and limit != int(limit):
                raise refused("limit_not_whole", limit=limit)
        return self


class NumberRule(_CountRule):
    """A count, duration or grade against a limit."""

    kind: Literal["number"]


class WashoutRule(_CountRule):
    """Days from a previous treatment to the first HAIC. ``noted_field`` is only remarked on."""

    kind: Literal["washout"]
    noted_field: str = ""


class DaysRule(_CountRule):
    """Days from a dated examination to the first HAIC, at least or at most."""

    kind: Literal["days"]


class PerformanceRule(_CountRule):
    """ECOG performance status, assessed at most ``window_days`` before enrolment."""

    kind: Literal["performance"]
    window_days: int

    @field_validator("window_days")
    @classmethod
    def _window_is_sensible(cls, days: int) -> int:
        return refuse_window(days)


class _AnalyteRule(BaseRule):
    analyte: str
    window_days: int | None = None
    """A value older than this is unknown; None = older values only warn."""

    @field_validator("window_days")
    @classmethod
    def _window_is_sensible(cls, days: int | None) -> int | None:
        return None if days is None else refuse_window(days)


class LabRule(_AnalyteRule, LimitRule):
    """A laboratory value against a limit, in any unit that its analyte may have.

    ``caution``: a value that passes but not this limit is remarked on.
    """

    kind: Literal["lab", "clearance"]
    unit: str
    caution: float | None = None

    @cached_property
    def scale(self) -> UnitMatch:
        """The unit of the limit."""
        match = canonical_unit(self.analyte, self.unit)
        if match is None:
            raise refused("unit_not_accepted", unit=self.unit)
        return match

    @model_validator(mode="after")
    def _limit_is_sensible(self) -> LabRule:
        scale = self.scale
        low, high = scale.low / scale.factor, scale.high / scale.factor
        for limit in self.limits:
            refuse_outside(limit, low, high, self.unit)
        return self


class Instead(BaseModel):
    """The value that stands in where the first one was not reported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    analyte: str
    plausible_bound: tuple[float, float]


class LabRangeRule(_AnalyteRule, LimitRule):
    """A laboratory value against a multiple of its own laboratory's limit of normal."""

    kind: Literal["lab_range"]
    of: Literal["uln", "lln"]
    plausible_bound: tuple[float, float]
    unit_may_be_missing: bool = False
    only_if_recorded: bool = False
    instead: Instead | None = None

    @model_validator(mode="after")
    def _limit_is_sensible(self) -> LabRangeRule:
        if self.operator == "between":
            raise refused("operator_not_accepted")
        refuse_outside(self.limit, *RATIO_RANGE, self.of.upper())
        return self


class DipstickRule(_AnalyteRule):
    """Urine protein by dipstick, an ordinal."""

    kind: Literal["dipstick"]
    operator: Literal[">=", ">", "<=", "<"]
    needs: Needs | None = None
    limit: Literal["TRACE", "1+", "2+", "3+", "4+"]

    @model_validator(mode="after")
    def _direction_is_kept(self) -> DipstickRule:
        refuse_contrary(self.operator, self.needs)
        return self
