"""What the views of the Administration screen share."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.access.administration import Administration
from core.access.passes import PassOffice
from core.access.roles import Permission
from core.errors import ArteriaError
from pages.parts import state
from pages.parts.names import study_name
from pages.parts.widgets import t


def administration() -> Administration:
    """The visitor's administration."""
    return Administration(state.store(), state.person())


def office() -> PassOffice:
    """Where links and tokens are made."""
    return PassOffice(state.store())


def attempt(deed: Callable[[], object], done: str = "admin.done") -> None:
    """Do something and have the next run say how it went."""
    try:
        deed()
    except ArteriaError as error:
        state.tell("error", f"error.{error.code}", **error.facts)
        return
    state.tell("success", done)


def studies_with(permission: Permission) -> dict[str, str]:
    """Studies, also archived ones, in which the visitor may do this: id -> name."""
    desk = state.desk()
    return {
        study.id: study_name(study.name, study.is_example, state.language())
        for archived in (False, True)
        for study in desk.list_studies(archived=archived)
        if desk.may(study.id, permission)
    }


def choose_study(permission: Permission, *, key: str) -> str | None:
    """One of the studies in which the visitor may do this; the opened one first."""
    names = studies_with(permission)
    if not names:
        st.info(t("admin.no_study"))
        return None
    ids = list(names)
    opened = state.session().study_id
    return st.selectbox(
        t("admin.study"),
        ids,
        index=ids.index(opened) if opened in names else 0,
        format_func=names.__getitem__,
        key=key,
    )
