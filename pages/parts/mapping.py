"""One look at how the columns were recognised, one click to change what a column means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.intake.cells import Sheet, cell_text, is_empty
from core.results.intake import ColumnMatch, Confidence, SheetMapping
from core.rules.columns import LABS_WIDE, display_header, lab_codes
from core.schema import TABLES, column_specs
from pages.parts import state
from pages.parts.widgets import t

SAMPLES = 3
Target = tuple[str, str]
"""Table and field that a column can fill; ("", "") = not a field."""

REACH = {"patients": ("patients", "follow_up"), "labs": ("labs",)}
"""Tables whose fields a sheet of the first table may carry."""


def open_questions(mappings: Sequence[SheetMapping]) -> int:
    """Columns that look like a field, or like none, and wait for a person."""
    return sum(
        column.confidence in (Confidence.SUGGESTED, Confidence.UNKNOWN) and bool(column.header)
        for mapping in mappings
        if mapping.table in TABLES
        for column in mapping.columns
    )


def edit_mappings(
    sheets: Sequence[Sheet], mappings: Sequence[SheetMapping], *, key: str
) -> tuple[SheetMapping, ...] | None:
    """The mappings as the person sets them; None until they are applied."""
    chosen: dict[tuple[int, int], Target] = {}
    for place, (sheet, mapping) in enumerate(zip(sheets, mappings, strict=True)):
        waiting = [
            column
            for column in mapping.columns
            if column.header
            and column.confidence
            in (Confidence.SUGGESTED, Confidence.UNKNOWN, Confidence.CONFIRMED)
        ]
        if mapping.table not in TABLES or not waiting:
            continue
        st.markdown(f"**{t(f'data.table.{mapping.table}')}**")
        for column in waiting:
            chosen[place, column.position] = _choose(sheet, mapping, column, f"{key}_{place}")
    if not chosen:
        st.caption(t("mapping.nothing_open"))
        return None
    if not st.button(t("mapping.apply"), key=f"{key}_apply", icon=":material/done:"):
        return None
    return tuple(
        replace(
            mapping,
            columns=tuple(
                _changed(column, chosen.get((place, column.position))) for column in mapping.columns
            ),
        )
        for place, mapping in enumerate(mappings)
    )


def _targets(table: str) -> list[Target]:
    fields = [
        (owner, spec.name)
        for owner in REACH.get(table, (table,))
        for spec in column_specs(owner)
        if spec.name != "patient_id" or owner == table
    ]
    return [("", ""), *fields, *((LABS_WIDE, code) for code in lab_codes() if table in REACH)]


def _choose(sheet: Sheet, mapping: SheetMapping, column: ColumnMatch, key: str) -> Target:
    language = state.language()
    targets = _targets(mapping.table)
    names = {
        target: display_header(*target, language) if target[1] else t("mapping.own_variable")
        for target in targets
    }
    proposed: Target = (column.table, column.field)
    is_proposed = column.confidence is not Confidence.UNKNOWN and proposed in targets
    header, samples, field = st.columns([2.2, 2.6, 3], vertical_alignment="center")
    header.text(column.header)
    cells = (row.cells[column.position] for row in sheet.rows)
    shown = [cell_text(cell) for cell in cells if not is_empty(cell)]
    samples.text(" · ".join(dict.fromkeys(shown[: 4 * SAMPLES]))[:60])
    with field:
        target: Target = st.selectbox(
            column.header,
            targets,
            index=targets.index(proposed) if is_proposed else 0,
            format_func=names.__getitem__,
            key=f"{key}_{column.position}",
            label_visibility="collapsed",
        )
    return target


def _changed(column: ColumnMatch, target: Target | None) -> ColumnMatch:
    if target is None:
        return column
    if not target[1]:
        return replace(column, table="", field="", confidence=Confidence.UNKNOWN)
    return replace(column, table=target[0], field=target[1], confidence=Confidence.CONFIRMED)
