"""Survival of a study's patients as one question asks for it: curves, tests, restricted means."""

from __future__ import annotations

from dataclasses import dataclass

from core.options import CurveQuestion, SurvivalOptions
from core.results.baseline import Factor
from core.results.common import Message
from core.results.competing import CauseModels, GrayTest, IncidenceCurve
from core.results.endpoints import Endpoint, NotDerived
from core.results.survival import (
    CutSearch,
    GroupCurve,
    LogRank,
    MeanDifference,
    MeanTime,
    PairwiseTest,
    PermutationTest,
)

LEVEL_SEPARATOR = "\x1f"
"""Joins the levels of two factors in the level of a curve."""


@dataclass(frozen=True, slots=True)
class CurvePatient:
    """One patient of a curve, so that a step can be traced to persons.

    Attributes:
        level: the curve that the patient stands in.
        time: in the unit of the options, counted as the question says.
        reason: what ended the time; None where the columns don't tell.
    """

    patient_id: str
    level: str
    time: float
    is_event: bool
    reason: Message | None


@dataclass(frozen=True, slots=True, eq=False)
class StudyCurves:
    """Answer to one question.

    Attributes:
        factors: what the curves are grouped by, none to two.
        groups: one curve a level with patients; two factors give joined levels.
        tests: the log-rank test and its weighted relatives; empty with fewer than two groups.
        trend: over ordered levels of one factor, three or more; stratified: of the first
            factor within the levels of the second.
        permutation: only in small cohorts; cut: only if the cut was searched.
        rmst: one per group up to ``tau``; differences: each later group minus the first.
        left_out: patients with the endpoint but without a level; before_landmark: those whose
            time ended by the landmark.
    """

    endpoint: Endpoint
    question: CurveQuestion
    options: SurvivalOptions
    factors: tuple[Factor, ...]
    groups: tuple[GroupCurve, ...]
    patients: tuple[CurvePatient, ...]
    tests: tuple[LogRank, ...] = ()
    trend: LogRank | None = None
    stratified: LogRank | None = None
    pairs: tuple[PairwiseTest, ...] = ()
    permutation: PermutationTest | None = None
    cut: CutSearch | None = None
    tau: float | None = None
    rmst: tuple[MeanTime, ...] = ()
    differences: tuple[MeanDifference, ...] = ()
    left_out: int = 0
    before_landmark: int = 0
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class StudyIncidence:
    """Which first event came when: one curve a level, and what a factor does to each cause.

    Attributes:
        causes: catalogue keys of the causes' names, in order.
        levels: of the curves; ("",) for all patients.
        gray, models: one per cause; empty without a factor (models: without two levels).
        unknown: patients whose first event can't be told, with the reason.
    """

    causes: tuple[str, ...]
    factor: Factor | None
    levels: tuple[str, ...]
    curves: tuple[IncidenceCurve, ...]
    gray: tuple[GrayTest, ...]
    models: tuple[CauseModels, ...]
    unknown: tuple[NotDerived, ...]
    left_out: int
    options: SurvivalOptions
    messages: tuple[Message, ...] = ()
