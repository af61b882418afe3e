"""Signed entries of a study: versions of its protocol, waivers, regimens, changed doses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_signed_entries"
down_revision = "0004_decisions"

_SQLITE = """
CREATE TRIGGER signed_entries_are_kept_{verb} BEFORE {verb} ON signed_entries
BEGIN SELECT RAISE(ABORT, 'signed entries are append-only'); END
"""
_POSTGRESQL = """
CREATE FUNCTION signed_entries_are_kept() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'signed entries are append-only'; END
$$ LANGUAGE plpgsql
"""
_POSTGRESQL_TRIGGER = """
CREATE TRIGGER signed_entries_are_kept BEFORE UPDATE OR DELETE ON signed_entries
FOR EACH ROW EXECUTE FUNCTION signed_entries_are_kept()
"""


def upgrade() -> None:
    """Create their table, and have the database keep what was signed."""
    op.create_table(
        "signed_entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("study_id", sa.String(32), sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("signed_by", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.UniqueConstraint(
            "study_id", "kind", "number", name="uq_signed_entries_study_kind_number"
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(verb=verb))
    else:
        op.execute(_POSTGRESQL)
        op.execute(_POSTGRESQL_TRIGGER)
