"""The patients behind a mark, a bar or a row of the Safety screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.exports.tables.safety_patients import events_of
from core.exports.tables.table import Table, inert_text
from core.figures.theme import SELECT_CONFIG
from core.results.toxicity import AdverseEventTable
from core.text.numbers import listed
from pages.parts import state
from pages.parts.drawn import drawn, printed
from pages.parts.selection import open_patient, patients_of, selecting
from pages.parts.widgets import offer_table, show_notes, show_table, t

MOST_BUTTONS = 24
"""More patients than this are named in a line, without a button each."""
_CHARACTER, _PADDING = 6.4, 18
"""Pixels of a Latin character of a table, and of both margins of a cell."""
_WIDEST = 640


def chart_of_patients(
    build: Callable[..., go.Figure], *args: Any, key: str, alt: str, **named: Any
) -> tuple[str, ...]:
    """A figure, and the patients behind the marks chosen in it by click, box or lasso."""
    slot = f"{key}_{state.selection_round()}"
    event = st.plotly_chart(
        drawn(selecting, build, *args, **named),
        key=slot,
        on_select="rerun",
        selection_mode=("points", "box", "lasso"),
        config=SELECT_CONFIG,
        alt=alt,
    )
    return tuple(sorted(patients_of(event)))


def cells_of_patients(
    table: Table, behind: Mapping[tuple[int, str], tuple[str, ...]], *, key: str
) -> tuple[str, ...]:
    """A table whose cells can be chosen, and the patients behind those that are.

    Args:
        behind: (row, header) -> the patients counted in that cell.
    """
    st.subheader(table.title)
    event = st.dataframe(
        table.frame,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-cell",
        key=f"{key}_{state.selection_round()}",
    )
    offer_table(table, key=key, with_csv=True)
    cells = [(int(row), str(name)) for row, name in event["selection"]["cells"]]
    return tuple(sorted({one for cell in cells for one in behind.get(cell, ())}))


def rows_of_patients(table: Table, patients: Sequence[str], *, key: str) -> tuple[int, ...]:
    """A table whose rows can be chosen, and the positions of those that are.

    Args:
        patients: whose row each one is, in the table's order.
    """
    st.subheader(table.title)
    if not len(table.frame):
        st.caption(t("common.no_rows"))
        show_notes(table.notes)
        return ()
    event = st.dataframe(
        table.frame,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        column_config=_widths(table.frame),
        key=f"{key}_{state.selection_round()}",
    )
    st.caption(t("safety_screen.choose_rows"))
    offer_table(table, key=key, rows_of_data=True, with_csv=True)
    return tuple(int(at) for at in event["selection"]["rows"] if at < len(patients))


def show_patients(patients: Sequence[str], table: AdverseEventTable, *, key: str) -> None:
    """The chosen patients, each with the way to his screen, and their events.

    One button limits all screens to them.
    """
    if not patients:
        st.caption(t("safety_screen.how_to_select"))
        return
    if len(patients) == 1:
        state.select_patient(patients[0])
    line, button = st.columns([4, 1.6], vertical_alignment="center")
    line.markdown(f"**{t('safety_screen.chosen', n=len(patients))}**")
    button.button(
        t("common.limit_to_them"),
        key=f"{key}_limit",
        on_click=state.select_subgroup,
        args=(tuple(patients),),
        icon=":material/filter_alt:",
        width="stretch",
    )
    if len(patients) > MOST_BUTTONS:
        st.text(listed(list(patients), state.language(), limit=60))
    else:
        _ways(patients, key)
    show_table(
        printed(events_of, table, tuple(patients), state.language()),
        key=f"{key}_events",
        rows_of_data=True,
    )


def _ways(patients: Sequence[str], key: str) -> None:
    """A button a patient that opens his screen."""
    with st.container(horizontal=True, gap="small"):
        for at, patient in enumerate(patients):
            if st.button(
                inert_text(patient),
                key=f"{key}_open_{at}",
                icon=":material/person:",
                help=t("common.open_patient"),
            ):
                open_patient(patient)


def _widths(frame: pd.DataFrame) -> dict[str, Any]:
    """Each column as wide as its longest cell, so that a long text gets the room it needs."""
    return {
        str(name): st.column_config.Column(
            width=min(
                _WIDEST,
                round(_PADDING + _CHARACTER * max(map(_width, [str(name), *frame[name]]))),
            )
        )
        for name in frame
    }


def _width(cell: str) -> int:
    """Columns that a text takes in type of even width; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in cell)
