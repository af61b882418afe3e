"""Name and reason of a person, as every signed entry needs them."""

from __future__ import annotations

import streamlit as st

from pages.parts.widgets import t


def signature(key: str, note_label: str) -> tuple[str, str]:
    """Name and reason; both may be blank, which the store refuses."""
    who, why = st.columns([1, 2])
    name = who.text_input(t("signing.name"), key=f"{key}_name", max_chars=200)
    note = why.text_input(t(note_label), key=f"{key}_note", max_chars=1000)
    return name, note
