"""The dose of one session: body surface, drugs, vials."""

from __future__ import annotations

import math

from core.analysis.dosing.body_surface import body_surface_m2
from core.analysis.dosing.day_safety import day_checks, solvent_checks
from core.analysis.dosing.regimen import DrugRule, Regimen, default_regimen, dose_rules
from core.analysis.dosing.safety import (
    DoseContext,
    dose_checks,
    order_checks,
    session_checks,
    surface_checks,
    unit_block,
)
from core.errors import NotComputable
from core.results.common import Message
from core.results.dosing import BsaFormula, DoseCheck, DosePlan, DrugDose

_VIAL_TOLERANCE = 1e-9


def whole_vials(dose_mg: float, vial_mg: float) -> int:
    """Vials to open for a dose; a rounding error does not open another one.

    >>> whole_vials(250.0000000001, 50), whole_vials(3000, 250), whole_vials(221, 50)
    (5, 12, 5)
    """
    return math.ceil(dose_mg / vial_mg - _VIAL_TOLERANCE)


def _dose(rule: DrugRule, bsa_m2: float) -> DrugDose:
    dose_mg = rule.dose_mg_m2 * bsa_m2
    vials = whole_vials(dose_mg, rule.vial_mg)
    diluted = rule.diluted_mg_ml
    return DrugDose(
        drug=rule.drug,
        dose_mg_m2=rule.dose_mg_m2,
        dose_mg=dose_mg,
        hours=rule.hours,
        rate_mg_h=dose_mg / rule.hours,
        vial_mg=rule.vial_mg,
        vials=vials,
        waste_mg=max(vials * rule.vial_mg - dose_mg, 0.0),
        volume_ml=dose_mg / rule.product_mg_ml if rule.product_mg_ml else None,
        diluent_low_ml=dose_mg / diluted[1] if diluted else None,
        diluent_high_ml=dose_mg / diluted[0] if diluted else None,
    )


def plan_dose(
    height_cm: float | None,
    weight_kg: float | None,
    regimen: Regimen | None = None,
    formula: BsaFormula = "mosteller",
    *,
    bsa_m2: float | None = None,
    context: DoseContext | None = None,
) -> DosePlan:
    """Dose of one session, unrounded and never capped: a calculation aid, not a prescription.

    Args:
        height_cm, weight_kg: in cm and kg; a height in metres is refused by a block.
        regimen: default modified FOLFOX7-HAIC (oxaliplatin 130, levoleucovorin 200,
            5-fluorouracil 2400 mg/m2 in total over 46 h).
        formula: of the body surface.
        bsa_m2: a body surface that is already known; height and weight are then not used.
        context: earlier sessions, blood, toxicity and allergy, for the checks S6-S11, S14-S16.

    Returns:
        mg, mL, mg/h, whole vials and waste a drug (no sharing between patients), and the
        safety checks S1-S11 and S14-S17 that have something to say. None of them changes
        a number. Without a body surface there are no doses and a check says why.

    Source: the published series, section 1.2; oxaliplatin product information.

    >>> plan = plan_dose(None, None, bsa_m2=1.70)
    >>> [(dose.drug, round(dose.dose_mg), dose.vials) for dose in plan.drugs]
    [('oxaliplatin', 221, 5), ('levoleucovorin', 340, 7), ('fluorouracil', 4080, 17)]
    """
    used = regimen or default_regimen()
    rules = dose_rules()
    checks: list[DoseCheck] = []
    surface = bsa_m2
    if bsa_m2 is None:
        try:
            surface = body_surface_m2(height_cm, weight_kg, formula)
        except NotComputable as error:
            checks.append(unit_block(error))
        else:
            if surface is None:
                missing = Message.of("dosing.check.height_or_weight_missing")
                checks.append(DoseCheck("INPUT", "block", missing))
    drugs = () if surface is None else tuple(_dose(rule, surface) for rule in used.drugs)
    if surface is not None:
        given = (None, None) if bsa_m2 is not None else (height_cm, weight_kg)
        checks += surface_checks(surface, *given, used, rules.surface)
    checks += dose_checks(used, drugs, rules.limits)
    known = context or DoseContext()
    checks += session_checks(used, known, rules.limits)
    checks += day_checks(used, known, rules.clinical, weight_kg)
    checks += solvent_checks(used, drugs, known)
    return DosePlan(
        regimen_id=used.id,
        regimen_version=used.version,
        height_cm=height_cm,
        weight_kg=weight_kg,
        bsa_m2=surface,
        bsa_formula=formula if bsa_m2 is None else "",
        drugs=drugs,
        interval_days=used.interval_days,
        checks=order_checks(checks),
        banner=Message.of("dosing.banner"),
    )
