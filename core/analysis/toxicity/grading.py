"""CTCAE grades of laboratory values, over whole arrays.

Source: CTCAE v5.0 (NCI 2017); limits from ``rules/ctcae5_labs.csv``, units from
``rules/ctcae5_units.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.analysis.toxicity.bands import LabInputs, above, match_bands
from core.analysis.toxicity.flags import baseline_flags, implausible_values, range_flags
from core.errors import NotComputable
from core.results.toxicity import Direction, GradeArrays
from core.rules.ctcae_labs import LabTerm, lab_terms
from core.rules.ctcae_units import LabUnit, dipstick_level, unit_of

UNGRADED = np.int8(-1)


def _floats(values: object, size: int) -> np.ndarray:
    if values is None:
        return np.full(size, np.nan)
    array = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.full(size, array[0]) if len(array) == 1 and size != 1 else array


def find_term(term: str, analyte: str, direction: Direction) -> LabTerm:
    """The laboratory term of that name, test and direction.

    Raises:
        NotComputable: CTCAE v5.0 has no such term for this test.
    """
    found = lab_terms().get((term, analyte, direction))
    if found is None:
        raise NotComputable("ctcae_term_unknown", term=term, analyte=analyte, direction=direction)
    return found


def _abnormal_baseline(
    baseline: np.ndarray, baseline_uln: np.ndarray, recorded: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether the baseline was abnormal, whether that is known, and whether sources disagree."""
    by_number = above(baseline, baseline_uln, inclusive=False)
    has_number = ~np.isnan(baseline) & ~np.isnan(baseline_uln)
    has_record = ~np.isnan(recorded)
    abnormal = np.where(has_number, by_number, recorded == 1)
    disagrees = has_number & has_record & (by_number != (recorded == 1))
    return abnormal, has_number | has_record, disagrees


