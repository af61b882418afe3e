"""Results of the survival analyses: curves, log-rank tests, agreement of both engines.

Cox models, Firth and the tables of factors are in ``core.results.prognosis``.

Times are in the unit that was passed in (the screens pass months of 30.4375 days). A number
that the data can't give is None, and a message says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.options import IntervalMethod, MedianRule, SurvivalOptions
from core.results.common import Message

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Weights = Literal["logrank", "gehan", "tarone-ware", "peto"]
QuantileInterval = Literal["brookmeyer-crowley", "standard-error"]
MeanKind = Literal["mean_to_last", "rmst"]


@dataclass(frozen=True, slots=True)
class Quantile:
    """A time by which a share of the patients had the event.

    Attributes:
        probability: that share; 0.5 = the median.
        estimate, low, high: times; None = not reached (``low``/``high``: limit not reached).
        std_err: SE(S)/f, only under the rule ``first`` (SPSS's); else None.
        rule: ``midpoint`` of a flat step at exactly 1 - probability, or ``first`` time.
        method: ``brookmeyer-crowley`` on the scale ``interval``, or ``standard-error``
            (estimate +- z * std_err, cut at 0).
    """

    probability: float
    estimate: float | None
    low: float | None
    high: float | None
    std_err: float | None
    rule: MedianRule
    method: QuantileInterval
    interval: IntervalMethod
    level: float


@dataclass(frozen=True, slots=True)
class MeanTime:
    """Area under the curve up to ``tau``: mean to the last observed time, or RMST.

    ``kind`` must be printed beside the number: it's never a plain mean and never a median.
    """

    kind: MeanKind
    tau: float
    estimate: float | None
    std_err: float | None
    low: float | None
    high: float | None
    level: float
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Landmark:
    """Survival at a chosen time; None beyond the follow-up, with the reason."""

    months: float
    estimate: float | None
    std_err: float | None
    low: float | None
    high: float | None
    at_risk: int
    interval: IntervalMethod
    level: float
    message: Message | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A Kaplan-Meier curve with all that is read off it.

    Attributes:
        time: distinct observed times, ascending (deaths and censorings); (k,) arrays.
        survival, std_err, low, high: S(t) just after each time, Greenwood's standard error
            and the pointwise limits (NaN where S = 0: no interval exists there).
        median: by the rule of ``options``; ``median_midpoint`` and ``median_first`` always.
        quartiles: 25, 50 and 75 % of events, by the rule of ``options``.
        mean: area to the last observed time (SPSS's mean); ``rmst`` only if a tau was asked.
        follow_up: median follow-up by the reverse Kaplan-Meier method.
    """

    time: FloatArray
    n_risk: IntArray
    n_event: IntArray
    n_censor: IntArray
    survival: FloatArray
    std_err: FloatArray
    low: FloatArray
    high: FloatArray
    n: int
    events: int
    median: Quantile
    median_midpoint: Quantile
    median_first: Quantile
    quartiles: tuple[Quantile, ...]
    mean: MeanTime
    rmst: MeanTime | None
    landmarks: tuple[Landmark, ...]
    follow_up: Quantile
    options: SurvivalOptions
    messages: tuple[Message, ...] = ()

    @property
    def median_rule(self) -> MedianRule:
        return self.options.median_rule


@dataclass(frozen=True, slots=True, eq=False)
class GroupCurve:
    """The curve of one level of a factor."""

    level: str
    curve: Curve


@dataclass(frozen=True, slots=True)
class LogRankGroup:
    """One group of a log-rank test: observed and expected (weighted) events."""

    level: str
    n: int
    observed: float
    expected: float


@dataclass(frozen=True, slots=True)
class LogRank:
    """A (weighted, stratified, trend) log-rank test; ``chi2`` is None if not computable.

    ``z`` is the signed statistic of a trend test (positive: more events at high scores).
    """

    chi2: float | None
    df: int
    p: float | None
    z: float | None
    groups: tuple[LogRankGroup, ...]
    weights: Weights
    trend: bool
    n_strata: int
    n: int
    events: int
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """RMST of one group minus that of another up to ``tau``, with a Wald test."""

    tau: float
    difference: float | None
    std_err: float | None
    low: float | None
    high: float | None
    z: float | None
    p: float | None
    level: float
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether the second engine (lifelines) gives the same number.

    Attributes:
        quantity: what was compared, e.g. ``"survival"``, ``"median"``, ``"chi2"``, ``"b:age"``.
        own, other: the two values; for a curve those at the time of the largest difference.
        max_difference: largest absolute difference; None if not compared.
        agrees: None if not compared, and ``not_compared_reason`` says why.
        remarks: what the second engine warned about.
    """

    quantity: str
    own: float | None
    other: float | None
    max_difference: float | None
    tolerance: float
    agrees: bool | None
    not_compared_reason: Message | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairwiseTest:
    """One pair of groups: its own log-rank test and the P adjusted for all pairs (Holm)."""

    first: str
    second: str
    test: LogRank
    p_adjusted: float | None


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """Log-rank test by permuting the patients over the groups.

    Attributes:
        z: standardised statistic of two groups; None with more than two.
        p_low, p_high: 99 % interval of a Monte Carlo P; None if the P is exact.
        permutations: rearrangements drawn; of an exact P all that exist.
    """

    p: float | None
    z: float | None
    is_exact: bool
    permutations: int
    seed: int | None
    p_low: float | None
    p_high: float | None
    n: int
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CutSearch:
    """The cut of a number that separates survival most, with a P corrected for the search.

    Attributes:
        cut: largest value of the lower group (lower group: value <= cut).
        cuts, statistics: every cut tried and its |standardised log-rank statistic|.
        p_naive: P as if the cut had been fixed beforehand; not to be reported.
        p_lausen_1992, p_lausen_1994: asymptotic and improved Bonferroni corrections.
        p_permutation: share of random rearrangements with as large a maximum; with its
            99 % interval, ``permutations`` and ``seed``.
    """

    cut: float | None
    statistic: float | None
    cuts: FloatArray
    statistics: FloatArray
    p_naive: float | None
    p_lausen_1992: float | None
    p_lausen_1994: float | None
    p_permutation: float | None
    p_low: float | None
    p_high: float | None
    permutations: int
    seed: int
    minimum_share: float
    n: int
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ReconstructedCurve:
    """Patients rebuilt from a printed curve; their times and events, not their persons.

    Attributes:
        time, is_event: (n,), ascending.
        largest_gap: largest distance between the given and the rebuilt curve.
    """

    time: FloatArray
    is_event: NDArray[np.bool_]
    n: int
    events: int
    largest_gap: float
