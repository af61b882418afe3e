"""A person's desk at the tumour board: lists, presenting, decisions, as far as the role goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from core.access.roles import Permission
from core.errors import ArteriaError, StudyNotFound
from core.results.board import (
    BoardDecision,
    Case,
    Meeting,
    OutcomeState,
    Presented,
    Ruling,
    Task,
    in_force,
)
from core.rules.board import board_options
from core.storage.studies import Store, VersionInfo

if TYPE_CHECKING:
    from core.access.desk import Desk


class BoardDesk:
    """What one person may see and do at the meetings of a study.

    Whoever may read all patients or only listed ones sees the meetings; a single case is shown
    to the latter only if it is on the meeting's list. Raises as ``Desk`` does.
    """

    def __init__(self, desk: Desk, store: Store) -> None:
        self._desk = desk
        self._store = store

    def may_see(self, study_id: str) -> bool:
        """Whether the person may see the study's meetings."""
        held = self._desk.permissions(study_id)
        return bool(held & {Permission.READ_PATIENTS, Permission.READ_LISTED})

    def is_guest(self, study_id: str) -> bool:
        """Whether the person sees no patients but those on a meeting's list."""
        held = self._desk.permissions(study_id)
        return Permission.READ_LISTED in held and Permission.READ_PATIENTS not in held

    def meetings(self, study_id: str) -> tuple[Meeting, ...]:
        """The study's meetings, the latest first."""
        self._require_seeing(study_id)
        return self._store.board.meetings(study_id)

    def cases(self, study_id: str, meeting_id: str) -> tuple[Case, ...]:
        """The list of a meeting."""
        self._require_seeing(study_id)
        self._of_study(study_id, meeting_id)
        return self._store.board.cases(meeting_id)

    def open_case(self, study_id: str, meeting_id: str, patient_id: str, version: int) -> None:
        """Let pass who may see this patient at this meeting, and record the look.

        Raises:
            ArteriaError: ``not_allowed``: the case is not on the list.
        """
        if patient_id not in {one.patient_id for one in self.cases(study_id, meeting_id)}:
            self._desk.require(study_id, Permission.READ_PATIENTS)
        self._desk.recorded(
            "case_seen", study_id, version, {"meeting": meeting_id, "patient_id": patient_id}
        )

    def create_meeting(
        self, study_id: str, held_on: date, title: str, members: Sequence[str]
    ) -> Meeting:
        """A new meeting; see ``Board.create_meeting``."""
        self._desk.require(study_id, Permission.PRESENT)
        made = self._store.board.create_meeting(
            study_id, held_on, title, members, self._desk.person.login
        )
        self._desk.recorded("meeting_created", study_id, None, {"meeting": made.id})
        return made

    def change_meeting(
        self,
        study_id: str,
        meeting_id: str,
        held_on: date,
        title: str,
        members: Sequence[str],
        *,
        is_deidentified: bool,
    ) -> None:
        """Correct a meeting; see ``Board.change_meeting``."""
        self._require(study_id, meeting_id, Permission.PRESENT)
        self._store.board.change_meeting(
            meeting_id, held_on, title, members, is_deidentified=is_deidentified
        )
        self._desk.recorded("meeting_changed", study_id, None, {"meeting": meeting_id})

    def put_case(self, study_id: str, meeting_id: str, patient_id: str, question: str) -> None:
        """Add a case, or change its question."""
        self._require(study_id, meeting_id, Permission.PRESENT)
        self._store.board.put_case(meeting_id, patient_id, question.strip())
        self._desk.recorded(
            "case_listed", study_id, None, {"meeting": meeting_id, "patient_id": patient_id}
        )

    def order_cases(self, study_id: str, meeting_id: str, patient_ids: Sequence[str]) -> None:
        """Order the list, or take cases off it; see ``Board.order_cases``."""
        self._require(study_id, meeting_id, Permission.PRESENT)
        self._store.board.order_cases(meeting_id, patient_ids)
        self._desk.recorded("cases_ordered", study_id, None, {"meeting": meeting_id})

    def decide(
        self,
        info: VersionInfo,
        meeting_id: str,
        patient_id: str,
        ruling: Ruling,
        *,
        amends: int | None = None,
    ) -> BoardDecision:
        """Record a decision on a listed case, or an entry that amends one of the same case.

        Raises:
            ArteriaError: ``decision_incomplete``: no known option or no reasons;
                ``decision_not_listed``: the case, or the entry to amend, is not of this
                meeting; ``decision_amended_meanwhile``.
        """
        self._require(info.study_id, meeting_id, Permission.DECIDE)
        if ruling.option not in board_options() or not ruling.reasons.strip():
            raise ArteriaError("decision_incomplete")
        board = self._store.board
        is_listed = patient_id in {one.patient_id for one in board.cases(meeting_id)}
        before = {
            one.number for one in board.decisions([meeting_id]) if one.patient_id == patient_id
        }
        if not is_listed or (amends is not None and amends not in before):
            raise ArteriaError("decision_not_listed", patient_id=patient_id)
        made = board.add_decision(
            meeting_id, patient_id, info.number, info.content_hash, ruling,
            self._desk.person.name or self._desk.person.login, amends=amends,
        )  # fmt: skip
        board.renew(meeting_id)
        self._desk.recorded(
            "board_decided" if amends is None else "board_amended",
            info.study_id,
            info.number,
            {"meeting": meeting_id, "patient_id": patient_id, "entry": made.number},
        )
        return made

    def decisions(self, study_id: str, meeting_id: str) -> tuple[BoardDecision, ...]:
        """All entries of a meeting, amended ones too."""
        self._require_seeing(study_id)
        self._of_study(study_id, meeting_id)
        return self._store.board.decisions([meeting_id])

    def tasks(self, study_id: str) -> tuple[Task, ...]:
        """All decisions in force of the study with what came of them, the oldest first."""
        self._require_seeing(study_id)
        meetings = {one.id: one for one in self._store.board.meetings(study_id)}
        standing = in_force(self._store.board.decisions(tuple(meetings)))
        outcomes = self._store.board.outcomes([one.number for one in standing])
        return tuple(
            Task(one, meetings[one.meeting_id], outcomes.get(one.number)) for one in standing
        )

    def record_outcome(
        self, study_id: str, decision: int, state: OutcomeState, remark: str
    ) -> None:
        """Say what came of a decision of this study."""
        self._desk.require(study_id, Permission.DECIDE)
        if decision not in {one.decision.number for one in self.tasks(study_id)}:
            raise StudyNotFound("meeting_not_found")
        by = self._desk.person.name or self._desk.person.login
        self._store.board.add_outcome(decision, state, remark.strip(), by)
        self._desk.recorded("board_outcome", study_id, None, {"entry": decision, "state": state})

    def present(self, study_id: str, shown: Presented) -> None:
        """Show this to the followers of the meeting."""
        self._require(study_id, shown.meeting_id, Permission.PRESENT)
        self._store.board.present(shown)

    def presented(self, study_id: str, meeting_id: str) -> Presented | None:
        """What the presenter shows: one row."""
        self._require_seeing(study_id)
        return self._store.board.presented(meeting_id)

    def take_papers(self, study_id: str, version: int, what: str) -> None:
        """Let pass who may take single patients' data out, and record it."""
        self._desk.require(study_id, Permission.EXPORT_PATIENTS)
        self._desk.exported(study_id, version, what)

    def _require(self, study_id: str, meeting_id: str, permission: Permission) -> None:
        self._desk.require(study_id, permission)
        self._of_study(study_id, meeting_id)

    def _require_seeing(self, study_id: str) -> None:
        if not self.may_see(study_id):
            self._desk.require(study_id, Permission.READ_LISTED)

    def _of_study(self, study_id: str, meeting_id: str) -> Meeting:
        meeting = self._store.board.meeting(meeting_id)
        if meeting.study_id != study_id:
            raise StudyNotFound("meeting_not_found")
        return meeting
