"""Figures of other series that stand beside the study's own, for orientation only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.results.survival import ReconstructedCurve

Measure = Literal["orr", "dcr", "pfs", "ttp", "os"]


@dataclass(frozen=True, slots=True)
class Comparator:
    """One figure of one other series.

    Attributes:
        name: ``"@"`` and a catalogue key, or the user's own text; the same for ``source``.
        value, low, high: months or per cent; a range without a value, or a value with or
            without its limits.
        n: patients of that series, if known.
    """

    name: str
    measure: Measure
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    source: str
    is_published: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class DigitisedCurve:
    """A printed curve of another series, rebuilt; its times are months."""

    name: str
    curve: ReconstructedCurve


@dataclass(frozen=True, slots=True, eq=False)
class OwnComparators:
    """What a study's people entered beside the published series.

    Attributes:
        revision: how often they were changed; 0 = never.
    """

    figures: tuple[Comparator, ...] = ()
    curves: tuple[DigitisedCurve, ...] = ()
    revision: int = 0


NO_COMPARATORS = OwnComparators()
