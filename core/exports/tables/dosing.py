"""The dose card as printed tables: doses, clock, checks, signed entries, dose intensity."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.tables.table import Table, framed
from core.results.dosing import (
    DoseCheck,
    DosePlan,
    DrugIntensity,
    GivenDose,
    Infusion,
    ShownRegimen,
    SignedDose,
)
from core.text.catalogue import Language, has, label_text, say, text
from core.text.numbers import MISSING, compact, number, percent


def drug_name(drug: str, language: Language) -> str:
    """A drug in the language; one of a study's own regimen as it is written there."""
    return text(f"dosing.drug.{drug}", language) if has(f"dosing.drug.{drug}") else drug


def dose_table(
    plan: DosePlan, given: Sequence[GivenDose], rounding: str, language: Language
) -> Table:
    """One line a drug: planned and given dose, volume, rate, vials, waste."""
    names = ("drug", "per_m2", "planned", "given", "volume", "hours", "rate", "vials", "waste")
    headers = [text(f"dose_card.column.{name}", language) for name in names]
    rows = []
    for dose, final in zip(plan.drugs, given, strict=True):
        rows.append(
            [
                drug_name(dose.drug, language),
                compact(dose.dose_mg_m2),
                number(dose.dose_mg, 2),
                number(final.dose_mg, 2),
                number(final.volume_ml, 1),
                compact(dose.hours),
                number(final.rate_mg_h, 2),
                f"{final.vials} × {compact(dose.vial_mg)}",
                number(final.waste_mg, 2),
            ]
        )
    notes = (
        text(
            "dose_card.rounding_note", language, rule=text(f"dosing.rounding.{rounding}", language)
        ),
        text("dose_card.vial_note", language),
    )
    title = text("dose_card.doses_title", language)
    return Table("dose_card", title, framed(rows, headers), notes)


def clock_table(infusions: Sequence[Infusion], order: str, language: Language) -> Table:
    """When each infusion starts and ends."""
    headers = [text(f"dose_card.column.{name}", language) for name in ("drug", "start", "end")]
    rows = [
        [drug_name(one.drug, language), f"{one.start:%Y-%m-%d %H:%M}", f"{one.end:%Y-%m-%d %H:%M}"]
        for one in infusions
    ]
    note = text("dose_card.order_note", language, order=text(f"dosing.order.{order}", language))
    title = text("dose_card.clock_title", language)
    return Table("infusion_clock", title, framed(rows, headers), (note,))


def checks_table(checks: Sequence[DoseCheck], language: Language) -> Table:
    """The safety checks that have something to say, blocks first."""
    headers = [text(f"dose_card.column.{name}", language) for name in ("check", "level", "says")]
    rows = [
        [one.id, text(f"dosing.severity.{one.severity}", language), say(one.message, language)]
        for one in checks
    ]
    return Table("dose_checks", text("dose_card.checks_title", language), framed(rows, headers))


def intensity_table(
    intensities: Sequence[DrugIntensity], regimen: ShownRegimen, language: Language
) -> Table:
    """Given against planned dose per patient and drug; the cohort comes first."""
    names = ("drug", "sessions", "given_sum", "planned_sum", "relative_dose", "relative_intensity")
    headers = [text("common.patient", language)]
    headers += [text(f"dose_card.column.{name}", language) for name in names]
    ordered = sorted(intensities, key=lambda one: (one.patient_id != "", one.patient_id))
    rows = [
        [
            one.patient_id or text("dose_card.cohort", language),
            drug_name(one.drug, language),
            str(one.sessions),
            number(one.given_mg, 0),
            number(one.planned_mg, 0),
            percent(one.relative_dose),
            percent(one.relative_intensity),
        ]
        for one in ordered
    ]
    note = text(
        "dose_card.intensity_note", language,
        regimen=label_text(regimen.label, language), days=regimen.interval_days[1],
    )  # fmt: skip
    title = text("dose_card.intensity_title", language)
    return Table("dose_intensity", title, framed(rows, headers), (note,))


def regimen_table(regimens: Sequence[ShownRegimen], language: Language) -> Table:
    """The drugs of each regimen."""
    names = ("regimen", "interval", "drug", "per_m2", "hours", "vial")
    headers = [text(f"dose_card.column.{name}", language) for name in names]
    rows = []
    for regimen in regimens:
        for place, (drug, per_m2, hours, vial) in enumerate(regimen.drugs):
            low, high = regimen.interval_days
            first = [label_text(regimen.label, language), f"{low}–{high}"]
            rows.append(
                [
                    *(first if place == 0 else ["", ""]),
                    drug_name(drug, language),
                    compact(per_m2),
                    compact(hours),
                    compact(vial),
                ]
            )
    return Table("regimens", text("dose_card.regimens_title", language), framed(rows, headers))


def shown_or_missing(value: float | None, decimals: int, unit: str) -> str:
    """A number with its unit, or a dash."""
    return MISSING if value is None else f"{number(value, decimals)} {unit}".strip()


def signed_table(signed: Sequence[SignedDose], language: Language) -> Table:
    """What was signed about one session, with name, reason and time."""
    headers = [
        text(f"dose_card.column.{name}", language)
        for name in ("what", "drug", "name", "note", "at")
    ]
    rows = []
    for one in signed:
        change = one.change
        if change is not None:
            what = (
                f"{compact(change.percent)}%"
                if change.percent is not None
                else f"{compact(change.mg)} mg"
            )
            what = text("dose_card.entry_change", language, to=what)
        elif one.overrides:
            what = text("dose_card.entry_override", language)
        else:
            times = [
                text(f"dose_card.{name}", language) + f" {at:%H:%M}"
                for name in ("mixed_at", "started_at", "pain_at")
                if (at := getattr(one, name)) is not None
            ]
            what = "; ".join(times) or text("dose_card.entry_times", language)
        rows.append(
            [
                what,
                drug_name(change.drug, language) if change else MISSING,
                one.signed_by,
                one.note,
                f"{one.signed_at.astimezone():%Y-%m-%d %H:%M}",
            ]
        )
    return Table("signed_doses", text("dose_card.signed_title", language), framed(rows, headers))
