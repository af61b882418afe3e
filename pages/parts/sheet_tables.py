"""What each sheet of an upload holds, and changing that in one click."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.errors import UnusableFile
from core.intake.cells import Sheet
from core.intake.choosing import CHOICES, NOT_USED, choose_table
from core.intake.columns import names_a_person, recognise_columns
from core.intake.confirming import confirm_columns
from core.results.intake import SheetMapping
from core.rules.columns import STUDY
from core.schema import TABLES
from pages.parts import state
from pages.parts.drafting import Draft, recheck
from pages.parts.widgets import t

ON_PAGE = 30
"""Sheets shown; an upload of more is told by its columns alone."""
_WIDTHS = (3, 2.4, 2.4)
_ASKED = ("no_patient_column", "no_patient_table", "patient_column_twice", "summary_table")
"""Refusals that a choice of table or patient column can lift."""


def table_name(table: str) -> str:
    """What a sheet holds, in words."""
    if table == NOT_USED:
        return t("mapping.holds_nothing")
    return t("mapping.holds_settings") if table == STUDY else t(f"data.table.{table}")


def edit_tables(draft: Draft) -> None:
    """Every sheet with what it holds; another choice is checked at once."""
    st.markdown(f"**{t('mapping.sheets')}**")
    st.caption(t("mapping.sheets_lead"))
    names = {table: table_name(table) for table in CHOICES}
    for place, mapping in enumerate(draft.intake.mappings[:ON_PAGE]):
        about, sure, holds = st.columns(_WIDTHS, vertical_alignment="center")
        n = len(draft.sheets[place].rows)
        about.text(t("mapping.sheet_rows", sheet=mapping.sheet, n=n))
        sure.caption(_sureness(mapping))
        key = f"data_sheet_{place}_{mapping.table}_{draft.digest}"
        holds.selectbox(
            t("mapping.named_table", sheet=mapping.sheet),
            CHOICES,
            index=CHOICES.index(mapping.table),
            format_func=names.__getitem__,
            key=key,
            label_visibility="collapsed",
            on_change=_change,
            args=(draft, place, key),
        )


def _sureness(mapping: SheetMapping) -> str:
    if mapping.remembered:
        return t("mapping.remembered")
    if mapping.by_hand:
        return t("mapping.sheet_chosen")
    return t("mapping.sheet_recognised" if mapping.table else "mapping.sheet_unrecognised")


def _change(draft: Draft, place: int, key: str) -> None:
    table = st.session_state[key]
    mappings = choose_table(draft.sheets, draft.intake.mappings, place, table)
    if recheck(draft, mappings=mappings):
        sheet = mappings[place].sheet
        state.tell("success", "mapping.sheet_changed", sheet=sheet, table=table_name(table))


def ask_tables(sheets: Sequence[Sheet], error: UnusableFile) -> tuple[SheetMapping, ...] | None:
    """What the sheets of an upload hold that couldn't be read as recognised.

    Returns:
        The mappings, once they are chosen; None = not chosen, or this is not what is wrong.
    """
    if error.code not in _ASKED:
        return None
    names = {table: table_name(table) for table in CHOICES}
    found = []
    with st.container(border=True):
        st.markdown(f"**{t('mapping.help_read')}**")
        st.caption(t("mapping.help_read_lead"))
        for place, sheet in enumerate(sheets[:ON_PAGE]):
            found.append(_ask_table(place, sheet, names))
        is_chosen = st.button(t("mapping.read_again"), type="primary", key="data_tables_read")
    if not is_chosen:
        return None
    return (*found, *(recognise_columns(sheet) for sheet in sheets[ON_PAGE:]))


def _ask_table(place: int, sheet: Sheet, names: dict[str, str]) -> SheetMapping:
    about, holds, patients = st.columns(_WIDTHS, vertical_alignment="bottom")
    about.text(t("mapping.sheet_rows", sheet=sheet.name, n=len(sheet.rows)))
    recognised = recognise_columns(sheet)
    turn = f"{state.upload_round()}_{place}"
    table = holds.selectbox(
        t("mapping.named_table", sheet=sheet.name),
        CHOICES,
        index=CHOICES.index(recognised.table),
        format_func=names.__getitem__,
        key=f"data_tables_{turn}",
    )
    mapping = recognised if table == recognised.table else recognise_columns(sheet, table)
    if table not in TABLES:
        return mapping
    headers = [
        at for at, header in enumerate(sheet.headers) if header and not names_a_person(header)
    ]
    proposed = [c.position for c in mapping.columns if c.field == "patient_id"]
    column = patients.selectbox(
        t("mapping.patient_column"),
        headers,
        index=headers.index(proposed[0]) if proposed and proposed[0] in headers else None,
        format_func=lambda at: sheet.headers[at],
        key=f"data_patients_{turn}_{table}",
    )
    if column is None:
        return mapping
    return confirm_columns(sheet, mapping, {column: (table, "patient_id")})
