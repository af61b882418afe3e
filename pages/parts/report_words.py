"""The methods and result sentences, to be copied into a manuscript."""

from __future__ import annotations

import streamlit as st

from core.storage.studies import VersionInfo
from pages.parts.report_files import built
from pages.parts.widgets import t

WORDED = ("methods", "eligibility", "baseline", "response", "survival", "prognosis", "safety")


def show(info: VersionInfo) -> None:
    """Sentences by section, and the checklists of the reporting guidelines."""
    report = built(info, (*WORDED, "reporting"))
    for section in report.sections:
        words = "\n\n".join(report.plain(pieces) for pieces in section.paragraphs)
        if words:
            st.subheader(section.title)
            st.text(words)
    for table in report.tables():
        if table.name in ("strobe", "remark"):
            with st.expander(f"{t('report.section.reporting')} · {table.title}"):
                st.dataframe(table.frame, hide_index=True, key=f"report_{table.name}")
                st.caption(table.notes[0])
