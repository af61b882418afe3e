"""Laboratory criteria: absolute limits, limits of normal, clearance, urine dipstick.

A value whose unit is missing, unknown or hardly possible (haemoglobin 9.5 g/L, platelets
150000 x 10^9/L) is unknown: it is never rescaled, and it never passes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from core.analysis.eligibility.compare import SYMBOLS, decide, decide_all, is_met, margin_all
from core.analysis.eligibility.criteria import (
    DIPSTICK_LEVELS,
    DipstickRule,
    Instead,
    LabRangeRule,
    LabRule,
)
from core.analysis.eligibility.dipstick import dipstick_level
from core.analysis.eligibility.facts import Facts, Measurement
from core.analysis.eligibility.outcome import field_label, missing, outcome, warn
from core.analysis.eligibility.protocol import Protocol
from core.results.eligibility import CriterionResult, ScreeningWarning, Status
from core.rules.units import UnitMatch, canonical_unit, default_unit

REASONS = {Status.PASS: "met", Status.FAIL: "not_met", Status.UNKNOWN: "only_a_bound"}
Warnings = tuple[ScreeningWarning, ...]


def short_name(key: str, field: str) -> str:
    """Analyte as warning codes name it: ``HB`` of ``C5_HB``; the field where a group has several.

    >>> short_name("C5_HB", "hb"), short_name("C5_COAG", "inr")
    ('HB', 'INR')
    """
    return key.removeprefix("C5_") if key.startswith("C5_") and key != "C5_COAG" else field.upper()


def out_of_window(
    rule: LabRule | LabRangeRule | DipstickRule, found: Measurement, facts: Facts
) -> CriterionResult | None:
    """UNKNOWN because the sample is older than the criterion's own window, or undated."""
    if rule.window_days is None or facts.haic_start is None:
        return None
    days = None if found.day is None else (facts.haic_start - found.day).days
    if days is not None and days <= rule.window_days:
        return None
    reason = "undated" if days is None else "out_of_window"
    return outcome(
        rule, Status.UNKNOWN, reason, original_value=found.text or found.value,
        original_unit=found.unit, measured_on=found.day, days=days, window=rule.window_days,
    )  # fmt: skip


def timing(
    rule: LabRule | LabRangeRule | DipstickRule, found: Measurement, facts: Facts, window: int
) -> tuple[Warnings, date | None]:
    """Warnings about the sample's date, and the first HAIC day if the sample is later."""
    if found.day is None or facts.haic_start is None:
        return (), None
    days = (facts.haic_start - found.day).days
    name = short_name(rule.key, rule.field)
    place = field_label(rule.field)
    if days < 0:
        late = warn(
            "DATE_ORDER", "date_order", field=place, given=found.day.isoformat(),
            start=facts.haic_start.isoformat(),
        )  # fmt: skip
        return (late,), facts.haic_start
    if days > window:
        return (warn(f"LAB_OLD_{name}", "lab_old", field=place, days=days, window=window),), None
    return (), None


def _unusable(
    rule: LabRule | LabRangeRule, found: Measurement, match: UnitMatch | None, warnings: Warnings
) -> CriterionResult:
    """UNKNOWN because of the unit."""
    name = short_name(rule.key, rule.field)
    place = field_label(rule.field)
    if match is None:
        code, sentence = (
            f"UNIT_UNKNOWN_{name}",
            "unit_missing" if not found.unit else "unit_unknown",
        )
        low = high = 0.0
        canonical = ""
    else:
        code, sentence = f"IMPLAUSIBLE_UNIT_{name}", "implausible"
        low, high, canonical = match.low, match.high, match.canonical
    note = warn(
        code, sentence, field=place, number=found.value, reported=found.unit,
        low=low, high=high, canonical=canonical,
    )  # fmt: skip
    return outcome(
        rule,
        Status.UNKNOWN,
        sentence,
        warnings=(*warnings, note),
        original_value=found.value,
        original_unit=found.unit,
        limit=rule.limit if isinstance(rule, LabRule) else None,
        unit=getattr(rule, "unit", ""),
        measured_on=found.day,
        number=found.value,
        reported=found.unit,
        low=low,
        high=high,
        canonical=canonical,
    )


def after_start(
    rule: LabRule | LabRangeRule | DipstickRule, found: Measurement, warnings: Warnings, start: date
) -> CriterionResult:
    """UNKNOWN because the sample was taken after the first HAIC."""
    return outcome(
        rule,
        Status.UNKNOWN,
        "after_start",
        warnings=warnings,
        original_value=found.text or found.value,
        original_unit=found.unit,
        measured_on=found.day,
        given=found.day.isoformat() if found.day else "",
        start=start.isoformat(),
    )


def _judged(
    rule: LabRule | LabRangeRule,
    found: Measurement,
    value: float,
    limits: tuple[float, ...],
    unit: str,
    warnings: Warnings,
) -> CriterionResult:
    status = decide_all(value, rule.operator, limits, found.prefix)
    is_converted = found.unit != "" and value != found.value
    reason = REASONS[status] + ("_converted" if is_converted and not found.prefix else "")
    if len(limits) > 1:
        reason = between(status)
    return outcome(
        rule,
        status,
        reason,
        warnings=warnings,
        value=value,
        original_value=found.value,
        original_unit=found.unit,
        limit=limits[0],
        limit_high=limits[-1] if len(limits) > 1 else None,
        unit=unit,
        margin=margin_all(value, rule.operator, limits),
        measured_on=found.day,
        prefix=found.prefix,
        high=limits[-1],
        original=found.value,
        reported=found.unit,
    )


def between(status: Status) -> str:
    """The sentence of a range with two ends."""
    names = {Status.PASS: "between_met", Status.FAIL: "between_not_met"}
    return names.get(status, "between_open")


