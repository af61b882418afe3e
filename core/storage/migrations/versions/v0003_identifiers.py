"""Each study's secret key and pseudonyms, identifiers kept apart, files that aren't kept."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003_identifiers"
down_revision = "0002_people"

_KEY_BYTES = 32


def upgrade() -> None:
    """Create the tables, give each study that there is a key, and mark its files as kept."""
    keys = op.create_table(
        "study_keys",
        sa.Column("study_id", sa.String(32), sa.ForeignKey("studies.id"), primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "pseudonyms",
        sa.Column("study_id", sa.String(32), sa.ForeignKey("studies.id"), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(16), nullable=False),
        sa.UniqueConstraint("study_id", "code", name="uq_pseudonyms_study_code"),
    )
    op.create_table(
        "kept_identifiers",
        sa.Column("version_id", sa.Integer, sa.ForeignKey("versions.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("patient_id", sa.Text, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("column", sa.Text, nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.add_column(
        "version_files",
        sa.Column("is_kept", sa.Boolean, nullable=False, server_default=sa.true()),
    )
    studies = op.get_bind().execute(sa.text("SELECT id FROM studies")).scalars().all()
    rows = [{"study_id": one, "key": secrets.token_bytes(_KEY_BYTES)} for one in studies]
    if rows:
        op.bulk_insert(keys, rows)
