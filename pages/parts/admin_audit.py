"""The audit trail: search, pages, files, proof of its hash chain."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from core.access.roles import Permission
from core.exports.csv_file import csv_bytes
from core.exports.tables.audit_trail import audit_table
from core.exports.tables.table import Table
from core.exports.workbook import workbook_bytes
from core.results.people import AuditEntry
from core.text.catalogue import entries, placeholders
from pages.parts import state
from pages.parts.administering import administration, studies_with
from pages.parts.widgets import XLSX, download_when_clicked, t

ROWS_A_PAGE = 50
MOST_EXPORTED = 10_000
_ACTION = "audit_trail.action."


def show_audit() -> None:
    """Filters, the entries that fit, and what can be done with them."""
    person = state.person()
    studies = studies_with(Permission.READ_AUDIT)
    options = ["", *studies] if person.is_admin else list(studies)
    if not options:
        st.info(t("admin.no_study"))
        return
    first, second, third = st.columns(3)
    everything, anything = t("admin.audit_all"), t("admin.audit_any")
    study_id = first.selectbox(
        t("admin.study"),
        options,
        format_func=lambda one: studies.get(one, everything),
        key="admin_audit_study",
    )
    actions = {
        key.removeprefix(_ACTION): t(key, **dict.fromkeys(placeholders(entry["en"]), "…"))
        for key, entry in entries().items()
        if key.startswith(_ACTION)
    }
    actor = second.text_input(t("admin.audit_person"), key="admin_audit_actor", max_chars=120)
    action = third.selectbox(
        t("admin.audit_action"),
        ["", *actions],
        format_func=lambda one: actions.get(one, anything),
        key="admin_audit_action",
    )
    fourth, fifth, sixth = st.columns(3)
    since = fourth.date_input(t("admin.audit_since"), value=None, key="admin_audit_since")
    until = fifth.date_input(t("admin.audit_until"), value=None, key="admin_audit_until")
    page = sixth.number_input(t("admin.audit_page"), 1, 100_000, 1, key="admin_audit_page")

    def found(limit: int, offset: int) -> tuple[AuditEntry, ...]:
        return administration().audit(
            study_id or "",
            actor=actor.strip(),
            action=action or "",
            since=_moment(since),
            until=_moment(until, days=1),
            limit=limit,
            offset=offset,
        )

    shown = found(ROWS_A_PAGE, ROWS_A_PAGE * (int(page) - 1))
    if not shown:
        st.caption(t("admin.audit_none"))
    else:
        st.dataframe(_printed(shown).frame, hide_index=True, key="admin_audit_rows")

        def files() -> Table:
            administration().export_audit(study_id or "")
            return _printed(found(MOST_EXPORTED, 0))

        st.caption(t("admin.audit_export_note", most=f"{MOST_EXPORTED:,}"))
        csv, workbook, _ = st.columns([1, 1, 3])
        asked = f"{study_id}_{actor}_{action}_{since}_{until}"
        stem = f"audit_{hashlib.sha256(asked.encode()).hexdigest()[:8]}_{shown[0].number}"
        with csv:
            download_when_clicked(
                t("common.download_csv"), stem, lambda: csv_bytes(files()),
                mime="text/csv", suffix="csv", key="admin_audit_csv",
            )  # fmt: skip
        with workbook:
            download_when_clicked(
                t("common.download_table"), stem, lambda: workbook_bytes([files()]),
                mime=XLSX, suffix="xlsx", key="admin_audit_xlsx",
            )  # fmt: skip
    if person.is_admin and st.button(t("admin.verify"), key="admin_verify"):
        verdict = administration().verify_audit()
        if verdict.broken_at is not None:
            st.error(t("admin.broken", number=verdict.broken_at))
        else:
            st.success(t("admin.verified", n=verdict.entries, digest=verdict.last_hash))


def _printed(found: Sequence[AuditEntry]) -> Table:
    store = state.store()
    names = {
        study.id: study.name
        for archived in (False, True)
        for study in store.list_studies(archived=archived)
    }
    return audit_table(found, names, state.language())


def _moment(day: date | None, days: int = 0) -> datetime | None:
    """Start of a day in the server's time zone, as the entries are shown in it."""
    if day is None:
        return None
    return (datetime.combine(day, time()) + timedelta(days=days)).astimezone(UTC)
