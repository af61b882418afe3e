"""Doses of the study: the card of a patient, given against planned, regimens of its own."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import doses
from core.analysis.dosing.regimen import KNOWN_DRUGS, Regimen, RegimenRefused
from core.errors import ArteriaError
from core.exports.tables.dosing import drug_name, intensity_table, regimen_table
from core.exports.tables.table import inert_text
from core.text.catalogue import label_text, say, say_error
from pages.parts import cached, state
from pages.parts.dose_card import dose_card
from pages.parts.signing import signature
from pages.parts.widgets import csv_download, show_table, t


def dose_view(key: cached.Key) -> None:
    """Card, intensity and regimens."""
    language = state.language()
    patients = list(cached.data(key).table("patients")["patient_id"])
    chosen = st.selectbox(t("common.patient"), patients, key="dose_patient")
    st.subheader(t("dose_card.title"))
    if chosen is not None:
        dose_card(key, chosen)
    regimens = doses.regimens(state.desk(), key[0])
    names = {one.id: label_text(one.label(), language) for one in regimens}
    st.subheader(t("dose_card.intensity_title"))
    planned = st.selectbox(
        t("dose_card.planned_by"), list(names), format_func=names.__getitem__, key="dose_planned_by"
    )
    regimen = next(one for one in regimens if one.id == (planned or regimens[0].id))
    found = cached.intensity(key, regimen)
    if any(one.sessions for one in found):
        printed = intensity_table(found, regimen.shown(), language)
        show_table(printed, key="dose_intensity", heading=False, rows_of_data=True, height=360)
        csv_download(printed, key="dose_intensity_csv")
    else:
        st.caption(t("dose_card.no_doses"))
    show_table(regimen_table([one.shown() for one in regimens], language), key="dose_regimens")
    with st.expander(t("dose_card.add_regimen"), icon=":material/add_box:"):
        _add_regimen(key, regimens)


def _add_regimen(key: cached.Key, regimens: tuple[Regimen, ...]) -> None:
    language = state.language()
    names = {one.id: label_text(one.label(), language) for one in regimens}
    base_cell, low_cell, high_cell = st.columns([2, 1, 1])
    base_id = base_cell.selectbox(
        t("dose_card.base"), list(names), format_func=names.__getitem__, key="regimen_base"
    )
    base = next(one for one in regimens if one.id == (base_id or regimens[0].id))
    low = low_cell.number_input(
        t("dose_card.interval_low"), value=base.interval_days[0], key=f"regimen_low_{base.id}"
    )
    high = high_cell.number_input(
        t("dose_card.interval_high"), value=base.interval_days[1], key=f"regimen_high_{base.id}"
    )
    rules = {rule.drug: rule for rule in base.drugs}
    wanted = st.multiselect(
        t("dose_card.drugs"),
        list(dict.fromkeys([*rules, *KNOWN_DRUGS])),
        default=list(rules),
        format_func=lambda drug: drug_name(drug, language),
        accept_new_options=True,
        key=f"regimen_drugs_{base.id}",
        select_all=False,
    )
    drugs: list[dict[str, Any]] = []
    for drug in wanted:
        rule = rules.get(drug)
        label, dose, hours, vial = st.columns([1.4, 1, 1, 1])
        label.markdown(inert_text(drug_name(drug, language)))
        content: dict[str, Any] = rule.model_dump() if rule else {"drug": drug}
        if drug == "levoleucovorin":
            content["form"] = "levo"
        if drug == "leucovorin":
            content["form"] = "racemic"
        for cell, entry, start in (
            (dose, "dose_mg_m2", None if rule is None else rule.dose_mg_m2),
            (hours, "hours", None if rule is None else rule.hours),
            (vial, "vial_mg", None if rule is None else rule.vial_mg),
        ):
            content[entry] = cell.number_input(
                t(f"dose_card.{entry}"), value=start, format="%g",
                key=f"regimen_{entry}_{drug}_{base.id}",
            )  # fmt: skip
        drugs.append(content)
    zh, en = st.columns(2)
    content = {
        "name_zh": zh.text_input(t("protocol_screen.name_zh"), key="regimen_zh", max_chars=100),
        "name_en": en.text_input(t("protocol_screen.name_en"), key="regimen_en", max_chars=100),
        "interval_days": (int(low or 0), int(high or 0)),
        "drugs": drugs,
    }
    name, note = signature("regimen", "signing.note")
    if not st.button(t("dose_card.save_regimen"), key="regimen_save"):
        return
    try:
        doses.save_regimen(state.desk(), key[0], content, signed_by=name, note=note)
    except RegimenRefused as error:
        reasons = " ".join(say(reason, language) for reason in error.reasons)
        st.error(inert_text(f"{say_error(error, language)} {reasons}"))
    except ArteriaError as error:
        st.error(say_error(error, language))
    else:
        state.tell("success", "dose_card.regimen_saved")
        st.rerun()
