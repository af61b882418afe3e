"""Each study's own comparators: figures and digitised curves of other series."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_comparators"
down_revision = "0006_board"


def upgrade() -> None:
    """Create their table; studies that there are have none."""
    op.create_table(
        "study_comparators",
        sa.Column("study_id", sa.String(32), sa.ForeignKey("studies.id"), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
