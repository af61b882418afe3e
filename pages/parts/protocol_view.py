"""The protocol of the study: editing, what that changes, saving, versions."""

from __future__ import annotations

import streamlit as st

from core import enrolment
from core.analysis.eligibility.changes import criterion_changes, status_changes
from core.analysis.eligibility.versions import shown_criteria
from core.errors import ArteriaError
from core.exports.tables.eligibility_reasons import changes_table
from core.exports.tables.protocol import (
    protocol_changes_table,
    protocol_table,
    protocol_versions_table,
)
from core.text.catalogue import say_error
from pages.parts import cached, state
from pages.parts.criteria import Criteria, drop_draft, read_criteria
from pages.parts.eligibility_results import counts, matrix_and_flow
from pages.parts.own_criterion import add_own_criterion, edit_ranges
from pages.parts.protocol_editor import edit_criterion, edit_settings, edit_wording
from pages.parts.signing import signature
from pages.parts.widgets import named, show_table, t

PURPOSES: tuple[enrolment.Purpose, ...] = ("protocol", "next_cycle")


def draft_banner(criteria: Criteria) -> None:
    """That the numbers follow criteria which nobody has saved, and how many patients differ."""
    if not criteria.is_draft:
        return
    if criteria.purpose == "next_cycle":
        st.warning(t("protocol_screen.draft_cycle"), icon=":material/edit:")
        return
    changed = status_changes(criteria.cohort_in_force(), criteria.cohort())
    moved = [one for one in changed if one.before is not one.after]
    st.warning(
        t("protocol_screen.draft", n=len(moved), criteria=len(changed)), icon=":material/edit:"
    )


def protocol(key: cached.Key) -> None:
    """Everything about the criteria of the study."""
    purpose = st.segmented_control(
        t("protocol_screen.purpose"),
        PURPOSES,
        default=PURPOSES[0],
        required=True,
        format_func=named(PURPOSES, "protocol_screen.purpose_{}"),
        key="protocol_purpose",
    )
    criteria = read_criteria(key, purpose or PURPOSES[0])
    st.subheader(t("protocol_screen.edit"))
    criteria = edit_criterion(criteria)
    with st.expander(t("protocol_screen.wording"), icon=":material/translate:"):
        criteria = edit_wording(criteria)
    with st.expander(t("protocol_screen.settings"), icon=":material/tune:"):
        criteria = edit_settings(criteria)
        st.markdown(f"**{t('eligibility.setting.normal_ranges')}**")
        st.caption(t("protocol_screen.ranges_help"))
        criteria = edit_ranges(criteria)
    with st.expander(t("protocol_screen.own"), icon=":material/add_box:"):
        criteria = add_own_criterion(criteria, cached.data(key))
    draft_banner(criteria)
    if criteria.is_draft:
        _changes(criteria)
    if criteria.purpose == "protocol":
        cohort = criteria.cohort()
        counts(cohort)
        matrix_and_flow(cohort, key="protocol")
    shown = shown_criteria(criteria.shown)
    show_table(
        protocol_table(shown, criteria.shown.version, state.language()), key="protocol_criteria"
    )
    _versions(criteria)


def _changes(criteria: Criteria) -> None:
    language = state.language()
    entries = criterion_changes(criteria.current.protocol, criteria.shown)
    show_table(protocol_changes_table(entries, language), key="protocol_changes")
    if criteria.purpose == "protocol":
        cohort = criteria.cohort()
        changed = status_changes(criteria.cohort_in_force(), cohort)
        show_table(changes_table(cohort, changed, language), key="protocol_moved")
    name, note = signature("protocol_save", "signing.note")
    save, discard, _ = st.columns([1, 1, 3])
    if save.button(t("protocol_screen.save"), key="protocol_save", type="primary"):
        try:
            saved = enrolment.save_protocol(
                state.desk(), criteria.key[0], criteria.shown, signed_by=name, note=note,
                based_on=criteria.current.number, purpose=criteria.purpose,
            )  # fmt: skip
        except ArteriaError as error:
            st.error(say_error(error, language))
            return
        drop_draft(criteria)
        state.tell("success", "protocol_screen.saved", version=saved.protocol.version)
        st.rerun()
    if discard.button(t("protocol_screen.discard"), key="protocol_discard"):
        drop_draft(criteria)
        st.rerun()


def _versions(criteria: Criteria) -> None:
    language = state.language()
    show_table(
        protocol_versions_table([one.saved for one in criteria.versions], language),
        key="protocol_versions",
    )
    if len(criteria.versions) < 2:
        return
    numbers = [one.number for one in criteria.versions]

    def version(number: int) -> str:
        return criteria.versions[number].protocol.version

    left, right = st.columns(2)
    old = left.selectbox(
        t("protocol_screen.compare_old"), numbers, index=len(numbers) - 2, format_func=version,
        key="protocol_old",
    )  # fmt: skip
    new = right.selectbox(
        t("protocol_screen.compare_new"), numbers, index=len(numbers) - 1, format_func=version,
        key="protocol_new",
    )  # fmt: skip
    if old is None or new is None:
        return
    before, after = criteria.versions[old].protocol, criteria.versions[new].protocol
    show_table(
        protocol_changes_table(criterion_changes(before, after), language), key="protocol_compare"
    )
    if criteria.purpose == "protocol":
        cohorts = [
            cached.screened_by(criteria.key, one, criteria.waivers) for one in (before, after)
        ]
        table = changes_table(cohorts[1], status_changes(*cohorts), language)
        show_table(table, key="protocol_compare_patients")
