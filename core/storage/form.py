"""Every table of the database, whichever room defines it."""

from __future__ import annotations

from core.storage import board_tables, document_tables, identifier_tables, passes, people_tables
from core.storage.tables import METADATA

ROOMS = (board_tables, document_tables, identifier_tables, passes, people_tables)
"""Modules whose import adds their tables to ``METADATA``."""

__all__ = ["METADATA"]
