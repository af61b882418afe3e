"""Creatinine clearance: measured, or estimated by Cockcroft-Gault."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.eligibility.compare import decide_all, margin_all
from core.analysis.eligibility.criteria import LabRule
from core.analysis.eligibility.facts import Facts
from core.analysis.eligibility.laboratory import (
    REASONS,
    Warnings,
    after_start,
    between,
    judge_lab,
    out_of_window,
    timing,
)
from core.analysis.eligibility.outcome import missing, outcome, warn
from core.analysis.eligibility.protocol import Protocol
from core.analysis.eligibility.renal import creatinine_clearance_ml_min
from core.results.eligibility import CriterionResult, Status
from core.rules.units import canonical_unit

OBESE_BMI = 30.0
"""From here on, actual weight overestimates the clearance: other weights are shown beside it."""


def other_weights(facts: Facts) -> Warnings:
    """The clearance by ideal and adjusted weight in obesity; the actual weight decides.

    Source: Devine 1974 (ideal weight); adjusted = ideal + 0.4 x (actual - ideal).
    """
    weight, height = facts.number("weight_kg").value, facts.height_cm
    if weight is None or height is None or weight / (height / 100) ** 2 < OBESE_BMI:
        return ()
    ideal = (45.5 if facts.sex == "F" else 50.0) + 2.3 * (height / 2.54 - 60)
    adjusted = ideal + 0.4 * (weight - ideal)
    creatinine = facts.number("creat")
    values = [
        creatinine_clearance_ml_min(
            facts.age_years, facts.sex, kg, creatinine.value, creatinine.unit
        )
        for kg in (ideal, adjusted)
    ]
    note = warn(
        "CRCL_OBESE", "obese", bmi=weight / (height / 100) ** 2, ideal=values[0],
        adjusted=values[1], ideal_weight=ideal, adjusted_weight=adjusted,
    )  # fmt: skip
    return (note,)


def judge_clearance(rule: LabRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """Measured creatinine clearance if there is one, else Cockcroft-Gault.

    An eGFR (mL/min/1.73 m2) given as the clearance is remarked on and not used.
    """
    measured = facts.number(rule.field)
    warnings: Warnings = ()
    if measured.value is not None:
        result = judge_lab(rule, facts, protocol)
        if not any(note.code.startswith("UNIT_UNKNOWN") for note in result.warnings):
            return result
        warnings = result.warnings
    creatinine = facts.number("creat")
    weight_kg = facts.number("weight_kg").value
    inputs = {
        "creat": creatinine.value, "weight_kg": weight_kg, "age": facts.age_years, "sex": facts.sex
    }  # fmt: skip
    absent = next((name for name, value in inputs.items() if value is None), None)
    if absent is not None:
        return replace(missing(rule, facts, absent), warnings=warnings)
    match = canonical_unit("CREAT", creatinine.unit) if creatinine.unit else None
    value = None
    if match is not None and creatinine.value and match.is_plausible(creatinine.value):
        value = creatinine_clearance_ml_min(
            facts.age_years, facts.sex, weight_kg, creatinine.value, creatinine.unit
        )
    about_date, late = timing(rule, creatinine, facts, protocol.settings.lab_window_days)
    if late is not None:
        return after_start(rule, creatinine, (*warnings, *about_date), late)
    if value is None:
        return outcome(
            rule, Status.UNKNOWN, "clearance_creatinine_unusable", warnings=warnings,
            limit=rule.limit, unit=rule.unit, creatinine=creatinine.value, reported=creatinine.unit,
        )  # fmt: skip
    old = out_of_window(rule, creatinine, facts)
    if old is not None:
        return old
    if rule.scale.factor != 1:
        value /= rule.scale.factor
    status = decide_all(value, rule.operator, rule.limits)
    reason = f"clearance_{REASONS[status]}" if len(rule.limits) == 1 else between(status)
    warnings += other_weights(facts)
    return outcome(
        rule,
        status,
        reason,
        warnings=(*warnings, *about_date),
        value=value,
        original_value=creatinine.value,
        original_unit=creatinine.unit,
        limit=rule.limit,
        limit_high=rule.limit_high,
        high=rule.limits[-1],
        unit=rule.unit,
        margin=margin_all(value, rule.operator, rule.limits),
        measured_on=creatinine.day,
        creatinine=creatinine.value,
        reported=creatinine.unit,
        age=facts.age_years,
        weight=weight_kg,
    )
