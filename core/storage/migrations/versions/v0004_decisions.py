"""What people decided about a version's files, and how their columns were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_decisions"
down_revision = "0003_identifiers"


def upgrade() -> None:
    """Add the columns; versions saved before have none of either."""
    op.add_column("versions", sa.Column("decisions", sa.Text))
    op.add_column("versions", sa.Column("mappings", sa.Text))
