"""The desk at the tumour board: each role goes as far as its table says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from core.access.desk import Desk
from core.errors import ArteriaError, StudyNotFound
from core.results.board import Presented, Ruling
from core.results.people import Origin, Person, Role
from core.schema import StudyData, typed_frame
from core.storage.studies import RowCounts, Store, VersionInfo

PERSON = Person("p", "dr.li", "Li", Origin.BUILT_IN)
RULING = Ruling("systemic", "progression")


@dataclass
class Room:
    """A study with a meeting on whose list P1 stands and P2 doesn't."""

    store: Store
    info: VersionInfo
    meeting_id: str

    def desk(self, role: Role | None) -> Desk:
        if role is not None:
            self.store.people.grant(self.info.study_id, f"account:{PERSON.id}", role, "x")
        return Desk(self.store, PERSON)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    frame = pd.DataFrame(
        {"patient_id": ["P1", "P2"], "source_sheet": ["a", "a"], "source_row": [2, 3]}
    )
    study = store.create_study("a")
    data = StudyData({"patients": typed_frame("patients", frame)}, (), None)
    files = (("a.csv", b"patient_id\nP1\nP2\n"),)
    info = store.save_version(study.id, data, (), files, RowCounts(2, 2, 0), based_on=None)
    meeting = store.board.create_meeting(study.id, date(2024, 1, 1), "Board", [], "x")
    store.board.put_case(meeting.id, "P1", "?")
    yield Room(store, info, meeting.id)
    store.close()


def open_case(desk: Desk, room: Room, patient_id: str) -> None:
    desk.board.open_case(room.info.study_id, room.meeting_id, patient_id, 1)


def test_board_guest_sees_listed_cases_and_nothing_else(room: Room) -> None:
    desk, study = room.desk(Role.BOARD_GUEST), room.info.study_id
    assert desk.board.is_guest(study)
    assert [one.patient_id for one in desk.board.cases(study, room.meeting_id)] == ["P1"]
    open_case(desk, room, "P1")
    for refused in (
        lambda: open_case(desk, room, "P2"),
        lambda: desk.load_version(study),
        lambda: desk.board.put_case(study, room.meeting_id, "P2", ""),
        lambda: desk.board.present(study, Presented(room.meeting_id, "P1", "course")),
        lambda: desk.board.decide(room.info, room.meeting_id, "P1", RULING),
        lambda: desk.board.record_outcome(study, 1, "done", ""),
        lambda: desk.board.take_papers(study, 1, "minutes"),
        lambda: desk.board.create_meeting(study, date(2024, 1, 2), "b", []),
    ):
        with pytest.raises(ArteriaError, match="not_allowed"):
            refused()
    assert room.store.trail.search()[0].action == "refused"


def test_look_at_a_case_is_recorded(room: Room) -> None:
    open_case(room.desk(Role.CLINICIAN), room, "P1")
    entry = room.store.trail.search()[0]
    assert (entry.action, entry.facts["patient_id"]) == ("case_seen", "P1")


@pytest.mark.parametrize("role", [Role.AGGREGATE_VIEWER])
def test_aggregate_viewer_sees_no_meeting(room: Room, role: Role) -> None:
    with pytest.raises(ArteriaError, match="not_allowed"):
        room.desk(role).board.meetings(room.info.study_id)


def test_without_a_role_the_study_does_not_exist(room: Room) -> None:
    with pytest.raises(StudyNotFound):
        room.desk(None).board.meetings(room.info.study_id)


def test_meeting_of_another_study_is_not_found(room: Room) -> None:
    other = room.store.create_study("b")
    room.store.people.grant(other.id, f"account:{PERSON.id}", Role.CLINICIAN, "x")
    with pytest.raises(StudyNotFound, match="meeting_not_found"):
        Desk(room.store, PERSON).board.cases(other.id, room.meeting_id)


def test_decision_keeps_the_version_and_is_amended_by_a_new_entry(room: Room) -> None:
    desk, study = room.desk(Role.CLINICIAN), room.info.study_id
    first = desk.board.decide(room.info, room.meeting_id, "P1", RULING)
    assert (first.version, first.content_hash) == (1, room.info.content_hash)
    second = desk.board.decide(
        room.info, room.meeting_id, "P1", Ruling("trial", "offered"), amends=first.number
    )
    assert [one.decision.number for one in desk.board.tasks(study)] == [second.number]
    desk.board.present(study, Presented(room.meeting_id, "P1", "decision"))
    third = desk.board.decide(room.info, room.meeting_id, "P1", RULING, amends=second.number)
    shown = desk.board.presented(study, room.meeting_id)
    # Whoever follows draws the new entry at once.
    assert shown is not None
    assert (shown.screen, shown.revision) == ("decision", 2)
    second = third
    desk.board.record_outcome(study, second.number, "done", "")
    assert not desk.board.tasks(study)[0].is_open
    actions = [one.action for one in room.store.trail.search()]
    assert actions[:4] == ["board_outcome", "board_amended", "board_amended", "board_decided"]


@pytest.mark.parametrize(
    ("patient_id", "ruling", "amends", "code"),
    [
        ("P1", Ruling("magic", "x"), None, "decision_incomplete"),
        ("P1", Ruling("trial", "  "), None, "decision_incomplete"),
        ("P2", RULING, None, "decision_not_listed"),
        ("P1", RULING, 77, "decision_not_listed"),
    ],
)
def test_decision_that_cannot_stand_is_refused(
    room: Room, patient_id: str, ruling: Ruling, amends: int | None, code: str
) -> None:
    desk = room.desk(Role.CLINICIAN)
    with pytest.raises(ArteriaError, match=code):
        desk.board.decide(room.info, room.meeting_id, patient_id, ruling, amends=amends)
