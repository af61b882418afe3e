"""The database's tables as they are now. Each change gets a migration beside it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    true,
)

METADATA = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC as ISO text, so that every database keeps its time zone."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


STUDIES = Table(
    "studies",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("is_example", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("archived_at", UtcDateTime),
)

VERSIONS = Table(
    "versions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("study_id", String(32), ForeignKey("studies.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("rows_read", Integer, nullable=False),
    Column("rows_accepted", Integer, nullable=False),
    Column("rows_set_aside", Integer, nullable=False),
    Column("data_cutoff", Date),
    Column("content_hash", String(64), nullable=False),
    Column("rule_versions", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("own_variables", Text, nullable=False),
    Column("decisions", Text),
    Column("mappings", Text),
    UniqueConstraint("study_id", "number", name="uq_versions_study_number"),
)

VERSION_TABLES = Table(
    "version_tables",
    METADATA,
    Column("version_id", Integer, ForeignKey("versions.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("parquet", LargeBinary, nullable=False),
)

FILES = Table(
    "files",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
)

VERSION_FILES = Table(
    "version_files",
    METADATA,
    Column("version_id", Integer, ForeignKey("versions.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), ForeignKey("files.sha256"), nullable=False),
    Column("is_kept", Boolean, nullable=False, server_default=true()),
    Index("ix_version_files_sha256", "sha256"),
)

SIGNED_ENTRIES = Table(
    "signed_entries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("study_id", String(32), ForeignKey("studies.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("signed_by", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    UniqueConstraint("study_id", "kind", "number", name="uq_signed_entries_study_kind_number"),
)
"""What a person decided about a study and signed: never changed, deleted with the study only."""

STUDY_COMPARATORS = Table(
    "study_comparators",
    METADATA,
    Column("study_id", String(32), ForeignKey("studies.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String(200), nullable=False),
    Column("content", Text, nullable=False),
)
