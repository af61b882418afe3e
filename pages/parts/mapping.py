"""One look at how the columns were recognised, one click to change what a column means."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.errors import Fact
from core.intake.cells import Sheet, cell_text, is_empty
from core.intake.columns import recognise_columns
from core.intake.confirming import NO_FIELD, Target, confirm_columns, targets_of
from core.intake.identity import identifier_in
from core.results.intake import ColumnMatch, Confidence, SheetMapping
from core.rules.columns import display_header
from core.schema import TABLES
from core.text.catalogue import has
from core.text.units import shown_unit
from pages.parts import state
from pages.parts.drafting import Draft, recheck
from pages.parts.sheet_tables import edit_tables, table_name
from pages.parts.widgets import named, t

SAMPLES = 3
ON_PAGE = 60
LONGEST_SAMPLES = 60
_WIDTHS = (2.2, 2.4, 1, 1.5, 3)
_SCOPES = ("open", "all")
_WAITING = (Confidence.SUGGESTED, Confidence.UNKNOWN)
_OPEN = (*_WAITING, Confidence.CLASH)


def open_questions(mappings: Sequence[SheetMapping]) -> int:
    """Columns that look like a field, or like none, and wait for a person."""
    return sum(
        column.confidence in _WAITING and bool(column.header)
        for mapping in mappings
        if mapping.table in TABLES
        for column in mapping.columns
    )


def edit_columns(draft: Draft) -> None:
    """Every column with its meaning, its unit and how sure it is; each can be changed."""
    edit_tables(draft)
    st.divider()
    st.caption(t("mapping.lead"))
    waiting = open_questions(draft.intake.mappings)
    scope = st.segmented_control(
        t("mapping.scope"),
        list(_SCOPES),
        format_func=named(_SCOPES, "mapping.scope_{}"),
        default="open" if waiting else "all",
        required=True,
        key="data_map_scope",
    )
    entries = [
        (place, column)
        for place, mapping in enumerate(draft.intake.mappings)
        if mapping.table in TABLES
        for column in mapping.columns
        if column.header and (scope == "all" or column.confidence in _OPEN)
    ]
    if not entries:
        st.caption(t("mapping.nothing_open"))
    keys = _rows(draft, _page(entries))
    _buttons(draft, keys)


def _page(entries: list[tuple[int, ColumnMatch]]) -> list[tuple[int, ColumnMatch]]:
    """The columns of one page; hundreds of choices at once would make the screen slow."""
    pages = -(-len(entries) // ON_PAGE)
    if pages <= 1:
        return entries
    page = st.columns(5)[0].number_input(
        t("mapping.page", total=pages), min_value=1, max_value=pages, key="data_map_page"
    )
    first = (int(page) - 1) * ON_PAGE
    return entries[first : first + ON_PAGE]


def _rows(draft: Draft, entries: list[tuple[int, ColumnMatch]]) -> dict[tuple[int, int], str]:
    """One line a column; the keys of the controls by sheet and position."""
    keys: dict[tuple[int, int], str] = {}
    table = None
    for place, column in entries:
        mapping = draft.intake.mappings[place]
        if place != table:
            table = place
            st.markdown(f"**{table_name(mapping.table)}**")
            st.caption(mapping.sheet)
            titles = ("header", "samples", "unit", "confidence", "field")
            for cell, title in zip(st.columns(_WIDTHS), titles, strict=True):
                cell.caption(t(f"mapping.{title}"))
        is_hidden = (draft.sheets[place].name, column.position) in draft.intake.hidden
        meaning = f"{mapping.table}_{column.confidence}_{column.field}"
        key = f"data_map_{place}_{column.position}_{meaning}"
        if _line(draft.screened[place], mapping, column, key, is_hidden=is_hidden):
            keys[place, column.position] = key
    return keys


def _line(
    sheet: Sheet, mapping: SheetMapping, column: ColumnMatch, key: str, *, is_hidden: bool
) -> bool:
    """One column; returns whether its meaning can be chosen."""
    header, samples, unit, sure, field = st.columns(_WIDTHS, vertical_alignment="center")
    header.text(column.header)
    samples.text("" if is_hidden else _samples(sheet, column))
    unit.text(_unit(column))
    sure.caption(_sureness(column))
    if is_hidden or column.confidence is Confidence.IDENTIFIER:
        field.caption(t("data.confidence_of.identifier"))
        return False
    targets = list(targets_of(mapping.table))
    if column.sequence is not None:
        targets.append((column.table, column.field))
    proposed = _proposed(column, targets)
    names = {target: _name(target) for target in targets}
    field.selectbox(
        column.header,
        targets,
        index=targets.index(proposed),
        format_func=names.__getitem__,
        key=key,
        label_visibility="collapsed",
    )
    return True


def _unit(column: ColumnMatch) -> str:
    """The unit in the visitor's language where it is a word."""
    key = f"units.{column.unit}"
    return t(key) if column.unit and has(key) else shown_unit(column.unit)


def _samples(sheet: Sheet, column: ColumnMatch) -> str:
    found: dict[str, None] = {}
    for row in sheet.rows:
        cell = row.cells[column.position]
        if not is_empty(cell) and not identifier_in(cell):
            found[cell_text(cell)] = None
        if len(found) == SAMPLES:
            break
    return " · ".join(found)[:LONGEST_SAMPLES]


def _sureness(column: ColumnMatch) -> str:
    if column.remembered:
        return t("mapping.remembered")
    return t(f"data.confidence_of.{column.confidence.value}")


def _proposed(column: ColumnMatch, targets: Sequence[Target]) -> Target:
    found: Target = (column.table, column.field)
    is_field = column.confidence not in (Confidence.UNKNOWN, Confidence.OWN)
    return found if is_field and found in targets else NO_FIELD


def _name(target: Target) -> str:
    if target == NO_FIELD:
        return t("mapping.own_variable")
    return display_header(*target, state.language())


def _buttons(draft: Draft, keys: dict[tuple[int, int], str]) -> None:
    mappings = draft.intake.mappings

    def apply() -> None:
        changed = list(mappings)
        for place, mapping in enumerate(mappings):
            wanted: dict[int, Target] = {}
            for column in mapping.columns:
                key = keys.get((place, column.position))
                if key is None:
                    continue
                target: Target = st.session_state[key]
                is_new = target != _proposed(column, [(column.table, column.field)])
                if is_new or column.confidence is Confidence.SUGGESTED:
                    wanted[column.position] = target
            if wanted:
                changed[place] = confirm_columns(draft.sheets[place], mapping, wanted)
        if changed == list(mappings):
            state.tell("warning", "mapping.unchanged")
        elif recheck(draft, mappings=changed):
            facts: dict[str, Fact] = {"n": open_questions(changed)}
            state.tell("success", "mapping.applied", **facts)

    def reset() -> None:
        recheck(draft, mappings=[recognise_columns(sheet) for sheet in draft.sheets])

    with st.container(horizontal=True):
        st.button(
            t("mapping.apply"), key="data_map_apply", type="primary", on_click=apply,
            icon=":material/done:", disabled=not keys,
        )  # fmt: skip
        st.button(t("mapping.reset"), key="data_map_reset", on_click=reset, icon=":material/undo:")
