"""Patients' times rebuilt from a printed Kaplan-Meier curve and its numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.survival.steps import product_limit
from core.errors import NotComputable
from core.results.survival import FloatArray, ReconstructedCurve

MOST_ROUNDS = 200
FOLLOWS = 0.005
"""Distance between two curves that a digitised one can't tell apart."""


@dataclass(slots=True)
class _Interval:
    """What happened between two printed numbers at risk."""

    events: list[int]
    censored: list[float]
    left: int
    survival: float


def reconstruct_curve(
    time: Sequence[float],
    survival: Sequence[float],
    risk_time: Sequence[float],
    n_risk: Sequence[int],
    *,
    events: int | None = None,
) -> ReconstructedCurve:
    """Times and events that reproduce a digitised curve as well as whole patients can.

    Between two numbers at risk censorings are spread evenly, as many as make the numbers
    fit; after the last one as many as make ``events`` fit, or as before if it isn't known.

    Args:
        time, survival: read off the curve, in any order; fractions of 1. Rises of S(t) are
            taken for slips of the hand and flattened.
        risk_time, n_risk: the printed numbers at risk; the first at time 0.
        events: total number of events, if printed.

    Raises:
        NotComputable: fewer than two points, values outside 0 to 1, or numbers at risk
            that don't start at 0 or that rise.

    Source: Guyot et al. 2012, BMC Med Res Methodol 12:9.

    >>> rebuilt = reconstruct_curve([1, 2, 3, 4], [0.75, 0.5, 0.25, 0.0], [0], [4])
    >>> rebuilt.time.tolist(), rebuilt.events
    ([1.0, 2.0, 3.0, 4.0], 4)
    """
    times, shares = _clean_points(time, survival)
    starts, counts = _clean_risk(risk_time, n_risk)
    edges = np.searchsorted(times, starts, side="left")
    edges[0] = 0
    ends = np.append(edges[1:], times.size)
    event_counts: list[int] = []
    censored: list[float] = []
    level, left = 1.0, int(counts[0])
    for i, (begin, end) in enumerate(zip(edges, ends, strict=True)):
        inside, wanted = times[begin:end], shares[begin:end]
        if i + 1 < starts.size:
            stop = float(starts[i + 1])
            found = _fit_censoring(
                inside, wanted, float(starts[i]), stop, left, level, int(counts[i + 1])
            )
        else:
            stop = float(max(times[-1], starts[i]))
            found = _last_interval(
                inside, wanted, float(starts[i]), stop, left, level, events,
                sum(event_counts), len(censored), starts,
            )  # fmt: skip
        event_counts += found.events
        censored += found.censored
        level, left = found.survival, found.left
    return _assembled(times, shares, event_counts, censored, left)


def _clean_points(
    time: Sequence[float], survival: Sequence[float]
) -> tuple[FloatArray, FloatArray]:
    times, shares = np.asarray(time, dtype=float), np.asarray(survival, dtype=float)
    usable = times.shape == shares.shape and times.size >= 2
    if not usable or not (np.isfinite(times).all() and np.isfinite(shares).all()):
        raise NotComputable("guyot_points", count=int(times.size))
    if (times < 0).any() or (shares < 0).any() or (shares > 1).any():
        raise NotComputable("guyot_range")
    order = np.lexsort((-shares, times))
    times, shares = times[order], np.minimum.accumulate(shares[order])
    # Of several points at one time the lowest is the curve after its step.
    last = np.append(np.diff(times) > 0, True)
    times, shares = times[last], shares[last]
    later = times > 0
    return times[later], shares[later]


