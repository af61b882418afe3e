"""The patients behind a mark, a bar or a row of the Safety screen."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.exports.tables.safety_patients import events_of
from core.exports.tables.table import Table
from core.exports.workbook import workbook_bytes
from core.figures.theme import CHART_CONFIG
from core.results.toxicity import AdverseEventTable
from core.text.numbers import listed
from pages.parts import state
from pages.parts.selection import patients_of
from pages.parts.widgets import XLSX, download, show_notes, show_table, t


def chart_of_patients(figure: go.Figure, *, key: str, alt: str) -> tuple[str, ...]:
    """A figure, and the patients behind the marks that are chosen in it."""
    slot = f"{key}_{state.selection_round()}"
    event = st.plotly_chart(
        figure,
        key=slot,
        on_select="rerun",
        selection_mode="points",
        config=CHART_CONFIG,
        alt=alt,
    )
    return patients_of(event)


def rows_of_patients(printed: Table, patients: Sequence[str], *, key: str) -> tuple[int, ...]:
    """A table whose rows can be chosen, and the positions of those that are.

    Args:
        patients: whose row each one is, in the table's order.
    """
    st.subheader(printed.title)
    if not len(printed.frame):
        st.caption(t("common.no_rows"))
        show_notes(printed.notes)
        return ()
    slot = f"{key}_{state.selection_round()}"
    event = st.dataframe(
        printed.frame, hide_index=True, on_select="rerun", selection_mode="multi-row", key=slot
    )
    st.caption(t("safety_screen.choose_rows"))
    show_notes(printed.notes)
    download(
        t("common.download_table"), printed.name, workbook_bytes([printed]),
        mime=XLSX, suffix="xlsx", key=f"{key}_download",
    )  # fmt: skip
    chosen = tuple(int(at) for at in event["selection"]["rows"] if at < len(patients))
    if len({patients[at] for at in chosen}) == 1:
        state.select_patient(patients[chosen[0]])
    return chosen


def show_patients(patients: Sequence[str], table: AdverseEventTable, *, key: str) -> None:
    """The events of the chosen patients, and the way to limit all screens to them."""
    if not patients:
        st.caption(t("safety_screen.how_to_select"))
        return
    if len(patients) == 1:
        state.select_patient(patients[0])
    line, button = st.columns([4, 1.6], vertical_alignment="center")
    names = listed(list(patients), state.language(), limit=30)
    line.markdown(f"**{t('safety_screen.chosen', n=len(patients))}**")
    line.text(names)
    button.button(
        t("common.limit_to_them"),
        key=f"{key}_limit",
        on_click=state.select_subgroup,
        args=(tuple(patients),),
        icon=":material/filter_alt:",
        width="stretch",
    )
    show_table(events_of(table, patients, state.language()), key=f"{key}_events", rows_of_data=True)
