"""An upload that was read but not saved: what it holds, what to settle, and saving it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.errors import ArteriaError, UnusableFile
from core.exports.marked import marked_workbook
from core.exports.tables.intake import (
    counts_table,
    findings_table,
    mapping_table,
    set_aside_table,
)
from core.exports.tables.versions import version_changes_table
from core.intake.cells import Sheet, UploadedFile
from core.intake.pseudonyms import Pseudonyms
from core.intake.shown import shown_sheets
from core.intake.validate import validate_study
from core.results.common import Finding, Severity
from core.results.decisions import Decisions
from core.results.intake import Intake, SheetMapping
from core.studies import save_intake
from core.text.catalogue import say_error
from core.versions import compare_versions
from pages.parts import cached, state
from pages.parts.identifiers import ask_identifiers, new_study_key, study_pseudonyms
from pages.parts.mapping import edit_mappings, open_questions
from pages.parts.units_asked import ask_units
from pages.parts.widgets import XLSX, download_when_clicked, show_table, t


@dataclass(frozen=True, slots=True)
class Draft:
    """An upload that was read but not saved yet; kept while the visitor's session lasts."""

    files: tuple[UploadedFile, ...]
    sheets: tuple[Sheet, ...]
    intake: Intake


def review(draft: Draft) -> None:
    intake = draft.intake
    language = state.language()
    st.subheader(t("data.read"))
    read, accepted, aside = st.columns(3)
    read.metric(t("data.rows_read"), str(intake.rows_read))
    accepted.metric(t("data.rows_accepted"), str(intake.rows_accepted))
    aside.metric(t("data.rows_set_aside"), str(intake.rows_set_aside))
    ask_identifiers(intake, intake.decisions, lambda decisions: _decide(draft, decisions))
    ask_units(intake, intake.decisions, lambda decisions: _decide(draft, decisions))
    _save(draft)
    show_table(counts_table(intake, language), key="data_counts", heading=False)
    show_findings(intake.findings, prefix="draft")
    _marked(draft)
    _changes(draft)
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


def _marked(draft: Draft) -> None:
    """The user's own workbook with the cells in question coloured and commented."""
    language = state.language()
    digest = hashlib.sha256(b"".join(file.content for file in draft.files)).hexdigest()
    download_when_clicked(
        t("data.marked"),
        f"marked_{digest[:12]}_{language}",
        lambda: marked_workbook(shown_sheets(draft.sheets), draft.intake.findings, language),
        mime=XLSX,
        suffix="xlsx",
        key="data_marked",
    )


def _changes(draft: Draft) -> None:
    """What saving it as the next version of the opened study would change."""
    info = state.opened()
    if info is None or info.is_example:
        return
    before = cached.data(cached.whole_key_of(info))
    changes = compare_versions(before, draft.intake.data)
    with st.expander(t("data.changes", number=info.number)):
        show_table(
            version_changes_table(changes, info.number, info.number + 1, state.language()),
            key="data_changes",
            heading=False,
        )


def _mapping(draft: Draft) -> None:
    mappings = draft.intake.mappings
    waiting = open_questions(mappings)
    if not waiting:
        return
    with st.expander(t("mapping.title", n=waiting)):
        st.caption(t("mapping.lead"))
        changed = edit_mappings(draft.sheets, mappings, key=f"data_map_{state.upload_round()}")
    if changed is not None:
        _check_again(draft, changed, draft.intake.decisions)


def _decide(draft: Draft, decisions: Decisions) -> None:
    _check_again(draft, draft.intake.mappings, decisions)


def _check_again(draft: Draft, mappings: Sequence[SheetMapping], decisions: Decisions) -> None:
    try:
        intake = validate_study(draft.sheets, mappings, decisions, pseudonyms=study_pseudonyms())
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
    can_continue = session.study_id is not None and not (info and info.is_example)

    def save(new_study: bool) -> None:
        store = state.desk()
        try:
            if new_study or session.study_id is None:
                chosen = st.session_state.get("data_new_name", "").strip() or name
                key = None if can_continue else new_study_key()
                study_id, based_on = store.create_study(chosen, key).id, None
            else:
                study_id, based_on = session.study_id, session.version
            intake = draft.intake
            if intake.personal.codes:
                # The codes have to be those of the study that the upload is saved in.
                codes = Pseudonyms.of(*store.pseudonym_key(study_id))
                intake = validate_study(
                    draft.sheets, intake.mappings, intake.decisions, pseudonyms=codes
                )
            saved = save_intake(store, study_id, intake, list(draft.files), based_on=based_on)
        except ArteriaError as error:
            state.tell("error", f"error.{error.code}", **error.facts)
            return
        state.open_version(saved.study_id, saved.number)
        state.set_draft(None)
        state.next_upload_round()
        state.tell("success", "data.saved", number=saved.number)

    with st.container(border=True):
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


def show_findings(findings: tuple[Finding, ...], *, prefix: str) -> None:
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