def _cautions(rule: LabRule, value: float, status: Status) -> Warnings:
    if rule.caution is None or status is not Status.PASS:
        return ()
    if is_met(value, rule.operator, rule.caution):
        return ()
    return (
        warn(
            f"CAUTION_{rule.field.upper()}", "caution", field=field_label(rule.field),
            number=value, limit=rule.caution, unit=rule.unit,
        ),
    )  # fmt: skip


def judge_lab(rule: LabRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """A value in its canonical unit against an absolute limit."""
    found = facts.number(rule.field)
    if found.value is None:
        return missing(rule, facts)
    warnings, late = timing(rule, found, facts, protocol.settings.lab_window_days)
    warnings += facts.remarks.get(rule.field, ())
    if late is not None:
        return after_start(rule, found, warnings, late)
    old = out_of_window(rule, found, facts)
    if old is not None:
        return old
    match = canonical_unit(rule.analyte, found.unit) if found.unit else None
    if match is None or not match.is_plausible(found.value):
        return _unusable(rule, found, match, warnings)
    # Not through the canonical unit and back where both units are the same.
    scale = rule.scale
    same = match.unit == scale.unit
    value = found.value if same else match.convert(found.value) / scale.factor
    result = _judged(rule, found, value, rule.limits, rule.unit, warnings)
    cautions = _cautions(rule, value, result.status)
    return replace(result, warnings=(*result.warnings, *cautions)) if cautions else result


def _which(rule: LabRangeRule, facts: Facts) -> tuple[LabRangeRule, Measurement]:
    found, instead = facts.number(rule.field), rule.instead
    if found.value is None and isinstance(instead, Instead):
        other = facts.number(instead.field)
        if other.value is not None:
            changed = {name: getattr(instead, name) for name in type(instead).model_fields}
            return rule.model_copy(update=changed), other
    return rule, found


def judge_lab_range(rule: LabRangeRule, facts: Facts, protocol: Protocol) -> CriterionResult | None:
    """A value against its own laboratory's limit of normal, in the unit reported.

    None when the criterion counts only if recorded, and it was not.
    """
    rule, found = _which(rule, facts)
    if found.value is None:
        return None if rule.only_if_recorded else missing(rule, facts)
    warnings, late = timing(rule, found, facts, protocol.settings.lab_window_days)
    warnings += facts.remarks.get(rule.field, ())
    if late is not None:
        return after_start(rule, found, warnings, late)
    old = out_of_window(rule, found, facts)
    if old is not None:
        return old
    match = canonical_unit(rule.analyte, found.unit) if found.unit else None
    if match is None and not found.unit and rule.unit_may_be_missing:
        match = default_unit(rule.analyte)
    if match is None or not match.is_plausible(found.value):
        return _unusable(rule, found, match, warnings)
    bound = found.uln if rule.of == "uln" else found.lln
    name = short_name(rule.key, rule.field)
    low, high = rule.plausible_bound
    if bound is None or not low <= match.convert(bound) <= high:
        sentence = "range_missing" if bound is None else "range_implausible"
        code = f"LIMIT_{'UNKNOWN' if bound is None else 'IMPLAUSIBLE'}_{name}"
        shown: dict[str, Any] = {
            "reported": found.unit, "bound": bound, "which": f"@eligibility.range.{rule.of}",
            "low": low, "high": high, "canonical": match.canonical,
        }  # fmt: skip
        note = warn(
            code, sentence, field=field_label(rule.field), number=found.value, **shown
        )  # fmt: skip
        return outcome(
            rule, Status.UNKNOWN, sentence, warnings=(*warnings, note), value=found.value,
            original_unit=found.unit, unit=match.unit, measured_on=found.day, **shown,
        )  # fmt: skip
    if found.range_from != "row":
        sentence = f"range_from_{found.range_from}"
        note = warn(
            f"LIMIT_FROM_{found.range_from.upper()}_{name}", sentence,
            field=field_label(rule.field), bound=bound, reported=match.unit,
            which=f"@eligibility.range.{rule.of}",
        )  # fmt: skip
        warnings += (note,)
    return _judged(rule, found, found.value, (rule.limit * bound,), match.unit, warnings)


def judge_dipstick(rule: DipstickRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """Urine protein by dipstick, on the ordinal NEG < TRACE < 1+ < 2+ < 3+ < 4+."""
    found = facts.number(rule.field)
    if not found.text:
        return missing(rule, facts)
    warnings, late = timing(rule, found, facts, protocol.settings.lab_window_days)
    if late is not None:
        return after_start(rule, found, warnings, late)
    old = out_of_window(rule, found, facts)
    if old is not None:
        return old
    level = dipstick_level(protocol, found.text)
    if level is None:
        note = warn("DIPSTICK_UNREADABLE", "dipstick_unreadable", found=found.text)
        return outcome(
            rule, Status.UNKNOWN, "dipstick_unreadable", warnings=(*warnings, note),
            original_value=found.text, limit=rule.limit, measured_on=found.day, found=found.text,
        )  # fmt: skip
    ordinal, limit = DIPSTICK_LEVELS[level], DIPSTICK_LEVELS[rule.limit]
    status = decide(ordinal, rule.operator, limit)
    return outcome(
        rule,
        status,
        "dipstick_met" if status is Status.PASS else "dipstick_not_met",
        warnings=warnings,
        value=level,
        original_value=found.text,
        limit=rule.limit,
        measured_on=found.day,
        level=f"@eligibility.dipstick.{level.removesuffix('+').lower()}",
        operator=SYMBOLS[rule.operator],
        limit_level=f"@eligibility.dipstick.{rule.limit.removesuffix('+').lower()}",
    )
