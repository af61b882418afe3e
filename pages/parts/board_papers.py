"""The papers of the meeting as downloads: agenda, minutes, slides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from core.access.roles import Permission
from core.exports.board.papers import MeetingPapers, agenda_docx, minutes_docx
from core.exports.board.slides import slides_pptx
from core.exports.board.tables import agenda_table, decisions_table, headline
from core.results.board import Case, Meeting
from core.storage.studies import VersionInfo
from pages.parts import board_read, cached, state
from pages.parts.board_names import board_names, choose_words
from pages.parts.controls import response_options
from pages.parts.names import study_name
from pages.parts.widgets import download_when_clicked, show_table, t

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def _papers(info: VersionInfo, meeting: Meeting, cases: tuple[Case, ...]) -> MeetingPapers:
    language = state.language()
    key, options = cached.whole_key_of(info), response_options()
    names = board_names(info, meeting)
    lines = {
        case.patient_id: headline(
            cached.course_of(key, options, case.patient_id),
            cached.response(key, options).patient(case.patient_id),
            language,
            with_dates=names.with_dates,
        )
        for case in cases
    }
    earlier = tuple(
        task
        for task in board_read.tasks(info)
        if task.is_open and task.meeting.id != meeting.id
        and task.meeting.held_on <= meeting.held_on
    )  # fmt: skip
    return MeetingPapers(
        meeting, cases, board_read.decisions(info, meeting), earlier,
        replace(names, headlines=lines),
        study_name(info.study_name, info.is_example, language), info.number, info.content_hash,
    )  # fmt: skip


def show(info: VersionInfo, meeting: Meeting, cases: tuple[Case, ...]) -> None:
    """What the papers hold, and the papers themselves."""
    choose_words(meeting)
    papers, language = _papers(info, meeting, cases), state.language()
    show_table(
        decisions_table(cases, papers.decisions, papers.names, language), key="board_decided"
    )
    if not state.desk().may(info.study_id, Permission.EXPORT_PATIENTS):
        st.caption(t("board.paper.not_allowed"))
        return
    key, options = cached.whole_key_of(info), response_options()
    courses = {case.patient_id: cached.course_of(key, options, case.patient_id) for case in cases}
    kinds: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
        ("agenda", "docx", DOCX, lambda: agenda_docx(papers, language)),
        ("minutes", "docx", DOCX, lambda: minutes_docx(papers, language)),
        ("slides", "pptx", PPTX, lambda: slides_pptx(papers, courses, language)),
    )
    desk, names = state.desk(), papers.names
    held = f"{meeting.held_on}" if names.with_dates else f"{names.numbers[meeting.id]}"

    def made(name: str, make: Callable[[], bytes]) -> bytes:
        desk.board.take_papers(info.study_id, info.number, f"board_{name}")
        return make()

    for cell, (name, suffix, mime, make) in zip(st.columns(3), kinds, strict=True):
        with cell:
            download_when_clicked(
                t(f"board.paper.{name}"),
                f"board_{held}_{name}_{language}_v{info.number}",
                lambda name=name, make=make: made(name, make),  # type: ignore[misc]
                mime=mime,
                suffix=suffix,
                key=f"board_paper_{name}",
            )
    st.caption(t("board.paper.note"))
    show_table(agenda_table(cases, papers.names, language), key="board_agenda")
