"""Printed figures of the published series beside the computed ones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.results.common import Message


class Verdict(StrEnum):
    """How a printed figure and the computed one stand to each other."""

    EQUAL = "equal"
    EQUAL_ROUNDED = "equal_rounded"
    """Equal once the computed value is rounded to the printed decimals."""
    DIFFERS = "differs"
    NOT_COMPUTABLE = "not_computable"
    """The study at hand doesn't hold what it takes."""
    IMPOSSIBLE = "impossible"
    """The printed figure can't be right, whatever the patients were."""
    NOT_PRINTED = "not_printed"
    """The publication doesn't print it; the computed value stands alone."""


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """One figure that the publication prints.

    Attributes:
        key: dotted name under which the computed counterpart is looked up.
        table: ``table_1`` .. ``table_5``, ``sessions`` or ``follow_up``.
        row, level, column: labels, each ``"@"`` and a catalogue key or the text itself;
            ``level`` is "" where the row has none.
        value: as printed; None = not printed.
        decimals: digits printed after the point.
        is_upper_limit: the print only says "less than ``value``" (P printed as 0.000).
    """

    key: str
    table: str
    row: str
    level: str
    column: str
    value: float | None
    decimals: int
    is_upper_limit: bool = False


@dataclass(frozen=True, slots=True)
class PublishedComparison:
    """A printed figure, the computed one and what to think of the difference.

    Attributes:
        computed: None when the study at hand can't give it.
        difference: computed less printed; None unless both are numbers.
        why: the explanation, one or more sentences; empty when there is nothing to explain.
    """

    item: PublishedItem
    computed: float | None
    difference: float | None
    verdict: Verdict
    why: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class ArithmeticCheck:
    """One check of the printed tables against themselves, without any patient.

    Attributes:
        key: dotted name of the check, e.g. ``"table_5.ecog=1.wald"``.
        table, row, column: as in ``PublishedItem``.
        printed: the printed figure that is checked.
        recomputed: what the other printed figures give.
        low, high: range that rounding of those figures allows for ``recomputed``.
        is_consistent: the printed figure lies in that range.
        why: what was computed from what, and what it means.
    """

    key: str
    table: str
    row: str
    column: str
    printed: float
    recomputed: float
    low: float
    high: float
    is_consistent: bool
    why: Message
