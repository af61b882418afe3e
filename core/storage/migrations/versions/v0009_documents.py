"""Documents and links of a patient."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_documents"
down_revision = "0008_passes"


def upgrade() -> None:
    """Create their table; patients that there are have none."""
    op.create_table(
        "patient_documents",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("study_id", sa.String(32), sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), sa.ForeignKey("files.sha256")),
        sa.Column("added_by", sa.String(120), nullable=False),
        sa.Column("added_at", sa.String(32), nullable=False),
    )
    op.create_index("ix_patient_documents_patient", "patient_documents", ["study_id", "patient_id"])
