"""Changes of the database's form, in order; applied when the server starts."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core.errors import ArteriaError

FOLDER = Path(__file__).parent
# Alembic's operations go through one global: two databases can't be migrated at once.
_ONE_AT_A_TIME = threading.Lock()


def revision(connection: Connection) -> str:
    """Name of the form that the database has; "" before the first."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the database to this program's form, inside the connection's transaction.

    Args:
        to: name of an earlier form, to fill it with data of that time.

    Raises:
        ArteriaError: ``store_too_new``: a newer program wrote the database.
    """
    # Alembic is slow to import and only needed here.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    scripts = ScriptDirectory(FOLDER)

    def to_head(revision: Any, context: Any) -> Any:
        return scripts._upgrade_revs(to, revision)

    with _ONE_AT_A_TIME, EnvironmentContext(Config(), scripts, fn=to_head) as environment:
        environment.configure(connection=connection)
        try:
            environment.run_migrations()
        except CommandError as error:
            raise ArteriaError("store_too_new") from error
