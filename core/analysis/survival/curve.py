"""Kaplan-Meier curves with medians, means, landmark rates and follow-up."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.survival.inputs import check_times, distinct_times, encode_groups
from core.analysis.survival.mean_time import area_to
from core.analysis.survival.quantiles import TOLERANCE, estimate_quantile
from core.analysis.survival.steps import (
    Steps,
    count_cube,
    pointwise_limits,
    steps_of_counts,
)
from core.errors import EmptyCohort
from core.options import MedianRule, SurvivalOptions, unit_word
from core.results.common import Message
from core.results.survival import (
    Curve,
    FloatArray,
    GroupCurve,
    IntArray,
    Landmark,
    Quantile,
)


def estimate_curve(
    time: ArrayLike,
    is_event: ArrayLike,
    *,
    options: SurvivalOptions,
    rmst_tau: float | None = None,
) -> Curve:
    """Kaplan-Meier curve of one group of patients and everything read off it.

    Args:
        time: follow-up, 0 or more, none missing; (n,). Months if the landmarks are months.
        is_event: True for the event, False for censored; (n,).
        options: interval scale, median rule, level, landmark months.
        rmst_tau: also give the restricted mean up to this time.

    Raises:
        EmptyCohort: no patients.
        NotComputable: a missing or negative time, or an event code other than 0 and 1.

    Source: Kaplan & Meier 1958, JASA 53:457; Brookmeyer & Crowley 1982, Biometrics 38:29;
        Schemper & Smith 1996, Control Clin Trials 17:343 (follow-up).

    >>> curve = estimate_curve([2, 4, 6, 9], [1, 1, 1, 0], options=SurvivalOptions())
    >>> curve.median_midpoint.estimate, curve.median_first.estimate
    (5.0, 4.0)
    """
    times, events = check_times(time, is_event)
    if not times.size:
        raise EmptyCohort("no_patients")
    moments, position = distinct_times(times)
    counts = count_cube(position, events, np.zeros_like(position), moments.size, 1)[:, 0]
    return curve_of_counts(moments, counts, options=options, rmst_tau=rmst_tau)


def curve_of_counts(
    moments: FloatArray,
    counts: IntArray,
    *,
    options: SurvivalOptions,
    rmst_tau: float | None = None,
) -> Curve:
    """The curve of patients who were counted already.

    Args:
        moments: distinct times, ascending, of these and perhaps of other patients; (k,).
        counts: (k, 2) patients censored and patients with the event at each; at least one.
    """
    n_censor, n_event = counts[:, 0], counts[:, 1]
    steps = steps_of_counts(moments, n_event, n_censor)
    low, high = pointwise_limits(steps.survival, steps.std_err, options.interval, options.level)
    medians = {
        rule: _quantile(steps, low, high, 0.5, rule, options) for rule in ("midpoint", "first")
    }
    median = medians[options.median_rule]
    reverse = steps_of_counts(moments, n_censor, n_event)
    reverse_limits = pointwise_limits(
        reverse.survival, reverse.std_err, options.interval, options.level
    )
    return Curve(
        time=steps.time,
        n_risk=steps.n_risk,
        n_event=steps.n_event,
        n_censor=steps.n_censor,
        survival=steps.survival,
        std_err=steps.std_err,
        low=low,
        high=high,
        n=int(counts.sum()),
        events=int(n_event.sum()),
        median=median,
        median_midpoint=medians["midpoint"],
        median_first=medians["first"],
        quartiles=(
            _quantile(steps, low, high, 0.25, options.median_rule, options),
            median,
            _quantile(steps, low, high, 0.75, options.median_rule, options),
        ),
        mean=area_to(
            steps, float(steps.time[-1]), options.level, "mean_to_last", options.time_unit
        ),
        rmst=None
        if rmst_tau is None
        else area_to(steps, rmst_tau, options.level, "rmst", options.time_unit),
        landmarks=tuple(
            _landmark(steps, low, high, months, options) for months in options.landmark_months
        ),
        follow_up=_quantile(reverse, *reverse_limits, 0.5, "midpoint", options),
        options=options,
        messages=_remarks(steps, median),
    )


def estimate_curves(
    time: ArrayLike,
    is_event: ArrayLike,
    group: ArrayLike,
    *,
    levels: tuple[object, ...] | None = None,
    options: SurvivalOptions,
) -> tuple[GroupCurve, ...]:
    """One curve per level of ``group`` that has patients, in the order of ``levels``.

    Patients whose level is missing are in no curve.

    Raises:
        NotComputable: as ``estimate_curve``.
    """
    times, events = check_times(time, is_event)
    codes, names = encode_groups(group, levels)
    moments, position = distinct_times(times)
    cube = count_cube(position, events, codes, moments.size, len(names))
    return tuple(
        GroupCurve(str(name), curve_of_counts(moments, cube[:, code], options=options))
        for code, name in enumerate(names)
        if cube[:, code].any()
    )


def _quantile(
    steps: Steps,
    low: FloatArray,
    high: FloatArray,
    probability: float,
    rule: MedianRule,
    options: SurvivalOptions,
) -> Quantile:
    return estimate_quantile(
        steps.time,
        steps.n_event,
        steps.survival,
        steps.std_err,
        low,
        high,
        probability=probability,
        rule=rule,
        interval=options.interval,
        level=options.level,
    )


def _landmark(
    steps: Steps, low: FloatArray, high: FloatArray, months: float, options: SurvivalOptions
) -> Landmark:
    last = float(steps.time[-1])
    at = int(np.searchsorted(steps.time, months, side="right")) - 1
    following = int(np.searchsorted(steps.time, months, side="left"))
    at_risk = int(steps.n_risk[following]) if following < steps.time.size else 0
    nobody_left = steps.survival[-1] <= TOLERANCE
    unit = unit_word(options.time_unit)

    def landmark(
        estimate: float | None,
        std_err: float | None,
        limits: tuple[float | None, float | None] = (None, None),
        message: Message | None = None,
    ) -> Landmark:
        return Landmark(
            months,
            estimate,
            std_err,
            *limits,
            at_risk=at_risk,
            interval=options.interval,
            level=options.level,
            message=message,
        )

    if months > last and not nobody_left:
        reason = Message.of(
            "survival.landmark_beyond_follow_up", months=months, last=last, time_unit=unit
        )
        return landmark(None, None, message=reason)
    if at < 0 or steps.survival[at] == 1.0:
        reason = Message.of("survival.landmark_before_first_event", months=months, time_unit=unit)
        limits = (1.0, 1.0) if at < 0 else (_known(low[at]), _known(high[at]))
        return landmark(1.0, 0.0, limits, reason)
    if steps.survival[at] <= TOLERANCE:
        reason = Message.of(
            "survival.landmark_nobody_left", months=months, last=last, time_unit=unit
        )
        return landmark(0.0, 0.0, message=reason)
    return landmark(
        float(steps.survival[at]),
        float(steps.std_err[at]),
        (_known(low[at]), _known(high[at])),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _remarks(steps: Steps, median: Quantile) -> tuple[Message, ...]:
    remarks = []
    if not steps.n_event.any():
        remarks.append(Message.of("survival.no_events", n=int(steps.n_risk[0])))
    elif median.estimate is None:
        smallest = float(steps.survival[-1])
        remarks.append(Message.of("survival.median_not_reached", percent=100 * smallest))
    elif median.rule == "first" and median.std_err is None:
        remarks.append(Message.of("survival.median_error_not_estimable"))
    return tuple(remarks)
