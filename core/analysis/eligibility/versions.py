"""Versions of a study's protocol."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.analysis.eligibility.own_criteria import Rule
from core.analysis.eligibility.protocol import Protocol
from core.results.protocol import SavedVersion, ShownCriterion


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

    @property
    def saved(self) -> SavedVersion:
        """The version as it is printed."""
        return SavedVersion(
            self.protocol.version, self.signed_by, self.signed_at, self.note, self.content_hash
        )


def shown_criterion(rule: Rule) -> ShownCriterion:
    """One criterion as it is printed."""
    return ShownCriterion(
        id=rule.id,
        label=rule.own_label,
        sentence=rule.sentence,
        enabled=rule.enabled,
        operator=getattr(rule, "operator", ""),
        limit=getattr(rule, "limit", None),
        limit_high=getattr(rule, "limit_high", None),
        unit=getattr(rule, "unit", ""),
        of=getattr(rule, "of", ""),
        values=getattr(rule, "values", ()),
        window_days=getattr(rule, "window_days", None),
    )


def shown_criteria(protocol: Protocol) -> tuple[ShownCriterion, ...]:
    """All criteria, also those that are switched off."""
    return tuple(map(shown_criterion, protocol.criteria))
