"""A document of a patient: an address somewhere in the hospital, or a file kept in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PatientDocument:
    """One document or link.

    Attributes:
        address: where it lies; "" for a file that is kept here.
        file_name, sha256, size: of a file that is kept here; "", "" and 0 for an address.
        added_by: login of who added it.
    """

    id: str
    study_id: str
    patient_id: str
    title: str
    address: str
    file_name: str
    sha256: str
    size: int
    added_by: str
    added_at: datetime

    @property
    def is_file(self) -> bool:
        """Whether the content is kept here."""
        return bool(self.sha256)
