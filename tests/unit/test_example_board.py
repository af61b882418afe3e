"""The example study's meetings speak the visitor's language; what people wrote stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.example_board import STORED, in_language
from core.results.board import Case, Meeting
from core.storage.studies import Store
from core.studies import example_version

CHINESE = re.compile("[\u3000-\u9fff\uff00-\uffef]")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield opened
    opened.close()


def words(meeting: Meeting, cases: tuple[Case, ...]) -> list[str]:
    return [meeting.title, *meeting.members, *(one.question for one in cases)]


def test_each_word_of_the_meetings_is_told_in_english(store: Store) -> None:
    info = example_version(store)
    meetings = store.board.meetings(info.study_id)
    assert len(meetings) == 2
    for meeting in meetings:
        cases = store.board.cases(meeting.id)
        stored = words(meeting, cases)
        told = words(in_language(meeting, "en"), in_language(cases, "en"))
        assert all(map(CHINESE.search, stored))
        assert not any(map(CHINESE.search, told)), told
        assert in_language(meeting, STORED) == meeting
    decisions = in_language(store.board.decisions([one.id for one in meetings]), "en")
    for one in decisions:
        ruling = one.ruling
        assert not CHINESE.search(ruling.reasons + ruling.responsible + ruling.dissent)


def test_words_that_somebody_wrote_stay_as_they_are(store: Store) -> None:
    info = example_version(store)
    meeting = store.board.meetings(info.study_id)[0]
    store.board.put_case(meeting.id, "H02", "下次复查时间？")
    told = {one.patient_id: one for one in in_language(store.board.cases(meeting.id), "en")}
    assert told["H02"].question == "下次复查时间？"
