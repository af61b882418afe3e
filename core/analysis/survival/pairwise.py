"""Log-rank tests of every pair of groups, adjusted for their number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.survival.inputs import check_times, encode_groups
from core.analysis.survival.logrank import compare_curves
from core.results.survival import PairwiseTest, Weights


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """P values adjusted by Holm's step-down method; what is None stays None and isn't counted.

    Source: Holm 1979, Scand J Stat 6:65.

    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[i] = highest
    return adjusted


def compare_pairs(
    time: ArrayLike,
    is_event: ArrayLike,
    group: ArrayLike,
    *,
    levels: tuple[object, ...] | None = None,
    strata: ArrayLike | None = None,
    weights: Weights = "logrank",
) -> tuple[PairwiseTest, ...]:
    """Each pair of levels that have patients, with its P and Holm's.

    Args:
        time, is_event, group, strata, weights, levels: as for ``compare_curves``.

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.

    >>> pairs = compare_pairs([1, 2, 3, 4, 5, 6], [1] * 6, list("aabbcc"))
    >>> [(pair.first, pair.second) for pair in pairs]
    [('a', 'b'), ('a', 'c'), ('b', 'c')]
    """
    times, events = check_times(time, is_event)
    codes, names = encode_groups(group, levels)
    layers = None if strata is None else np.asarray(strata, dtype=object)
    present = [int(code) for code in np.unique(codes) if code >= 0]
    tests = []
    for one, other in combinations(present, 2):
        inside = (codes == one) | (codes == other)
        test = compare_curves(
            times[inside],
            events[inside],
            np.array(names, dtype=object)[codes[inside]],
            levels=(names[one], names[other]),
            strata=None if layers is None else layers[inside],
            weights=weights,
        )
        tests.append((str(names[one]), str(names[other]), test))
    adjusted = holm([test.p for _, _, test in tests])
    return tuple(
        PairwiseTest(first, second, test, p)
        for (first, second, test), p in zip(tests, adjusted, strict=True)
    )
