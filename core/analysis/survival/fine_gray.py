"""Fine and Gray's regression on the subdistribution hazard of one cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from core.analysis.survival.incidence import check_causes
from core.analysis.survival.newton import independent_columns
from core.results.common import Message
from core.results.competing import FineGrayModel, SubdistributionTerm
from core.results.survival import FloatArray, IntArray

MAX_ITERATIONS = 50
MAX_HALVINGS = 30
SETTLED_STEP = 1e-11
NO_VARIANCE = 1e-18
INFINITE_B = 12.0
"""Coefficients of standardised covariates never get this large unless they run to infinity."""


@dataclass(frozen=True, slots=True, eq=False)
class _Weighted:
    """Patients by rising time, with the censoring weights of those who had another event.

    Attributes:
        event_row: (m,) rows of the events of interest; start: (m,) first row still at risk.
        censoring_free: (m,) G just before each event; own_g: (n,) G just before each time.
        gone: (m,) how many rows lie before each event's time.
    """

    x: FloatArray
    time: FloatArray
    own: IntArray
    event_row: IntArray
    start: IntArray
    own_g: FloatArray
    event_g: FloatArray


def fit_fine_gray(
    X: ArrayLike,
    time: ArrayLike,
    cause: ArrayLike,
    names: Sequence[str],
    *,
    of_interest: int = 1,
    causes: int = 2,
    level: float = 0.95,
) -> FineGrayModel:
    """Subdistribution hazard ratios, on the patients for whom all covariates are known.

    Patients with another event stay at risk with the weight G(t)/G(their time), G the
    Kaplan-Meier estimate of not being censored; ties as in Breslow's likelihood. Standard
    errors are robust and allow for G being estimated.

    Args:
        X: covariates, NaN = missing; (n, p).
        time: follow-up, 0 or more; (n,).
        cause: 0 = censored, 1 .. ``causes``; (n,).
        names: of the p covariates.
        of_interest: the cause modelled.
        level: two-sided confidence level.

    Raises:
        NotComputable: a missing or negative time, or an unknown cause.

    Source: Fine & Gray 1999, JASA 94:496.

    >>> model = fit_fine_gray([[0], [1], [0], [1], [0]], [4, 1, 3, 5, 2], [1, 1, 2, 1, 1], ["x"])
    >>> round(model.terms[0].hr, 3)
    1.732
    """
    times, what = check_causes(time, cause, causes)
    p = len(names)
    x = np.asarray(X, dtype=np.float64).reshape(times.size, p)
    complete = np.isfinite(x).all(axis=1)
    x, times, what = x[complete], times[complete], what[complete]
    own = np.where(what == of_interest, 1, np.where(what == 0, 0, 2))
    events = int(np.count_nonzero(own == 1))
    messages = []
    if not complete.all():
        messages.append(Message.of("survival.missing_left_out", n=int((~complete).sum())))
    if not events:
        messages.append(Message.of("survival.no_events", n=int(times.size)))
    centre = x.mean(axis=0) if times.size else np.zeros(p)
    scale = x.std(axis=0) if times.size else np.ones(p)
    constant = scale <= 1e-12 * np.maximum(np.abs(centre), 1.0)
    scale = np.where(constant, 1.0, scale)
    sets = _weighted(np.where(constant, 0.0, (x - centre) / scale), times, own)
    b, kept, settled, loglik0, loglik = _maximise(sets, p)
    covariance = np.zeros((p, p))
    finite = kept[np.abs(b[kept]) < INFINITE_B] if settled else kept[:0]
    if finite.size:
        block = _robust(sets, b, finite)
        covariance[np.ix_(finite, finite)] = block / np.outer(scale[finite], scale[finite])
    z = float(ndtri(0.5 + level / 2))
    terms = []
    for i, name in enumerate(names):
        if i in finite and covariance[i, i] > NO_VARIANCE:
            terms.append(_term(name, float(b[i] / scale[i]), float(np.sqrt(covariance[i, i])), z))
            continue
        reason = "subdistribution_infinite" if i in kept else "term_constant"
        if i in finite:
            # All events on one day, every residual 0: the estimate would look certain.
            reason = "subdistribution_no_error"
        if not events:
            reason = "subdistribution_no_events"
        message = Message.of(f"survival.{reason}", name=name)
        terms.append(SubdistributionTerm(name, None, None, None, None, None, None, message))
    return FineGrayModel(
        cause=of_interest,
        terms=tuple(terms),
        covariance=covariance,
        loglik0=loglik0 if events else None,
        loglik=loglik if events else None,
        n=int(times.size),
        n_missing=int((~complete).sum()),
        events=events,
        level=level,
        messages=tuple(messages),
    )


def _term(name: str, b: float, se: float, z: float) -> SubdistributionTerm:
    def ratio(value: float) -> float:
        return float(np.exp(np.clip(value, -700.0, 700.0)))

    p = float(chdtrc(1, (b / se) ** 2))
    return SubdistributionTerm(name, b, se, p, ratio(b), ratio(b - z * se), ratio(b + z * se))


def _weighted(x: FloatArray, time: FloatArray, own: IntArray) -> _Weighted:
    order = np.argsort(time, kind="stable")
    x, time, own = x[order], time[order], own[order]
    moments, position, total = np.unique(time, return_inverse=True, return_counts=True)
    censored = np.bincount(position[own == 0], minlength=moments.size)
    n_risk = time.size - np.cumsum(total) + total
    after = np.cumprod((n_risk - censored) / n_risk) if time.size else np.ones(0)
    before = np.concatenate([[1.0], after[:-1]])[position] if time.size else np.ones(0)
    if time.size and moments[0] == 0:
        # Nothing lies before day 0; cmprsk counts those censored on it as gone.
        before[position == 0] = after[0]
    rows = np.flatnonzero(own == 1)
    start = np.searchsorted(time, time[rows], side="left")
    return _Weighted(x, time, own, rows, start, before, before[rows])


def _sums(sets: _Weighted, values: FloatArray, r: FloatArray) -> FloatArray:
    """Weighted sum of ``values`` over the risk set of each event; (m, ...)."""
    shape = (-1, *([1] * (values.ndim - 1)))
    weighted = values * r.reshape(shape)
    there = np.zeros((values.shape[0] + 1, *values.shape[1:]))
    there[:-1] = weighted[::-1].cumsum(axis=0)[::-1]
    other = (sets.own == 2).reshape(shape)
    gone = np.zeros_like(there)
    gone[1:] = np.cumsum(np.where(other, weighted / sets.own_g.reshape(shape), 0.0), axis=0)
    found: FloatArray = there[sets.start] + sets.event_g.reshape(shape) * gone[sets.start]
    return found


def _moments(
    sets: _Weighted, b: FloatArray
) -> tuple[float, FloatArray, FloatArray, FloatArray, FloatArray]:
    eta = sets.x @ b
    eta = eta - (eta.max() if eta.size else 0.0)
    r = np.exp(np.maximum(eta, -700.0))
    total = _sums(sets, np.ones(eta.size), r)
    mean = _sums(sets, sets.x, r) / total[:, None]
    loglik = float(eta[sets.event_row].sum() - np.log(total).sum())
    score = (sets.x[sets.event_row] - mean).sum(axis=0)
    return loglik, score, total, mean, r


def _information(sets: _Weighted, total: FloatArray, mean: FloatArray, r: FloatArray) -> FloatArray:
    hazard = _exposure(sets, 1.0 / total) * r
    second: FloatArray = (sets.x * hazard[:, None]).T @ sets.x - mean.T @ mean
    return second


def _exposure(sets: _Weighted, per_event: FloatArray) -> FloatArray:
    """Sum of ``per_event`` over the events for which each patient is at risk, weighted."""
    shape = (-1, *([1] * (per_event.ndim - 1)))
    until = np.searchsorted(sets.time[sets.event_row], sets.time, side="right")
    sums = np.zeros((per_event.shape[0] + 1, *per_event.shape[1:]))
    np.cumsum(per_event, axis=0, out=sums[1:])
    later = np.zeros_like(sums)
    later[:-1] = (per_event * sets.event_g.reshape(shape))[::-1].cumsum(axis=0)[::-1]
    other = (sets.own == 2).reshape(shape)
    found: FloatArray = sums[until] + np.where(other, later[until] / sets.own_g.reshape(shape), 0.0)
    return found


def _maximise(sets: _Weighted, p: int) -> tuple[FloatArray, IntArray, bool, float, float]:
    b = np.zeros(p)
    if not sets.event_row.size or not p:
        return b, np.zeros(0, dtype=np.int64), False, 0.0, 0.0
    loglik, score, total, mean, r = _moments(sets, b)
    loglik0 = loglik
    info = _information(sets, total, mean, r)
    kept = independent_columns(info)
    square = np.ix_(kept, kept)
    settled = not kept.size
    for _ in range(MAX_ITERATIONS):
        if not kept.size:
            break
        step = np.zeros(p)
        step[kept] = np.linalg.lstsq(info[square], score[kept])[0]
        share = 1.0
        for _ in range(MAX_HALVINGS):
            there = _moments(sets, b + share * step)
            if there[0] >= loglik - 1e-12 * abs(loglik):
                break
            share /= 2
        b = b + share * step
        loglik, score, total, mean, r = there
        info = _information(sets, total, mean, r)
        if float(np.abs(step).max()) <= SETTLED_STEP or np.abs(b).max() > 2 * INFINITE_B:
            settled = True
            break
    return b, kept, settled, loglik0, loglik


def _robust(sets: _Weighted, b: FloatArray, kept: IntArray) -> FloatArray:
    _, _, total, mean, r = _moments(sets, b)
    bread = np.linalg.inv(_information(sets, total, mean, r)[np.ix_(kept, kept)])
    increments = 1.0 / total
    drift = increments[:, None] * mean
    residual = -r[:, None] * (
        sets.x * _exposure(sets, increments)[:, None] - _exposure(sets, drift)
    )
    residual[sets.event_row] += sets.x[sets.event_row] - mean
    residual += _censoring_part(sets, increments, drift, r)
    meat = residual[:, kept].T @ residual[:, kept]
    covariance: FloatArray = bread @ meat @ bread
    return covariance


def _censoring_part(
    sets: _Weighted, increments: FloatArray, drift: FloatArray, r: FloatArray
) -> FloatArray:
    """What the estimation of G adds to each patient's score residual."""
    moments, position, counts = np.unique(sets.time, return_inverse=True, return_counts=True)
    at_risk = sets.time.size - np.cumsum(counts) + counts
    censored = np.bincount(position[sets.own == 0], minlength=moments.size)
    other = np.where(sets.own == 2, r / sets.own_g, 0.0)
    # At u: whoever had another event before u, over the events of interest from u on.
    first = np.cumsum(counts) - counts
    waiting = np.concatenate([[0.0], np.cumsum(other)])[first]
    waited = np.cumsum(other[:, None] * sets.x, axis=0)
    waiting_x = np.concatenate([np.zeros((1, sets.x.shape[1])), waited])[first]
    event_time = sets.time[sets.event_row]
    first_later = np.searchsorted(event_time, moments, side="left")

    def later(values: FloatArray) -> FloatArray:
        sums = np.zeros((values.shape[0] + 1, *values.shape[1:]))
        sums[:-1] = values[::-1].cumsum(axis=0)[::-1]
        picked: FloatArray = sums[first_later]
        return picked

    hazard = later(sets.event_g * increments)
    hazard_x = later(sets.event_g[:, None] * drift)
    q = waiting_x * hazard[:, None] - waiting[:, None] * hazard_x
    per_risk = q / at_risk[:, None]
    compensator = np.cumsum(per_risk * (censored / at_risk)[:, None], axis=0)
    part: FloatArray = np.where((sets.own == 0)[:, None], per_risk[position], 0.0)
    part = part - compensator[position]
    return part
