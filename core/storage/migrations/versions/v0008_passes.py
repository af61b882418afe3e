"""Links and personal tokens; what was signed goes when its archived study is deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_passes"
down_revision = "0007_comparators"

_SQLITE = """
CREATE TRIGGER signed_entries_are_kept_DELETE BEFORE DELETE ON signed_entries
WHEN (SELECT archived_at FROM studies WHERE id = OLD.study_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'signed entries are append-only'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION signed_entries_are_kept() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM studies WHERE id = OLD.study_id AND archived_at IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'signed entries are append-only';
END
$$ LANGUAGE plpgsql
"""


def upgrade() -> None:
    """Create the table of passes; let entries of an archived study be deleted with it."""
    op.create_table(
        "passes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("account_id", sa.String(32), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("study_id", sa.String(32), sa.ForeignKey("studies.id")),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("created_by", sa.String(120), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("revoked_at", sa.String(32)),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER signed_entries_are_kept_DELETE")
        op.execute(_SQLITE)
    else:
        op.execute(_POSTGRESQL)
