"""The SQL of the patients' documents."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Select, delete, insert, select

from core.errors import StudyNotFound
from core.results.documents import PatientDocument
from core.storage.database import reading, writing
from core.storage.document_tables import DOCUMENTS
from core.storage.stored_files import drop_unused_files, file_content, put_file
from core.storage.tables import FILES


class Documents:
    """Documents and links of all studies' patients. Safe to share between threads.

    Every method raises ``ArteriaError("store_unavailable")`` when the database can't be reached.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_address(
        self, study_id: str, patient_id: str, title: str, address: str, by: str
    ) -> PatientDocument:
        """Keep an address."""
        made = _new(study_id, patient_id, title, by, address=address)
        with writing(self._engine) as connection:
            connection.execute(insert(DOCUMENTS).values(_row(made)))
        return made

    def add_file(
        self, study_id: str, patient_id: str, title: str, name: str, content: bytes, by: str
    ) -> PatientDocument:
        """Keep a file; equal bytes are kept once."""
        with writing(self._engine) as connection:
            sha256 = put_file(connection, content)
            made = _new(
                study_id, patient_id, title, by, file_name=name, sha256=sha256, size=len(content)
            )
            connection.execute(insert(DOCUMENTS).values(_row(made)))
        return made

    def of_patient(self, study_id: str, patient_id: str) -> tuple[PatientDocument, ...]:
        """The patient's documents, the oldest first."""
        query = _query().where(
            DOCUMENTS.c.study_id == study_id, DOCUMENTS.c.patient_id == patient_id
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(DOCUMENTS.c.added_at, DOCUMENTS.c.id))
            return tuple(_document(row) for row in rows)

    def content(self, document: PatientDocument) -> bytes:
        """The bytes of a file that is kept here.

        Raises:
            StudyNotFound: ``document_not_found``: it was removed meanwhile;
                ``file_not_found``: its bytes have changed.
        """
        query = select(DOCUMENTS.c.sha256).where(DOCUMENTS.c.id == document.id)
        with reading(self._engine) as connection:
            sha256 = connection.scalar(query)
            if not sha256:
                raise StudyNotFound("document_not_found")
            return file_content(connection, sha256)

    def remove(self, document: PatientDocument) -> None:
        """Remove a document, and its bytes if nothing else holds them.

        Raises:
            StudyNotFound: ``document_not_found``: it was removed meanwhile.
        """
        with writing(self._engine) as connection:
            done = connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.id == document.id))
            if done.rowcount != 1:
                raise StudyNotFound("document_not_found")
            drop_unused_files(connection)


def _query() -> Select[Any]:
    return select(DOCUMENTS, FILES.c.size).outerjoin(FILES)


def _new(
    study_id: str,
    patient_id: str,
    title: str,
    by: str,
    *,
    address: str = "",
    file_name: str = "",
    sha256: str = "",
    size: int = 0,
) -> PatientDocument:
    return PatientDocument(
        secrets.token_hex(8), study_id, patient_id, title, address, file_name, sha256, size,
        by[:120], datetime.now(UTC),
    )  # fmt: skip


def _row(made: PatientDocument) -> dict[str, Any]:
    row = {column.name: getattr(made, column.name) for column in DOCUMENTS.c}
    return {**row, "sha256": made.sha256 or None}


def _document(row: Any) -> PatientDocument:
    return PatientDocument(
        row.id, row.study_id, row.patient_id, row.title, row.address, row.file_name,
        row.sha256 or "", row.size or 0, row.added_by, row.added_at,
    )  # fmt: skip
