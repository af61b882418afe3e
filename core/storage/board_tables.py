"""Tables of the tumour board's meetings."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from core.storage.tables import METADATA, UtcDateTime

MEETINGS = Table(
    "board_meetings",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("study_id", String(32), ForeignKey("studies.id"), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("title", String(200), nullable=False),
    Column("members", Text, nullable=False),
    Column("is_deidentified", Boolean, nullable=False),
    Column("created_by", String(120), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_board_meetings_study", "study_id"),
)

CASES = Table(
    "board_cases",
    METADATA,
    Column("meeting_id", String(32), ForeignKey("board_meetings.id"), primary_key=True),
    Column("patient_id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("question", Text, nullable=False),
)

DECISIONS = Table(
    "board_decisions",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("meeting_id", String(32), ForeignKey("board_meetings.id"), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("option", String(64), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("responsible", Text, nullable=False),
    Column("due", Date),
    Column("dissent", Text, nullable=False),
    Column("amends", Integer, ForeignKey("board_decisions.number")),
    Column("recorded_by", String(120), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("amends", name="uq_board_decisions_amends"),
    Index("ix_board_decisions_meeting", "meeting_id"),
)

OUTCOMES = Table(
    "board_outcomes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("decision", Integer, ForeignKey("board_decisions.number"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("remark", Text, nullable=False),
    Column("recorded_by", String(120), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Index("ix_board_outcomes_decision", "decision"),
)

PRESENTED = Table(
    "board_presented",
    METADATA,
    Column("meeting_id", String(32), ForeignKey("board_meetings.id"), primary_key=True),
    Column("patient_id", String(64), nullable=False),
    Column("screen", String(40), nullable=False),
    Column("options", Text, nullable=False),
    Column("presenter", String(120), nullable=False),
    Column("revision", Integer, nullable=False),
)
