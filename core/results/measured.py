"""Cox models in which numbers stand as they were measured, not in bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.options import Ties
from core.results.common import Message
from core.results.prognosis import CoxTerm, FirthTerm
from core.results.survival import FloatArray

NumberKind = Literal["factor", "column", "lab", "index"]


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredNumber:
    """A number of each patient at baseline.

    Attributes:
        name: of the factor, column, laboratory test or index.
        label: ``"@"`` and what it stands for, or the study's own header.
        unit: "" without one.
        kind: behind a factor's levels, another column, a laboratory value or an index of them.
        patients: ids; values: (patients,), NaN = none.
        messages: values that don't count, and why.
    """

    name: str
    label: str
    unit: str
    kind: NumberKind
    patients: tuple[str, ...]
    values: FloatArray
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasuredTerm:
    """One number in one model; the hazard ratio is for ``per`` units more, or per doubling.

    Attributes:
        name, label, unit: of the number.
        firth: None where it isn't needed, with thousands of patients.
        is_joint: adjusted for the other covariates of the joint model; otherwise alone.
        linearity_p: likelihood ratio test of a spline against the straight line.
        ph_p: test of proportional hazards.
    """

    name: str
    label: str
    unit: str
    per: float
    log2: bool
    is_joint: bool
    n: int
    events: int
    cox: CoxTerm
    firth: FirthTerm | None
    linearity_p: float | None
    ph_p: float | None


@dataclass(frozen=True, slots=True)
class MeasuredStudy:
    """Numbers alone, and together with the factors of a model.

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
