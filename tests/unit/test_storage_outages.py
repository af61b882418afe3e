"""A full disk, a read-only store, a database that goes away: a sentence, nothing half, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from sqlalchemy import Engine, event, make_url

from core.errors import ArteriaError
from core.schema import StudyData, typed_frame
from core.storage.studies import RowCounts, Store, open_store
from tests.databases import execute_at, postgresql_server

COUNTS = RowCounts(read=1, accepted=1, set_aside=0)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


def save(store: Store, study_id: str, based_on: int | None, size: int = 10) -> int:
    frame = typed_frame("patients", pd.DataFrame({"patient_id": ["P01"], "age": [61.0]}))
    files = [("upload.csv", b"a" * size)]
    data = StudyData({"patients": frame})
    return store.save_version(study_id, data, [], files, COUNTS, based_on=based_on).number


def fails(act: Callable[[], object]) -> None:
    with pytest.raises(ArteriaError) as caught:
        act()
    assert caught.value.code == "store_unavailable"


def fill_sqlite(url: str) -> Callable[[], None]:
    """Let the file grow no further: SQLite itself then says that the disk is full."""

    def limit(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

    event.listen(Engine, "connect", limit)
    return lambda: event.remove(Engine, "connect", limit)


def fill_postgresql(url: str) -> Callable[[], None]:
    """Have the server answer the last row of a save as it does when its disk is full."""
    execute_at(
        url,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
    )
    execute_at(
        url,
        "CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT ON versions DEFERRABLE INITIALLY "
        "DEFERRED FOR EACH ROW EXECUTE FUNCTION full_disk()",
    )
    return lambda: execute_at(url, "DROP TRIGGER full_disk ON versions")


def test_full_disk_is_said_and_leaves_no_half_version(database: str) -> None:
    before = Store(database)
    study = before.create_study("full")
    assert save(before, study.id, None) == 1
    before.close()
    fill = fill_sqlite if database.startswith("sqlite") else fill_postgresql
    empty = fill(database)
    full = Store(database)
    fails(lambda: save(full, study.id, 1, size=3_000_000))
    assert [info.number for info in full.list_versions(study.id)] == [1]
    assert full.load_version(study.id, 1)[0].table("patients")["age"][0] == 61.0
    full.close()
    empty()
    after = Store(database)
    assert save(after, study.id, 1, size=3_000_000) == 2
    assert len(after.original_file(after.version_info(study.id, 2).files[0].sha256)) == 3_000_000
    after.close()


def test_read_only_store_is_said_and_still_read(tmp_path) -> None:
    url = f"sqlite:///{tmp_path / 'arteria.db'}"
    before = Store(url)
    study = before.create_study("read only")
    save(before, study.id, None)
    event.listen(before._engine, "begin", _only_read)
    fails(lambda: save(before, study.id, 1))
    assert [info.number for info in before.list_versions(study.id)] == [1]
    before.close()


def _only_read(connection: object) -> None:
    connection.exec_driver_sql("PRAGMA query_only = ON")  # type: ignore[attr-defined]


def test_data_folder_that_can_not_be_made_is_said(tmp_path, monkeypatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("ARTERIA_DATA", str(tmp_path / "file" / "data"))
    fails(open_store)
    fails(lambda: Store(f"sqlite:///{tmp_path / 'file' / 'data' / 'arteria.db'}"))


@pytest.fixture
def served(tmp_path) -> Iterator[tuple[Store, str]]:
    from tests.databases import fresh_database

    url = fresh_database("postgresql", tmp_path)
    opened = Store(url)
    yield opened, url
    opened.close()


def end_all_sessions(url: str) -> None:
    """What a restart of the database does to everybody who is connected."""
    execute_at(
        postgresql_server(),
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = :name",
        name=make_url(url).database,
    )


def test_restarted_database_is_reached_again_without_a_word(served) -> None:
    store, url = served
    study = store.create_study("restart")
    assert save(store, study.id, None) == 1
    end_all_sessions(url)
    assert [info.number for info in store.list_versions(study.id)] == [1]
    end_all_sessions(url)
    assert save(store, study.id, 1) == 2


def test_database_that_goes_away_during_a_save_leaves_nothing_half(served) -> None:
    store, url = served
    study = store.create_study("during")
    assert save(store, study.id, None) == 1

    def cut(connection: object) -> None:
        end_all_sessions(url)

    event.listen(store._engine, "commit", cut)
    fails(lambda: save(store, study.id, 1))
    event.remove(store._engine, "commit", cut)
    assert [info.number for info in store.list_versions(study.id)] == [1]
    assert save(store, study.id, 1) == 2


def test_closed_database_is_said_until_it_is_open_again(served) -> None:
    store, url = served
    study = store.create_study("closed")
    name = make_url(url).database
    execute_at(postgresql_server(), f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    end_all_sessions(url)
    fails(lambda: save(store, study.id, None))
    fails(lambda: store.list_studies())
    fails(lambda: Store(url))
    execute_at(postgresql_server(), f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert store.list_versions(study.id) == ()
    assert save(store, study.id, None) == 1
