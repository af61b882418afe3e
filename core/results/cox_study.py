"""Results around a multivariable Cox model: how it was chosen, checked and read.

Factors are named by their code, patients by their id; times are in the endpoint's unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.options import CoxQuestion, EntryMethod, SurvivalOptions
from core.results.common import Message
from core.results.endpoints import Endpoint
from core.results.prognosis import FactorComparison, GlobalTest, MultivariableModel
from core.results.survival import Curve, FloatArray, IntArray

StepAction = Literal["kept", "entered", "removed", "left_out"]


@dataclass(frozen=True, slots=True)
class SelectionStep:
    """One decision on one factor.

    Attributes:
        test: ``score`` for an entry, ``lr`` for a removal or a factor alone.
        minus_two_loglik: of the model after the step; None where no model was fitted.
        model: factors in the model after the step.
    """

    number: int
    action: StepAction
    factor: str
    test: Literal["score", "lr"]
    statistic: float | None
    df: int
    p: float | None
    minus_two_loglik: float | None
    model: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the candidates stayed, step by step; ``n`` complete cases over all of them."""

    method: EntryMethod
    candidates: tuple[str, ...]
    chosen: tuple[str, ...]
    steps: tuple[SelectionStep, ...]
    entry_p: float
    removal_p: float
    n: int
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CoxResiduals:
    """Residuals of a Cox model, of the rows it used.

    Attributes:
        rows: (n,) rows of the input; martingale, deviance: (n,).
        score: (n, p); dfbeta: (n, p) change of each coefficient if the patient were left out.
        event_time, event_row: (m,) each death in order of stratum and time.
        schoenfeld, scaled: (m, p) of the deaths; ``scaled`` estimates the coefficient at that
            time. 0 columns where a coefficient can't be estimated.
        covariance: (p, p) of the coefficients by the model.
    """

    rows: IntArray
    martingale: FloatArray
    deviance: FloatArray
    score: FloatArray
    dfbeta: FloatArray
    event_time: FloatArray
    event_row: IntArray
    schoenfeld: FloatArray
    scaled: FloatArray
    covariance: FloatArray


@dataclass(frozen=True, slots=True)
class RobustTerm:
    """A coefficient with the standard error that holds without a correct model (Lin-Wei)."""

    term: str
    b: float | None
    naive_se: float | None
    robust_se: float | None
    z: float | None
    p: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Optimism:
    """Concordance of the model and what is left of it in new patients.

    Attributes:
        apparent, std_err: of the model in its own patients.
        optimism: mean drop from a resample to the original patients; corrected: without it.
        used: resamples in which a model could be fitted, of ``resamples`` drawn by ``seed``.
        repeats_selection: the choice of factors was repeated in each resample.
    """

    apparent: float | None
    std_err: float | None
    optimism: float | None
    corrected: float | None
    resamples: int
    used: int
    seed: int
    repeats_selection: bool
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class AdjustedCurve:
    """Mean predicted survival if all patients of the model had this level."""

    level: str
    time: FloatArray
    survival: FloatArray
    median: float | None


@dataclass(frozen=True, slots=True, eq=False)
class AdjustedCurves:
    """Adjusted curves of one factor's levels, beside the observed ones."""

    factor: str
    curves: tuple[AdjustedCurve, ...]
    n: int
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FunctionalForm:
    """Does risk follow the bands of a number? Residuals of the model without that factor.

    Attributes:
        value, residual: (n,) the number and the martingale residual, by ``patients``.
        smooth_at, smooth: local regression through them; empty with too few patients.
        limits: where the factor is cut.
    """

    factor: str
    patients: tuple[str, ...]
    value: FloatArray
    residual: FloatArray
    smooth_at: FloatArray
    smooth: FloatArray
    limits: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LogMinusLog:
    """Kaplan-Meier curves of one factor's levels, to be drawn as log(-log S)."""

    factor: str
    curves: tuple[tuple[str, Curve], ...]


@dataclass(frozen=True, slots=True, eq=False)
class CoxStudy:
    """The multivariable analysis of one endpoint.

    Attributes:
        comparisons: each candidate alone, for the forest beside the joint model.
        model: None when nobody has the endpoint or no factor is left.
        patients: ids of the rows of the model's residuals.
        separated: factors of the model with a term that has no ordinary estimate.
    """

    question: CoxQuestion
    endpoint: Endpoint
    options: SurvivalOptions
    comparisons: tuple[FactorComparison, ...]
    selection: Selection | None
    model: MultivariableModel | None
    residuals: CoxResiduals | None
    robust: tuple[RobustTerm, ...]
    patients: tuple[str, ...]
    ph_overall: GlobalTest
    ph_violated: tuple[str, ...]
    separated: tuple[str, ...]
    messages: tuple[Message, ...] = ()
