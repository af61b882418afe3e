"""How patients, meetings, dates and free text are called at one meeting, for one visitor."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.exports.board.names import BoardNames, meeting_numbers
from core.results.board import Meeting
from core.storage.studies import VersionInfo
from pages.parts import board_read, cached
from pages.parts.board_state import name_of, view
from pages.parts.controls import response_options
from pages.parts.widgets import t


def shown_names(info: VersionInfo, meeting: Meeting, meetings: tuple[Meeting, ...]) -> BoardNames:
    """What a case's screen calls by name: meetings, dates and free text.

    Args:
        meetings: all of the study.
    """
    starts = {}
    if meeting.is_deidentified:
        patients = cached.response(cached.whole_key_of(info), response_options()).patients
        starts = {one.patient_id: one.start_date for one in patients}
    return BoardNames(
        {}, {}, not meeting.is_deidentified, starts=starts, numbers=meeting_numbers(meetings),
        with_words=with_words(meeting),
    )  # fmt: skip


def with_words(meeting: Meeting) -> bool:
    """Whether this visitor is shown free text at this meeting."""
    return not meeting.is_deidentified or meeting.id == view().words_shown_at


def choose_words(meeting: Meeting) -> None:
    """At a de-identified meeting: the explicit choice to be shown free text."""
    if not meeting.is_deidentified:
        return
    place, slot = view(), f"board_words_{meeting.id}"

    def take() -> None:
        place.words_shown_at = meeting.id if st.session_state[slot] else None

    st.toggle(
        t("board.show_words"), with_words(meeting), key=slot, on_change=take,
        help=t("board.show_words_help"),
    )  # fmt: skip


def board_names(info: VersionInfo, meeting: Meeting) -> BoardNames:
    """How the patients of all lists are called at this meeting, and how each fares."""
    meetings = board_read.meetings(info)
    names: dict[str, str] = {}
    for held in meetings:
        for case in board_read.cases(info, held):
            # De-identified, a case is only called by its number on this meeting's own list.
            own = name_of(case, meeting) if held.id == meeting.id else ""
            other = case.patient_id if not meeting.is_deidentified else t("board.other_meeting")
            names[case.patient_id] = own or names.get(case.patient_id, other)
    key, options = cached.whole_key_of(info), response_options()
    status = {
        patient_id: cached.course_of(key, options, patient_id).headline.status or ""
        for patient_id in names
        if cached.response(key, options).patient(patient_id)
    }
    return replace(shown_names(info, meeting, meetings), names=names, status=status)
