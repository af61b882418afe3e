"""Partial likelihood over risk sets: value, score and information, vectorised.

One row per death carries the share ``fraction`` of its tied deaths that have already left
the risk set: 0 for Breslow; 0, 1/d, 2/d, ... for Efron. Sums of second moments over deaths
are exchanged into sums over patients, so nothing larger than (n, p) is held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.survival.inputs import BoolArray, distinct_times
from core.options import Ties
from core.results.survival import FloatArray, IntArray

ETA_RANGE = 700.0
"""exp() of less than minus this is zero in double precision."""


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """Who is at risk at which death; patients by stratum and falling time.

    Attributes:
        order: (n,) rows of the input in this order.
        x: (n, p) covariates in this order.
        deaths: (m,) positions of the deaths.
        death_group: (m,) index of the distinct time of death of each.
        fraction: (m,) share of tied deaths already gone.
        start, end: (g,) the risk set of a distinct time of death is rows start..end-1.
        first_group, last_group: (n,) deaths that a patient is at risk for.
        death_time: (g,) the distinct times of death; group_stratum: (g,) their stratum.
    """

    order: IntArray
    x: FloatArray
    is_event: BoolArray
    deaths: IntArray
    death_group: IntArray
    group_begin: IntArray
    fraction: FloatArray
    start: IntArray
    end: IntArray
    first_group: IntArray
    last_group: IntArray
    death_time: FloatArray
    group_stratum: IntArray
    ties: Ties = "efron"


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The partial likelihood at one coefficient vector.

    Attributes:
        relative_hazard: (n,) exp(x b), scaled by a common factor.
        total: (m,) its sum over the risk set of each death; mean: (m, p) weighted means of x.
        loglik: log partial likelihood; score: (p,) its gradient.
    """

    relative_hazard: FloatArray
    total: FloatArray
    mean: FloatArray
    loglik: float
    score: FloatArray
    shift: float


def gather_risk_sets(
    x: FloatArray, time: FloatArray, is_event: BoolArray, stratum: IntArray, ties: Ties
) -> RiskSets:
    """Sort patients and index the risk set of every death.

    Args:
        x: (n, p) covariates; time: (n,); is_event: (n,); stratum: (n,) codes 0, 1, ...

    Source: Cox 1972, JRSS B 34:187; Breslow 1974, Biometrics 30:89; Efron 1977, JASA 72:557.
    """
    moments, position = distinct_times(time)
    key = (stratum * moments.size + moments.size - 1 - position) * 2 + ~is_event
    # Numbers this small are sorted by their digits, without comparing.
    small = key.size > 0 and int(key.max()) < 1 << 16
    order = np.argsort(key.astype(np.uint16) if small else key, kind="stable")
    t, layer, event = time[order], stratum[order], is_event[order]
    n = t.size
    begins = np.ones(n, dtype=bool)
    begins[1:] = (t[1:] != t[:-1]) | (layer[1:] != layer[:-1])
    block = np.cumsum(begins) - 1
    block_end = np.append(np.flatnonzero(begins)[1:], n)
    layer_start = np.searchsorted(layer, layer, side="left")
    deaths = np.flatnonzero(event)
    death_block, group_begin, death_group, counts = np.unique(
        block[deaths], return_index=True, return_inverse=True, return_counts=True
    )
    fraction = np.zeros(deaths.size)
    if ties == "efron":
        fraction = (np.arange(deaths.size) - group_begin[death_group]) / counts[death_group]
    first_row = deaths[group_begin]
    group_stratum = layer[first_row]
    return RiskSets(
        order=order,
        x=x[order],
        is_event=event,
        deaths=deaths,
        death_group=death_group,
        group_begin=group_begin,
        fraction=fraction,
        start=layer_start[first_row],
        end=block_end[death_block],
        first_group=np.searchsorted(death_block, block, side="left"),
        last_group=np.searchsorted(group_stratum, layer, side="right"),
        death_time=t[first_row],
        group_stratum=group_stratum,
        ties=ties,
    )


