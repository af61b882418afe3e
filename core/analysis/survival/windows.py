"""Where the clock starts and stops: landmark analysis and truncation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.survival.inputs import BoolArray, check_times
from core.results.survival import FloatArray


def from_landmark(
    time: ArrayLike, is_event: ArrayLike, landmark: float
) -> tuple[FloatArray, BoolArray, BoolArray]:
    """Times counted from a landmark, for those still followed up without the event then.

    A factor that becomes known only during follow-up (such as response) may be compared from
    a landmark on, but not from the start: responders must have lived to respond.

    Returns:
        Times from the landmark, event flags, and which of the n patients they belong to.
        Patients whose time is the landmark itself are left out: nothing of theirs is after it.

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.

    Source: Anderson, Cain & Gelber 1983, J Clin Oncol 1:710.

    >>> from_landmark([2.0, 5.0, 9.0], [1, 0, 1], 3.0)[0].tolist()
    [2.0, 6.0]
    """
    times, events = check_times(time, is_event)
    kept = times > landmark if landmark > 0 else np.ones(times.size, dtype=bool)
    return times[kept] - landmark, events[kept], kept


def truncated(time: ArrayLike, is_event: ArrayLike, end: float) -> tuple[FloatArray, BoolArray]:
    """Follow-up cut at ``end``: what happened later counts as censored there.

    Raises:
        NotComputable: a missing or negative time, or an event code other than 0 and 1.

    >>> truncated([2.0, 9.0], [1, 1], 6.0)[1].tolist()
    [True, False]
    """
    times, events = check_times(time, is_event)
    return np.minimum(times, end), events & (times <= end)
