"""Safety checks of the day of treatment: blood, kidney, toxicity, weight, solvent.

The label's reductions belong to its intravenous schedule of 85 mg/m2; they are shown as text
and never applied to a dose for the hepatic artery.

Source: oxaliplatin product information (the hospital's own label has precedence); entry limits
of the published series, section 1.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.dosing.regimen import ClinicalLimits, Regimen
from core.analysis.dosing.safety import DoseContext, exceeds, make_check
from core.results.dosing import DoseCheck, DrugDose


def _kidney(context: DoseContext, limits: ClinicalLimits) -> list[DoseCheck]:
    clearance = context.crcl_ml_min
    if clearance is None or clearance >= limits.crcl_entry:
        return []
    found = [make_check("S6", "warning", "clearance", clearance=clearance, low=limits.crcl_entry)]
    if clearance < limits.crcl_label:
        found.append(
            make_check(
                "S6", "warning", "clearance_label", clearance=clearance, low=limits.crcl_label
            )
        )
    return found


def _blood(context: DoseContext, limits: ClinicalLimits) -> list[DoseCheck]:
    found = []
    if context.anc is not None and context.anc < limits.anc:
        found.append(make_check("S7", "warning", "hold_anc", value=context.anc, low=limits.anc))
    if context.plt is not None and context.plt < limits.plt_label:
        found.append(
            make_check("S7", "warning", "hold_plt", value=context.plt, low=limits.plt_label)
        )
    elif context.plt is not None and context.plt < limits.plt_entry:
        found.append(
            make_check(
                "S7", "warning", "entry_plt", value=context.plt, low=limits.plt_entry,
                label=limits.plt_label,
            )
        )  # fmt: skip
    return found


def _toxicity(context: DoseContext) -> list[DoseCheck]:
    found = []
    nerve = context.neuropathy_grade or 0
    if nerve >= 2:
        sentence = {2: "neuropathy_2", 3: "neuropathy_3"}.get(nerve, "neuropathy_4")
        found.append(make_check("S8", "warning", sentence, grade=nerve))
    gut = context.gastrointestinal_grade or 0
    if gut >= 3:
        found.append(make_check("S9", "warning", "gastrointestinal", grade=gut))
    if context.had_febrile_neutropenia:
        found.append(make_check("S9", "warning", "febrile_neutropenia"))
    if (context.neutropenia_grade or 0) >= 4:
        found.append(make_check("S9", "warning", "neutropenia_4"))
    return found


def day_checks(
    regimen: Regimen, context: DoseContext, limits: ClinicalLimits, weight_kg: float | None
) -> list[DoseCheck]:
    """S6 (kidney), S7 (blood), S8 (nerves), S9 (gut, neutropenia), S14 (weight), S15 (DPD)."""
    found = []
    drugs = {rule.drug for rule in regimen.drugs}
    if "oxaliplatin" in drugs:
        found += _kidney(context, limits)
    found += _blood(context, limits)
    found += _toxicity(context)
    before = context.surface_weight_kg
    if before and weight_kg is not None:
        change = (weight_kg - before) / before
        if exceeds(abs(change), limits.weight_change):
            found.append(
                make_check(
                    "S14", "warning", "weight_change", before=before, weight=weight_kg,
                    percent=100 * change, most=100 * limits.weight_change,
                )
            )  # fmt: skip
    if "fluorouracil" in drugs and context.dpyd == "unknown":
        found.append(make_check("S15", "notice", "dpyd_unknown"))
    if "fluorouracil" in drugs and context.dpyd == "deficient":
        found.append(make_check("S15", "warning", "dpyd_deficient"))
    return found


def solvent_checks(
    regimen: Regimen, drugs: Sequence[DrugDose], context: DoseContext
) -> list[DoseCheck]:
    """S11: in what oxaliplatin is diluted, and how long it may stand before it runs."""
    found = []
    rules = {rule.drug: rule for rule in regimen.drugs}
    for dose in drugs:
        diluted = rules[dose.drug].diluted_mg_ml
        if diluted is None or dose.diluent_low_ml is None or dose.diluent_high_ml is None:
            continue
        found.append(
            make_check(
                "S11", "notice", "solvent", low_ml=dose.diluent_low_ml,
                high_ml=dose.diluent_high_ml, low=diluted[0], high=diluted[1],
            )
        )  # fmt: skip
    delay, longest = context.mixed_to_start_minutes, context.longest_delay_minutes
    if delay is not None and delay < 0:
        found.append(make_check("S11", "warning", "mixed_after_start", minutes=delay))
    elif delay is not None and longest is not None and delay > longest:
        found.append(make_check("S11", "warning", "mixed_long_ago", minutes=delay, most=longest))
    return found
