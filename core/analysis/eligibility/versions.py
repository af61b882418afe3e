"""Versions of a study's protocol."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.analysis.eligibility.protocol import Protocol


@dataclass(frozen=True, slots=True)
class ProtocolVersion:
    """One version of a study's criteria.

    Attributes:
        number: 0 = as shipped, then 1, 2, 3, ... as saved.
        signed_by, signed_at, note, content_hash: of the saved ones.
    """

    number: int
    protocol: Protocol
    signed_by: str = ""
    signed_at: datetime | None = None
    note: str = ""
    content_hash: str = ""
