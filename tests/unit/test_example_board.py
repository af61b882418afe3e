"""The example study has its meetings in every store, one that is older than them too."""

from __future__ import annotations

from pathlib import Path

from core.storage.studies import Store
from core.studies import example_version
from tests.databases import execute_at


def test_example_made_before_its_meetings_gets_them_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'arteria.db'}"
    store = Store(url)
    info = example_version(store)
    made = [(one.held_on, one.title) for one in store.board.meetings(info.study_id)]
    assert len(made) == 2
    for table in ("outcomes", "decisions", "cases", "meetings"):
        execute_at(url, f"DELETE FROM board_{table}")
    assert store.board.meetings(info.study_id) == ()
    assert [example_version(store) for _ in range(2)] == [info, info]
    found = store.board.meetings(info.study_id)
    assert [(one.held_on, one.title) for one in found] == made
    assert len(store.board.cases(found[0].id)) == 5
    store.close()
