"""Refuses times and event codes that no survival method may silently accept."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import NotComputable
from core.options import DAYS_PER_UNIT
from core.results.survival import FloatArray, IntArray

BoolArray = NDArray[np.bool_]
SMALL = 2_000
"""Fewer values than this are sorted faster than they are hashed."""
MOST_DAYS = 40_000


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
    whole = _whole_days(time)
    if whole is not None:
        days, per_unit = whole
        present = np.bincount(days) > 0
        moments = np.flatnonzero(present) / per_unit
        return moments.astype(time.dtype), (np.cumsum(present) - 1)[days]
    if time.size < SMALL:
        moments, position = np.unique(time, return_inverse=True)
        return moments, position
    import pandas as pd

    codes, found = pd.factorize(time)
    order = np.argsort(found, kind="stable")
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    return found[order], place[codes]


def _whole_days(values: FloatArray) -> tuple[IntArray, float] | None:
    """Whole days and how many make a unit, if the values are days in some unit of time.

    Each value must be exactly what the division of a whole number gives, so that nothing is
    rounded: times from dates are such, coded months mostly not.
    """
    if values.size < SMALL:
        return None
    for per_unit in DAYS_PER_UNIT.values():
        sample = values[:100] * per_unit
        if not (np.rint(sample) / per_unit == values[:100]).all():
            continue
        whole = values if per_unit == 1 else np.rint(values * per_unit)
        days = whole.astype(np.int64)
        if days.min() < 0 or days.max() > max(MOST_DAYS, 4 * values.size):
            return None
        if (days / per_unit == values).all():
            return days, per_unit
    return None


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
