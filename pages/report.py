"""Report: the whole study as a file, figures for a journal, and the audit of tables."""

from __future__ import annotations

import streamlit as st

from core.storage.studies import VersionInfo
from pages.parts import report_audit, report_figures, report_files, report_words
from pages.parts.widgets import require_study, t, title

TABS = ("report", "text", "figures", "own", "published")


def render() -> None:
    """One tab a job; the audit of published tables needs no study."""
    title("report_screen.title", lead="report_screen.lead")
    info: VersionInfo | None = require_study()
    if info is None:
        report_audit.published()
        return
    tabs = st.tabs([t(f"report_screen.tab_{name}") for name in TABS])
    with tabs[0]:
        report_files.show(info)
    with tabs[1]:
        report_words.show(info)
    with tabs[2]:
        report_figures.show(info)
    with tabs[3]:
        report_audit.own(info)
    with tabs[4]:
        report_audit.published()
