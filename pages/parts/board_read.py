"""What the board's screens read; the example study's words in the visitor's language."""

from __future__ import annotations

from typing import TypeVar

from core.example_board import in_language
from core.results.board import BoardDecision, Case, Meeting, Task
from core.storage.studies import VersionInfo
from pages.parts import state

T = TypeVar("T")


def meetings(info: VersionInfo) -> tuple[Meeting, ...]:
    """The meetings of the study, as the desk lists them."""
    return _spoken(info, state.desk().board.meetings(info.study_id))


def cases(info: VersionInfo, meeting: Meeting) -> tuple[Case, ...]:
    """The meeting's list in its order."""
    return _spoken(info, state.desk().board.cases(info.study_id, meeting.id))


def decisions(info: VersionInfo, meeting: Meeting) -> tuple[BoardDecision, ...]:
    """Every entry of the meeting, as the desk lists them."""
    return _spoken(info, state.desk().board.decisions(info.study_id, meeting.id))


def tasks(info: VersionInfo) -> tuple[Task, ...]:
    """The decisions in force of all meetings, with what came of them."""
    return _spoken(info, state.desk().board.tasks(info.study_id))


def _spoken(info: VersionInfo, found: T) -> T:
    return in_language(found, state.language()) if info.is_example else found
