"""The database's form: migrations give what the code reads, from any folder."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.errors import ArteriaError
from core.storage.database import reading
from core.storage.form import METADATA
from core.storage.studies import Store

PROJECT = Path(__file__).parents[2]


def test_migrations_give_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    with reading(store._engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    store.close()


def test_store_opens_from_any_folder_and_again(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n"
        "from core.storage.studies import open_store\n"
        "open_store().create_study('a'); print(len(open_store().list_studies()))"
    )
    for expected in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={"ARTERIA_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == expected


def test_two_servers_starting_on_a_new_database_both_succeed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    with ThreadPoolExecutor(2) as pool:
        stores = list(pool.map(Store, [url, url]))
    stores[0].create_study("a")
    assert len(stores[1].list_studies()) == 1
    for store in stores:
        store.close()


def test_database_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    Store(url).close()
    connection = sqlite3.connect(tmp_path / "a.db")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ArteriaError) as caught:
        Store(url)
    assert caught.value.code == "store_too_new"
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    connection.close()


def test_sqlite_is_set_up_to_survive_a_power_cut(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    with reading(store._engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.close()
