"""Results of planning a trial."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TwoStageDesign:
    """Simon's two-stage design: stop after ``n1`` patients with ``r1`` or fewer responses.

    Attributes:
        r, n: at the end the treatment is rejected with ``r`` or fewer responses in ``n``.
        expected_n, early_stop: expected patients and probability of stopping early if the
            response rate is the uninteresting one; alpha, power: as attained.
    """

    r1: int
    n1: int
    r: int
    n: int
    expected_n: float
    early_stop: float
    alpha: float
    power: float
