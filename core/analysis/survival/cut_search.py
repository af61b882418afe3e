"""Search for the cut of a number that separates survival most, with an honest P."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from core.analysis.survival.inputs import check_times
from core.analysis.survival.permutation import LEVEL, SEED
from core.analysis.survival.scores import exact_limits, logrank_scores
from core.results.common import Message
from core.results.survival import CutSearch, FloatArray, IntArray

MINIMUM_SHARE = 0.1
PERMUTATIONS = 10_000
MOST_DRAWS = 40_000_000
"""Patients times rearrangements; larger samples are served by the asymptotic P alone."""
ALIKE = 1e-12
"""Spread of the log-rank scores below which the times tell no patient from another."""


def search_cut(
    time: ArrayLike,
    is_event: ArrayLike,
    value: ArrayLike,
    *,
    minimum_share: float = MINIMUM_SHARE,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> CutSearch:
    """The maximally selected log-rank statistic over the cuts of ``value``.

    The P of an ordinary log-rank test at a cut that was searched for is far too small; three
    corrected ones are given. The cut itself is too optimistic for other patients.

    Args:
        time: follow-up, 0 or more; (n,).
        is_event: True for the event; (n,).
        value: the number to be cut; NaN = missing; (n,).
        minimum_share: smallest share of patients on either side.

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.

    Source: Lausen & Schumacher 1992, Biometrics 48:73; Lausen, Sauerbrei & Schumacher 1994
        in Dirschedl & Ostermann, Computational Statistics, 483.

    >>> found = search_cut([1, 2, 3, 10, 11, 12], [1] * 6, [1, 2, 3, 9, 8, 7], permutations=99)
    >>> found.cut
    3.0
    """
    times, events = check_times(time, is_event)
    values = np.asarray(value, dtype=np.float64)
    known = np.isfinite(values)
    messages = []
    if not known.all():
        messages.append(Message.of("survival.missing_left_out", n=int((~known).sum())))
    times, events, values = times[known], events[known], values[known]
    n = int(times.size)
    sizes, cuts = _candidates(values, minimum_share)
    scores = logrank_scores(times, events, at_risk="last") if events.any() else np.zeros(n)
    code = "survival.cut_no_candidates" if not cuts.size else "survival.no_events"
    if cuts.size and events.any() and np.ptp(scores) < ALIKE:
        code = "survival.cut_all_alike"
    if not cuts.size or np.ptp(scores) < ALIKE:
        reason = Message.of(code, n=n)
        empty = np.zeros(0)
        return CutSearch(
            cut=None,
            statistic=None,
            cuts=empty,
            statistics=empty,
            p_naive=None,
            p_lausen_1992=None,
            p_lausen_1994=None,
            p_permutation=None,
            p_low=None,
            p_high=None,
            permutations=0,
            seed=seed,
            minimum_share=minimum_share,
            n=n,
            messages=(*messages, reason),
        )
    scores = (scores - scores.mean())[np.argsort(values, kind="stable")]
    spread = np.sqrt(sizes * (n - sizes) / (n * (n - 1)) * np.sum(scores**2))
    statistics = np.abs(np.cumsum(scores)[sizes - 1]) / spread
    best = int(np.argmax(statistics))
    observed = float(statistics[best])
    draws = permutations if n * permutations <= MOST_DRAWS else 0
    p, low, high = None, None, None
    if draws:
        hits = _simulated(scores, sizes, spread, observed, draws, seed)
        low, high = exact_limits(hits, draws, LEVEL)
        p = (hits + 1) / (draws + 1)
        high = max(high, p)
    messages.append(Message.of("survival.cut_was_searched", tried=int(cuts.size)))
    return CutSearch(
        cut=float(cuts[best]),
        statistic=observed,
        cuts=cuts,
        statistics=statistics,
        p_naive=float(2 * ndtr(-observed)),
        p_lausen_1992=_lausen_1992(observed, minimum_share),
        p_lausen_1994=_lausen_1994(observed, n, sizes),
        p_permutation=p,
        p_low=low,
        p_high=high,
        permutations=draws,
        seed=seed,
        minimum_share=minimum_share,
        n=n,
        messages=tuple(messages),
    )


def _candidates(values: FloatArray, minimum_share: float) -> tuple[IntArray, FloatArray]:
    """Sizes of the lower group and the cuts that leave enough patients on either side."""
    distinct, counts = np.unique(values, return_counts=True)
    sizes = np.cumsum(counts)[:-1]
    n = values.size
    allowed = (sizes >= np.floor(n * minimum_share)) & (sizes <= np.floor(n * (1 - minimum_share)))
    allowed &= (sizes > 0) & (sizes < n)
    return sizes[allowed], distinct[:-1][allowed]


def _lausen_1992(b: float, share: float) -> float:
    density = np.exp(-(b**2) / 2) / np.sqrt(2 * np.pi)
    ratio = ((1 - share) / share) ** 2
    return float(min(1.0, density * (b - 1 / b) * np.log(ratio) + 4 * density / b))


def _lausen_1994(b: float, n: int, sizes: IntArray) -> float:
    one, next_one = sizes[:-1], sizes[1:]
    t = np.sqrt(1 - one * (n - next_one) / ((n - one) * next_one))
    steps = np.exp(-(b**2) / 2) / np.pi * (t - (b**2 / 4 - 1) * t**3 / 6)
    return float(min(1.0, 2 * ndtr(-b) + steps.sum()))


def _simulated(
    scores: FloatArray, sizes: IntArray, spread: FloatArray, observed: float, draws: int, seed: int
) -> int:
    generator = np.random.default_rng(seed)
    block = max(1, min(1000, 4_000_000 // scores.size))
    hits = 0
    for start in range(0, draws, block):
        count = min(block, draws - start)
        shuffled = generator.permuted(np.tile(scores, (count, 1)), axis=1)
        reached = np.abs(np.cumsum(shuffled, axis=1)[:, sizes - 1]) / spread
        hits += int(np.count_nonzero(reached.max(axis=1) >= observed * (1 - 1e-9)))
    return hits
