"""lifelines as the independent second engine of cumulative incidence."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike

from core.analysis.survival.incidence import check_causes
from core.analysis.survival.second_engine import CURVE_TOLERANCE, compare_arrays, not_compared
from core.results.common import Message
from core.results.competing import IncidenceCurve
from core.results.survival import Agreement


def check_incidence(
    curve: IncidenceCurve, time: ArrayLike, cause: ArrayLike
) -> tuple[Agreement, ...]:
    """Each cause's incidence, by lifelines' Aalen-Johansen estimate.

    lifelines moves tied times at random, censorings past deaths among them. It's therefore
    given the patients' order instead of their times, events before censorings: after the last
    of tied patients the estimate is the same in whatever order the events come.

    Args:
        time, cause: as they were given to ``estimate_incidence``.

    Raises:
        NotComputable: a missing or negative time, or an unknown cause.
    """
    times, what = check_causes(time, cause, len(curve.causes))
    order = np.lexsort((what == 0, times))
    places = np.arange(1, times.size + 1)
    last = np.searchsorted(times[order], curve.time, side="right")
    found = []
    for own in curve.causes:
        if not own.events:
            reason = Message.of("survival.engine_nothing_to_compare")
            found.append(not_compared(f"incidence:{own.cause}", CURVE_TOLERANCE, reason))
            continue
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            from lifelines import AalenJohansenFitter

            fitter = AalenJohansenFitter(calculate_variance=False)
            fitter.fit(places, what[order], event_of_interest=own.cause)
        theirs = fitter.cumulative_density_.iloc[:, 0].reindex(last).to_numpy(dtype=float)
        found.append(compare_arrays(f"incidence:{own.cause}", own.incidence, theirs, ()))
    return tuple(found)
