"""Tables of a study's secret key, its pseudonyms, and identifiers kept by decision."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from core.storage.tables import METADATA

STUDY_KEYS = Table(
    "study_keys",
    METADATA,
    Column("study_id", String(32), ForeignKey("studies.id"), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

PSEUDONYMS = Table(
    "pseudonyms",
    METADATA,
    Column("study_id", String(32), ForeignKey("studies.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("code", String(16), nullable=False),
    UniqueConstraint("study_id", "code", name="uq_pseudonyms_study_code"),
)

KEPT_IDENTIFIERS = Table(
    "kept_identifiers",
    METADATA,
    Column("version_id", Integer, ForeignKey("versions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("column", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("value", Text, nullable=False),
)
