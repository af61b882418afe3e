"""Data: upload files as they are, read what was found, save a version."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from core.errors import ArteriaError, UnusableFile
from core.exports.tables.intake import (
    counts_table,
    findings_table,
    mapping_table,
    schema_table,
    set_aside_table,
)
from core.intake.cells import Sheet, UploadedFile
from core.intake.read import read_files
from core.intake.validate import validate_study
from core.results.common import Finding, Severity
from core.results.intake import Intake
from core.schema import TABLES
from core.storage.studies import FileInfo, VersionInfo
from core.studies import save_intake
from core.text.catalogue import say_error
from pages.parts import cached, state
from pages.parts.mapping import edit_mappings, open_questions
from pages.parts.widgets import download, show_notes, show_table, t, title

KINDS = (
    "xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "txt", "zip", "sav", "zsav", "dta",
    "sas7bdat", "xpt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """An upload that was read but not saved yet; kept while the visitor's session lasts."""

    files: tuple[UploadedFile, ...]
    sheets: tuple[Sheet, ...]
    intake: Intake


def render() -> None:
    """Upload, findings, saving; then what the opened version holds."""
    title("data.title", lead="data.lead")
    _upload()
    draft = state.draft()
    if draft is not None:
        _review(draft)
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
    st.caption(t("data.formats", kinds=", ".join(f".{kind}" for kind in KINDS)))
    files = tuple(UploadedFile(item.name, item.getvalue()) for item in uploaded or ())
    if not files:
        return
    draft = state.draft()
    if draft is not None and draft.files == files:
        return
    state.set_draft(None)
    try:
        with st.spinner(t("data.reading")):
            sheets = tuple(read_files(files))
            intake = validate_study(sheets)
    except UnusableFile as error:
        st.error(say_error(error, state.language()), icon=":material/block:")
        st.caption(t("data.nothing_changed"))
        return
    state.set_draft(Draft(files, sheets, intake))


def _review(draft: Draft) -> None:
    intake = draft.intake
    language = state.language()
    st.subheader(t("data.read"))
    read, accepted, aside = st.columns(3)
    read.metric(t("data.rows_read"), str(intake.rows_read))
    accepted.metric(t("data.rows_accepted"), str(intake.rows_accepted))
    aside.metric(t("data.rows_set_aside"), str(intake.rows_set_aside))
    _save(draft)
    show_table(counts_table(intake, language), key="data_counts", heading=False)
    _findings(intake.findings, prefix="draft")
    if intake.set_aside:
        with st.expander(t("data.set_aside", n=len(intake.set_aside))):
            show_table(
                set_aside_table(intake, language),
                key="data_set_aside",
                heading=False,
                rows_of_data=True,
                height=360,
            )
    _mapping(draft)
    with st.expander(t("data.mapping")):
        show_table(
            mapping_table(intake, language),
            key="data_mapping",
            heading=False,
            rows_of_data=True,
            height=420,
        )


def _mapping(draft: Draft) -> None:
    mappings = draft.intake.mappings
    waiting = open_questions(mappings)
    if not waiting:
        return
    with st.expander(t("mapping.title", n=waiting)):
        st.caption(t("mapping.lead"))
        changed = edit_mappings(draft.sheets, mappings, key=f"data_map_{state.upload_round()}")
    if changed is None:
        return
    try:
        intake = validate_study(draft.sheets, changed)
    except UnusableFile as error:
        st.error(say_error(error, state.language()), icon=":material/block:")
        return
    state.set_draft(replace(draft, intake=intake))
    st.rerun()


