"""What people decided about the upload: listed, taken back, and offered again."""

from __future__ import annotations

import streamlit as st

from core.exports.tables.intake import set_aside_table
from core.exports.tables.table import inert_text
from core.intake.deciding import Decision, joined, listed, without
from core.results.decisions import NO_DECISIONS, CellCorrection, Decisions, RowSetAside
from pages.parts import state
from pages.parts.drafting import Draft, recheck, replace_offer
from pages.parts.widgets import show_table, t
from pages.parts.worklist import rule_name

MOST_LINES = 50
_FEW, _LIST_HEIGHT = 8, 260


def show_set_aside(draft: Draft) -> None:
    """Rows that won't be stored; those that a person set aside can be restored."""
    intake = draft.intake
    if not intake.set_aside:
        st.caption(t("work.aside_none"))
        return
    for place, row in enumerate(intake.decisions.set_aside[-MOST_LINES:]):
        _line(draft, row, "work.restore", f"data_restore_{place}")
    show_table(
        set_aside_table(intake, state.language()),
        key="data_set_aside",
        heading=False,
        rows_of_data=True,
        height=min(38 + 35 * len(intake.set_aside), 360),
    )


def show_decisions(draft: Draft) -> None:
    """Corrections, rows set aside and waivers, newest first, each with a way back."""
    decisions = listed(draft.intake.decisions)
    if not decisions:
        st.caption(t("work.decisions_none"))
        return
    if len(decisions) > MOST_LINES:
        st.caption(t("work.decisions_more", n=MOST_LINES, total=len(decisions)))
    for place, one in enumerate(reversed(decisions[-MOST_LINES:])):
        _line(draft, one, "work.take_back", f"data_back_{place}")


def _line(draft: Draft, decision: Decision, button: str, key: str) -> None:
    said, back = st.columns([5, 1], vertical_alignment="center")
    said.markdown(inert_text(_said(decision)))
    back.button(
        t(button), key=key, on_click=_take_back, args=(draft, decision),
        icon=":material/undo:", width="stretch",
    )  # fmt: skip


def _take_back(draft: Draft, decision: Decision) -> None:
    recheck(draft, decisions=without(draft.intake.decisions, decision))


def _said(decision: Decision) -> str:
    place = {"sheet": decision.sheet, "by": decision.signed.by, "reason": decision.signed.reason}
    if isinstance(decision, CellCorrection):
        return t(
            "work.said_correction", row=decision.row, column=decision.column,
            before=decision.before, after=decision.after, **place,
        )  # fmt: skip
    if isinstance(decision, RowSetAside):
        return t("work.said_aside", row=decision.row, **place)
    rule = rule_name(decision.code)
    if decision.row is None:
        return t("work.said_waiver_column", column=decision.column, rule=rule, **place)
    return t("work.said_waiver", row=decision.row, column=decision.column, rule=rule, **place)


def offer_again(draft: Draft) -> None:
    """Decisions about the last version that still fit: listed, applied with one click."""
    offered = draft.offered
    lines = [_said(one) for one in listed(offered)]
    lines += [
        t("work.again_unit", sheet=one.sheet, column=one.column, unit=one.unit)
        for one in offered.units
    ]
    lines += [
        t(
            "work.again_identifier", sheet=one.sheet, column=one.column,
            by=one.signed.by, reason=one.signed.reason,
        )
        for one in offered.identifiers
    ]  # fmt: skip
    if not lines:
        return
    with st.container(border=True):
        st.markdown(f"**{t('work.again', n=len(lines), number=draft.offered_from)}**")
        st.caption(t("work.again_lead"))
        with st.container(height=_LIST_HEIGHT if len(lines) > _FEW else "content"):
            st.markdown("\n".join(f"- {inert_text(line)}" for line in lines))
        with st.container(horizontal=True):
            st.button(
                t("work.again_apply"), key="data_again", type="primary",
                on_click=_settle_offer, args=(draft, offered), icon=":material/replay:",
            )  # fmt: skip
            st.button(
                t("work.again_leave"), key="data_again_leave", on_click=_settle_offer,
                args=(draft, NO_DECISIONS),
            )  # fmt: skip


def _settle_offer(draft: Draft, taken: Decisions) -> None:
    settled = replace_offer(draft)
    state.set_draft(settled)
    if taken != NO_DECISIONS:
        recheck(settled, decisions=joined(draft.intake.decisions, taken))
