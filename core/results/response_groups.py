"""Response rates of two groups compared, and response by the levels of a factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.options import ResponseOptions
from core.results.baseline import Factor
from core.results.common import Rate
from core.results.response import Compartment


@dataclass(frozen=True, slots=True)
class GroupRate:
    """The rate of one group in a comparison."""

    group: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class RateComparison:
    """Two rates compared: Fisher's exact test, odds ratio and difference.

    Attributes:
        rate: which rate: ``orr`` or ``dcr``.
        p: two-sided exact p (sum of all tables not more probable than the one observed).
        odds_ratio: conditional maximum-likelihood estimate with its exact interval, as R's
            ``fisher.test`` prints them; None where it is infinite or undefined.
        difference: first minus second, fraction of 1, with Newcombe's hybrid interval.
    """

    first: GroupRate
    second: GroupRate
    p: float | None
    odds_ratio: float | None
    odds_ratio_low: float | None
    odds_ratio_high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    level: float
    method: str
    rate: str = "orr"


@dataclass(frozen=True, slots=True)
class ResponseGroup:
    """Best responses and rates of the patients of one level."""

    level: str
    patient_ids: tuple[str, ...]
    counts: Mapping[str, int]
    orr: Rate
    dcr: Rate
    benefit: Rate | None


@dataclass(frozen=True, slots=True)
class GroupedResponse:
    """Response by the levels of one factor.

    Attributes:
        comparisons: each level against the reference, for ORR and then for DCR.
        orr_p, dcr_p: Fisher-Freeman-Halton over all levels; None if not computable.
        without_level: patients whose level is unknown.
    """

    factor: Factor
    compartment: Compartment
    groups: tuple[ResponseGroup, ...]
    comparisons: tuple[RateComparison, ...]
    orr_p: float | None
    dcr_p: float | None
    without_level: int
    options: ResponseOptions
