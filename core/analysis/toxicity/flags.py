"""Remarks that go with a CTCAE grade: what was assumed, what looks wrong.

A remark never changes a grade. Source: CTCAE v5.0 reading decisions in ``docs/decisions``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.analysis.toxicity.bands import LabInputs, above
from core.rules.ctcae_labs import LabTerm
from core.rules.ctcae_units import LabUnit


def baseline_flags(
    term: LabTerm,
    inputs: LabInputs,
    is_known: np.ndarray,
    disagrees: np.ndarray,
    highest: np.ndarray,
) -> Mapping[str, np.ndarray]:
    """Whether a baseline was assumed, or its recorded flag contradicts its number.

    Args:
        is_known: whether it is known that the baseline was normal or abnormal.
        disagrees: recorded flag and number say different things.
        highest: grades; -1 = not gradable.
    """
    by_family = any(rule.applies_when == "baseline_abnormal" for rule in term.rules)
    needs = by_family or any(rule.needs_baseline for rule in term.rules)
    has_value = ~np.isnan(inputs.baseline) | ~np.isnan(inputs.percent_change)
    known = is_known if by_family else has_value
    return {
        "BASELINE_ASSUMED_NORMAL": needs & ~known & ~inputs.is_baseline & (highest >= 0),
        "BASELINE_FLAG_DISAGREES": by_family & disagrees,
    }


def range_flags(term: LabTerm, inputs: LabInputs, highest: np.ndarray) -> Mapping[str, np.ndarray]:
    """A value within the laboratory's own normal range that the printed limits grade.

    ANC 1.4 with LLN 1.3 is grade 2 by the letter of CTCAE; the reader should know why.
    """
    name = "LLN_BELOW_CUT" if term.direction == "low" else "ULN_ABOVE_CUT"
    from_range = any(
        limit is not None and limit.reference in ("LLN", "ULN")
        for rule in term.rules
        for limit in (rule.low, rule.high)
    )
    if term.direction == "low":
        inside = ~np.isnan(inputs.lln) & ~above(-inputs.value, -inputs.lln, inclusive=False)
    else:
        inside = ~np.isnan(inputs.uln) & ~above(inputs.value, inputs.uln, inclusive=False)
    return {name: from_range & bool(term.printed_units) & inside & (highest > 0)}


def implausible_values(unit: LabUnit | None, value: np.ndarray) -> np.ndarray:
    """Values so far out that the unit is probably another one (haemoglobin 9.5 g/L)."""
    flagged = np.zeros(len(value), dtype=bool)
    if unit is None:
        return flagged
    if unit.implausible_below is not None:
        flagged |= value < unit.implausible_below
    if unit.implausible_above is not None:
        flagged |= value > unit.implausible_above
    return flagged
