"""Studies: open the example in one click; create, open, archive; versions of the open study."""

from __future__ import annotations

import streamlit as st

from core.access.roles import Permission
from core.errors import ArteriaError
from core.storage.studies import StudyInfo
from pages.parts import state
from pages.parts.names import study_name
from pages.parts.widgets import open_example, t, title


def render() -> None:
    """The list of studies, and the way into one."""
    title("studies.title", lead="studies.lead")
    known = state.desk().list_studies()
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        st.subheader(t("studies.example"))
        st.markdown(t("studies.example_text"))
        st.button(
            t("shell.open_example"),
            type="primary",
            key="studies_example",
            on_click=open_example,
            icon=":material/play_arrow:",
        )
    with right.container(border=True):
        _create()
    _list(known)
    _versions()
    _archived()


def _create() -> None:
    st.subheader(t("studies.own"))
    st.markdown(t("studies.own_text"))

    def create() -> None:
        name = st.session_state["studies_name"].strip()
        if not name:
            state.tell("warning", "studies.name_missing")
            return
        try:
            made = state.desk().create_study(name)
        except ArteriaError as error:
            state.tell("error", f"error.{error.code}", **error.facts)
            return
        state.choose_study(made.id)
        st.session_state["studies_name"] = ""
        state.tell("success", "studies.created")

    with st.form("studies_new", border=False):
        st.text_input(
            t("studies.name"), key="studies_name", max_chars=200, placeholder=t("studies.name_hint")
        )
        st.form_submit_button(t("studies.create"), on_click=create)


def _list(known: tuple[StudyInfo, ...]) -> None:
    st.subheader(t("studies.known"))
    if not known:
        st.caption(t("studies.none"))
        return
    opened = state.session().study_id
    for study in known:
        with st.container(border=True):
            name, about, opener, archiver = st.columns(
                [5, 4, 1.6, 1.6], vertical_alignment="center"
            )
            name.text(study_name(study.name, study.is_example, state.language()))
            if study.latest is None:
                about.caption(t("studies.empty"))
            else:
                about.caption(
                    t(
                        "studies.about",
                        number=study.latest,
                        created=f"{study.created_at.astimezone():%Y-%m-%d}",
                    )
                )
            opener.button(
                t("studies.is_open") if study.id == opened else t("studies.open"),
                key=f"studies_open_{study.id}",
                disabled=study.id == opened,
                on_click=state.choose_study,
                args=(study.id,),
                width="stretch",
            )
            if not state.desk().may(study.id, Permission.MANAGE_STUDY):
                continue
            archiver.button(
                t("studies.archive"),
                key=f"studies_archive_{study.id}",
                on_click=_archive,
                args=(study.id,),
                type="tertiary",
                width="stretch",
            )


def _archive(study_id: str) -> None:
    state.desk().archive_study(study_id)
    if state.session().study_id == study_id:
        state.close_study()


def _versions() -> None:
    study_id = state.session().study_id
    versions = state.desk().list_versions(study_id) if study_id else ()
    if not versions:
        return
    st.subheader(t("studies.versions"))
    # How many rows were set aside can be how many patients.
    with_counts = state.desk().may(versions[0].study_id, Permission.SMALL_COUNTS)
    for info in versions:
        line, opener = st.columns([7, 1.6], vertical_alignment="center")
        line.caption(
            t(
                "studies.version" if with_counts else "studies.version_line",
                number=info.number,
                created=f"{info.created_at.astimezone():%Y-%m-%d %H:%M}",
                read=info.counts.read,
                accepted=info.counts.accepted,
                set_aside=info.counts.set_aside,
                digest=info.content_hash[:12],
            )
        )
        opener.button(
            t("studies.is_open") if info.number == state.session().version else t("studies.open"),
            key=f"studies_version_{info.number}",
            disabled=info.number == state.session().version,
            on_click=state.open_version,
            args=(info.study_id, info.number),
            width="stretch",
        )


def _archived() -> None:
    archived = state.desk().list_studies(archived=True)
    if not archived:
        return
    with st.expander(t("studies.archived", n=len(archived))):
        for study in archived:
            name, restorer = st.columns([7, 1.6], vertical_alignment="center")
            name.text(study_name(study.name, study.is_example, state.language()))
            if not state.desk().may(study.id, Permission.MANAGE_STUDY):
                continue
            restorer.button(
                t("studies.restore"),
                key=f"studies_restore_{study.id}",
                on_click=state.desk().restore_study,
                args=(study.id,),
                width="stretch",
            )
