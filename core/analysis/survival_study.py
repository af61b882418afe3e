"""Curves of a study as one question asks for them, with all their tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.analysis.baseline.measures import as_number
from core.analysis.survival.curve import estimate_curve
from core.analysis.survival.inputs import BoolArray
from core.analysis.survival.logrank import compare_curves
from core.analysis.survival.mean_time import compare_rmst, estimate_rmst
from core.analysis.survival.pairwise import compare_pairs
from core.analysis.survival.permutation import permute_logrank
from core.analysis.survival.second_engine import check_curve, check_logrank, check_mean
from core.analysis.survival.windows import from_landmark, truncated
from core.analysis.survival_groups import Grouping, group_patients
from core.options import DAYS_PER_UNIT, CurveQuestion, SurvivalOptions
from core.results.baseline import FactorFrame
from core.results.common import Message
from core.results.endpoints import Endpoint, Endpoints, NotDerived, TimeToEvent
from core.results.survival import Agreement, FloatArray, GroupCurve, LogRank, Weights
from core.results.survival_study import LEVEL_SEPARATOR, CurvePatient, StudyCurves
from core.schema import StudyData

OWN = "own"
SMALL_COHORT = 100
"""Patients up to whom the permutation P is given beside the log-rank P."""
WEIGHTS: tuple[Weights, ...] = ("logrank", "gehan", "tarone-ware", "peto")


def own_columns(data: StudyData) -> tuple[str, ...]:
    """The study's own columns that hold numbers, so that one may be a time or an event."""
    patients = data.table("patients")
    found = []
    for name in data.own_variables:
        if name in patients.columns and as_number(patients[name]) is not None:
            found.append(name)
    return tuple(found)


def own_endpoint(data: StudyData, question: CurveQuestion) -> Endpoint:
    """Times and events out of two of the study's own columns.

    Patients without a usable time (0 or more) or event (0 or 1) are listed with the reason.
    """
    patients = data.table("patients")
    time = as_number(patients[question.own_time])
    event = as_number(patients[question.own_event])
    times, missing = [], []
    if time is None or event is None:
        time = event = np.full(len(patients), np.nan)
    per_unit = DAYS_PER_UNIT[question.own_unit]
    reason = Message.of("endpoints.own.reason", column=question.own_time)
    for patient_id, at, flag in zip(patients["patient_id"], time, event, strict=True):
        if not np.isfinite(at) or at < 0:
            lacks = Message.of("endpoints.own.no_time", column=question.own_time)
        elif flag not in (0, 1):
            lacks = Message.of("endpoints.own.no_event", column=question.own_event)
        else:
            times.append(
                TimeToEvent(
                    patient_id, float(at) * per_unit, bool(flag), None, None, reason, "coded"
                )
            )
            continue
        missing.append(NotDerived(patient_id, lacks))
    return Endpoint(
        OWN, "endpoints.own.label", "endpoints.own.definition", tuple(times), tuple(missing)
    )


def answer(
    data: StudyData,
    endpoints: Endpoints,
    factors: FactorFrame,
    question: CurveQuestion,
    options: SurvivalOptions,
) -> StudyCurves:
    """Curves, tests and restricted means; without patients no curve, and a message says so."""
    endpoint = own_endpoint(data, question) if question.endpoint == OWN else None
    endpoint = endpoint or endpoints.get(question.endpoint)
    per_unit = DAYS_PER_UNIT[options.time_unit]
    time = np.array([one.time_days for one in endpoint.times]) / per_unit
    is_event = np.array([one.is_event for one in endpoint.times], dtype=bool)
    people = list(endpoint.times)
    if question.truncation is not None and time.size:
        time, is_event = truncated(time, is_event, question.truncation)
    before = 0
    if question.landmark > 0 and time.size:
        time, is_event, kept = from_landmark(time, is_event, question.landmark)
        before = int((~kept).sum())
        people = [one for one, stays in zip(people, kept, strict=True) if stays]
    if not time.size:
        code = "survival.nobody_after_landmark" if before else "cohort.no_endpoint"
        return StudyCurves(
            endpoint, question, options, (), (), (), before_landmark=before,
            messages=(Message.of(code),),
        )  # fmt: skip
    grouping = group_patients(
        data, factors, question, [one.patient_id for one in people], time, is_event
    )
    told = _about_levels(question, grouping)
    groups = tuple(
        GroupCurve(
            level,
            estimate_curve(
                time[grouping.levels == level], is_event[grouping.levels == level], options=options
            ),
        )
        for level in grouping.order
    )
    tau = question.tau if question.tau is not None else common_tau(groups)
    rmst = tuple(estimate_rmst(group.curve, tau) for group in groups) if tau else ()
    differences = (
        tuple(compare_rmst(group.curve, groups[0].curve, tau) for group in groups[1:])
        if tau
        else ()
    )
    return StudyCurves(
        endpoint=endpoint,
        question=question,
        options=options,
        factors=grouping.factors,
        groups=groups,
        patients=tuple(
            CurvePatient(
                one.patient_id, level, float(at), bool(happened),
                one.reason if happened == one.is_event else None,
            )
            for one, level, at, happened in zip(
                people, grouping.levels, time, is_event, strict=True
            )
            if level is not None
        ),
        **_tests(grouping, time, is_event),
        cut=grouping.cut,
        tau=tau,
        rmst=rmst,
        differences=differences,
        left_out=sum(level is None for level in grouping.levels),
        before_landmark=before,
        messages=(*grouping.messages, *told),
    )  # fmt: skip


