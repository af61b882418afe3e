"""Name and reason of a person, as every signed entry needs them."""

from __future__ import annotations

import streamlit as st

from core.results.people import Origin
from pages.parts import state
from pages.parts.widgets import t


def signature(key: str, note_label: str) -> tuple[str, str]:
    """Name and reason; who signed in signs under that name. The store refuses a blank one."""
    who, why = st.columns([1, 2])
    person = state.person()
    known = "" if person.origin is Origin.LOCAL else person.name
    name = who.text_input(
        t("signing.name"), value=known, disabled=bool(known), key=f"{key}_name", max_chars=200
    )
    note = why.text_input(t(note_label), key=f"{key}_note", max_chars=1000)
    return name, note
