"""Results of the prognostic analyses: Cox models, Firth, proportionality, tables of factors.

Hazard ratios are against the reference level or per unit of the covariate. A number that the
data can't give is None, and a message says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.options import SurvivalOptions, Ties
from core.results.common import Message
from core.results.survival import (
    FloatArray,
    IntArray,
    Landmark,
    LogRank,
    MeanTime,
    Quantile,
)

Transform = Literal["km", "rank", "identity", "log"]


@dataclass(frozen=True, slots=True)
class GlobalTest:
    """A test of all terms together."""

    statistic: float | None
    df: int
    p: float | None


@dataclass(frozen=True, slots=True)
class CoxTerm:
    """One coefficient; all None when it can't be estimated, and ``message`` says why."""

    name: str
    b: float | None
    se: float | None
    wald: float | None
    df: int
    p: float | None
    hr: float | None
    low: float | None
    high: float | None
    message: Message | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BaselineHazard:
    """Cumulative hazard at X = 0 at the distinct times of one stratum."""

    stratum: str
    time: FloatArray
    cumulative_hazard: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CoxModel:
    """A Cox model on complete cases.

    Attributes:
        covariance: (p, p) of the coefficients; 0 rows where not estimable.
        rows: indices of the rows used, into the input.
        martingale: residuals of those rows.
        events_per_variable: events / estimable terms.
        converged: False if a coefficient runs to infinity or the steps did not settle.
    """

    terms: tuple[CoxTerm, ...]
    covariance: FloatArray
    loglik0: float | None
    loglik: float | None
    lr: GlobalTest
    score: GlobalTest
    wald: GlobalTest
    n: int
    events: int
    n_missing: int
    events_per_variable: float | None
    ties: Ties
    level: float
    n_strata: int
    converged: bool
    iterations: int
    concordance: float | None
    baseline: tuple[BaselineHazard, ...]
    martingale: FloatArray
    rows: IntArray
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class FirthTerm:
    """One coefficient of the penalised model: profile-likelihood limits, penalised LR test."""

    name: str
    b: float | None
    se: float | None
    chi2: float | None
    df: int
    p: float | None
    hr: float | None
    low: float | None
    high: float | None
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class FirthModel:
    """Cox model with Firth's penalty (half the log-determinant of the information)."""

    terms: tuple[FirthTerm, ...]
    penalised_loglik: float | None
    lr: GlobalTest
    n: int
    events: int
    n_missing: int
    ties: Ties
    level: float
    converged: bool
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class ProportionalityTerm:
    """Test of a time-varying effect of one term."""

    name: str
    chi2: float | None
    df: int
    p: float | None


@dataclass(frozen=True, slots=True)
class ProportionalityTest:
    """Score test of proportional hazards, per term and for all terms."""

    terms: tuple[ProportionalityTerm, ...]
    overall: GlobalTest
    transform: Transform
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class FactorLevel:
    """One level of a factor. ``mean`` is the area to the last time; HR against the reference."""

    level: str
    is_reference: bool
    n: int
    events: int
    median: Quantile | None
    mean: MeanTime | None
    rates: tuple[Landmark, ...]
    b: float | None
    se: float | None
    hr: float | None
    hr_low: float | None
    hr_high: float | None
    hr_p: float | None
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class FactorComparison:
    """One factor's row block in the table of factors."""

    factor: str
    levels: tuple[FactorLevel, ...]
    logrank: LogRank | None
    n: int
    n_missing: int
    options: SurvivalOptions
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class MultivariableTerm:
    """A level against its reference in the multivariable model, Firth's estimate beside it."""

    term: str
    factor: str
    level: str
    reference: str
    b: float | None
    se: float | None
    wald: float | None
    df: int
    p: float | None
    hr: float | None
    low: float | None
    high: float | None
    firth_b: float | None
    firth_se: float | None
    firth_hr: float | None
    firth_low: float | None
    firth_high: float | None
    firth_p: float | None
    ph_p: float | None
    message: Message | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MultivariableModel:
    """The multivariable Cox table on complete cases.

    ``cox``, ``firth`` and ``proportionality`` are the models behind it; None if not fitted.
    """

    terms: tuple[MultivariableTerm, ...]
    factors: tuple[str, ...]
    n: int
    n_dropped: int
    events: int
    events_per_variable: float | None
    ties: Ties
    lr: GlobalTest
    score: GlobalTest
    wald: GlobalTest
    cox: CoxModel | None
    firth: FirthModel | None
    proportionality: ProportionalityTest | None
    options: SurvivalOptions
    messages: tuple[Message, ...] = ()
