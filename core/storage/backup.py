"""The whole store in one file, from any database to any other, proved by hashes.

The file is a ZIP: ``manifest.json`` (form of the database, rows of each table, SHA-256 of each
part), ``tables/<name>.jsonl`` (one row a line) and ``blobs/<sha256>`` (tables and files of the
versions, equal ones once).
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Column, Connection, LargeBinary, Table, func, insert, select

from core.errors import ArteriaError
from core.storage import migrations
from core.storage.database import database_url, make_engine, reading, writing
from core.storage.form import METADATA
from core.storage.tables import UtcDateTime

FORM = 1
_MANIFEST = "manifest.json"
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds: rows by table, and the hash of all of it."""

    rows: Mapping[str, int]
    digest: str


def backup(target: Path, url: str | None = None) -> BackupReport:
    """Write the store to a new file: complete, or not at all.

    Raises:
        ArteriaError: ``store_unavailable``, or ``backup_exists``: the file is there already.
    """
    if target.exists():
        raise ArteriaError("backup_exists", file=target.name)
    partial = target.with_name(target.name + ".partial")
    engine = make_engine(url or database_url())
    try:
        with partial.open("wb") as stream:
            # It holds patients' data.
            os.fchmod(stream.fileno(), 0o600)
            with (
                zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
                reading(engine) as connection,
            ):
                report = _write_all(connection, archive)
            stream.flush()
            os.fsync(stream.fileno())
        partial.rename(target)
    finally:
        engine.dispose()
        partial.unlink(missing_ok=True)
    return report


def restore(source: Path, url: str | None = None) -> BackupReport:
    """Put a backup into an empty database, in one transaction, and prove that all of it is there.

    Raises:
        ArteriaError: ``backup_damaged``: the file isn't as it was written; ``backup_too_new``;
            ``store_not_empty``; ``store_unavailable``.
    """
    engine = make_engine(url or database_url())
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _checked_manifest(archive)
            with writing(engine) as connection:
                migrations.upgrade(connection, manifest["revision"])
                _require_empty(connection)
                for table in METADATA.sorted_tables:
                    if table.name in manifest["rows"]:
                        _fill(connection, table, archive)
                _restart_numbering(connection)
                migrations.upgrade(connection)
                found = {
                    name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
                    for name, table in METADATA.tables.items()
                    if name in manifest["rows"]
                }
                if found != manifest["rows"]:
                    raise ArteriaError("backup_damaged", file=source.name)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ArteriaError("backup_damaged", file=source.name) from error
    finally:
        engine.dispose()
    return BackupReport(found, manifest["digest"])


def _write_all(connection: Connection, archive: zipfile.ZipFile) -> BackupReport:
    rows: dict[str, int] = {}
    parts: dict[str, str] = {}
    for table in METADATA.sorted_tables:
        name = f"tables/{table.name}.jsonl"
        lines = []
        with connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(
            select(table).order_by(*table.primary_key.columns)
        ) as found:
            for row in found.mappings():
                values = dict(row)
                lines.append(json.dumps(_plain(table, values, archive, parts), ensure_ascii=False))
        content = "\n".join(lines).encode()
        archive.writestr(name, content)
        parts[name] = hashlib.sha256(content).hexdigest()
        rows[table.name] = len(lines)
    digest = _digest(parts)
    manifest = {
        "form": FORM,
        "revision": migrations.revision(connection),
        "rows": rows,
        "parts": parts,
        "digest": digest,
    }
    archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
    return BackupReport(rows, digest)


def _plain(
    table: Table, values: dict[str, Any], archive: zipfile.ZipFile, parts: dict[str, str]
) -> dict[str, Any]:
    """A row as JSON can hold it; bytes become a part of their own."""
    for name, value in values.items():
        if isinstance(value, bytes | memoryview):
            content = bytes(value)
            digest = hashlib.sha256(content).hexdigest()
            part = f"blobs/{digest}"
            if part not in parts:
                archive.writestr(part, content, zipfile.ZIP_STORED)
                parts[part] = digest
            values[name] = digest
        elif isinstance(value, datetime | date):
            values[name] = value.isoformat()
    return values


def _digest(parts: Mapping[str, str]) -> str:
    listed = "\n".join(f"{name} {parts[name]}" for name in sorted(parts))
    return hashlib.sha256(listed.encode()).hexdigest()


def _checked_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, after every part has been compared with its hash."""
    manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
    if manifest["form"] != FORM:
        raise ArteriaError("backup_too_new")
    parts = manifest["parts"]
    if set(archive.namelist()) != {*parts, _MANIFEST} or _digest(parts) != manifest["digest"]:
        raise ValueError("parts")
    for name, expected in parts.items():
        with archive.open(name) as stream:
            if _hash_of(stream) != expected:
                raise ValueError(name)
    return manifest


def _hash_of(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def _require_empty(connection: Connection) -> None:
    for table in METADATA.sorted_tables:
        exists = connection.dialect.has_table(connection, table.name)
        if exists and connection.scalar(select(func.count()).select_from(table)):
            raise ArteriaError("store_not_empty")


def _fill(connection: Connection, table: Table, archive: zipfile.ZipFile) -> None:
    for piece in _pieces(_rows(table, archive)):
        connection.execute(insert(table), piece)


def _rows(table: Table, archive: zipfile.ZipFile) -> Iterator[dict[str, Any]]:
    content = archive.read(f"tables/{table.name}.jsonl").decode()
    for line in content.splitlines():
        row: dict[str, Any] = json.loads(line)
        yield {name: _typed(table.c[name], value, archive) for name, value in row.items()}


def _typed(column: Column[Any], value: Any, archive: zipfile.ZipFile) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return archive.read(f"blobs/{value}")
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if column.type.python_type is date:
        return date.fromisoformat(value)
    return value


def _pieces(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    piece: list[dict[str, Any]] = []
    for row in rows:
        piece.append(row)
        # Rows with files are large: few at a time keep the memory small.
        if len(piece) == (20 if any(isinstance(v, bytes) for v in row.values()) else _ROWS_AT_ONCE):
            yield piece
            piece = []
    if piece:
        yield piece


def _restart_numbering(connection: Connection) -> None:
    """Have PostgreSQL number new rows after the restored ones."""
    if connection.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        highest = connection.scalar(select(func.max(column)))
        if highest:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, highest)))
