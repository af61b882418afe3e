"""What the screening for personal identifiers leaves, and what was decided about them."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.intake.cells import UNNAMED, Cell, Sheet
from core.results.common import Finding
from core.results.decisions import Decisions, IdentifierAnswer
from core.results.intake import PersonalColumn, SheetMapping

ORIGINALS = UNNAMED
"""Sheet and column of the answer that concerns the uploaded files themselves."""


@dataclass(slots=True)
class Screened:
    """The sheets without identifiers, and what was done to them.

    Attributes:
        kept: (index of the sheet, line, header, cell) of identifiers kept by decision.
    """

    sheets: list[Sheet] = field(default_factory=list)
    mappings: list[SheetMapping] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    columns: list[PersonalColumn] = field(default_factory=list)
    texts: int = 0
    kept: list[tuple[int, int, str, Cell]] = field(default_factory=list)


def answers_of(decisions: Decisions) -> dict[tuple[str, str], IdentifierAnswer]:
    """What was decided, by sheet and column; the last answer counts."""
    return {(answer.sheet, answer.column): answer for answer in decisions.identifiers}


def without_header_remark(sheet: Sheet) -> tuple[Finding, ...]:
    """The remarks but the one that no patient column was recognised: a decision names it."""
    return tuple(found for found in sheet.findings if found.code != "header_not_recognised")
