"""Data: upload files as they are, read what was found, save a version."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.access.roles import Permission
from core.errors import ArteriaError, UnusableFile
from core.exports.tables.intake import schema_table
from core.intake.cells import UploadedFile
from core.intake.read import ENDINGS, read_files
from core.results.common import Message
from core.results.decisions import NO_DECISIONS
from core.results.intake import Progress
from core.schema import TABLES
from core.storage.studies import FileInfo, VersionInfo
from core.text.catalogue import say, say_error
from pages.parts import cached, state
from pages.parts.draft import review
from pages.parts.drafting import draft_of_version, new_draft, tell_error
from pages.parts.drawn import printed
from pages.parts.identifiers import ask_key, original_not_kept, show_kept
from pages.parts.interchange import interchange
from pages.parts.sheet_tables import ask_tables
from pages.parts.tabs import open_tab
from pages.parts.widgets import (
    XLSX,
    download,
    download_when_clicked,
    show_notes,
    show_table,
    t,
    title,
)
from pages.parts.worklist import Item, begin, choose_part, show_list

_MOST_ROWS = 1_000
"""Rows of a stored table sent to the browser; the download holds all."""
_READING_SHARE = 0.3
"""Part of the bar for opening the files; the rest is for checking them."""


def render() -> None:
    """Upload, findings, saving; then what the opened version holds."""
    title("data.title", lead="data.lead")
    study_id = state.session().study_id
    if study_id is None or state.desk().may(study_id, Permission.UPLOAD):
        _upload()
    else:
        st.caption(t("data.may_not_upload"))
    draft = state.draft()
    if draft is not None:
        review(draft)
        return
    info = state.opened()
    if info is not None:
        _stored(info)
    _accepted_columns()


def _upload() -> None:
    uploaded = st.file_uploader(
        t("data.upload"),
        accept_multiple_files=True,
        key=f"data_upload_{state.upload_round()}",
        help=t("data.upload_help"),
    )
    st.caption(t("data.formats", kinds=", ".join(ENDINGS)))
    files = tuple(UploadedFile(item.name, item.getvalue()) for item in uploaded or ())
    if not files:
        return
    draft = state.draft()
    if draft is not None and draft.files == files:
        return
    state.set_draft(None)
    bar = st.progress(0.0, text=t("data.reading"))

    def told(start: float, end: float) -> Progress:
        def show(stage: Message, done: int, of: int) -> None:
            bar.progress(start + (end - start) * done / of, text=say(stage, state.language()))

        return show

    try:
        sheets = tuple(read_files(files, told(0.0, _READING_SHARE)))
    except UnusableFile as error:
        bar.empty()
        _refused(error)
        return
    heard = told(_READING_SHARE, 1.0)
    try:
        read = new_draft(files, sheets, state.opened(), progress=heard)
    except UnusableFile as error:
        bar.empty()
        chosen = ask_tables(sheets, error)
        decisions = ask_key(sheets, error)
        if chosen is None and decisions is None:
            _refused(error)
            return
        try:
            read = new_draft(
                files, sheets, state.opened(), decisions or NO_DECISIONS, heard, chosen
            )
        except UnusableFile as still:
            _refused(still)
            return
    bar.empty()
    begin(read)


def _refused(error: UnusableFile) -> None:
    st.error(say_error(error, state.language()), icon=":material/block:")
    st.caption(t("data.nothing_changed"))


def _stored(info: VersionInfo) -> None:
    key = cached.whole_key_of(info)
    language = state.language()
    st.subheader(t("data.stored", number=info.number))
    read, accepted, aside, cutoff = st.columns(4)
    read.metric(t("data.rows_read"), str(info.counts.read))
    accepted.metric(t("data.rows_accepted"), str(info.counts.accepted))
    aside.metric(t("data.rows_set_aside"), str(info.counts.set_aside))
    cutoff.metric(t("data.cutoff"), str(info.data_cutoff or t("data.cutoff_latest")))
    data = cached.data(key)
    names = [name for name in TABLES if name in data.tables]
    name, place = open_tab({one: t(f"data.table.{one}") for one in names}, key="data_tables")
    with place:
        show_table(
            printed(schema_table, data, name, language, most=_MOST_ROWS),
            key=f"data_table_{name}",
            heading=False,
            rows_of_data=True,
            height=360,
            whole=(
                f"{info.content_hash[:12]}_{language}",
                partial(schema_table, data, name, language),
            ),
        )
    part = choose_part([Item(one, one.patient_id) for one in cached.findings(key)], prefix="stored")
    if part:
        show_list(part, prefix="stored", digest=info.content_hash[:12])
    is_whole = all(file.is_kept for file in info.files)
    if is_whole and state.desk().may(info.study_id, Permission.UPLOAD):
        st.button(
            t("work.take_up"), key="data_take_up", on_click=_take_up, args=(info,),
            help=t("work.take_up_help"), icon=":material/edit_note:",
        )  # fmt: skip
    with st.expander(t("data.originals")):
        for file in info.files:
            about, button = st.columns([5, 1.2], vertical_alignment="center")
            if not file.is_kept:
                with about:
                    show_notes([original_not_kept(file)])
                continue
            with about:
                show_notes([t("data.original", name=file.name, size=file.size, digest=file.sha256)])
            with button:
                _original(info, file)
    show_kept(info, [finding.code for finding in cached.findings(key)])
    interchange(info)


def _take_up(info: VersionInfo) -> None:
    """Make the version's files a draft again."""
    try:
        taken = draft_of_version(info)
    except ArteriaError as error:
        tell_error(error)
        return
    state.next_upload_round()
    begin(taken)
    state.tell("success", "work.taken_up", number=info.number)


def _original(info: VersionInfo, file: FileInfo) -> None:
    """The file as it was uploaded, byte for byte."""
    desk = state.desk()
    if not desk.may(info.study_id, Permission.EXPORT_PATIENTS):
        return
    stem, _, suffix = file.name.rpartition(".")
    download_when_clicked(
        t("data.download_original"),
        f"{stem or file.name}_v{info.number}_{file.sha256[:8]}",
        lambda: desk.original_file(info.study_id, info.number, file.sha256),
        mime="application/octet-stream",
        suffix=suffix or "bin",
        key=f"data_original_{file.sha256[:12]}",
    )


def _blanks() -> None:
    """The empty template and the data dictionary, from the same models as the checks."""
    language = state.language()
    template, dictionary, redcap = st.columns(3)
    with template:
        download(
            t("data.template"),
            f"template_{language}",
            cached.template(language),
            mime=XLSX,
            suffix="xlsx",
            key="data_template",
        )
    with dictionary:
        download(
            t("data.dictionary"),
            f"dictionary_{language}",
            cached.dictionary(language),
            mime=XLSX,
            suffix="xlsx",
            key="data_dictionary",
        )
    with redcap:
        download(
            t("data.redcap"),
            f"redcap_{language}",
            cached.redcap_dictionary(language),
            mime="text/csv",
            suffix="csv",
            key="data_redcap",
        )


def _accepted_columns() -> None:
    with st.expander(t("data.what_to_upload")):
        st.markdown(t("data.what_to_upload_text"))
        _blanks()
