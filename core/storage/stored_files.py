"""Bytes kept once by their hash, however many versions and documents refer to them."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import StudyNotFound
from core.storage.document_tables import DOCUMENTS
from core.storage.tables import FILES, VERSION_FILES

NOT_KEPT = b""
"""Stands for the content of a file that a decision doesn't let the store keep."""


def put_file(connection: Connection, content: bytes, *, is_kept: bool = True) -> str:
    """Keep the bytes, or only their hash and size; the SHA-256 under which they stand.

    What was only known by its hash is filled in by whoever may keep the bytes.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    written = dialect.insert(FILES).values(
        sha256=sha256, content=content if is_kept else NOT_KEPT, size=len(content)
    )
    connection.execute(
        written.on_conflict_do_update(
            index_elements=["sha256"],
            set_={"content": content},
            where=FILES.c.content == NOT_KEPT,
        )
        if is_kept
        else written.on_conflict_do_nothing()
    )
    return sha256


def file_content(connection: Connection, sha256: str) -> bytes:
    """The bytes as they came.

    Raises:
        StudyNotFound: ``file_not_found``: no such file, or its bytes have changed;
            ``file_not_kept``: only its hash was kept.
    """
    content = connection.scalar(select(FILES.c.content).where(FILES.c.sha256 == sha256))
    if content == NOT_KEPT:
        raise StudyNotFound("file_not_kept")
    if content is None or hashlib.sha256(content).hexdigest() != sha256:
        raise StudyNotFound("file_not_found")
    return bytes(content)


def drop_unused_files(connection: Connection) -> None:
    """Delete the bytes that no version and no document keeps any more."""
    of_documents = select(DOCUMENTS.c.sha256).where(DOCUMENTS.c.sha256.is_not(None))
    of_versions = select(VERSION_FILES.c.sha256)
    is_free = FILES.c.sha256.not_in(of_documents)
    connection.execute(delete(FILES).where(is_free, FILES.c.sha256.not_in(of_versions)))
    # A version may know a file by its hash alone; only a document kept its bytes.
    kept = of_versions.where(VERSION_FILES.c.is_kept)
    connection.execute(
        update(FILES).where(is_free, FILES.c.sha256.not_in(kept)).values(content=NOT_KEPT)
    )
