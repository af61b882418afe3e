"""The audit: the study's own tables, and tables pasted from a paper."""

from __future__ import annotations

import streamlit as st

from core.analysis.audit.pasted import read_pasted
from core.analysis.audit.published import audit_published
from core.analysis.audit.tables import audit_pasted
from core.exports.tables.audit import audit_table
from core.results.audit import PastedKind
from core.storage.studies import VersionInfo
from core.text.numbers import listed
from pages.parts import state
from pages.parts.report_files import content_of
from pages.parts.widgets import named, show_table, t

KINDS = tuple(PastedKind)
MOST_LETTERS = 20_000
PASTE_KIND = "report_paste_kind"


def own(info: VersionInfo) -> None:
    """Every check of the study's own tables."""
    st.caption(t("report_screen.own_lead"))
    checks = content_of(info).audit
    printed = audit_table(checks, t("report_screen.own_title"), "study_audit", state.language())
    show_table(printed, key="report_audit_own")


def may_be_typing() -> bool:
    """Whether tables may have been pasted that aren't checked yet, so must stay there."""
    return PASTE_KIND in st.session_state


def published() -> None:
    """The box to paste into, its checks, and the worked example."""
    st.caption(t("report_screen.paste_lead"))
    kind = st.segmented_control(
        t("report_screen.paste_kind"),
        KINDS,
        format_func=named(KINDS, "audit.kind.{}"),
        default=KINDS[0],
        required=True,
        key=PASTE_KIND,
    )
    kind = kind or KINDS[0]
    st.caption(t(f"audit.format.{kind}"))
    with st.form("report_paste", border=False):
        total = None
        if kind is PastedKind.COUNTS:
            total = st.number_input(
                t("report_screen.paste_total"), min_value=1, value=None, step=1, key="report_total"
            )
        words = st.text_area(
            t("report_screen.paste_box"),
            height=180,
            max_chars=MOST_LETTERS,
            placeholder=t(f"audit.example.{kind}"),
            key=f"report_paste_{kind}",
        )
        checked = st.form_submit_button(t("report_screen.check"), type="primary")
    if checked:
        _check(words, kind, total)
    title = t("report_screen.worked_title")
    show_table(
        audit_table(audit_published(), title, "published_audit", state.language()),
        key="report_worked",
    )
    st.caption(t("report_screen.worked_detail"))


def _check(words: str, kind: PastedKind, total: int | None) -> None:
    table = read_pasted(words, kind, total)
    if table.unread:
        lines = listed([str(line) for line in table.unread], state.language())
        st.caption(t("report_screen.unread", lines=lines))
    if not table.rows:
        st.info(t("report_screen.nothing_pasted"))
        return
    name = t("report_screen.pasted_title")
    checks = audit_table(audit_pasted(table), name, "pasted_audit", state.language())
    show_table(checks, key="report_pasted")
