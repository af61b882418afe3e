"""The cell that a finding names, in its row, and what a person can do about it."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from core.exports.tables.table import inert_text
from core.intake.cells import SheetRow, full_text
from core.intake.deciding import with_correction, with_row_set_aside, with_waiver
from core.intake.identity import identifier_in
from core.intake.working_rows import WorkingSheet, waiver_of
from core.results.common import Finding
from core.results.decisions import Signature
from core.text.catalogue import say_finding
from pages.parts import state
from pages.parts.drafting import Draft, may_waive, name_input, recheck, signed, take_unsigned
from pages.parts.widgets import t

ROWS_AROUND = 2
COLUMNS_AROUND = 4
LONGEST_VALUE = 2_000
PLACE = "cell"
_MARK, _BY_HAND = "▶ ", "✎ "
_LINE, _PATIENT = "line", "patient"
_STRONG = "background-color: #F4A6A0; color: #1B2A33; font-weight: 600"
_WEAK = "background-color: #F4A6A033"


def show_cell(draft: Draft, finding: Finding) -> None:
    """What was found, the row in the file, and the editor."""
    st.markdown(inert_text(say_finding(finding, state.language())))
    if finding.waived:
        said = t("work.waived", by=finding.waived.by, reason=finding.waived.reason)
        st.caption(inert_text(said))
    working = draft.working.get(finding.sheet)
    row = working.row(finding.row) if working and finding.row is not None else None
    if working is not None and row is not None:
        position = working.position(finding.column)
        _window(working, row, position)
        _editor(draft, finding, working, row, position)
    elif finding.is_open:
        st.caption(t("work.no_cell"))
        _sign_and(draft, finding, None, None, None)
    else:
        st.caption(t("work.no_cell"))


def _window(working: WorkingSheet, row: SheetRow, position: int | None) -> None:
    """The row with its neighbours; the columns are those around the cell."""
    at = working.positions.index(position) if position is not None else 0
    first = max(0, at - COLUMNS_AROUND)
    near = list(working.positions[first : at + COLUMNS_AROUND + 1])
    headers = working.sheet.headers
    identity = {c.position for c in working.mapping.columns if c.used and c.field == "patient_id"}
    others = [one for one in near if one not in identity or one == position]
    shown = []
    for other in working.around(row.line, ROWS_AROUND):
        is_here = other.line == row.line
        cells = {
            _LINE: f"{_MARK if is_here else ''}{other.line}",
            _PATIENT: working.patient(other),
        }
        for one in others:
            text = working.text(other, one)
            by_hand = _BY_HAND if (other.line, one) in working.corrected else ""
            cells[str(one)] = f"{_MARK if is_here and one == position else ''}{by_hand}{text}"
        shown.append(cells)
    frame = pd.DataFrame(shown)
    marked = _LINE if position is None else str(position)
    is_row = [value.startswith(_MARK) for value in frame[_LINE]]

    def colour(column: pd.Series) -> list[str]:
        style = _STRONG if column.name == marked else _WEAK
        return [style if inside else "" for inside in is_row]

    labels = {_LINE: t("work.line"), _PATIENT: t("work.patient")}
    labels |= {str(one): headers[one] for one in others}
    st.dataframe(
        frame.style.apply(colour), hide_index=True, key="data_work_window", column_config=labels
    )
    st.caption(t("work.window"))
    with st.expander(t("work.whole_row", row=row.line)):
        whole = pd.DataFrame(
            {
                t("data.column"): list(working.headers),
                t("data.value"): [working.text(row, one) for one in working.positions],
            }
        )
        st.dataframe(whole, hide_index=True, key="data_work_row")


def _key(finding: Finding, *parts: object) -> str:
    place = repr((finding.code, finding.sheet, finding.row, finding.column, *parts))
    return hashlib.sha256(place.encode()).hexdigest()[:10]


def _editor(
    draft: Draft, finding: Finding, working: WorkingSheet, row: SheetRow, position: int | None
) -> None:
    key = _key(finding)
    column, value = st.columns([1, 2], vertical_alignment="bottom")
    positions = list(working.positions)
    chosen: int = column.selectbox(
        t("work.cell_column"),
        positions,
        index=positions.index(position) if position is not None else 0,
        format_func=working.sheet.headers.__getitem__,
        key=f"data_work_column_{key}",
    )
    current = working.text(row, chosen)
    value_key = f"data_work_value_{_key(finding, chosen, current)}"
    value.text_input(t("work.new_value"), value=current, key=value_key, max_chars=LONGEST_VALUE)
    in_file = full_text(row.cells[chosen])
    if in_file != current and not identifier_in(in_file):
        st.caption(inert_text(t("work.in_file", value=in_file)))
    _sign_and(draft, finding, working, row, (chosen, value_key))


def _sign_and(
    draft: Draft,
    finding: Finding,
    working: WorkingSheet | None,
    row: SheetRow | None,
    edit: tuple[int, str] | None,
) -> None:
    """Name, reason and the decisions that they sign.

    ``edit``: the column to correct and the key of the control that holds its new text.
    """
    key = _key(finding)
    name, why = st.columns([1, 2])
    reason_key = f"data_work_reason_{key}"
    name_input(name, "data_work_by")
    why.text_input(t("work.reason"), key=reason_key, max_chars=500)
    if take_unsigned(PLACE):
        st.warning(t("work.sign"))
    decisions = draft.intake.decisions
    alike = sum(
        (one.code, one.sheet, one.column) == (finding.code, finding.sheet, finding.column)
        and one.is_open
        for one in draft.intake.findings
    )

    def sign() -> Signature | None:
        # What stands in the controls when the button is pressed, not when it was drawn.
        return signed(st.session_state["data_work_by"], st.session_state[reason_key], place=PLACE)

    def correct() -> None:
        signature = sign()
        if signature is None or working is None or row is None or edit is None:
            return
        after = str(st.session_state[edit[1]])
        if after.strip() == working.text(row, edit[0]).strip():
            state.tell("warning", "work.unchanged")
            return
        made = working.correction(row, edit[0], after, signature)
        recheck(draft, decisions=with_correction(decisions, made))

    def set_aside() -> None:
        signature = sign()
        if signature is not None and working is not None and row is not None:
            aside = working.aside(row, signature)
            recheck(draft, decisions=with_row_set_aside(decisions, aside))

    def waive(whole_column: bool) -> None:
        signature = sign()
        if signature is not None:
            waiver = waiver_of(finding, working, signature, whole_column=whole_column)
            recheck(draft, decisions=with_waiver(decisions, waiver))

    with st.container(horizontal=True):
        if row is not None:
            st.button(
                t("work.correct"), key="data_work_correct", type="primary", on_click=correct,
                icon=":material/edit:",
            )  # fmt: skip
            st.button(
                t("work.set_aside"), key="data_work_aside", on_click=set_aside,
                icon=":material/block:",
            )  # fmt: skip
        if finding.is_open and may_waive():
            st.button(
                t("work.waive"), key="data_work_waive", on_click=waive, args=(False,),
                icon=":material/task_alt:",
            )  # fmt: skip
            if alike > 1 and finding.row is not None and finding.column:
                st.button(
                    t("work.waive_column", n=alike), key="data_work_waive_column",
                    on_click=waive, args=(True,), icon=":material/done_all:",
                )  # fmt: skip
