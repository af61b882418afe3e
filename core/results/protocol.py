"""The criteria of a protocol and its versions, as they are printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.results.common import Words


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """One criterion; what its kind does not have is None, "" or ().

    Attributes:
        of: ``uln`` or ``lln`` where the limit is a multiple of it.
        values: accepted values of a category.
    """

    id: str
    label: str | Words
    sentence: str | Words
    enabled: bool
    operator: str = ""
    limit: float | str | None = None
    limit_high: float | None = None
    unit: str = ""
    of: str = ""
    values: tuple[str, ...] = ()
    window_days: int | None = None


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """One version of a protocol; the shipped one has no signature."""

    version: str
    signed_by: str
    signed_at: datetime | None
    note: str
    content_hash: str
