"""Efron's sums over tied deaths, without a row for each death.

At a time with d deaths the j-th of them leaves a risk set of total - j/d * dead. The sums over
j are power series in dead/total, whose coefficients (sums of powers of j/d) depend on d alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from core.results.survival import FloatArray, IntArray

TERMS = 13
LARGEST_SHARE = 0.05
"""Of the dead among those at risk: there the first term left out is below double precision."""
LARGEST_TABLE = 4_096
"""Tied deaths up to which the sums of powers are added up; beyond, Euler and Maclaurin's
formula is exact to double precision."""


class TiedSums(NamedTuple):
    """Per time, with w = 1/(total - f * dead) and f = j/d over its d deaths.

    Attributes:
        a0, a1: sums of w and f w; c0, c1, c2: of w^2, f w^2 and f^2 w^2; (g,) each.
        log: sum of -log w over all deaths.
    """

    a0: FloatArray
    a1: FloatArray
    c0: FloatArray
    c1: FloatArray
    c2: FloatArray
    log: float


@lru_cache(maxsize=4)
def _table(size: int) -> FloatArray:
    """Sums over j < d of (j/d)^m for d = 0 .. size and m = 0 .. TERMS + 1."""
    j = np.arange(size + 1, dtype=np.float64)
    powers = j[:, None] ** np.arange(TERMS + 2)
    sums = np.zeros_like(powers)
    sums[1:] = np.cumsum(powers, axis=0)[:-1]
    sums[1:] /= powers[1:]
    return sums


def power_sums(deaths: IntArray) -> FloatArray:
    """Sums over j < d of (j/d)^m, m = 0 .. TERMS + 1, for each number d of deaths; (g, m).

    >>> power_sums(np.array([2]))[0, :3].tolist()
    [2.0, 0.5, 0.25]
    """
    most = min(int(deaths.max(initial=1)), LARGEST_TABLE)
    found: FloatArray = _table(1 << (most - 1).bit_length())[np.minimum(deaths, most)]
    many = np.flatnonzero(deaths > most)
    if many.size:
        d, m = deaths[many, None].astype(np.float64), np.arange(1, TERMS + 2)
        found[many, 0] = deaths[many]
        first = np.where(m > 1, m, 0)
        third = np.where(m > 3, m * (m - 1) * (m - 2), 0)
        found[many, 1:] = d / (m + 1) - 0.5 + first / (12 * d) - third / (720 * d**3)
    return found


def tied_sums(
    total: FloatArray, dead: FloatArray | None, deaths: FloatArray, powers: FloatArray | None
) -> TiedSums:
    """The sums of each time.

    Args:
        total, dead: hazards of those at risk and of those who die; (g,).
        powers: of ``power_sums``; None (and then ``dead`` isn't looked at): all f are 0.
    """
    w = 1 / total
    if powers is None or dead is None:
        none = np.zeros_like(w)
        a0 = deaths * w
        return TiedSums(a0, none, a0 * w, none, none, float(deaths @ np.log(total)))
    q = dead * w
    raised = np.ones((q.size, TERMS))
    raised[:, 1:] = q[:, None]
    np.multiply.accumulate(raised, axis=1, out=raised)
    order = np.arange(1.0, TERMS + 1)
    weighted = raised * order
    a0, a1 = (w * (raised * powers[:, m : m + TERMS]).sum(axis=1) for m in (0, 1))
    c0, c1, c2 = (w * w * (weighted * powers[:, m : m + TERMS]).sum(axis=1) for m in (0, 1, 2))
    falls = (raised[:, 1:] / order[:-1] * powers[:, 1:TERMS]).sum(axis=1)
    logs = deaths * np.log(total) - falls
    large = np.flatnonzero((q > LARGEST_SHARE) & (deaths > 1))
    if large.size:
        d = deaths[large].astype(np.int64)
        begin = np.cumsum(d) - d
        of = np.repeat(np.arange(large.size), d)
        f = (np.arange(of.size) - begin[of]) / d[of]
        left = total[large][of] - f * dead[large][of]
        one = 1 / left
        parts = np.stack([one, f * one, one**2, f * one**2, (f * one) ** 2, np.log(left)])
        added = np.add.reduceat(parts, begin, axis=1)
        for sums, exact in zip((a0, a1, c0, c1, c2, logs), added, strict=True):
            sums[large] = exact
    return TiedSums(a0, a1, c0, c1, c2, float(logs.sum()))
