"""Simon's optimal and minimax two-stage designs for a response rate."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import gammaln

from core.errors import NotComputable
from core.results.planning import TwoStageDesign
from core.results.survival import FloatArray

MOST_PATIENTS = 80


def two_stage_designs(
    p0: float, p1: float, *, alpha: float, beta: float
) -> tuple[TwoStageDesign, TwoStageDesign]:
    """The optimal (fewest expected patients under ``p0``) and the minimax (fewest) design.

    Args:
        p0, p1: response rates that are of no interest and of interest.
        alpha, beta: largest chances of accepting at ``p0`` and of rejecting at ``p1``.

    Raises:
        NotComputable: rates out of order, or no design of up to 80 patients.

    Source: Simon 1989, Control Clin Trials 10:1.

    >>> optimal, minimax = two_stage_designs(0.1, 0.3, alpha=0.05, beta=0.2)
    >>> (optimal.r1, optimal.n1, optimal.r, optimal.n), minimax.n
    ((1, 10, 5, 29), 25)
    """
    if not (0 < p0 < p1 < 1 and 0 < alpha < 1 and 0 < beta < 1):
        raise NotComputable("simon_rates")
    found: list[TwoStageDesign] = []
    fewest = np.inf
    for n in range(2, MOST_PATIENTS + 1):
        for n1 in range(1, n):
            design = _best_of(n1, n, p0, p1, alpha, beta)
            if design is not None:
                found.append(design)
                fewest = min(fewest, design.expected_n)
        # A larger trial than the best expectation's double has never been the optimum.
        if found and n > 2.5 * fewest + 5:
            break
    if not found:
        raise NotComputable("simon_too_many", limit=MOST_PATIENTS)
    optimal = min(found, key=lambda one: (one.expected_n, one.n))
    minimax = min(found, key=lambda one: (one.n, one.expected_n))
    return optimal, minimax


@lru_cache(maxsize=4096)
def _binomial(n: int, p: float) -> FloatArray:
    x = np.arange(n + 1)
    logs = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    mass: FloatArray = np.exp(logs + x * np.log(p) + (n - x) * np.log1p(-p))
    return mass


def _accepted(n1: int, n: int, p: float) -> FloatArray:
    """Chance of more than r responses in all and more than r1 at first; rows r, columns r1."""
    first, second = _binomial(n1, p), _binomial(n - n1, p)
    beyond = np.concatenate([second[::-1].cumsum()[::-1], [0.0]])
    r, x = np.arange(n)[:, None], np.arange(n1 + 1)[None, :]
    needed = np.clip(r - x + 1, 0, n - n1 + 1)
    terms = first[None, :] * beyond[needed]
    after: FloatArray = terms[:, ::-1].cumsum(axis=1)[:, ::-1]
    return after[:, 1:]


def _best_of(
    n1: int, n: int, p0: float, p1: float, alpha: float, beta: float
) -> TwoStageDesign | None:
    """The design with these sizes that expects the fewest patients under ``p0``."""
    wrong = _accepted(n1, n, p0)
    right = _accepted(n1, n, p1)
    good = (wrong <= alpha) & (right >= 1 - beta)
    if not good.any():
        return None
    r1 = int(np.flatnonzero(good.any(axis=0))[-1])
    r = int(np.flatnonzero(good[:, r1])[0])
    early = float(_binomial(n1, p0)[: r1 + 1].sum())
    return TwoStageDesign(
        r1=r1,
        n1=n1,
        r=r,
        n=n,
        expected_n=n1 + (1 - early) * (n - n1),
        early_stop=early,
        alpha=float(wrong[r, r1]),
        power=float(right[r, r1]),
    )
