"""Safety checks of a dose: they speak, they never change a number.

Source: the published series, section 1.2; oxaliplatin product information (the hospital's own
label has precedence).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.analysis.dosing.regimen import (
    KNOWN_DRUGS,
    DoseLimits,
    DrugRule,
    KnownDrug,
    Regimen,
    SurfaceLimits,
)
from core.errors import Fact, NotComputable
from core.results.common import Message
from core.results.dosing import CheckSeverity, DoseCheck, DrugDose

_ORDER: Mapping[CheckSeverity, int] = {"block": 0, "warning": 1, "notice": 2}
DpydStatus = Literal["unknown", "normal", "deficient"]
_FLUOROURACIL_DAY_MG_M2 = 2400.0
_RELATIVE_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class DoseContext:
    """What earlier sessions and the history say about this one; None = unknown.

    Attributes:
        days_since_last_session: None = first session or unknown.
        prior_oxaliplatin_mg_m2: cumulative dose before this session, all routes.
        platinum_allergy: known allergy to a platinum drug.
        anc, plt: 10^9/L on the day of treatment.
        crcl_ml_min: creatinine clearance, measured or Cockcroft-Gault.
        neuropathy_grade: worst that lasts on the day (2 or more) or occurred (3, 4).
        gastrointestinal_grade, neutropenia_grade: worst since the last session.
        surface_weight_kg: weight from which the body surface was first computed.
        dpyd: what is known about a DPD deficiency.
        mixed_to_start_minutes, longest_delay_minutes: oxaliplatin from mixing to start, and
            what the hospital allows; the series gives no number.
    """

    days_since_last_session: int | None = None
    prior_oxaliplatin_mg_m2: float | None = None
    platinum_allergy: bool | None = None
    anc: float | None = None
    plt: float | None = None
    crcl_ml_min: float | None = None
    neuropathy_grade: int | None = None
    gastrointestinal_grade: int | None = None
    had_febrile_neutropenia: bool | None = None
    neutropenia_grade: int | None = None
    surface_weight_kg: float | None = None
    dpyd: DpydStatus = "unknown"
    mixed_to_start_minutes: float | None = None
    longest_delay_minutes: float | None = None


def make_check(check_id: str, severity: CheckSeverity, sentence: str, **facts: Fact) -> DoseCheck:
    return DoseCheck(check_id, severity, Message.of(f"dosing.check.{sentence}", **facts))


def exceeds(value: float, limit: float) -> bool:
    return value > limit * (1 + _RELATIVE_TOLERANCE)


def drug_label(drug: str) -> str:
    """A drug under its name in the catalogue, or as the study's regimen writes it."""
    return f"@dosing.drug.{drug}" if drug in KNOWN_DRUGS else drug


def order_checks(checks: Sequence[DoseCheck]) -> tuple[DoseCheck, ...]:
    """Blocks first, then warnings, then notices; within each by the number of the check."""

    def place(check: DoseCheck) -> tuple[int, int]:
        number = check.id.removeprefix("S")
        return _ORDER[check.severity], int(number) if number.isdecimal() else 0

    return tuple(sorted(checks, key=place))


def unit_block(error: NotComputable) -> DoseCheck:
    """The block for a height or weight that is physically impossible."""
    return make_check("INPUT", "block", error.code, **error.facts)


def surface_checks(
    bsa_m2: float,
    height_cm: float | None,
    weight_kg: float | None,
    regimen: Regimen,
    limits: SurfaceLimits,
) -> list[DoseCheck]:
    """S1 (surface out of range), S2 (above 2.0 m2: no cap), and height and weight themselves."""
    found = []
    if bsa_m2 < limits.low_m2 or exceeds(bsa_m2, limits.high_m2):
        found.append(
            make_check("S1", "block", "surface", bsa=bsa_m2, low=limits.low_m2, high=limits.high_m2)
        )
    if exceeds(bsa_m2, limits.cap_notice_m2):
        found.append(make_check("S2", "notice", "no_cap", bsa=bsa_m2, cap=limits.cap_notice_m2))
        for rule in regimen.drugs:
            found.append(
                make_check(
                    "S2", "notice", "capped_dose", drug=drug_label(rule.drug),
                    cap=limits.cap_notice_m2, dose=rule.dose_mg_m2 * bsa_m2,
                    capped=rule.dose_mg_m2 * limits.cap_notice_m2,
                )
            )  # fmt: skip
    if height_cm is None or weight_kg is None:
        return found
    bmi = weight_kg / (height_cm / 100) ** 2
    if bmi < limits.bmi_low or exceeds(bmi, limits.bmi_high):
        found.append(
            make_check("INPUT", "warning", "bmi", bmi=bmi, low=limits.bmi_low, high=limits.bmi_high)
        )
    if exceeds(weight_kg, limits.jin_weight_kg):
        found.append(make_check("INPUT", "warning", "jin", weight=weight_kg, half=weight_kg / 2))
    return found


