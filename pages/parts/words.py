"""What an analysis says, as running text below it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import state
from pages.parts.widgets import t


def paragraph(sentences: Sequence[str]) -> None:
    """What an analysis says as running text; Chinese sentences follow without a space."""
    if not sentences:
        return
    separator = "" if state.language() == "zh" else " "
    with st.container(border=True):
        st.markdown(f"**{t('common.in_words')}**")
        st.text(separator.join(sentences))
