"""Signed entries about one session: a reduction, an override of blocks, the infusion's times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

import streamlit as st

from core import doses
from core.analysis.dosing.given import REASON_CODES, checked_change
from core.errors import ArteriaError
from core.exports.tables.dosing import drug_name, signed_table
from core.results.dosing import DosePlan, SessionInputs, SignedDose
from core.text.catalogue import say_error
from pages.parts import cached, state
from pages.parts.signing import signature
from pages.parts.widgets import named, show_table, t


def sign_about(
    key: cached.Key,
    session: SessionInputs,
    plan: DosePlan,
    signed: tuple[SignedDose, ...],
) -> None:
    """What was signed, and the forms to sign more."""
    if signed:
        show_table(signed_table(signed, state.language()), key="dose_signed")
    if plan.drugs:
        with st.expander(t("dose_card.reduce"), icon=":material/trending_down:"):
            _reduce(key, session, plan)
    blocks = doses.open_blocks(plan, signed)
    if blocks and plan.drugs:
        with st.expander(t("dose_card.override"), icon=":material/lock_open:"):
            _override(key, session, blocks)
    with st.expander(t("dose_card.times"), icon=":material/schedule:"):
        _times(key, session)


def _signed(write: Callable[[], None]) -> None:
    try:
        write()
    except ArteriaError as error:
        st.error(say_error(error, state.language()))
        return
    state.tell("success", "dose_card.signed_done")
    st.rerun()


def _reduce(key: cached.Key, session: SessionInputs, plan: DosePlan) -> None:
    place = f"{session.patient_id}_{session.session_no}"
    st.caption(t("dose_card.reduce_help"))
    first, second, third, fourth = st.columns(4)
    language = state.language()
    names = {dose.drug: drug_name(dose.drug, language) for dose in plan.drugs}
    drug = first.selectbox(
        t("dose_card.column.drug"), list(names), format_func=names.__getitem__,
        key=f"reduce_drug_{place}",
    )  # fmt: skip
    percent = second.number_input(
        t("dose_card.percent"), value=None, format="%g", key=f"reduce_percent_{place}"
    )
    mg = third.number_input(t("dose_card.mg"), value=None, format="%g", key=f"reduce_mg_{place}")
    reason = fourth.selectbox(
        t("signing.reason"), REASON_CODES, index=None,
        format_func=named(REASON_CODES, "dosing.reason.{}"), key=f"reduce_reason_{place}",
    )  # fmt: skip
    name, note = signature(f"reduce_{place}", "signing.note")
    if st.button(t("dose_card.reduce_sign"), key=f"reduce_sign_{place}"):

        def write() -> None:
            change = checked_change(
                plan, patient_id=session.patient_id, session_no=session.session_no, drug=drug,
                percent=percent, mg=mg, reason_code=reason or "",
            )  # fmt: skip
            doses.sign_change(state.desk(), key[0], change, signed_by=name, note=note)

        _signed(write)


def _override(key: cached.Key, session: SessionInputs, blocks: tuple[str, ...]) -> None:
    place = f"{session.patient_id}_{session.session_no}"
    name, note = signature(f"override_{place}", "signing.reason")
    if st.button(t("dose_card.override_sign"), key=f"override_sign_{place}"):
        _signed(
            lambda: doses.sign_override(
                state.desk(), key[0], session.patient_id, session.session_no, blocks,
                signed_by=name, note=note,
            )
        )  # fmt: skip


def _times(key: cached.Key, session: SessionInputs) -> None:
    place = f"{session.patient_id}_{session.session_no}"
    cells = st.columns(4)
    on = session.day or datetime.now().date()
    found: dict[doses.Moment, datetime | None] = {}
    for cell, moment in zip(cells, doses.MOMENTS, strict=False):
        at: time | None = cell.time_input(
            t(f"dose_card.{moment}"), value=None, key=f"times_{moment}_{place}"
        )
        found[moment] = None if at is None else datetime.combine(on, at)
    longest = cells[3].number_input(
        t("dose_card.longest_delay"), value=None, min_value=0.0, format="%g",
        key=f"times_longest_{place}", help=t("dose_card.longest_delay_help"),
    )  # fmt: skip
    name, note = signature(f"times_{place}", "signing.note")
    if st.button(t("dose_card.times_sign"), key=f"times_sign_{place}"):
        _signed(
            lambda: doses.sign_infusion(
                state.desk(), key[0], session.patient_id, session.session_no, found, longest,
                signed_by=name, note=note,
            )
        )  # fmt: skip
