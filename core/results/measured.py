"""Cox models in which numbers stand as they were measured, not in bands."""

from __future__ import annotations

from dataclasses import dataclass

from core.options import Ties
from core.results.common import Message
from core.results.prognosis import CoxTerm, FirthTerm


@dataclass(frozen=True, slots=True)
class MeasuredTerm:
    """One number in one model; the hazard ratio is for ``per`` units more, or per doubling.

    Attributes:
        is_joint: adjusted for the other factors of the model; otherwise alone.
        linearity_p: likelihood ratio test of a spline against the straight line.
        ph_p: test of proportional hazards.
    """

    factor: str
    per: float
    log2: bool
    is_joint: bool
    n: int
    events: int
    cox: CoxTerm
    firth: FirthTerm
    linearity_p: float | None
    ph_p: float | None


@dataclass(frozen=True, slots=True)
class MeasuredStudy:
    """The numbers among a model's candidates, alone and together with its other factors.

    Attributes:
        adjusted_for: factors of the joint model that stand in it by their levels.
        events_per_variable: of the joint model; None without one.
    """

    terms: tuple[MeasuredTerm, ...]
    adjusted_for: tuple[str, ...]
    events_per_variable: float | None
    ties: Ties
    level: float
    messages: tuple[Message, ...] = ()
