"""Several cells at once: the rows that ask for something, as a sheet to type in."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.intake.deciding import with_correction
from core.intake.working_rows import WorkingSheet, edited_cells, lines_to_settle
from core.results.common import Finding
from pages.parts import state
from pages.parts.drafting import Draft, name_input, recheck, signed, take_unsigned
from pages.parts.widgets import t
from pages.parts.worklist import rule_name

MOST_ROWS = 200
PLACE = "grid"
_LINE, _FOUND = "line", "found"


def edit_rows(draft: Draft) -> None:
    """The rows of one sheet with errors or open warnings, to be corrected in place."""
    asked = {
        name: lines
        for name, lines in lines_to_settle(draft.intake.findings).items()
        if name in draft.working
    }
    if not asked:
        st.caption(t("work.grid_none"))
        return
    st.caption(t("work.grid_lead"))
    name = st.selectbox(
        t("data.sheet"),
        list(asked),
        format_func=lambda one: t("work.counted", name=one, n=len(asked.get(one, ()))),
        key="data_grid_sheet",
    )
    working, lines = draft.working[name], asked[name]
    shown = sorted(line for line in lines if working.row(line) is not None)
    frame = _frame(working, {line: lines[line] for line in shown[:MOST_ROWS]})
    if len(shown) > MOST_ROWS:
        st.caption(t("work.grid_more", n=MOST_ROWS, total=len(shown)))
    headers = {str(one): working.sheet.headers[one] for one in working.positions}
    key = f"data_grid_{name}_{draft.digest}"
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        num_rows="fixed",
        disabled=[_LINE, _FOUND],
        column_config={
            _LINE: st.column_config.NumberColumn(t("work.line"), pinned=True, width="small"),
            _FOUND: st.column_config.TextColumn(t("work.grid_what"), pinned=True),
            **{one: st.column_config.TextColumn(header) for one, header in headers.items()},
        },
    )
    _apply(draft, working, list(frame[_LINE]), key)


def _frame(working: WorkingSheet, lines: dict[int, list[Finding]]) -> pd.DataFrame:
    """One row a line; the columns in which something was found come first."""
    found = {working.position(one.column) for reasons in lines.values() for one in reasons}
    order = sorted(working.positions, key=lambda one: (one not in found, one))
    identity = [c.position for c in working.mapping.columns if c.used and c.field == "patient_id"]
    order = [*(one for one in identity if one in order), *(o for o in order if o not in identity)]
    rows = []
    for line, reasons in lines.items():
        row = working.row(line)
        if row is not None:
            said = "; ".join(dict.fromkeys(rule_name(one.code) for one in reasons))
            cells = {str(one): working.text(row, one) for one in order}
            rows.append({_LINE: line, _FOUND: said, **cells})
    return pd.DataFrame(rows)


def _apply(draft: Draft, working: WorkingSheet, lines: list[int], key: str) -> None:
    name, why, button = st.columns([1, 2, 1.2], vertical_alignment="bottom")
    name_input(name, "data_grid_by")
    why.text_input(t("work.reason"), key="data_grid_reason", max_chars=500)
    if take_unsigned(PLACE):
        st.warning(t("work.sign"))

    def apply() -> None:
        by, reason = st.session_state["data_grid_by"], st.session_state["data_grid_reason"]
        signature = signed(by, reason, place=PLACE)
        if signature is None:
            return
        # What was typed until the button was pressed: by row of the grid, the cells changed.
        typed = st.session_state[key]["edited_rows"]
        cells = {
            int(lines[int(at)]): {
                int(column): "" if value is None else str(value)
                for column, value in changed.items()
            }
            for at, changed in typed.items()
        }
        made = edited_cells(working, cells, signature)
        if not made:
            state.tell("warning", "work.unchanged")
            return
        decisions = draft.intake.decisions
        for correction in made:
            decisions = with_correction(decisions, correction)
        recheck(draft, decisions=decisions)

    button.button(
        t("work.grid_apply"), key="data_grid_apply", type="primary", on_click=apply,
        icon=":material/done:",
    )  # fmt: skip
