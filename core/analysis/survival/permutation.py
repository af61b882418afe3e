"""Permutation log-rank test: exact in small samples, else by seeded random rearrangements."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.survival.inputs import check_times, encode_groups
from core.analysis.survival.scores import exact_limits, logrank_scores
from core.results.common import Message
from core.results.survival import FloatArray, IntArray, PermutationTest

LARGEST_EXACT = 36
"""Patients up to whom all rearrangements into two groups are counted (2^18 halves)."""
PERMUTATIONS = 20_000
SEED = 20_210_731
LEVEL = 0.99


def permute_logrank(
    time: ArrayLike,
    is_event: ArrayLike,
    group: ArrayLike,
    *,
    levels: tuple[object, ...] | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    exact: bool = True,
) -> PermutationTest:
    """Two-sided P of the log-rank scores when the groups are exchangeable.

    It holds in any sample size, where the chi-square of the log-rank test is only
    approximate; it presumes that censoring doesn't differ between the groups.

    Args:
        time: follow-up, 0 or more; (n,).
        is_event: True for the event; (n,).
        group: level of each patient; None = missing; (n,).
        exact: count all rearrangements of two groups of up to 36 patients together.

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.

    Source: Hothorn et al. 2006, Am Stat 60:257; Streitberg & Roehmel 1986 (counting).

    >>> test = permute_logrank([1, 2, 3, 4, 5, 6], [1] * 6, list("aaabbb"))
    >>> test.p, test.permutations
    (0.1, 20)
    """
    times, events = check_times(time, is_event)
    codes, _ = encode_groups(group, levels)
    known = codes >= 0
    messages = []
    if not known.all():
        messages.append(Message.of("survival.missing_left_out", n=int((~known).sum())))
    times, events, codes = times[known], events[known], codes[known]
    present, codes = np.unique(codes, return_inverse=True)
    n = int(times.size)

    def nothing(code: str, **facts: int) -> PermutationTest:
        reason = Message.of(code, **facts)
        return PermutationTest(None, None, False, 0, None, None, None, n, (*messages, reason))

    if present.size < 2:
        return nothing("survival.one_level_only")
    if not events.any():
        return nothing("survival.no_events", n=n)
    scores = logrank_scores(times, events, at_risk="before")
    scores = scores - scores.mean()
    if float(np.abs(scores).max()) < 1e-12:
        return nothing("survival.logrank_no_information")
    sizes = np.bincount(codes)
    if present.size == 2:
        observed = float(scores[codes == 1].sum())
        m = int(sizes[1])
        spread = np.sqrt(m * (n - m) / (n * (n - 1)) * np.sum(scores**2))
        z = observed / float(spread)
        if exact and n <= LARGEST_EXACT:
            p, ways = _exact(scores, m, abs(observed))
            return PermutationTest(p, z, True, ways, None, None, None, n, tuple(messages))
    else:
        z = None
    hits = _simulated(scores, codes, sizes, permutations, seed)
    low, high = exact_limits(hits, permutations, LEVEL)
    # The observed arrangement counts as one of them: the P can't be 0.
    p = (hits + 1) / (permutations + 1)
    return PermutationTest(p, z, False, permutations, seed, low, max(high, p), n, tuple(messages))


def _subset_sums(scores: FloatArray) -> list[FloatArray]:
    """Sorted sums of all subsets, by their size."""
    sums = np.zeros(1)
    size = np.zeros(1, dtype=np.int64)
    for score in scores:
        sums = np.concatenate([sums, sums + score])
        size = np.concatenate([size, size + 1])
    return [np.sort(sums[size == count]) for count in range(scores.size + 1)]


def _exact(scores: FloatArray, m: int, observed: float) -> tuple[float, int]:
    """Share of the subsets of ``m`` patients whose sum is at least as far from 0."""
    half = scores.size // 2
    left, right = _subset_sums(scores[:half]), _subset_sums(scores[half:])
    limit = observed - 1e-9 * float(np.abs(scores).sum())
    far, ways = 0, 0
    for count, sums in enumerate(left):
        if not 0 <= m - count < len(right):
            continue
        others = right[m - count]
        ways += sums.size * others.size
        above = others.size - np.searchsorted(others, limit - sums, side="left")
        below = np.searchsorted(others, -limit - sums, side="right")
        both = int(above.sum()) + int(below.sum())
        far += min(both, sums.size * others.size)
    return far / ways, ways


def _quadratic(scores: FloatArray, codes: IntArray, sizes: IntArray) -> float:
    sums = np.bincount(codes, weights=scores, minlength=sizes.size)
    return float(np.sum(sums**2 / sizes))


def _simulated(
    scores: FloatArray, codes: IntArray, sizes: IntArray, permutations: int, seed: int
) -> int:
    observed = _quadratic(scores, codes, sizes)
    draw = np.random.default_rng(seed)
    hits = 0
    for start in range(0, permutations, 1000):
        count = min(1000, permutations - start)
        shuffled = draw.permuted(np.tile(scores, (count, 1)), axis=1)
        ends = np.cumsum(sizes)
        totals = np.add.reduceat(shuffled, np.concatenate([[0], ends[:-1]]), axis=1)
        hits += int(np.count_nonzero((totals**2 / sizes).sum(axis=1) >= observed * (1 - 1e-9)))
    return hits
