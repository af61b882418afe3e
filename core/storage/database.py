"""The database engine: where the store lies and how it is kept safe."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from core.errors import ArteriaError

PROJECT = Path(__file__).resolve().parents[2]
BUSY_TIMEOUT_MS = 30_000
_WRITES = "arteria_writes"


def data_folder() -> Path:
    """Folder of the store: ``ARTERIA_DATA``, or ``data`` beside ``app.py``.

    It is made on first use, readable by its owner only: it holds patients' data.

    Raises:
        ArteriaError: ``store_unavailable``: it can't be made there.
    """
    folder = Path(os.environ.get("ARTERIA_DATA") or PROJECT / "data").absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ArteriaError("store_unavailable") from error
    return folder


def database_url() -> str:
    """``ARTERIA_DATABASE_URL``, or an SQLite file in the data folder."""
    return os.environ.get("ARTERIA_DATABASE_URL") or f"sqlite:///{data_folder() / 'arteria.db'}"


def make_engine(url: str) -> Engine:
    """An engine for this URL, set up so that an acknowledged save survives a power cut.

    SQLite: write-ahead log with full synchronisation, foreign keys enforced, writers queue
    instead of failing, and the file is readable by its owner only.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database:
        _make_private(Path(parsed.database))
    engine = create_engine(parsed, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            # SQLite would make it by the umask; its log files follow the mode of this one.
            path.touch(mode=0o600)
    except OSError as error:
        raise ArteriaError("store_unavailable") from error


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is too late and deferred; _begin_sqlite sends it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _use_write_ahead_log(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten: a deleted study's patients must not stay in free pages.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _use_write_ahead_log(cursor: Any) -> None:
    # Two servers that open a new database at once: the switch itself doesn't wait for a lock.
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another one writes.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the store.

    Raises:
        ArteriaError: ``store_unavailable``: the database can't be reached or is locked.
    """
    with _coded(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it is kept, or nothing.

    Raises:
        ArteriaError: ``store_unavailable``: the database can't be reached, is locked or full.
    """
    with (
        _coded(),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def _coded() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, TimeoutError) as error:
        raise ArteriaError("store_unavailable") from error
