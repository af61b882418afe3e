"""Meetings of the tumour board, their cases, decisions, outcomes, and what is presented."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_board"
down_revision = "0005_signed_entries"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "board_meetings",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("study_id", sa.String(32), sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("members", sa.Text, nullable=False),
        sa.Column("is_deidentified", sa.Boolean, nullable=False),
        sa.Column("created_by", sa.String(120), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
    )
    op.create_index("ix_board_meetings_study", "board_meetings", ["study_id"])
    op.create_table(
        "board_cases",
        sa.Column(
            "meeting_id", sa.String(32), sa.ForeignKey("board_meetings.id"), primary_key=True
        ),
        sa.Column("patient_id", sa.String(64), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
    )
    op.create_table(
        "board_decisions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("meeting_id", sa.String(32), sa.ForeignKey("board_meetings.id"), nullable=False),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("option", sa.String(64), nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("responsible", sa.Text, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("dissent", sa.Text, nullable=False),
        sa.Column("amends", sa.Integer, sa.ForeignKey("board_decisions.number")),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("amends", name="uq_board_decisions_amends"),
    )
    op.create_index("ix_board_decisions_meeting", "board_decisions", ["meeting_id"])
    op.create_table(
        "board_outcomes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("decision", sa.Integer, sa.ForeignKey("board_decisions.number"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column("recorded_by", sa.String(120), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
    )
    op.create_index("ix_board_outcomes_decision", "board_outcomes", ["decision"])
    op.create_table(
        "board_presented",
        sa.Column(
            "meeting_id", sa.String(32), sa.ForeignKey("board_meetings.id"), primary_key=True
        ),
        sa.Column("patient_id", sa.String(64), nullable=False),
        sa.Column("screen", sa.String(40), nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("presenter", sa.String(120), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
