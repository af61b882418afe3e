"""The dose card of one patient and session: what is entered, computed, checked and printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

import streamlit as st

from core import doses
from core.analysis.dosing.body_surface import FORMULA_NAMES
from core.analysis.dosing.clock import ORDERS, Order, infusion_clock, next_window
from core.analysis.dosing.given import ROUNDINGS, Rounding, given_doses
from core.analysis.dosing.plan import plan_dose
from core.analysis.dosing.regimen import Regimen
from core.analysis.dosing.safety import DoseContext, DpydStatus, make_check, order_checks
from core.exports.printed_card import printed_card
from core.exports.tables.dosing import (
    checks_table,
    clock_table,
    dose_table,
    drug_name,
    shown_or_missing,
)
from core.exports.tables.table import inert_text
from core.results.dosing import (
    BsaFormula,
    DoseCheck,
    DosePlan,
    GivenDose,
    SessionInputs,
    SignedDose,
)
from core.text.catalogue import label_text, say
from core.text.numbers import MISSING, day
from pages.parts import cached, state
from pages.parts.dose_signing import sign_about
from pages.parts.widgets import download, metrics, named, show_table, t

DPYD: tuple[DpydStatus, ...] = ("unknown", "normal", "deficient")


@dataclass(frozen=True, slots=True)
class Entered:
    """What the person at the screen chose for the card."""

    regimen: Regimen
    formula: BsaFormula
    height_cm: float | None
    weight_kg: float | None
    start: datetime
    order: Order
    rounding: Rounding
    context: DoseContext


def dose_card(key: cached.Key, patient_id: str) -> None:
    """The card with its controls; nothing of it is a prescription."""
    inputs = cached.dose_inputs(key, patient_id)
    numbers = {one.session_no: one for one in inputs}
    names = {number: _session_name(one) for number, one in numbers.items()}
    chosen = st.selectbox(
        t("dose_card.session"),
        list(numbers),
        index=len(numbers) - 1,
        format_func=names.__getitem__,
        key=f"dose_session_{patient_id}",
    )
    if chosen is None:
        return
    session = numbers[chosen]
    entered = _controls(key, session)
    signed = doses.signed_doses(state.desk(), key[0], patient_id, session.session_no)
    plan, given, checks = _computed(entered, signed)
    st.info(say(plan.banner, state.language()), icon=":material/calculate:")
    _shown(plan, given, checks, entered, session)
    sign_about(key, session, plan, signed)
    _print(plan, given, checks, entered, session, signed)


def _session_name(session: SessionInputs) -> str:
    name = "dose_card.next_session" if session.is_next else "dose_card.past_session"
    return t(name, n=session.session_no, day=day(session.day))


def _controls(key: cached.Key, session: SessionInputs) -> Entered:
    place = f"{session.patient_id}_{session.session_no}"
    regimens = {one.id: one for one in doses.regimens(state.desk(), key[0])}
    language = state.language()
    first, second, third, fourth = st.columns([2, 1.4, 1, 1])
    regimen = first.selectbox(
        t("dose_card.column.regimen"),
        list(regimens),
        format_func=lambda name: label_text(regimens[name].label(), language),
        key=f"dose_regimen_{place}",
    )
    formula = second.selectbox(
        t("dose_card.formula"),
        FORMULA_NAMES,
        format_func=named(FORMULA_NAMES, "dosing.formula.{}"),
        key=f"dose_formula_{place}",
    )
    height = third.number_input(
        t("dose_card.height"), value=session.height_cm, format="%g", key=f"dose_height_{place}"
    )
    weight = fourth.number_input(
        t("dose_card.weight"), value=session.weight_kg, format="%g", key=f"dose_weight_{place}"
    )
    first, second, third, fourth = st.columns([1, 1, 1.4, 1.6])
    on = first.date_input(
        t("dose_card.day"),
        value=session.day or datetime.now().date(),
        key=f"dose_day_{place}",
        format="YYYY-MM-DD",
    )
    at = second.time_input(t("dose_card.start"), value=time(9, 0), key=f"dose_start_{place}")
    order = third.selectbox(
        t("dose_card.order"), ORDERS, format_func=named(ORDERS, "dosing.order.{}"),
        key=f"dose_order_{place}",
    )  # fmt: skip
    rounding = fourth.selectbox(
        t("dose_card.rounding"), ROUNDINGS, format_func=named(ROUNDINGS, "dosing.rounding.{}"),
        key=f"dose_rounding_{place}",
    )  # fmt: skip
    first, second, third, _ = st.columns([1.2, 1.2, 1.4, 1.2])
    dpyd = first.selectbox(
        t("dose_card.dpyd"), DPYD, format_func=named(DPYD, "dose_card.dpyd_{}"),
        key=f"dose_dpyd_{place}",
    )  # fmt: skip
    allergy = second.toggle(t("dose_card.allergy"), key=f"dose_allergy_{place}")
    prior = third.number_input(
        t("dose_card.prior"), value=None, min_value=0.0, format="%g", key=f"dose_prior_{place}",
        help=t("dose_card.prior_help"),
    )  # fmt: skip
    # The address of a new visitor's control can be empty for one run.
    used_regimen = regimens[regimen or next(iter(regimens))]
    start = datetime.combine(on or datetime.now().date(), at or time(9, 0))
    return Entered(
        used_regimen, formula or "mosteller", height, weight, start, order or "sequential",
        rounding or "none", _context(session, start, dpyd or "unknown", allergy, prior),
    )  # fmt: skip


def _context(
    session: SessionInputs, start: datetime, dpyd: DpydStatus, allergy: bool, prior: float | None
) -> DoseContext:
    gap = session.days_since_last
    if gap is not None and session.day is not None:
        gap += (start.date() - session.day).days
    within = session.prior_oxaliplatin_mg_m2
    total = None if within is None and prior is None else (within or 0.0) + (prior or 0.0)
    return DoseContext(
        days_since_last_session=gap,
        prior_oxaliplatin_mg_m2=total,
        platinum_allergy=allergy,
        anc=session.anc,
        plt=session.plt,
        crcl_ml_min=session.crcl_ml_min,
        neuropathy_grade=session.neuropathy_grade,
        gastrointestinal_grade=session.gastrointestinal_grade,
        had_febrile_neutropenia=session.had_febrile_neutropenia,
        neutropenia_grade=session.neutropenia_grade,
        surface_weight_kg=session.first_weight_kg,
        dpyd=dpyd,
    )


def _computed(
    entered: Entered, signed: tuple[SignedDose, ...]
) -> tuple[DosePlan, tuple[GivenDose, ...], tuple[DoseCheck, ...]]:
    context = doses.with_times(entered.context, signed)
    plan = plan_dose(
        entered.height_cm, entered.weight_kg, entered.regimen, entered.formula, context=context
    )
    changes = [(one.change, one.signed_by) for one in signed if one.change is not None]
    per_ml = {rule.drug: rule.product_mg_ml for rule in entered.regimen.drugs if rule.product_mg_ml}
    given, more = given_doses(plan, changes, entered.rounding, per_ml)
    lifted = [
        make_check("S12", "notice", "overridden", who=one.signed_by, reason=one.note)
        for one in signed
        if one.overrides
    ]
    return plan, given, order_checks([*plan.checks, *more, *lifted])


def _shown(
    plan: DosePlan,
    given: tuple[GivenDose, ...],
    checks: tuple[DoseCheck, ...],
    entered: Entered,
    session: SessionInputs,
) -> None:
    language = state.language()
    first, last = next_window(entered.start.date(), plan.interval_days)
    metrics(
        [
            (
                t("dose_card.surface"),
                shown_or_missing(plan.bsa_m2, 2, "m²"),
                t(f"dosing.formula.{entered.formula}"),
            ),
            (
                t("dose_card.since_last"),
                MISSING
                if entered.context.days_since_last_session is None
                else t("dose_card.days", n=entered.context.days_since_last_session),
                t("dose_card.interval", low=plan.interval_days[0], high=plan.interval_days[1]),
            ),
            (t("dose_card.next_from"), day(first), t("dose_card.next_to", day=day(last))),
            (
                t("dose_card.cumulative"),
                shown_or_missing(entered.context.prior_oxaliplatin_mg_m2, 0, "mg/m²"),
                t("dose_card.before_this"),
            ),
        ]
    )
    for check in checks:
        if check.severity == "block":
            st.error(inert_text(f"{check.id}  {say(check.message, language)}"), icon="⛔")
    if plan.drugs:
        show_table(dose_table(plan, given, entered.rounding, language), key="dose_table")
        clock = infusion_clock(entered.start, plan.drugs, entered.order)
        show_table(clock_table(clock, entered.order, language), key="dose_clock")
    show_table(checks_table(checks, language), key="dose_checks")
    st.caption(inert_text(_recorded(session)))


def _recorded(session: SessionInputs) -> str:
    def flag(value: bool | None) -> str:
        return MISSING if value is None else t("common.yes" if value else "common.no")

    return t(
        "dose_card.recorded",
        position=session.catheter_position or MISSING,
        interrupted=flag(session.infusion_interrupted),
        lidocaine=flag(session.lidocaine_given),
    )


def _print(
    plan: DosePlan,
    given: tuple[GivenDose, ...],
    checks: tuple[DoseCheck, ...],
    entered: Entered,
    session: SessionInputs,
    signed: tuple[SignedDose, ...],
) -> None:
    language = state.language()
    if doses.open_blocks(plan, signed) or not plan.drugs:
        st.warning(t("dose_card.no_print"), icon=":material/print_disabled:")
        return
    clock = infusion_clock(entered.start, plan.drugs, entered.order)
    first, last = next_window(entered.start.date(), plan.interval_days)
    facts = [
        (t("common.patient"), session.patient_id),
        (t("dose_card.session"), str(session.session_no)),
        (t("dose_card.day"), f"{entered.start:%Y-%m-%d %H:%M}"),
        (t("dose_card.column.regimen"), label_text(entered.regimen.label(), language)),
        (
            t("dose_card.body"),
            f"{shown_or_missing(plan.height_cm, 1, 'cm')}, "
            f"{shown_or_missing(plan.weight_kg, 1, 'kg')}",
        ),
        (
            t("dose_card.surface"),
            f"{shown_or_missing(plan.bsa_m2, 3, 'm²')} ({t(f'dosing.formula.{entered.formula}')})",
        ),
        (t("dose_card.next_from"), f"{day(first)} – {day(last)}"),
        (t("dose_card.computed"), f"{datetime.now():%Y-%m-%d %H:%M}, {plan.regimen_version}"),
    ]
    facts += [
        (t("dose_card.signed"), f"{one.signed_by}: {one.note}")
        for one in signed
        if one.change is not None or one.overrides
    ]
    page = printed_card(
        f"{t('dose_card.title')} {session.patient_id}",
        say(plan.banner, language),
        facts,
        [
            dose_table(plan, given, entered.rounding, language),
            clock_table(clock, entered.order, language),
            checks_table(checks, language),
        ],
        [t("dose_card.sign_doctor"), t("dose_card.sign_pharmacist"), t("dose_card.sign_nurse")],
        language,
    )
    download(
        t("dose_card.print"),
        f"dose_card_{session.session_no}",
        page,
        mime="text/html",
        suffix="html",
        key="dose_print",
    )
    reduced = [drug_name(one.drug, language) for one in given if one.is_reduced]
    if reduced:
        st.caption(inert_text(t("dose_card.reduced_note", drugs=", ".join(reduced))))