def _about_levels(question: CurveQuestion, grouping: Grouping) -> tuple[Message, ...]:
    """Why there is nothing to compare although a factor was asked for."""
    if question.factor is None or len(grouping.order) > 1:
        return ()
    factor = grouping.factors[0]
    if not grouping.order:
        return (Message.of("survival.factor_nobody", factor=factor.label),)
    labels = {level.code: level.label for level in factor.levels}
    code = grouping.order[0].split(LEVEL_SEPARATOR)[0]
    level = labels.get(code, code)
    return (Message.of("survival.factor_one_level", factor=factor.label, level=level),)


def answer_by_factor(
    data: StudyData, endpoints: Endpoints, factors: FactorFrame, code: str, options: SurvivalOptions
) -> tuple[StudyCurves, ...]:
    """One endpoint by each factor of Table 4 that anybody has, with all tests."""
    recorded = [one for one in factors.of_table("table_4") if factors.table[one.name].notna().any()]
    return tuple(
        answer(data, endpoints, factors, CurveQuestion(endpoint=code, factor=one.name), options)
        for one in recorded
    )


def common_tau(groups: tuple[GroupCurve, ...]) -> float | None:
    """The longest time to which every group was followed up: the default end of the RMST."""
    ends = [float(group.curve.time[-1]) for group in groups]
    return min(ends) if ends and min(ends) > 0 else None


def _tests(grouping: Grouping, time: FloatArray, is_event: BoolArray) -> dict[str, Any]:
    if len(grouping.order) < 2:
        return {}
    known = np.array([level is not None for level in grouping.levels], dtype=bool)
    time, is_event, levels = time[known], is_event[known], grouping.levels[known]
    found: dict[str, Any] = {
        "tests": tuple(
            compare_curves(time, is_event, levels, levels=grouping.order, weights=weights)
            for weights in WEIGHTS
        )
    }
    if len(grouping.order) > 2:
        found["pairs"] = compare_pairs(time, is_event, levels, levels=grouping.order)
        if len(grouping.factors) == 1:
            found["trend"] = _trend(time, is_event, levels, grouping.order)
    if time.size <= SMALL_COHORT:
        found["permutation"] = permute_logrank(time, is_event, levels, levels=grouping.order)
    if grouping.second is not None:
        first = grouping.first[known]
        order = tuple(code for code in grouping.factors[0].codes if (first == code).any())
        found["stratified"] = compare_curves(
            time, is_event, first, levels=order, strata=grouping.second[known]
        )
    return found


def _trend(
    time: FloatArray, is_event: BoolArray, levels: np.ndarray, order: tuple[str, ...]
) -> LogRank:
    scores = tuple(float(rank) for rank in range(len(order)))
    return compare_curves(time, is_event, levels, levels=order, trend=True, scores=scores)


def check_answer(curves: StudyCurves, *, beside_table: bool = False) -> tuple[Agreement, ...]:
    """Curves, tests and restricted means recomputed by the second engine, lifelines.

    Args:
        beside_table: leave out curves and log-rank test, which the table of factors holds too.
    """
    time = np.array([one.time for one in curves.patients])
    is_event = np.array([one.is_event for one in curves.patients], dtype=bool)
    levels = np.array([one.level for one in curves.patients], dtype=object)
    found: list[Agreement] = []
    for position, group in enumerate(curves.groups):
        inside = levels == group.level
        if not beside_table:
            found += check_curve(group.curve, time[inside], is_event[inside])
        if curves.rmst:
            found += check_mean(curves.rmst[position], time[inside], is_event[inside])
    for test in curves.tests[1:] if beside_table else curves.tests:
        found += check_logrank(test, time, is_event, levels)
    for pair in curves.pairs:
        inside = (levels == pair.first) | (levels == pair.second)
        found += check_logrank(pair.test, time[inside], is_event[inside], levels[inside])
    return tuple(found)
