"""Table of the patients' documents; the bytes of files stand in ``files``, by their hash."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from core.storage.tables import METADATA, UtcDateTime

DOCUMENTS = Table(
    "patient_documents",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("study_id", String(32), ForeignKey("studies.id"), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), ForeignKey("files.sha256")),
    Column("added_by", String(120), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Index("ix_patient_documents_patient", "study_id", "patient_id"),
)
