"""Signed entries: numbered, never changed, guarded against a lost update."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.errors import ArteriaError, StaleVersion, StudyNotFound
from core.storage.studies import Store


def test_entries_are_numbered_per_study_and_kind_and_guarded(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    one, two = store.create_study("a").id, store.create_study("b").id
    add = store.entries.add_entry
    assert add(one, "protocol", "{}", signed_by="Li", note="a", based_on=0).number == 1
    assert add(one, "protocol", "{}", signed_by="Li", note="b", based_on=1).number == 2
    assert add(one, "waiver", "{}", signed_by="Li", note="c").number == 1
    assert add(two, "protocol", "{}", signed_by="Li", note="d").number == 1
    with pytest.raises(StaleVersion):
        add(one, "protocol", "{}", signed_by="Wu", note="e", based_on=1)
    with pytest.raises(StudyNotFound):
        add("none", "protocol", "{}", signed_by="Wu", note="e")
    assert [entry.note for entry in store.entries.list_entries(one, "protocol")] == ["a", "b"]
    store.close()


def test_database_keeps_what_was_signed(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    study = store.create_study("a").id
    store.entries.add_entry(study, "waiver", "{}", signed_by="Li", note="a")
    connection = sqlite3.connect(tmp_path / "a.db")
    for statement in ("UPDATE signed_entries SET note = 'x'", "DELETE FROM signed_entries"):
        with pytest.raises(sqlite3.IntegrityError), connection:
            connection.execute(statement)
    connection.execute("DROP TRIGGER signed_entries_are_kept_UPDATE")
    connection.execute("UPDATE signed_entries SET note = 'x'")
    connection.commit()
    connection.close()
    with pytest.raises(ArteriaError, match="entry_damaged"):
        store.entries.list_entries(study, "waiver")
    store.close()
