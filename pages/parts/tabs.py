"""Tabs of which only the open one is worked out; what nobody looks at costs nothing."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import state


def open_tab(labels: Mapping[str, str], *, key: str) -> tuple[str, DeltaGenerator]:
    """Tabs of which only the open one is filled: its code, and the place for its content."""
    name, places = tabs_of(labels, key=key)
    return name, places[name]


def tabs_of(labels: Mapping[str, str], *, key: str) -> tuple[str, dict[str, DeltaGenerator]]:
    """Tabs that say which one is open: its code, and the place of each by its code.

    Args:
        labels: code of each tab -> its words in the visitor's language.

    A control in it that is to keep its value while another tab is open needs
    ``persist_state="page"``.
    """
    language, slot, names = state.language(), f"{key}_at", list(labels)
    # The browser knows a tab by its words: in another language the same one opens again.
    spoken, first, now = st.session_state.get(slot, (language, names[0], names[0]))
    if spoken != language:
        first = now
    default = labels.get(first, labels[names[0]])
    places = st.tabs(list(labels.values()), default=default, key=key, on_change="rerun")
    name = next(name for name, place in zip(names, places, strict=True) if place.open)
    st.session_state[slot] = (language, first, name)
    return name, dict(zip(names, places, strict=True))
