"""The archive with its way out for good, and what is stored where."""

from __future__ import annotations

import streamlit as st

from core.access.policy import policy
from core.access.roles import Permission
from core.storage.database import database_url
from pages.parts import state
from pages.parts.administering import administration, attempt
from pages.parts.names import study_name
from pages.parts.widgets import show_notes, t

STORED = ("versions", "identifiers", "people", "audit")
ELSEWHERE = ("browser", "memory", "backups", "rights")


def show_archive() -> None:
    """Archived studies; each can be deleted by typing its name once more."""
    st.subheader(t("admin.archived"))
    show_notes([t("admin.delete_text", days=policy().retention_days)])
    desk = state.desk()
    archived = [
        study
        for study in desk.list_studies(archived=True)
        if desk.may(study.id, Permission.MANAGE_STUDY)
    ]
    if not archived:
        st.caption(t("admin.archived_none"))
    for study in archived:
        slot = f"admin_delete_{study.id}"
        # The name itself is asked for: the example's shown name depends on the language.
        shown = study_name(study.name, study.is_example, state.language())
        with st.form(f"{slot}_form"):
            name, typed, button = st.columns([3, 3, 1.4], vertical_alignment="bottom")
            name.text(shown if shown == study.name else f"{shown} ({study.name})")
            if study.archived_at is not None:
                name.caption(f"{study.archived_at.astimezone():%Y-%m-%d}")
            typed.text_input(t("admin.type_name"), key=slot, autocomplete="off")
            button.form_submit_button(
                t("admin.delete"), on_click=_delete, args=(study.id, slot), width="stretch"
            )


def _delete(study_id: str, slot: str) -> None:
    typed = st.session_state[slot]
    attempt(lambda: administration().delete_study(study_id, typed), "admin.deleted")
    if state.session().study_id == study_id:
        state.close_study()


def show_protection() -> None:
    """What is stored where, in plain sentences."""
    st.subheader(t("admin.prot_where"))
    kind = "sqlite" if database_url().startswith("sqlite") else "server"
    st.markdown(t(f"admin.prot_store_{kind}"))
    st.subheader(t("admin.prot_what"))
    st.markdown("\n".join(f"- {t(f'admin.prot_{name}')}" for name in (*STORED, *ELSEWHERE)))
