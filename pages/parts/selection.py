"""Choosing patients in figures: a click looks at one, a box or lasso limits all screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.figures.theme import SELECT_CONFIG
from pages.parts import cached, state
from pages.parts.drawn import Picture
from pages.parts.widgets import t


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(next(iter(value.values()), None))
    elif isinstance(value, (list, tuple)):
        yield from _texts(next(iter(value), None))


def patients_of(event: Any) -> tuple[str, ...]:
    """The patients behind the chosen points; a figure's points carry them as custom data.

    A mark that stands for several patients carries them on lines of their own.

    >>> patients_of({"selection": {"points": [{"customdata": ["H01"]}, {"customdata": ["H01"]}]}})
    ('H01',)
    """
    points = event["selection"]["points"] if event else []
    carried = [text for point in points for text in _texts(point.get("customdata"))]
    found = [name for text in carried for name in text.split("\n") if name]
    return tuple(dict.fromkeys(found))


def selecting(build: Callable[..., go.Figure], *args: Any, **kwargs: Any) -> go.Figure:
    """The figure that ``build`` makes, in which a click chooses what is under the pointer.

    While the pointer draws boxes, Streamlit hears of no click: it starts by moving the figure,
    and box and lasso are two of the tools at the corner. All three are stated here since a
    page theme that arrives late takes back what Streamlit sets itself.
    """
    figure = build(*args, **kwargs)
    figure.update_layout(clickmode="event+select", hovermode="closest", dragmode="pan")
    return figure


def selectable_chart(figure: Picture, *, key: str, alt: str) -> None:
    """A figure in which a click looks at a patient, and a box or lasso makes a subgroup."""
    slot = f"{key}_{state.selection_round()}"

    def take() -> None:
        found = patients_of(st.session_state.get(slot))
        if len(found) == 1:
            state.select_patient(found[0])
        elif found:
            state.select_subgroup(found)

    st.plotly_chart(
        figure,
        key=slot,
        on_select=take,
        selection_mode=("points", "box", "lasso"),
        config=SELECT_CONFIG,
        alt=alt,
    )


def _patient_page() -> StreamlitPage:
    # A page is known by its address, so this one stands for that of the navigation.
    return st.Page(_patient_screen, title=t("shell.screen.patient"), url_path="patient")


def open_patient(patient_id: str) -> None:
    """Go to the Patient screen of this patient; the run of the script ends here."""
    state.select_patient(patient_id)
    st.switch_page(_patient_page())


def patient_link() -> None:
    """The way to everything about the patient looked at."""
    st.page_link(
        _patient_page(),
        label=t("common.open_patient"),
        icon=":material/person:",
    )


def _patient_screen() -> None:
    """Stands for the screen of this address; the frame draws it."""


def show_subgroup() -> None:
    """A quiet line on every screen while it is limited to some patients, with the way back."""
    chosen, info = state.subgroup(), state.opened()
    if not chosen or info is None:
        return
    total = len(cached.data(cached.whole_key_of(info)).table("patients"))
    line, button = st.columns([6, 1], vertical_alignment="center")
    line.info(t("shell.subgroup", n=len(chosen), total=total), icon=":material/filter_alt:")
    button.button(
        t("shell.clear_subgroup"),
        key="shell_clear_subgroup",
        on_click=state.select_subgroup,
        args=((),),
        width="stretch",
    )
