"""The cross-table of overall and intrahepatic response, and the patients behind its cells."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.exports.tables.response import cross_cells, cross_table
from core.exports.workbook import workbook_bytes
from core.results.response import CohortResponse
from pages.parts import state
from pages.parts.selection import patient_link
from pages.parts.widgets import XLSX, download, inert_text, t


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A cell; ``liver`` is empty where it stands for the whole row."""

    overall: str
    liver: str
    patients: tuple[str, ...]


def show(cohort: CohortResponse) -> None:
    """The table, whose cells can be clicked, and who is behind the one that was."""
    printed = cross_table(cohort, state.language())
    st.subheader(printed.title)
    slot = f"response_cross_{state.selection_round()}"
    columns = list(printed.frame.columns)

    def chosen() -> _Chosen | None:
        marked = st.session_state[slot]["selection"]["cells"] if slot in st.session_state else ()
        return _behind(cohort, *_place(marked[0], columns)) if marked else None

    def take() -> None:
        found = chosen()
        if found is not None and len(found.patients) == 1:
            state.select_patient(found.patients[0])

    st.dataframe(
        printed.frame, hide_index=True, key=slot, on_select=take, selection_mode="single-cell",
        width="content",
    )  # fmt: skip
    hint, button = st.columns([5, 1.1])
    hint.caption(t("response_screen.cross_how"))
    with button:
        download(
            t("common.download_table"), printed.name, workbook_bytes([printed]),
            mime=XLSX, suffix="xlsx", key="response_cross_download",
        )  # fmt: skip
    found = chosen()
    if found is not None and found.patients:
        _show_patients(found, cohort)


def _place(cell: tuple[int, str], columns: list[str]) -> tuple[int, int]:
    row, name = cell
    return int(row), columns.index(name)


def _behind(cohort: CohortResponse, row: int, column: int) -> _Chosen | None:
    """The cell at this place; the first and the last column stand for the row."""
    rows = cross_cells(cohort)
    if row >= len(rows):
        return None
    if 0 < column <= len(rows[row]):
        cell = rows[row][column - 1]
        return _Chosen(cell.overall, cell.liver, cell.patient_ids)
    whole = tuple(name for cell in rows[row] for name in cell.patient_ids)
    return _Chosen(rows[row][0].overall, "", whole)


def _show_patients(chosen: _Chosen, cohort: CohortResponse) -> None:
    """The cell's patients by name: one is looked at, all of them can limit the screens."""
    words = t(
        f"response_screen.cross_chosen{'' if chosen.liver else '_row'}",
        overall=chosen.overall,
        liver=chosen.liver,
        n=len(chosen.patients),
    )
    line, button = st.columns([4, 1.6], vertical_alignment="center")
    line.markdown(f"**{words}**")
    button.button(
        t("common.limit_to_them"),
        key="response_cross_limit",
        on_click=state.select_subgroup,
        args=(chosen.patients,),
        icon=":material/filter_alt:",
        width="stretch",
    )
    looked_at = state.selected_patient()
    slot = f"response_cross_{chosen.overall}_{chosen.liver}_{looked_at}"

    def take() -> None:
        state.select_another(st.session_state[slot], looked_at)

    st.pills(
        t("common.patients"),
        list(chosen.patients),
        default=looked_at if looked_at in chosen.patients else None,
        format_func=inert_text,
        key=slot,
        on_change=take,
        label_visibility="collapsed",
    )
    if looked_at in chosen.patients:
        patient_link()
