"""Creatinine clearance: measured, or estimated by Cockcroft-Gault."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.eligibility.compare import decide, margin
from core.analysis.eligibility.criteria import LabRule
from core.analysis.eligibility.facts import Facts
from core.analysis.eligibility.laboratory import (
    REASONS,
    Warnings,
    after_start,
    judge_lab,
    timing,
)
from core.analysis.eligibility.outcome import missing, outcome
from core.analysis.eligibility.protocol import Protocol
from core.analysis.eligibility.renal import creatinine_clearance_ml_min
from core.results.eligibility import CriterionResult, Status
from core.rules.units import canonical_unit


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
    status = decide(value, rule.operator, rule.limit)
    return outcome(
        rule,
        status,
        f"clearance_{REASONS[status]}",
        warnings=(*warnings, *about_date),
        value=value,
        original_value=creatinine.value,
        original_unit=creatinine.unit,
        limit=rule.limit,
        unit=rule.unit,
        margin=margin(value, rule.operator, rule.limit),
        measured_on=creatinine.day,
        creatinine=creatinine.value,
        reported=creatinine.unit,
        age=facts.age_years,
        weight=weight_kg,
    )
