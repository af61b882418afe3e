"""Which band of a CTCAE term a value falls into, over whole arrays.

The bands come from ``core.rules.ctcae_labs``; nothing here knows a limit. Where a reference
(LLN, ULN) is missing, a band may be *possible* without being *certain*; a grade stands only
if both readings agree, otherwise the value is not gradable.

Source: CTCAE v5.0 (NCI 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.rules.ctcae_labs import LabRule, LabTerm, Limit

TOLERANCE = 1e-12
"""Relative; 3.0 x 1.2 is 3.5999999999999996 in binary, yet 3.6 is not above it."""


@dataclass(frozen=True, slots=True)
class LabInputs:
    """Values of one test with what their grade may depend on; arrays of one length.

    Attributes:
        value: in the unit of the limits used; NaN = missing.
        level: dipstick levels (object) for ordinal terms, else None.
        lln, uln: normal range of the same laboratory and date, in the unit of ``value``.
        baseline: in the unit of ``value``; NaN = missing.
        abnormal: whether the baseline was above its own ULN.
        percent_change: from baseline, in percent; NaN = baseline missing.
        is_baseline: the record is the baseline itself, graded without reference to itself.
        facts: clinical fact -> 1 true, 0 false, NaN unknown; absent = unknown.
    """

    value: np.ndarray
    lln: np.ndarray
    uln: np.ndarray
    baseline: np.ndarray
    abnormal: np.ndarray
    percent_change: np.ndarray
    is_baseline: np.ndarray
    level: np.ndarray | None = None
    facts: Mapping[str, np.ndarray] = field(default_factory=dict)

    def take(self, where: np.ndarray) -> LabInputs:
        """The inputs of the chosen positions."""
        return LabInputs(
            value=self.value[where],
            lln=self.lln[where],
            uln=self.uln[where],
            baseline=self.baseline[where],
            abnormal=self.abnormal[where],
            percent_change=self.percent_change[where],
            is_baseline=self.is_baseline[where],
            level=None if self.level is None else self.level[where],
            facts={name: known[where] for name, known in self.facts.items()},
        )

    def scaled(self, factor: float) -> LabInputs:
        """The inputs in another unit of which each value counts ``factor``."""
        return replace(
            self,
            value=self.value * factor,
            lln=self.lln * factor,
            uln=self.uln * factor,
            baseline=self.baseline * factor,
        )


@dataclass(frozen=True, slots=True)
class BandMatch:
    """Result of one reading of the bands.

    Attributes:
        certain: int8 worst grade that surely applies.
        possible: int8 worst grade that may apply if a missing limit were known.
        rule: index into ``LabTerm.rules`` of the band that gave ``certain``; -1 for grade 0.
        answerable: at least one band could be asked at all.
    """

    certain: np.ndarray
    possible: np.ndarray
    rule: np.ndarray
    answerable: np.ndarray


def above(value: np.ndarray, limit: np.ndarray | float, inclusive: bool) -> np.ndarray:
    """``value > limit`` (or ``>=``) with relative tolerance; false where either is NaN.

    >>> above(np.array([3.6]), 3.0 * 1.2, inclusive=False).item()
    False
    """
    slack = TOLERANCE * np.maximum(np.abs(value), np.abs(limit))
    difference = value - limit
    return difference >= -slack if inclusive else difference > slack


def _limit_values(limit: Limit, inputs: LabInputs) -> np.ndarray | float:
    if limit.reference is None:
        return limit.offset
    reference = {
        "LLN": lambda: inputs.lln,
        "ULN": lambda: inputs.uln,
        "BASE": lambda: np.where(inputs.is_baseline, np.nan, inputs.baseline),
        "ULN_OR_BASE": lambda: np.where(
            inputs.is_baseline | np.isnan(inputs.baseline),
            inputs.uln,
            np.maximum(inputs.uln, inputs.baseline),
        ),
    }[limit.reference]()
    return limit.offset + limit.scale * reference


def _band(rule: LabRule, quantity: np.ndarray, inputs: LabInputs) -> tuple[np.ndarray, np.ndarray]:
    """Whether the quantity is certainly, and possibly, within the band's limits."""
    certain = possible = ~np.isnan(quantity)
    if rule.low is not None:
        low = _limit_values(rule.low, inputs)
        hit = above(quantity, low, rule.low_inclusive)
        certain = certain & hit
        unknown = np.isnan(low)
        if rule.low.reference == "ULN_OR_BASE":
            # Not above the baseline is not above both, whatever the limit of normal.
            no_baseline = inputs.is_baseline | np.isnan(inputs.baseline)
            unknown = unknown & (no_baseline | above(quantity, inputs.baseline, inclusive=False))
        possible = possible & (hit | unknown)
    if rule.high is not None:
        high = _limit_values(rule.high, inputs)
        hit = above(-quantity, -high, rule.high_inclusive)
        certain = certain & hit
        possible = possible & (hit | np.isnan(high))
    return certain, possible


def _applies(rule: LabRule, inputs: LabInputs) -> tuple[np.ndarray, np.ndarray]:
    everywhere = np.ones(len(inputs.value), dtype=bool)
    if rule.applies_when == "any":
        return everywhere, everywhere
    if rule.applies_when == "value_below_LLN":
        below = above(-inputs.value, -inputs.lln, inclusive=False)
        return below, below | np.isnan(inputs.lln)
    abnormal = inputs.abnormal & ~inputs.is_baseline
    wanted = abnormal if rule.applies_when == "baseline_abnormal" else ~abnormal
    return wanted, wanted


def match_bands(
    term: LabTerm, unit: str, inputs: LabInputs, assumed: Mapping[str, bool]
) -> BandMatch:
    """Match every value against the bands printed for its unit.

    Args:
        unit: unit of the values among ``term.printed_units``; "" where limits are relative.
        assumed: value taken for each clinical fact in this reading.
    """
    size = len(inputs.value)
    certain = np.zeros(size, dtype=np.int8)
    possible = np.zeros(size, dtype=np.int8)
    which = np.full(size, -1, dtype=np.int16)
    answerable = np.zeros(size, dtype=bool)
    quantities = {
        "value": inputs.value,
        "decrease": -inputs.percent_change,
        "increase": inputs.percent_change,
    }
    for index, rule in enumerate(term.rules):
        absolute = rule.unit in term.printed_units
        if absolute and rule.unit != unit:
            continue
        sure, maybe = _applies(rule, inputs)
        if rule.quantity == "level":
            levels = inputs.level if inputs.level is not None else np.full(size, None)
            inside = np.isin(levels.astype(str), rule.levels)
            inside_maybe = inside
            answerable |= np.array([level is not None for level in levels], dtype=bool)
        else:
            inside, inside_maybe = _band(rule, quantities[rule.quantity], inputs)
            if rule.quantity != "value":
                answerable |= maybe & ~np.isnan(inputs.percent_change)
            elif rule.needs_baseline:
                known = ~np.isnan(inputs.baseline) & ~inputs.is_baseline
                answerable |= maybe & known
                # A band relative to a baseline that nobody measured is left out, not guessed.
                inside_maybe = inside_maybe & known
            else:
                answerable |= maybe
        if rule.fact and assumed.get(rule.fact, not rule.fact_value) != rule.fact_value:
            continue
        hit = sure & inside
        # Bands are sorted from mild to severe, so the last hit is the most severe one.
        certain[hit] = rule.grade
        which[hit] = index
        np.maximum(possible, rule.grade, out=possible, where=maybe & inside_maybe)
    return BandMatch(certain, possible, which, answerable)