def _running(values: FloatArray) -> FloatArray:
    """Cumulative sums along rows with a leading zero."""
    sums = np.zeros((values.shape[0] + 1, *values.shape[1:]))
    np.cumsum(values, axis=0, out=sums[1:])
    return sums


def moments_at(sets: RiskSets, b: FloatArray) -> Moments:
    """Log partial likelihood, score and weighted means at coefficients ``b`` (p,)."""
    eta = sets.x @ b
    shift = float(eta.max()) if eta.size else 0.0
    eta = np.maximum(eta - shift, -ETA_RANGE)
    r = np.exp(eta)
    rx = r[:, None] * sets.x
    sums, weighted = _running(r), _running(rx)
    total = (sums[sets.end] - sums[sets.start])[sets.death_group]
    first = (weighted[sets.end] - weighted[sets.start])[sets.death_group]
    if sets.fraction.any():
        dead = np.add.reduceat(r[sets.deaths], sets.group_begin)
        dead_x = np.add.reduceat(rx[sets.deaths], sets.group_begin, axis=0)
        total = total - sets.fraction * dead[sets.death_group]
        first = first - sets.fraction[:, None] * dead_x[sets.death_group]
    mean = first / total[:, None]
    loglik = float(eta[sets.deaths].sum() - np.log(total).sum())
    score = sets.x[sets.deaths].sum(axis=0) - mean.sum(axis=0)
    return Moments(r, total, mean, loglik, score, shift)


@dataclass(frozen=True, slots=True, eq=False)
class Hazards:
    """Relative hazards (n,) and their sum over the risk set of each death (m,), scaled alike."""

    relative_hazard: FloatArray
    total: FloatArray
    shift: float


def hazards_at(sets: RiskSets, b: FloatArray) -> Hazards:
    """What of ``moments_at`` doesn't need the covariates' means."""
    eta = sets.x @ b
    shift = float(eta.max()) if eta.size else 0.0
    r = np.exp(np.maximum(eta - shift, -ETA_RANGE))
    sums = _running(r)
    total = (sums[sets.end] - sums[sets.start])[sets.death_group]
    if sets.fraction.any():
        dead = np.add.reduceat(r[sets.deaths], sets.group_begin)
        total = total - sets.fraction * dead[sets.death_group]
    return Hazards(r, total, shift)


def exposure(sets: RiskSets, per_death: FloatArray) -> FloatArray:
    """Sum of ``per_death`` over the deaths that each patient is at risk for.

    A patient among d tied deaths counts with the share of him still in the risk set.

    Args:
        per_death: (m,) or (m, q).
    """
    if not sets.deaths.size:
        return np.zeros((sets.order.size, *per_death.shape[1:]))
    grouped = np.add.reduceat(per_death, sets.group_begin, axis=0)
    # Summed from the first death on: late deaths with tiny risk sets would drown early ones.
    running = _running(grouped[::-1])[::-1]
    sums = running[sets.first_group] - running[sets.last_group]
    if sets.fraction.any():
        share = sets.fraction.reshape(-1, *([1] * (per_death.ndim - 1)))
        gone = np.add.reduceat(share * per_death, sets.group_begin, axis=0)
        sums[sets.deaths] -= gone[sets.death_group]
    return sums


def information(sets: RiskSets, at: Moments, weight: FloatArray | None = None) -> FloatArray:
    """Observed information (p, p): covariance of x in each risk set, summed over deaths.

    Args:
        weight: (m,) of each death; default 1.
    """
    per_death = np.ones(sets.deaths.size) if weight is None else weight
    hazard = at.relative_hazard * exposure(sets, per_death / at.total)
    second = (sets.x * hazard[:, None]).T @ sets.x
    return second - (at.mean * per_death[:, None]).T @ at.mean
