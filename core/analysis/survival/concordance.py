"""Concordance of predicted risk and observed order of events."""

from __future__ import annotations

import numpy as np

from core.analysis.survival.grouped import FEWEST_PATIENTS, MOST_CELLS
from core.analysis.survival.inputs import BoolArray, distinct_times
from core.analysis.survival.steps import count_cube
from core.results.survival import FloatArray, IntArray

MOST_RISKS = 1_000


def estimate_concordance(
    risk: FloatArray, time: FloatArray, is_event: BoolArray, stratum: IntArray
) -> float | None:
    """Share of comparable pairs in which the patient with the higher risk dies first.

    Tied risks count one half. Comparable: the earlier one is a death, in the same stratum;
    a patient censored at a time of death outlived it. None without a comparable pair.

    Source: Harrell 1982, JAMA 247:2543.

    >>> one = np.zeros(3, dtype=np.int64)
    >>> estimate_concordance(np.array([3.0, 2, 1]), np.array([1.0, 2, 3]), one == 0, one)
    1.0
    """
    # Equal covariates must give equal risks whatever the order of summation.
    _, rank = np.unique(np.round(risk, 10), return_inverse=True)
    agreeing = tied = comparable = 0.0
    for layer in np.unique(stratum):
        inside = stratum == layer
        pairs = _count_any(rank[inside], time[inside], is_event[inside])
        agreeing, tied = agreeing + pairs[0], tied + pairs[1]
        comparable += pairs[2]
    return (agreeing + tied / 2) / comparable if comparable else None


def concordance_of_counts(risk: FloatArray, cube: IntArray) -> float | None:
    """The same of patients counted by time, pattern and outcome (censored, event).

    Args:
        risk: of each pattern; (k,); cube: (times, k, 2), times ascending.
    """
    _, rank = np.unique(np.round(risk, 10), return_inverse=True)
    order = np.argsort(rank, kind="stable")
    begins = np.flatnonzero(np.diff(rank[order], prepend=-1))
    agreeing, tied, comparable = _count_cells(np.add.reduceat(cube[:, order], begins, axis=1))
    return (agreeing + tied / 2) / comparable if comparable else None


def _count_any(rank: IntArray, time: FloatArray, is_event: BoolArray) -> tuple[int, int, int]:
    distinct = int(rank.max(initial=0)) + 1
    if rank.size < FEWEST_PATIENTS or distinct > MOST_RISKS:
        return _count_pairs(rank, time, is_event)
    moments, position = distinct_times(time)
    if moments.size * distinct > MOST_CELLS:
        return _count_pairs(rank, time, is_event)
    return _count_cells(count_cube(position, is_event, rank, moments.size, distinct))


def _count_cells(cube: IntArray) -> tuple[int, int, int]:
    """The same pairs as ``_count_pairs``, from patients by time, risk and outcome."""
    deaths = cube[:, :, 1]
    later = cube.sum(axis=2)[::-1].cumsum(axis=0)[::-1] - deaths
    lower = np.cumsum(later, axis=1) - later
    agreeing, tied = int((deaths * lower).sum()), int((deaths * later).sum())
    comparable = int((deaths.sum(axis=1) * later.sum(axis=1)).sum())
    return agreeing, tied, comparable


def _count_pairs(rank: IntArray, time: FloatArray, is_event: BoolArray) -> tuple[int, int, int]:
    """Agreeing, risk-tied and comparable pairs, by counting inversions in merged halves."""
    order = np.lexsort((rank, ~is_event, time))
    rank, time, event = rank[order], time[order], is_event[order]
    n = rank.size
    position = np.arange(n)
    agreeing = tied = 0
    width = 1
    span = int(rank.max(initial=0)) + 1
    while width < n:
        pair, right = position // (2 * width), (position // width) % 2 == 1
        key = pair * span + rank
        by_key = np.argsort(key, kind="stable")
        later = np.concatenate([[0], np.cumsum(right[by_key])])
        asked = key[~right & event]
        ordered = key[by_key]
        before = later[np.searchsorted(ordered, asked, side="left")]
        upto = later[np.searchsorted(ordered, asked, side="right")]
        block = later[np.searchsorted(ordered, (asked // span) * span, side="left")]
        agreeing += int((before - block).sum())
        tied += int((upto - before).sum())
        width *= 2
    # Deaths at one time are not comparable; sorted by rank they never count as agreeing.
    _, same_time = np.unique(time[event], return_counts=True)
    _, same_both = np.unique(
        np.stack([time[event], rank[event].astype(np.float64)]), axis=1, return_counts=True
    )
    comparable = int((n - 1 - position)[event].sum()) - _pairs_within(same_time)
    return agreeing, tied - _pairs_within(same_both), comparable


def _pairs_within(counts: IntArray) -> int:
    return int((counts * (counts - 1) // 2).sum())
