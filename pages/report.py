"""Report: the whole study as a file, figures for a journal, and the audit of tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.storage.studies import VersionInfo
from pages.parts import report_audit, report_figures, report_files, report_words
from pages.parts.tabs import tabs_of
from pages.parts.widgets import require_study, t, title


def render() -> None:
    """One tab a job; the audit of published tables needs no study."""
    title("report_screen.title", lead="report_screen.lead")
    info: VersionInfo | None = require_study()
    if info is None:
        report_audit.published()
        return
    show: Mapping[str, Callable[[VersionInfo], None]] = {
        "report": report_files.show,
        "text": report_words.show,
        "figures": report_figures.show,
        "own": report_audit.own,
        "published": lambda _info: report_audit.published(),
    }
    labels = {one: t(f"report_screen.tab_{one}") for one in show}
    name, places = tabs_of(labels, key="report_tabs")
    with places[name]:
        show[name](info)
    if name != "published" and report_audit.may_be_typing():
        with places["published"]:
            report_audit.published()