def _clean_risk(risk_time: Sequence[float], n_risk: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    starts, counts = np.asarray(risk_time, dtype=float), np.asarray(n_risk, dtype=float)
    fits = starts.shape == counts.shape and starts.size > 0 and starts[0] == 0
    if not fits or (np.diff(starts) <= 0).any() or (np.diff(counts) > 0).any() or counts[0] < 1:
        raise NotComputable("guyot_risk")
    return starts, counts


def _run(
    times: FloatArray,
    wanted: FloatArray,
    start: float,
    stop: float,
    left: int,
    level: float,
    censorings: int,
) -> _Interval:
    """Events that follow the wanted curve, with censorings spread evenly."""
    spread = start + (stop - start) * (np.arange(censorings) + 0.5) / max(censorings, 1)
    dropped = np.searchsorted(spread, times, side="left")
    events: list[int] = []
    n, gone = left, 0
    for at, share in enumerate(wanted):
        lost = min(n, int(dropped[at]) - gone)
        n -= lost
        gone += lost
        dead = 0
        if n and level > 0:
            dead = min(n, max(0, round(n * (1 - float(share) / level))))
            level *= 1 - dead / n
        events.append(dead)
        n -= dead
    lost = min(n, censorings - gone)
    return _Interval(events, spread[: gone + lost].tolist(), n - lost, level)


def _fit_censoring(
    times: FloatArray,
    wanted: FloatArray,
    start: float,
    stop: float,
    left: int,
    level: float,
    target: int,
) -> _Interval:
    reached = float(wanted[-1]) if wanted.size else level
    ratio = reached / level if level > 0 else 0.0
    censorings = max(0, round(left * ratio - target))
    tried: dict[int, _Interval] = {}
    for _ in range(MOST_ROUNDS):
        if censorings in tried:
            break
        tried[censorings] = _run(times, wanted, start, stop, left, level, censorings)
        difference = tried[censorings].left - target
        if difference == 0:
            break
        censorings = min(max(censorings + difference, 0), left)
    return min(tried.values(), key=lambda one: abs(one.left - target))


def _last_interval(
    times: FloatArray,
    wanted: FloatArray,
    start: float,
    stop: float,
    left: int,
    level: float,
    events: int | None,
    events_so_far: int,
    censored_so_far: int,
    starts: FloatArray,
) -> _Interval:
    if events is None:
        earlier = float(starts[-1] - starts[0])
        rate = censored_so_far / earlier if earlier > 0 else 0.0
        likely = min(round(rate * (stop - start)), left)
        runs = {c: _run(times, wanted, start, stop, left, level, c) for c in range(left + 1)}
        gaps = {c: _gap(run, wanted, left, level) for c, run in runs.items()}
        close = [c for c, gap in gaps.items() if gap <= min(gaps.values()) + FOLLOWS]
        return runs[min(close, key=lambda c: abs(c - likely))]
    missing = max(events - events_so_far, 0)
    best: _Interval | None = None
    for censorings in range(left + 1):
        found = _run(times, wanted, start, stop, left, level, censorings)
        if best is None or abs(sum(found.events) - missing) < abs(sum(best.events) - missing):
            best = found
        if sum(found.events) <= missing:
            break
    assert best is not None
    return best


def _gap(run: _Interval, wanted: FloatArray, left: int, level: float) -> float:
    """How far the end of the rebuilt curve lies from the end of the wanted one."""
    if not wanted.size or not left:
        return 0.0
    return abs(run.survival - min(float(wanted[-1]), level))


def _assembled(
    times: FloatArray,
    shares: FloatArray,
    event_counts: list[int],
    censored: list[float],
    left: int,
) -> ReconstructedCurve:
    dead = np.repeat(times, event_counts)
    # Whoever is left at the end of the curve was followed up to there.
    lost = np.concatenate([np.asarray(censored), np.full(left, times[-1])])
    all_times = np.concatenate([dead, lost])
    flags = np.concatenate([np.ones(dead.size, dtype=bool), np.zeros(lost.size, dtype=bool)])
    order = np.lexsort((~flags, all_times))
    all_times, flags = all_times[order], flags[order]
    steps = product_limit(all_times, flags)
    at = np.searchsorted(steps.time, times, side="right") - 1
    rebuilt = np.where(at >= 0, steps.survival[np.maximum(at, 0)], 1.0)
    return ReconstructedCurve(
        time=all_times,
        is_event=flags,
        n=int(all_times.size),
        events=int(flags.sum()),
        largest_gap=float(np.abs(rebuilt - shares).max()),
    )
