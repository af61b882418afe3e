"""An upload that was read but not saved: what it holds, what to settle, and saving it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from core.errors import ArteriaError, StaleVersion
from core.exports.marked import marked_workbook
from core.exports.tables.intake import counts_table, mapping_table
from core.exports.tables.versions import version_changes_table
from core.intake.deciding import listed
from core.intake.pseudonyms import Pseudonyms
from core.intake.shown import shown_sheets
from core.intake.validate import validate_study
from core.results.common import Severity
from core.results.decisions import Decisions
from core.studies import save_intake
from core.versions import compare_versions
from pages.parts import cached, state
from pages.parts.decided import offer_again, show_decisions, show_set_aside
from pages.parts.drafting import Draft, recheck, tell_error
from pages.parts.grid import edit_rows
from pages.parts.identifiers import ask_identifiers, new_study_key
from pages.parts.mapping import edit_columns, open_questions
from pages.parts.meanwhile import decide, newer_version
from pages.parts.units_asked import ask_units
from pages.parts.widgets import XLSX, download_when_clicked, show_table, t
from pages.parts.worklist import work_list

SECTIONS: dict[str, Callable[[Draft], None]] = {
    "findings": work_list,
    "grid": edit_rows,
    "aside": show_set_aside,
    "columns": lambda draft: _columns(draft),
    "decisions": show_decisions,
}


def review(draft: Draft) -> None:
    """The upload at a glance, saving it, and the parts in which it is worked on."""
    intake = draft.intake
    st.subheader(t("data.read"))
    with st.container(key="data_counts_line"):
        read, accepted, aside, errors, warnings = st.columns(5)
        read.metric(t("data.rows_read"), str(intake.rows_read))
        accepted.metric(t("data.rows_accepted"), str(intake.rows_accepted))
        aside.metric(t("data.rows_set_aside"), str(intake.rows_set_aside))
        wrong = sum(one.severity is Severity.ERROR for one in intake.findings)
        errors.metric(t("data.errors"), str(wrong))
        warnings.metric(t("data.open_warnings"), str(sum(one.is_open for one in intake.findings)))
    ask_identifiers(intake, intake.decisions, lambda chosen: _decide(draft, chosen))
    ask_units(intake, intake.decisions, lambda chosen: _decide(draft, chosen))
    _save(draft)
    offer_again(draft)
    names = _section_names(draft)
    chosen = st.segmented_control(
        t("work.section"),
        list(SECTIONS),
        format_func=names.__getitem__,
        default="findings",
        required=True,
        key="data_section",
    )
    st.caption(
        t(
            "work.counts", read=intake.rows_read, accepted=intake.rows_accepted,
            aside=intake.rows_set_aside,
        )
    )  # fmt: skip
    SECTIONS[chosen or "findings"](draft)
    st.divider()
    _marked(draft)
    _changes(draft)
    with st.expander(t("data.counts")):
        show_table(counts_table(intake, state.language()), key="data_counts", heading=False)


def _section_names(draft: Draft) -> dict[str, str]:
    intake = draft.intake
    return {
        "findings": t("work.findings", n=len(intake.findings)),
        "grid": t("work.grid"),
        "aside": t("work.aside", n=len(intake.set_aside)),
        "columns": t("mapping.title", n=open_questions(intake.mappings)),
        "decisions": t("work.decisions", n=len(listed(intake.decisions))),
    }


def _columns(draft: Draft) -> None:
    edit_columns(draft)
    with st.expander(t("data.mapping")):
        show_table(
            mapping_table(draft.intake, state.language()),
            key="data_mapping",
            heading=False,
            rows_of_data=True,
            height=420,
        )


def _marked(draft: Draft) -> None:
    """The user's own workbook with the cells in question coloured and commented."""
    language = state.language()
    download_when_clicked(
        t("data.marked"),
        f"marked_{draft.digest}_{language}",
        lambda: marked_workbook(shown_sheets(draft.sheets), draft.intake.findings, language),
        mime=XLSX,
        suffix="xlsx",
        key="data_marked",
    )


def _changes(draft: Draft) -> None:
    """What saving it as the next version of the opened study would change."""
    info = state.opened()
    if info is None or info.is_example or newer_version() is not None:
        return
    before = cached.data(cached.whole_key_of(info))
    changes = compare_versions(before, draft.intake.data)
    with st.expander(t("data.changes", number=info.number)):
        show_table(
            version_changes_table(changes, info.number, info.number + 1, state.language()),
            key="data_changes",
            heading=False,
        )


def _decide(draft: Draft, decisions: Decisions) -> None:
    recheck(draft, decisions=decisions)
    st.rerun()


def _save(draft: Draft) -> None:
    session = state.session()
    info = state.opened()
    if not draft.intake.rows_accepted:
        st.warning(t("data.nothing_to_save"))
        return
    name = draft.files[0].name.rsplit(".", 1)[0]
    can_continue = session.study_id is not None and not (info and info.is_example)

    def save(based_on: int | None, new_study: bool) -> None:
        store, made = state.desk(), ""
        try:
            if new_study or session.study_id is None:
                chosen = st.session_state.get("data_new_name", "").strip() or name
                key = None if can_continue else new_study_key()
                study_id, based_on = (made := store.create_study(chosen, key).id), None
            else:
                study_id = session.study_id
            intake = draft.intake
            if intake.personal.codes:
                # The codes have to be those of the study that the upload is saved in.
                codes = Pseudonyms.of(*store.pseudonym_key(study_id))
                intake = validate_study(
                    draft.sheets, intake.mappings, intake.decisions, pseudonyms=codes
                )
                if intake.rows_accepted != draft.intake.rows_accepted:
                    # A row set aside is known by its content, and that has other codes now.
                    raise ArteriaError("decisions_lost_by_codes")
            saved = save_intake(store, study_id, intake, list(draft.files), based_on=based_on)
        except StaleVersion:
            # The screen now shows the newer version and asks which one counts.
            return
        except ArteriaError as error:
            tell_error(error)
            if made:
                with suppress(ArteriaError):
                    store.withdraw_study(made)
            return
        state.open_version(saved.study_id, saved.number)
        state.set_draft(None)
        state.next_upload_round()
        state.tell("success", "data.saved", number=saved.number)

    newest = newer_version()
    with st.container(border=True):
        if newest is not None:
            decide(draft, newest, lambda number: save(number, False))
        elif can_continue:
            st.button(
                t("data.save_version"),
                type="primary",
                key="data_save_version",
                on_click=save,
                args=(session.version, False),
                icon=":material/save:",
            )
        label, button = st.columns([3, 1.4], vertical_alignment="bottom")
        label.text_input(t("data.new_name"), value=name, key="data_new_name", max_chars=200)
        button.button(
            t("data.save_study"),
            type="secondary" if can_continue else "primary",
            key="data_save_study",
            on_click=save,
            args=(None, True),
            icon=":material/create_new_folder:",
            width="stretch",
        )
        st.button(t("data.discard"), type="tertiary", key="data_discard", on_click=_discard)


def _discard() -> None:
    state.set_draft(None)
    state.next_upload_round()
