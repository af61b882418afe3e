"""The store of studies: each save is a new, immutable version in one transaction."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import select

from core.errors import StudyNotFound
from core.results.common import Finding
from core.results.decisions import NO_DECISIONS, Decisions
from core.results.intake import Personal, SheetMapping
from core.schema import StudyData
from core.storage import migrations
from core.storage.audit import AuditTrail
from core.storage.board import Board
from core.storage.comparators import KeptComparators
from core.storage.database import database_url, make_engine, reading, writing
from core.storage.decisions import read_decisions, read_mappings, write_decisions, write_mappings
from core.storage.documents import Documents
from core.storage.frames import checked_parquet, content_hash, read_parquet
from core.storage.housekeeping import Housekeeping
from core.storage.identifiers import Identifiers
from core.storage.passes import Passes
from core.storage.people import People
from core.storage.records import (
    FileInfo,
    RowCounts,
    StudyInfo,
    VersionInfo,
    read_findings,
    version_info,
    write_findings,
)
from core.storage.signed import SignedEntries
from core.storage.stored_files import file_content
from core.storage.study_list import StudyList
from core.storage.tables import VERSION_TABLES, VERSIONS
from core.storage.versions import (
    file_rows,
    insert_version,
    require_latest,
    version_row,
    versions_query,
)

NO_RULES: Mapping[str, str] = MappingProxyType({})
NOTHING_PERSONAL = Personal()


class Store(StudyList):
    """Studies in one database. Safe to share between threads.

    ``people`` holds the accounts and roles of the same database, ``trail`` its audit trail,
    ``entries`` what its people signed, ``comparators`` what they set beside their own figures.

    Every method raises ``ArteriaError("store_unavailable")`` when the database can't be
    reached, stays locked or is full.
    """

    def __init__(self, url: str) -> None:
        """Open the database at this URL and bring it to this program's form."""
        self._engine = make_engine(url)
        try:
            with writing(self._engine) as connection:
                migrations.upgrade(connection)
        except BaseException:
            self.close()
            raise
        self.people = People(self._engine)
        self.identifiers = Identifiers(self._engine)
        self.board = Board(self._engine)
        self.documents = Documents(self._engine)
        self.trail = AuditTrail(self._engine)
        self.entries = SignedEntries(self._engine)
        self.comparators = KeptComparators(self._engine)
        self.passes = Passes(self._engine)
        self.housekeeping = Housekeeping(self._engine)

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def save_version(
        self,
        study_id: str,
        data: StudyData,
        findings: Sequence[Finding],
        files: Sequence[tuple[str, bytes]],
        counts: RowCounts,
        *,
        based_on: int | None,
        note: str = "",
        rule_versions: Mapping[str, str] = NO_RULES,
        personal: Personal = NOTHING_PERSONAL,
        decisions: Decisions = NO_DECISIONS,
        mappings: Sequence[SheetMapping] = (),
    ) -> VersionInfo:
        """Save the data as the study's next version: all of it, or nothing.

        Args:
            files: name and bytes of each original file, kept byte for byte unless
                ``personal`` says otherwise.
            personal: pseudonyms and kept identifiers of the upload.
            based_on: number of the version that the data were made from; None = the study
                had none. It guards against overwriting what somebody else saved meanwhile.
            decisions, mappings: what people decided about the files, and their columns.

        Raises:
            StaleVersion: the study's newest version isn't ``based_on``; facts ``latest``
                and ``based_on`` (0 = none).
            StudyNotFound: no such study.
            ArteriaError: ``table_not_storable``: a column can't be kept as it is.
        """
        parquet = checked_parquet(data)
        number = (based_on or 0) + 1
        values = {
            "study_id": study_id,
            "number": number,
            "created_at": datetime.now(UTC),
            "note": note,
            "rows_read": counts.read,
            "rows_accepted": counts.accepted,
            "rows_set_aside": counts.set_aside,
            "data_cutoff": data.data_cutoff,
            "content_hash": content_hash(data),
            "rule_versions": json.dumps(dict(rule_versions)),
            "findings": write_findings(findings),
            "own_variables": json.dumps(data.own_variables, ensure_ascii=False),
            "decisions": write_decisions(decisions),
            "mappings": write_mappings(mappings),
        }
        with writing(self._engine) as connection:
            require_latest(connection, study_id, based_on)
            insert_version(connection, values, parquet, files, personal)
        return self.version_info(study_id, number)

    def version_info(self, study_id: str, number: int | None = None) -> VersionInfo:
        """What is known about a version without its tables; the newest if no number is given.

        Raises:
            StudyNotFound: no such study or version.
        """
        with reading(self._engine) as connection:
            row = version_row(connection, study_id, number)
            return version_info(row, file_rows(connection, row.id))

    def list_versions(self, study_id: str) -> tuple[VersionInfo, ...]:
        """All versions of a study, newest first; empty for a study without any."""
        query = versions_query().where(VERSIONS.c.study_id == study_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(VERSIONS.c.number.desc())).all()
            return tuple(version_info(row, file_rows(connection, row.id)) for row in rows)

    def load_version(
        self, study_id: str, number: int | None = None
    ) -> tuple[StudyData, VersionInfo]:
        """The tables of a version as they were saved; the newest if no number is given.

        Raises:
            StudyNotFound: no such study or version; or (``version_damaged``) its tables
                aren't those that were saved.
        """
        with reading(self._engine) as connection:
            row = version_row(connection, study_id, number)
            info = version_info(row, file_rows(connection, row.id))
            stored = connection.execute(
                select(VERSION_TABLES).where(VERSION_TABLES.c.version_id == row.id)
            ).all()
        try:
            tables = {table.name: read_parquet(table.name, table.parquet) for table in stored}
            data = StudyData(tables, info.own_variables, info.data_cutoff)
            intact = content_hash(data) == info.content_hash
        except (OSError, ValueError, KeyError) as error:
            raise StudyNotFound("version_damaged", number=info.number) from error
        if not intact:
            raise StudyNotFound("version_damaged", number=info.number)
        return data, info

    def load_findings(self, study_id: str, number: int | None = None) -> tuple[Finding, ...]:
        """The findings that were made when the version was saved.

        Raises:
            StudyNotFound: no such study or version.
        """
        with reading(self._engine) as connection:
            row = version_row(connection, study_id, number)
            text = connection.scalar(select(VERSIONS.c.findings).where(VERSIONS.c.id == row.id))
        return read_findings(text or "[]")

    def load_decisions(
        self, study_id: str, number: int | None = None
    ) -> tuple[Decisions, tuple[SheetMapping, ...]]:
        """What people decided about the version's files, and how their columns were read.

        Raises:
            StudyNotFound: no such study or version.
        """
        query = select(VERSIONS.c.decisions, VERSIONS.c.mappings)
        with reading(self._engine) as connection:
            row = version_row(connection, study_id, number)
            found = connection.execute(query.where(VERSIONS.c.id == row.id)).one()
        return read_decisions(found.decisions or "{}"), read_mappings(found.mappings or "[]")

    def original_file(self, sha256: str) -> bytes:
        """The bytes of an uploaded file as they came.

        Raises:
            StudyNotFound: no file with that SHA-256, or its bytes have changed; or
                (``file_not_kept``) it held personal identifiers and was not kept.
        """
        with reading(self._engine) as connection:
            return file_content(connection, sha256)


_OPEN: dict[str, Store] = {}
_OPENING = threading.Lock()


def open_store(url: str | None = None) -> Store:
    """The store of this process: one per database, shared by its threads.

    Args:
        url: an SQLAlchemy URL; None = ``ARTERIA_DATABASE_URL``, or an SQLite file in the
            folder ``ARTERIA_DATA``.

    Raises:
        ArteriaError: ``store_unavailable``, or ``store_too_new``: a newer program wrote it.
    """
    wanted = url or database_url()
    with _OPENING:
        if wanted not in _OPEN:
            _OPEN[wanted] = Store(wanted)
        return _OPEN[wanted]


__all__ = ["FileInfo", "RowCounts", "Store", "StudyInfo", "VersionInfo", "open_store"]
