"""Patient: one patient's eligibility, course, response and lesions on one screen."""

from __future__ import annotations

import streamlit as st

from pages.parts import alike_view, cached, documents_view, patient_view, state
from pages.parts.controls import response_options
from pages.parts.dose_card import dose_card
from pages.parts.patient_view import ShownPatient
from pages.parts.widgets import require_study, t, title


def render() -> None:
    """Choose a patient, then everything about this one."""
    title("patient.title", lead="patient.lead")
    info = require_study()
    if info is None:
        return
    listed = list(cached.data(cached.key_of(info)).table("patients")["patient_id"])
    patient_id = _choose(listed)
    if patient_id is None:
        return
    shown = ShownPatient(
        cached.whole_key_of(info), patient_id, response_options(), patient_id, "patient"
    )
    patient_view.show_headline(shown)
    patient_view.show_timeline(shown, patient_view.choose_look(shown))
    patient_view.show_eligibility(shown)
    patient_view.show_fitness(shown)
    patient_view.show_lesions(shown)
    if st.toggle(t("patient.dose_card"), key="patient_dose_card"):
        dose_card(shown.key, patient_id)
    documents_view.show(shown)
    alike_view.show(shown)
    patient_view.show_response(shown)


def _choose(listed: list[str]) -> str | None:
    """The patient looked at; another by name, or the one before or after by click or key."""
    chosen = state.selected_patient()
    at = listed.index(chosen) if chosen in listed else 0
    slot = f"patient_choice_{at}"

    def take() -> None:
        state.select_another(st.session_state[slot], listed[at])

    before, name, after, place = st.columns([1, 2.4, 1, 1.6], vertical_alignment="bottom")
    with before:
        st.button(
            t("patient.previous"),
            key="patient_previous",
            icon=":material/arrow_back:",
            on_click=state.select_patient,
            args=(listed[max(at - 1, 0)] if listed else None,),
            disabled=at == 0,
            shortcut="Alt+Left",
            width="stretch",
        )
    with name:
        patient_id = st.selectbox(
            t("common.patient"),
            listed,
            index=at if listed else None,
            placeholder=t("patient.choose"),
            key=slot,
            on_change=take,
        )
    with after:
        st.button(
            t("patient.next"),
            key="patient_next",
            icon=":material/arrow_forward:",
            icon_position="right",
            on_click=state.select_patient,
            args=(listed[min(at + 1, len(listed) - 1)] if listed else None,),
            disabled=at >= len(listed) - 1,
            shortcut="Alt+Right",
            width="stretch",
        )
    place.caption(t("patient.position", number=at + 1, total=len(listed)))
    if patient_id is not None:
        state.select_patient(patient_id)
    return patient_id
