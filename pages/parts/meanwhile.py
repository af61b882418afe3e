"""Somebody saved a version while this upload was worked on: the difference, and who wins."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import StudyNotFound
from core.exports.tables.versions import version_changes_table
from core.storage.studies import VersionInfo
from core.versions import compare_versions
from pages.parts import cached, state
from pages.parts.drafting import Draft
from pages.parts.widgets import show_table, t


def newer_version() -> VersionInfo | None:
    """The study's newest version, if it is newer than the one that the visitor has open."""
    session = state.session()
    info = state.opened()
    if session.study_id is None or (info is not None and info.is_example):
        return None
    try:
        newest = state.desk().version_info(session.study_id)
    except StudyNotFound:
        # A study without data.
        return None
    return newest if newest.number > (session.version or 0) else None


def decide(draft: Draft, newest: VersionInfo, save_upon: Callable[[int], None]) -> None:
    """Show what the visitor's upload would change in the newest version, and ask whose counts.

    Args:
        save_upon: saves the upload as the version after the given one.
    """

    def open_theirs() -> None:
        state.open_version(newest.study_id, newest.number)
        state.set_draft(None)
        state.next_upload_round()

    st.warning(
        t(
            "data.meanwhile",
            number=newest.number,
            created=f"{newest.created_at.astimezone():%Y-%m-%d %H:%M}",
            mine=state.session().version or 0,
        ),
        icon=":material/call_split:",
    )
    with st.container(horizontal=True):
        st.button(
            t("data.save_upon", number=newest.number + 1), key="data_save_upon",
            on_click=save_upon, args=(newest.number,), icon=":material/save:",
        )  # fmt: skip
        st.button(
            t("data.open_theirs", number=newest.number), key="data_open_theirs",
            on_click=open_theirs, icon=":material/folder_open:",
        )  # fmt: skip
    st.caption(t("data.meanwhile_changes", number=newest.number, next=newest.number + 1))
    changes = compare_versions(cached.data(cached.whole_key_of(newest)), draft.intake.data)
    show_table(
        version_changes_table(changes, newest.number, newest.number + 1, state.language()),
        key="data_meanwhile",
        heading=False,
    )
