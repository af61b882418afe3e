"""Refuses times and event codes that no survival method may silently accept."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import NotComputable
from core.results.survival import FloatArray, IntArray

BoolArray = NDArray[np.bool_]
SMALL = 2_000
"""Fewer values than this are sorted faster than they are hashed."""


def check_times(time: ArrayLike, is_event: ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Times and event flags as arrays of the same length.

    Args:
        time: follow-up from the start, any unit, 0 or more, none missing; (n,).
        is_event: True (or 1) for the event, False (or 0) for censored; (n,).

    Raises:
        NotComputable: a missing, infinite or negative time, an event code other than 0 and
            1 (a 2 would be a competing event), or lengths that differ.

    >>> check_times([1.0, 2.5], [1, 0])[1]
    array([ True, False])
    """
    times = np.asarray(time, dtype=np.float64)
    codes = np.asarray(is_event)
    if times.ndim != 1 or codes.shape != times.shape:
        raise NotComputable("survival_lengths_differ", times=times.size, events=codes.size)
    unusable = int(np.count_nonzero(~np.isfinite(times)))
    if unusable:
        raise NotComputable("survival_time_missing", count=unusable, n=times.size)
    negative = int(np.count_nonzero(times < 0))
    if negative:
        raise NotComputable("survival_time_negative", count=negative, n=times.size)
    if codes.dtype == np.bool_:
        return times, codes
    try:
        numbers = codes.astype(np.float64)
    except (TypeError, ValueError):
        raise NotComputable("survival_event_code", count=codes.size, n=codes.size) from None
    wrong = int(np.count_nonzero((numbers != 0) & (numbers != 1)))
    if wrong:
        raise NotComputable("survival_event_code", count=wrong, n=codes.size)
    return times, numbers == 1


def distinct_times(time: FloatArray) -> tuple[FloatArray, IntArray]:
    """The distinct times, ascending, and the position of each patient's time among them.

    By hashing: only the distinct values are sorted, few beside the patients of a registry.

    >>> distinct_times(np.array([2.0, 1.0, 2.0]))
    (array([1., 2.]), array([1, 0, 1]))
    """
    whole = _whole_numbers(time)
    if whole is not None:
        present = np.bincount(whole) > 0
        return np.flatnonzero(present).astype(time.dtype), (np.cumsum(present) - 1)[whole]
    if time.size < SMALL:
        moments, position = np.unique(time, return_inverse=True)
        return moments, position
    import pandas as pd

    codes, found = pd.factorize(time)
    order = np.argsort(found, kind="stable")
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    return found[order], place[codes]


def _whole_numbers(values: FloatArray) -> IntArray | None:
    """The values as whole numbers if they are such (days, positions) and not widely spread."""
    if values.size < SMALL or values.min() < 0 or values.max() > 4 * values.size:
        return None
    whole = values.astype(np.int64)
    return whole if values.dtype.kind in "iu" or (whole == values).all() else None


def encode_groups(
    group: ArrayLike, levels: tuple[object, ...] | None = None
) -> tuple[IntArray, tuple[object, ...]]:
    """Group codes 0, 1, ... (-1 = missing) and the levels in their order.

    Args:
        group: level of each patient; None or NaN = missing; (n,).
        levels: order of the levels; a value that isn't among them counts as missing.
            Default: the levels found, sorted.
    """
    # pandas recognises every kind of missing value (None, NaN, NA, NaT) in one pass.
    import pandas as pd

    given = np.asarray(group).ravel()
    if given.dtype.kind in "iu" and levels is None:
        found_numbers, positions = distinct_times(given)
        return positions, tuple(found_numbers)
    values = pd.Series(given)
    if levels is None:
        codes, found = pd.factorize(values, sort=True)
        return np.asarray(codes, dtype=np.int64), tuple(found)
    codes = pd.Index(levels, dtype=object).get_indexer(pd.Index(values, dtype=object))
    return np.asarray(codes, dtype=np.int64), levels
