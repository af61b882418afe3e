"""Log-rank scores: each patient's events less what was expected of him."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import bdtri

from core.analysis.survival.inputs import BoolArray
from core.results.survival import FloatArray

AtRisk = Literal["before", "last"]


def logrank_scores(time: FloatArray, is_event: BoolArray, *, at_risk: AtRisk) -> FloatArray:
    """Event indicator minus the cumulative hazard up to each patient's time; (n,).

    Args:
        at_risk: patients at risk at tied times: all of them (``before``, the log-rank test's
            own count) or only the last (``last``, as in maximally selected statistics).

    Source: Hothorn & Lausen 2003, Comput Stat Data Anal 43:121; Lausen & Schumacher 1992.

    >>> logrank_scores(np.array([1.0, 2.0]), np.array([True, True]), at_risk="before").tolist()
    [0.5, -0.5]
    """
    moments, position, total = np.unique(time, return_inverse=True, return_counts=True)
    deaths = np.bincount(position[is_event], minlength=moments.size)
    left = time.size - np.cumsum(total)
    hazard = np.cumsum(deaths / (left + (total if at_risk == "before" else 1)))
    scores: FloatArray = is_event - hazard[position]
    return scores


def exact_limits(hits: int, draws: int, level: float) -> tuple[float, float]:
    """Clopper-Pearson limits of a share that was simulated.

    >>> [round(limit, 4) for limit in exact_limits(5, 100, 0.95)]
    [0.0164, 0.1128]
    """
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(bdtri(hits - 1, draws, 1 - tail))
    high = 1.0 if hits == draws else float(bdtri(hits, draws, tail))
    return low, high
