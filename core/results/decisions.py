"""What people decided about an upload: corrections, rows set aside, waivers, units, identifiers.

Decisions change how an upload is read, never the uploaded file. They name their place as
findings do (sheet, row, column), so that they can be listed, undone, and applied again to the
next file of the study.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Signature:
    """Who decided, why, and when (UTC)."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CellCorrection:
    """A cell that is read as ``after`` although the file says ``before``.

    ``patient_id``: the patient of the row as the file gives it, so that the correction can't
    reach another patient's row in a later file; "" = not checked.
    """

    sheet: str
    row: int
    column: str
    before: str
    after: str
    signed: Signature
    patient_id: str = ""


@dataclass(frozen=True, slots=True)
class RowSetAside:
    """A row that a person keeps out of the study; it stays listed and can be restored.

    ``content``: digest of the row as the person saw it; "" = not checked.
    """

    sheet: str
    row: int
    signed: Signature
    content: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A warning that a person has looked at and accepts; ``row`` None = all of the column.

    ``value``: the cell that the warning named, None = any; ``content``: digest of the row,
    "" = not checked. With either changed the warning is open again.
    """

    code: str
    sheet: str
    row: int | None
    column: str
    signed: Signature
    value: str | None = None
    content: str = ""


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """The unit in which a column is written, where its header doesn't say."""

    sheet: str
    column: str
    unit: str


class IdentifierChoice(StrEnum):
    """What becomes of a column that identifies a person."""

    DROP = "drop"
    PSEUDONYM = "pseudonym"
    """Each value is replaced by a pseudonym made with the study's own key."""
    KEEP = "keep"
    """Stored as it is, by the decision of a named person."""


@dataclass(frozen=True, slots=True)
class IdentifierAnswer:
    """What becomes of one identifying column."""

    sheet: str
    column: str
    choice: IdentifierChoice
    signed: Signature


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions about one upload."""

    corrections: tuple[CellCorrection, ...] = ()
    set_aside: tuple[RowSetAside, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    units: tuple[UnitAnswer, ...] = ()
    identifiers: tuple[IdentifierAnswer, ...] = ()


NO_DECISIONS = Decisions()
