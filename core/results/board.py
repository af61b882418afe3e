"""A tumour board's meeting: its cases, what was presented, what was decided, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

OutcomeState = Literal["done", "partly", "not_done"]
OUTCOME_STATES: tuple[OutcomeState, ...] = ("done", "partly", "not_done")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of the board of one study.

    Attributes:
        members: names as they shall be printed.
        is_deidentified: patients are shown as case numbers and without dates.
    """

    id: str
    study_id: str
    held_on: date
    title: str
    members: tuple[str, ...]
    is_deidentified: bool
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One patient on a meeting's list; ``position`` counts from 1."""

    meeting_id: str
    position: int
    patient_id: str
    question: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the board decides about a case, before it is signed.

    Attributes:
        option: code of ``rules/board.toml``.
        dissent: opinion of those who did not agree; "" = none.
        due: until when; None = no date.
    """

    option: str
    reasons: str
    responsible: str = ""
    due: date | None = None
    dissent: str = ""


@dataclass(frozen=True, slots=True)
class BoardDecision:
    """A recorded decision; never changed, only amended by a later one.

    Attributes:
        number: of the entry, rising with time.
        version, content_hash: the study version that the board looked at.
        amends: number of the entry that this one replaces; None = the first.
    """

    number: int
    meeting_id: str
    patient_id: str
    version: int
    content_hash: str
    ruling: Ruling
    amends: int | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class BoardOutcome:
    """What came of a decision; a later entry stands for the present state."""

    decision: int
    state: OutcomeState
    remark: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Presented:
    """What the presenter shows now: one small row a meeting.

    Attributes:
        screen: part of the case's display; ``options``: choices on it (test, span ...).
        revision: rises by one with each change.
    """

    meeting_id: str
    patient_id: str
    screen: str
    options: Mapping[str, str] = field(default_factory=dict)
    presenter: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A decision that is still in force, the meeting that made it, and what came of it."""

    decision: BoardDecision
    meeting: Meeting
    outcome: BoardOutcome | None

    @property
    def is_open(self) -> bool:
        """Whether something remains to be done."""
        return self.outcome is None or self.outcome.state == "partly"


def in_force(decisions: tuple[BoardDecision, ...]) -> tuple[BoardDecision, ...]:
    """The decisions that no later entry amends, in their order."""
    replaced = {one.amends for one in decisions}
    return tuple(one for one in decisions if one.number not in replaced)
