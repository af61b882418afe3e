"""Checks of printed tables: what is printed, what it implies, and the verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from core.results.common import Message


class AuditVerdict(StrEnum):
    """What a check found."""

    CONSISTENT = "consistent"
    EXPLAINED = "explained"
    """Looks wrong, and one named rule makes it right."""
    CAUTION = "caution"
    """Not wrong, but it can't carry what is built on it."""
    INCONSISTENT = "inconsistent"
    """No rounding and no rule can make the printed figures agree."""


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """One check with its arithmetic.

    Attributes:
        key: dotted name of the check, e.g. ``"percent.ORR"``.
        row: what is checked: ``"@"`` and a catalogue key, or the words as pasted.
        printed: the printed figure.
        expected: what the other printed figures give or allow.
        arithmetic: how that was computed, with the numbers.
        meaning: what the verdict says about the table.
    """

    key: str
    row: str
    printed: str
    expected: str
    verdict: AuditVerdict
    arithmetic: Message
    meaning: Message | None = None


class PastedKind(StrEnum):
    """Which table was pasted."""

    COUNTS = "counts"
    HAZARD = "hazard"
    COX = "cox"
    MEDIANS = "medians"
    RATES = "rates"


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as printed; ``bound`` is ``"<"`` or ``">"`` where only a limit is printed."""

    value: float
    decimals: int
    bound: str = ""

    @property
    def half_unit(self) -> float:
        """Half a unit of the last printed digit."""
        return 0.5 * 10.0**-self.decimals

    @property
    def shown(self) -> str:
        """As printed; infinite is a time that was not reached."""
        if math.isinf(self.value):
            return "NR"
        return f"{self.bound}{self.value:.{self.decimals}f}"


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One line of a pasted table: its label and its numbers in their order."""

    line: int
    label: str
    numbers: tuple[PrintedNumber, ...]


@dataclass(frozen=True, slots=True)
class PastedTable:
    """A pasted table and the lines that hold no number.

    Attributes:
        total: number of patients, where given.
        unread: numbers of the lines that can't be used.
        has_decimal_commas: the table's commas were read as decimal points.
    """

    kind: PastedKind
    rows: tuple[PastedRow, ...]
    total: int | None = None
    unread: tuple[int, ...] = ()
    has_decimal_commas: bool = False
