"""Cumulative incidence of competing events (Aalen-Johansen) with Aalen's variance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.survival.quantiles import TOLERANCE
from core.analysis.survival.steps import pointwise_limits
from core.errors import EmptyCohort, NotComputable
from core.options import SurvivalOptions, unit_word
from core.results.common import Message
from core.results.competing import CauseIncidence, IncidenceCurve
from core.results.survival import FloatArray, IntArray, Landmark


def check_causes(time: ArrayLike, cause: ArrayLike, causes: int) -> tuple[FloatArray, IntArray]:
    """Times and causes as arrays of the same length.

    Args:
        time: follow-up, 0 or more, none missing; (n,).
        cause: 0 = censored, 1 .. ``causes`` = what happened; (n,).

    Raises:
        NotComputable: a missing, infinite or negative time, an unknown cause, or lengths
            that differ.
    """
    times, given = np.asarray(time, dtype=np.float64), np.asarray(cause, dtype=np.float64)
    if times.ndim != 1 or given.shape != times.shape:
        raise NotComputable("survival_lengths_differ", times=times.size, events=given.size)
    unusable = int(np.count_nonzero(~np.isfinite(times)))
    if unusable:
        raise NotComputable("survival_time_missing", count=unusable, n=times.size)
    negative = int(np.count_nonzero(times < 0))
    if negative:
        raise NotComputable("survival_time_negative", count=negative, n=times.size)
    wrong = int(np.count_nonzero(~np.isin(given, np.arange(causes + 1))))
    if wrong:
        raise NotComputable("survival_cause_unknown", count=wrong, n=times.size, causes=causes)
    return times, given.astype(np.int64)


def estimate_incidence(
    time: ArrayLike, cause: ArrayLike, *, causes: int = 2, options: SurvivalOptions
) -> IncidenceCurve:
    """Probability of each event by time, when any of them ends the waiting for the others.

    One minus Kaplan-Meier with the other events censored would overstate it.

    Args:
        time: follow-up, 0 or more, none missing; (n,). Months if the landmarks are months.
        cause: 0 = censored, 1 .. ``causes``; (n,).
        options: interval scale, level, landmarks. The interval ``loglog`` is taken on the
            complementary scale of log(-log F), as for a survival curve.

    Raises:
        EmptyCohort: no patients.
        NotComputable: a missing or negative time, or an unknown cause.

    Source: Aalen & Johansen 1978, Scand J Stat 5:141; Aalen 1978, Ann Stat 6:534 (variance,
        with the correction for tied events of Gray 1988, Ann Stat 16:1141).

    >>> curve = estimate_incidence([1, 2, 3, 4], [1, 2, 1, 0], options=SurvivalOptions())
    >>> curve.causes[0].incidence.tolist(), curve.causes[1].incidence.tolist()
    ([0.25, 0.25, 0.5, 0.5], [0.0, 0.25, 0.25, 0.25])
    """
    times, what = check_causes(time, cause, causes)
    if not times.size:
        raise EmptyCohort("no_patients")
    moments, position, total = np.unique(times, return_inverse=True, return_counts=True)
    k = moments.size
    counts = np.bincount(position * (causes + 1) + what, minlength=k * (causes + 1))
    counts = counts.reshape(k, causes + 1)
    n_risk = times.size - np.cumsum(total) + total
    any_event = counts[:, 1:].sum(axis=1)
    after = np.cumprod((n_risk - any_event) / n_risk)
    before = np.concatenate([[1.0], after[:-1]])
    found = []
    for number in range(1, causes + 1):
        incidence = np.cumsum(before * counts[:, number] / n_risk)
        std_err = _standard_error(
            incidence, before, after, n_risk, counts[:, number], any_event - counts[:, number]
        )
        low, high = pointwise_limits(incidence, std_err, options.interval, options.level)
        found.append(
            CauseIncidence(
                cause=number,
                events=int(counts[:, number].sum()),
                incidence=incidence,
                std_err=std_err,
                low=low,
                high=high,
                landmarks=tuple(
                    _landmark(moments, n_risk, after, incidence, std_err, low, high, at, options)
                    for at in options.landmark_months
                ),
            )
        )
    messages: tuple[Message, ...] = ()
    if not any_event.any():
        messages = (Message.of("survival.no_events", n=int(times.size)),)
    return IncidenceCurve(
        time=moments,
        n_risk=n_risk,
        n_censor=counts[:, 0],
        event_free=after,
        causes=tuple(found),
        n=int(times.size),
        options=options,
        messages=messages,
    )


def _standard_error(
    incidence: FloatArray,
    before: FloatArray,
    after: FloatArray,
    n_risk: IntArray,
    own: IntArray,
    other: IntArray,
) -> FloatArray:
    remaining = np.divide(1.0, after, out=np.zeros_like(after), where=after > 0)
    others_at_risk = np.maximum(n_risk - 1, 1)
    sums = [np.zeros_like(after) for _ in range(3)]
    for events, weight, counted in (
        (other, incidence * remaining, (other > 0) & (after > 0)),
        (own, 1.0 + incidence * remaining, own > 0),
    ):
        tied = np.where(events > 1, 1.0 - (events - 1) / others_at_risk, 1.0)
        size = np.where(counted, before**2 * tied * events / n_risk.astype(float) ** 2, 0.0)
        sums[0] += weight**2 * size
        sums[1] += weight * remaining * size
        sums[2] += remaining**2 * size
    first, mixed, last = (np.cumsum(one) for one in sums)
    variance = first + incidence**2 * last - 2 * incidence * mixed
    # It moves only with the cause's own events, like the curve itself.
    steps = np.maximum.accumulate(np.where(own > 0, np.arange(own.size), -1))
    held = np.where(steps >= 0, variance[np.maximum(steps, 0)], 0.0)
    error: FloatArray = np.sqrt(np.maximum(held, 0.0))
    return error


def _landmark(
    moments: FloatArray,
    n_risk: IntArray,
    event_free: FloatArray,
    incidence: FloatArray,
    std_err: FloatArray,
    low: FloatArray,
    high: FloatArray,
    at: float,
    options: SurvivalOptions,
) -> Landmark:
    index = int(np.searchsorted(moments, at, side="right")) - 1
    following = int(np.searchsorted(moments, at, side="left"))
    left = int(n_risk[following]) if following < moments.size else 0
    last = float(moments[-1])
    if at > last and event_free[-1] > TOLERANCE:
        reason = Message.of(
            "survival.landmark_beyond_follow_up",
            months=at,
            last=last,
            time_unit=unit_word(options.time_unit),
        )
        return Landmark(at, None, None, None, None, left, options.interval, options.level, reason)
    if index < 0 or incidence[index] == 0:
        return Landmark(at, 0.0, None, None, None, left, options.interval, options.level)
    limits = [None if np.isnan(side[index]) else float(side[index]) for side in (low, high)]
    return Landmark(
        at,
        float(incidence[index]),
        float(std_err[index]),
        limits[0],
        limits[1],
        left,
        options.interval,
        options.level,
    )