def _leucovorin_check(rule: DrugRule) -> DoseCheck | None:
    if rule.drug == "leucovorin" and rule.form is None:
        return make_check("S3", "block", "leucovorin_form")
    if (rule.drug, rule.form) in (("levoleucovorin", "racemic"), ("leucovorin", "levo")):
        return make_check("S3", "block", "leucovorin_form")
    if rule.drug == "levoleucovorin":
        return make_check(
            "S3", "notice", "levoleucovorin", dose=rule.dose_mg_m2, racemic=2 * rule.dose_mg_m2
        )
    return None


def dose_checks(
    regimen: Regimen, drugs: Sequence[DrugDose], limits: Mapping[KnownDrug, DoseLimits]
) -> list[DoseCheck]:
    """S3 (form of leucovorin), S4 (5-fluorouracil), S5 (oxaliplatin), by the limits as data."""
    found = []
    amounts = {dose.drug: dose.dose_mg for dose in drugs}
    for rule in regimen.drugs:
        check = _leucovorin_check(rule)
        if check is not None:
            found.append(check)
        bound = next((limit for drug, limit in limits.items() if drug == rule.drug), None)
        if bound is None:
            name = drug_label(rule.drug)
            found.append(make_check("S5", "warning", "no_limits", drug=name))
            continue
        check_id = {"fluorouracil": "S4", "oxaliplatin": "S5"}.get(rule.drug, "S3")
        name = drug_label(rule.drug)
        if rule.dose_mg_m2 < bound.minimum_mg_m2:
            found.append(
                make_check(
                    check_id, "block", "dose_too_low", drug=name, dose=rule.dose_mg_m2,
                    low=bound.minimum_mg_m2,
                )
            )  # fmt: skip
        if exceeds(rule.dose_mg_m2, bound.maximum_mg_m2):
            per_day = rule.drug == "fluorouracil" and exceeds(
                rule.dose_mg_m2, _FLUOROURACIL_DAY_MG_M2 * rule.hours / 24 * 0.99
            )
            sentence = "dose_per_day" if per_day else "dose_too_high"
            found.append(
                make_check(
                    check_id, "block", sentence, drug=name, dose=rule.dose_mg_m2,
                    hours=rule.hours, high=bound.maximum_mg_m2,
                )
            )  # fmt: skip
        amount, most = amounts.get(rule.drug), bound.maximum_single_mg
        if amount is not None and most is not None and exceeds(amount, most):
            found.append(
                make_check(check_id, "block", "single_dose", drug=name, dose=amount, high=most)
            )
    return found


def session_checks(
    regimen: Regimen, context: DoseContext, limits: Mapping[KnownDrug, DoseLimits]
) -> list[DoseCheck]:
    """S10 (interval), S16 (platinum), S17 (what this calculation is)."""
    found = []
    days = context.days_since_last_session
    if days is not None and days < regimen.interval_days[0]:
        found.append(
            make_check("S10", "warning", "interval", days=days, low=regimen.interval_days[0])
        )
    if context.platinum_allergy:
        found.append(make_check("S16", "warning", "platinum_allergy"))
    bound = limits.get("oxaliplatin")
    most = bound.cumulative_mg_m2 if bound is not None else None
    prior = context.prior_oxaliplatin_mg_m2
    if most is not None and prior is not None and prior >= most:
        found.append(make_check("S16", "warning", "cumulative", dose=prior, high=most))
    found.append(make_check("S17", "notice", "aid"))
    return found
