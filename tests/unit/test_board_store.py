"""The tumour board in the database: lists change, decisions only grow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from core.errors import ArteriaError, StudyNotFound
from core.results.board import Presented, Ruling, in_force
from core.storage.studies import Store

RULING = Ruling("ablation", "one lesion", "Dr. Li", date(2024, 2, 1), "surgery")


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


def meeting(store: Store) -> str:
    study = store.create_study("a")
    return store.board.create_meeting(study.id, date(2024, 1, 1), "Board", ["A", " ", "A"], "x").id


def test_meeting_keeps_date_title_and_members_once(store: Store) -> None:
    found = store.board.meeting(meeting(store))
    assert (found.held_on, found.title, found.members) == (date(2024, 1, 1), "Board", ("A",))
    assert not found.is_deidentified


@pytest.mark.parametrize("title", ["", "  ", "x" * 201])
def test_meeting_without_proper_title_is_refused(store: Store, title: str) -> None:
    study = store.create_study("a")
    with pytest.raises(ArteriaError, match="meeting_title_invalid"):
        store.board.create_meeting(study.id, date(2024, 1, 1), title, [], "x")


def test_unknown_meeting_is_an_error_with_a_code(store: Store) -> None:
    with pytest.raises(StudyNotFound, match="meeting_not_found"):
        store.board.meeting("none")


def test_cases_keep_their_order_and_take_another_question(store: Store) -> None:
    which, board = meeting(store), store.board
    for one in ("P1", "P2", "P3"):
        board.put_case(which, one, "?")
    board.put_case(which, "P2", "now?")
    board.order_cases(which, ["P3", "P2", "other"])
    assert [(c.position, c.patient_id, c.question) for c in board.cases(which)] == [
        (1, "P3", "?"), (2, "P2", "now?"),
    ]  # fmt: skip


def test_amended_decision_stays_and_the_new_entry_is_in_force(store: Store) -> None:
    which, board = meeting(store), store.board
    first = board.add_decision(which, "P1", 3, "c" * 64, RULING, "Dr. Li")
    second = board.add_decision(
        which, "P1", 4, "d" * 64, Ruling("systemic", "later"), "Dr. Wu", amends=first.number
    )
    entries = board.decisions([which])
    assert entries == (first, second)
    assert in_force(entries) == (second,)
    assert (first.version, first.ruling) == (3, RULING)


def test_entry_can_be_amended_only_once(store: Store) -> None:
    which, board = meeting(store), store.board
    first = board.add_decision(which, "P1", 1, "c", RULING, "x")
    board.add_decision(which, "P1", 1, "c", RULING, "x", amends=first.number)
    with pytest.raises(ArteriaError, match="decision_amended_meanwhile"):
        board.add_decision(which, "P1", 1, "c", RULING, "y", amends=first.number)


def test_latest_outcome_stands(store: Store) -> None:
    which, board = meeting(store), store.board
    made = board.add_decision(which, "P1", 1, "c", RULING, "x").number
    board.add_outcome(made, "partly", "waits", "x")
    board.add_outcome(made, "done", "", "x")
    assert board.outcomes([made])[made].state == "done"


def test_presenter_is_seen_by_another_process_of_the_same_database(
    store: Store, database: str
) -> None:
    which, other = meeting(store), Store(database)
    assert other.board.presented(which) is None
    store.board.present(Presented(which, "P1", "course", {"analyte": "HGB"}, "Dr. Li"))
    store.board.present(Presented(which, "P2", "lesions", {}, "Dr. Li"))
    assert other.board.presented(which) == Presented(which, "P2", "lesions", {}, "Dr. Li", 2)
    other.close()
