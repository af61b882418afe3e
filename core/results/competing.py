"""Results of the competing-risks analyses: cumulative incidence, Gray's test, regressions."""

from __future__ import annotations

from dataclasses import dataclass

from core.options import SurvivalOptions
from core.results.common import Message
from core.results.prognosis import CoxModel
from core.results.survival import FloatArray, IntArray, Landmark


@dataclass(frozen=True, slots=True, eq=False)
class CauseIncidence:
    """Cumulative incidence of one cause in the presence of the others.

    Attributes:
        cause: position of the cause, 1 = the first.
        incidence, std_err, low, high: just after each time of the curve; limits are NaN
            where the incidence is 0.
        landmarks: at the months of the options.
    """

    cause: int
    events: int
    incidence: FloatArray
    std_err: FloatArray
    low: FloatArray
    high: FloatArray
    landmarks: tuple[Landmark, ...]


@dataclass(frozen=True, slots=True, eq=False)
class IncidenceCurve:
    """Aalen-Johansen estimate of one group: the causes and those without any event.

    Attributes:
        time: distinct observed times, ascending; (k,) arrays.
        event_free: probability of no event of any cause (Kaplan-Meier).
        causes: one per cause, also those without an event; they add up to 1 - event_free.
    """

    time: FloatArray
    n_risk: IntArray
    n_censor: IntArray
    event_free: FloatArray
    causes: tuple[CauseIncidence, ...]
    n: int
    options: SurvivalOptions
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class GrayTest:
    """Gray's test of equal cumulative incidence of one cause; None if not computable."""

    cause: int
    chi2: float | None
    df: int
    p: float | None
    n: int
    events: int
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class SubdistributionTerm:
    """One covariate of a Fine-Gray model: log subdistribution hazard ratio and its like."""

    name: str
    b: float | None
    se: float | None
    p: float | None
    hr: float | None
    low: float | None
    high: float | None
    message: Message | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FineGrayModel:
    """Regression on the subdistribution hazard of one cause.

    Attributes:
        loglik0, loglik: log pseudo-likelihood at 0 and at the estimates.
        covariance: (p, p), robust; 0 where a term isn't estimable.
    """

    cause: int
    terms: tuple[SubdistributionTerm, ...]
    covariance: FloatArray
    loglik0: float | None
    loglik: float | None
    n: int
    n_missing: int
    events: int
    level: float
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CauseModels:
    """A factor's effect on one cause: on its hazard (Cox) and on its incidence (Fine-Gray)."""

    cause: int
    cause_specific: CoxModel
    subdistribution: FineGrayModel