def _grade_unit(
    term: LabTerm, unit: LabUnit | None, is_blank: bool, inputs: LabInputs, worst_case: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Lowest and highest grade, rule index and reason of values that share one unit."""
    size = len(inputs.value)
    lowest = np.full(size, UNGRADED, dtype=np.int8)
    highest = lowest.copy()
    rule = np.full(size, -1, dtype=np.int16)
    reason = np.full(size, "", dtype=object)
    if not term.is_numeric:
        reason[:] = "no_term" if term.rules[0].quantity == "none" else "needs_clinician"
        return lowest, highest, rule, reason
    printed = term.printed_units
    if printed and (unit is None or unit.graded_as not in printed):
        reason[:] = "unit_missing" if is_blank else "unit_not_printed"
        return lowest, highest, rule, reason
    graded_as = unit.graded_as if unit is not None else ""
    is_true = np.zeros(size, dtype=bool)
    if term.facts:
        fact = term.facts[0]
        absent, present = (
            match_bands(term, graded_as, inputs, {fact: state}) for state in (False, True)
        )
        known = inputs.facts.get(fact, np.full(size, np.nan))
        is_true, is_false = known == 1, known == 0
        undecided = (present.certain != present.possible) & ~is_false
        undecided |= (absent.certain != absent.possible) & ~is_true
        with_fact = np.where(is_false, absent.certain, present.certain)
        without_fact = np.where(is_true, present.certain, absent.certain)
        lowest, highest = np.minimum(with_fact, without_fact), np.maximum(with_fact, without_fact)
        worse_with = with_fact >= without_fact
        rule = np.where(is_true | (~is_false & worse_with), present.rule, absent.rule)
        answerable = absent.answerable
    else:
        only = match_bands(term, graded_as, inputs, {})
        undecided = only.certain != only.possible
        lowest = highest = only.certain
        rule, answerable = only.rule, only.answerable
    is_ordinal = any(band.quantity == "level" for band in term.rules)
    missing = (
        np.array([level is None for level in inputs.level], dtype=bool)
        if is_ordinal and inputs.level is not None
        else np.isnan(inputs.value)
    )
    reason[undecided] = "lln_missing" if term.direction == "low" else "uln_missing"
    if any(rule.fact and rule.fact_value and rule.needs_baseline for rule in term.rules):
        # Known to hold, the fact (anticoagulation) makes the baseline the measure.
        unmeasured = np.isnan(inputs.baseline) & ~inputs.is_baseline
        answerable = answerable & ~(is_true & unmeasured & (highest == 0))
    reason[~answerable] = "baseline_missing"
    reason[missing] = "level_unreadable" if is_ordinal else "value_missing"
    bad = reason != ""
    lowest = np.where(bad, UNGRADED, highest if worst_case else lowest).astype(np.int8)
    highest = np.where(bad, UNGRADED, highest).astype(np.int8)
    return lowest, highest, np.where(bad, -1, rule), reason


def grade_values(
    term: LabTerm,
    value: object,
    *,
    unit: str | Sequence[str | None] | np.ndarray | None = None,
    level: Sequence[str | None] | np.ndarray | None = None,
    lln: object = None,
    uln: object = None,
    baseline: object = None,
    baseline_uln: object = None,
    baseline_abnormal: object = None,
    percent_change: object = None,
    is_baseline: object = None,
    facts: Mapping[str, object] | None = None,
    worst_case: bool = False,
) -> GradeArrays:
    """CTCAE grades of many values under one term.

    A value that can't be graded gets -1 and a reason, never 0. A missing baseline counts as
    normal for the liver tests and drops the baseline limb of creatinine, with the flag
    ``BASELINE_ASSUMED_NORMAL``. Grade 5 is never read off a laboratory value.

    Args:
        value: numbers in the units as reported; NaN = missing.
        unit: one unit, or one for each value, in any spelling of ``ctcae5_units.csv``.
        level: dipstick results for the ordinal term, instead of ``value``.
        lln, uln: normal range, in the unit of the value.
        baseline, baseline_uln: baseline and its own upper limit, in the unit of the value.
        baseline_abnormal: recorded 1 / 0 / NaN; numbers go before it.
        percent_change: change from baseline in percent where the baseline itself isn't known.
        is_baseline: the record is the baseline, graded against the normal range only.
        facts: clinical fact -> 1, 0 or NaN (unknown: the result is an interval).
        worst_case: take unknown clinical facts as present.

    Source: CTCAE v5.0 (NCI 2017).

    >>> platelets = find_term("Platelet count decreased", "PLAT", "low")
    >>> grade_values(platelets, [75.0, 74.9, 60.0], unit="G/L", lln=125.0).grade_max.tolist()
    [1, 2, 2]
    """
    size = len(level) if level is not None else len(np.atleast_1d(np.asarray(value)))
    values = _floats(np.atleast_1d(np.asarray(value)) if value is not None else None, size)
    base = _floats(baseline, size)
    record = np.zeros(size, dtype=bool)
    if is_baseline is not None:
        record = np.broadcast_to(np.asarray(is_baseline, dtype=bool), size)
    abnormal, is_known, disagrees = _abnormal_baseline(
        base, _floats(baseline_uln, size), _floats(baseline_abnormal, size)
    )
    change = _floats(percent_change, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        computed = np.where(base > 0, 100.0 * (values - base) / base, np.nan)
    change = np.where(np.isnan(change), computed, change)
    change = np.where(record, 0.0, change)
    levels = None
    if level is not None:
        levels = np.array([dipstick_level(item) for item in level], dtype=object)
    inputs = LabInputs(
        value=values,
        lln=_floats(lln, size),
        uln=_floats(uln, size),
        baseline=base,
        abnormal=abnormal,
        percent_change=change,
        is_baseline=record,
        level=levels,
        facts={name: _floats(known, size) for name, known in (facts or {}).items()},
    )
    lowest = np.full(size, UNGRADED, dtype=np.int8)
    highest = lowest.copy()
    rule = np.full(size, -1, dtype=np.int16)
    reason = np.full(size, "", dtype=object)
    implausible = np.zeros(size, dtype=bool)
    for spelling, where in _by_unit(None if level is not None else unit, size):
        found = unit_of(term.analyte, spelling)
        part = inputs if where is None else inputs.take(where)
        spot: slice | np.ndarray = slice(None) if where is None else where
        implausible[spot] = implausible_values(found, part.value)
        if found is not None and found.factor != 1.0:
            part = part.scaled(found.factor)
        graded = _grade_unit(term, found, not (spelling or "").strip(), part, worst_case)
        lowest[spot], highest[spot], rule[spot], reason[spot] = graded
    ids = np.array([*(item.rule_id for item in term.rules), ""], dtype=object)
    flags = {
        **baseline_flags(term, inputs, is_known, disagrees, highest),
        **range_flags(term, inputs, highest),
        "CLINICAL_FACT_UNKNOWN": lowest != highest,
        "IMPLAUSIBLE_UNIT": implausible,
        "ADVISORY": np.full(size, term.is_advisory) & (highest > 0),
    }
    return GradeArrays(
        term.term, term.analyte, term.direction, lowest, highest, ids[rule], reason, flags
    )


def _by_unit(unit: object, size: int) -> list[tuple[str | None, np.ndarray | None]]:
    """Each spelling that occurs with its positions; None = all of them."""
    if unit is None or isinstance(unit, str):
        return [(unit, None)]
    codes, names = pd.factorize(np.asarray(unit, dtype=object), use_na_sentinel=True)
    groups: list[tuple[str | None, np.ndarray | None]] = [
        (str(name), np.flatnonzero(codes == index)) for index, name in enumerate(names)
    ]
    blank = np.flatnonzero(codes < 0)
    if len(groups) == 1 and not len(blank):
        return [(groups[0][0], None)]
    return [*groups, (None, blank)] if len(blank) else groups
