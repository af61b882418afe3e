"""The SQL of one version: finding it, and writing its tables and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from core.errors import StaleVersion, StudyNotFound
from core.results.intake import Personal
from core.storage.identifiers import add_codes, insert_kept
from core.storage.stored_files import put_file
from core.storage.tables import FILES, STUDIES, VERSION_FILES, VERSION_TABLES, VERSIONS

_LONG = ("findings", "decisions", "mappings")


def versions_query() -> Select[Any]:
    """Versions joined with their study, without what may be long."""
    columns = [column for column in VERSIONS.c if column.name not in _LONG]
    return select(*columns, STUDIES.c.name.label("study_name"), STUDIES.c.is_example).join(STUDIES)


def version_row(connection: Connection, study_id: str, number: int | None) -> Any:
    """The version with that number, or the newest one.

    Raises:
        StudyNotFound: no such study or version.
    """
    query = versions_query().where(VERSIONS.c.study_id == study_id)
    if number is None:
        query = query.order_by(VERSIONS.c.number.desc()).limit(1)
    else:
        query = query.where(VERSIONS.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise StudyNotFound("version_not_found")
    return row


def file_rows(connection: Connection, version_id: int) -> Sequence[Any]:
    """Name, hash and size of the version's original files, in the order of the upload."""
    return connection.execute(
        select(VERSION_FILES.c.name, VERSION_FILES.c.is_kept, FILES.c.sha256, FILES.c.size)
        .join(FILES)
        .where(VERSION_FILES.c.version_id == version_id)
        .order_by(VERSION_FILES.c.position)
    ).all()


def require_latest(connection: Connection, study_id: str, based_on: int | None) -> None:
    """Hold the study for this transaction and make sure that nobody saved meanwhile.

    Raises:
        StudyNotFound: no such study.
        StaleVersion: its newest version isn't ``based_on``.
    """
    held = select(STUDIES.c.id).where(STUDIES.c.id == study_id).with_for_update()
    if connection.scalar(held) is None:
        raise StudyNotFound("study_not_found")
    latest = connection.scalar(
        select(func.max(VERSIONS.c.number)).where(VERSIONS.c.study_id == study_id)
    )
    if latest != based_on:
        raise StaleVersion("stale_version", latest=latest or 0, based_on=based_on or 0)


def insert_version(
    connection: Connection,
    values: Mapping[str, Any],
    parquet: Mapping[str, bytes],
    files: Sequence[tuple[str, bytes]],
    personal: Personal,
) -> None:
    """Write a version with its tables and its original files, equal files once.

    Of files that may not be kept only name, size and hash are written.
    """
    key = connection.execute(insert(VERSIONS).values(values)).inserted_primary_key
    version_id = key[0] if key else None
    for name, content in parquet.items():
        connection.execute(
            insert(VERSION_TABLES).values(version_id=version_id, name=name, parquet=content)
        )
    is_kept = personal.keep_originals
    for position, (name, content) in enumerate(files):
        sha256 = put_file(connection, content, is_kept=is_kept)
        connection.execute(
            insert(VERSION_FILES).values(
                version_id=version_id, position=position, name=name, sha256=sha256,
                is_kept=is_kept,
            )
        )  # fmt: skip
    add_codes(connection, values["study_id"], dict(personal.codes))
    insert_kept(connection, version_id, personal.kept)