def _save(draft: Draft) -> None:
    session = state.session()
    info = state.opened()
    if not draft.intake.rows_accepted:
        st.warning(t("data.nothing_to_save"))
        return
    name = draft.files[0].name.rsplit(".", 1)[0]

    def save(new_study: bool) -> None:
        store = state.store()
        try:
            if new_study or session.study_id is None:
                chosen = st.session_state.get("data_new_name", "").strip() or name
                study_id, based_on = store.create_study(chosen).id, None
            else:
                study_id, based_on = session.study_id, session.version
            saved = save_intake(store, study_id, draft.intake, list(draft.files), based_on=based_on)
        except ArteriaError as error:
            state.tell("error", f"error.{error.code}", **error.facts)
            return
        state.open_version(saved.study_id, saved.number)
        state.set_draft(None)
        state.next_upload_round()
        state.tell("success", "data.saved", number=saved.number)

    with st.container(border=True):
        can_continue = session.study_id is not None and not (info and info.is_example)
        if can_continue:
            st.button(
                t("data.save_version"),
                type="primary",
                key="data_save_version",
                on_click=save,
                args=(False,),
                icon=":material/save:",
            )
        label, button = st.columns([3, 1.4], vertical_alignment="bottom")
        label.text_input(t("data.new_name"), value=name, key="data_new_name", max_chars=200)
        button.button(
            t("data.save_study"),
            type="secondary" if can_continue else "primary",
            key="data_save_study",
            on_click=save,
            args=(True,),
            icon=":material/create_new_folder:",
            width="stretch",
        )
        st.button(t("data.discard"), type="tertiary", key="data_discard", on_click=_discard)


def _discard() -> None:
    state.set_draft(None)
    state.next_upload_round()


def _findings(findings: tuple[Finding, ...], *, prefix: str) -> None:
    language = state.language()
    if not findings:
        st.success(t("data.no_findings"))
        return
    counts = {level: sum(one.severity is level for one in findings) for level in Severity}
    levels = [level for level in Severity if counts[level]]
    names = {level: f"{t(f'data.severity.{level.value}')} ({counts[level]})" for level in levels}
    shown = st.segmented_control(
        t("data.findings"),
        levels,
        format_func=names.__getitem__,
        default=levels[0],
        required=True,
        key=f"data_{prefix}_severity",
    )
    part = [one for one in findings if one.severity is (shown or levels[0])]
    show_table(
        findings_table(part, language),
        key=f"data_{prefix}_findings",
        heading=False,
        height=480,
    )


def _stored(info: VersionInfo) -> None:
    key = cached.key_of(info)
    language = state.language()
    st.subheader(t("data.stored", number=info.number))
    read, accepted, aside, cutoff = st.columns(4)
    read.metric(t("data.rows_read"), str(info.counts.read))
    accepted.metric(t("data.rows_accepted"), str(info.counts.accepted))
    aside.metric(t("data.rows_set_aside"), str(info.counts.set_aside))
    cutoff.metric(t("data.cutoff"), str(info.data_cutoff or t("data.cutoff_latest")))
    data = cached.data(key)
    names = [name for name in TABLES if name in data.tables]
    for tab, name in zip(st.tabs([t(f"data.table.{name}") for name in names]), names, strict=True):
        with tab:
            show_table(
                schema_table(data, name, language),
                key=f"data_table_{name}",
                heading=False,
                rows_of_data=True,
                height=360,
            )
    _findings(cached.findings(key), prefix="stored")
    with st.expander(t("data.originals")):
        for file in info.files:
            about, button = st.columns([5, 1.2], vertical_alignment="center")
            with about:
                show_notes([t("data.original", name=file.name, size=file.size, digest=file.sha256)])
            with button:
                _original(file)


def _original(file: FileInfo) -> None:
    """The file as it was uploaded, byte for byte."""
    stem, _, suffix = file.name.rpartition(".")
    download(
        t("data.download_original"),
        stem or file.name,
        state.store().original_file(file.sha256),
        mime="application/octet-stream",
        suffix=suffix or "bin",
        key=f"data_original_{file.sha256[:12]}",
    )


def _accepted_columns() -> None:
    with st.expander(t("data.what_to_upload")):
        st.markdown(t("data.what_to_upload_text"))
