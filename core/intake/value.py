"""What became of one cell: its value, or the code of what is wrong or was converted."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import Fact
from core.results.common import FindingKind, Severity


@dataclass(frozen=True, slots=True)
class Value:
    """A cell once read.

    Attributes:
        value: canonical value; None = missing (or unreadable, if ``code`` is an error).
        code: finding to report; "" = none.
        word: the cell's word, where it was put into a category that is written otherwise.
        also: further fields of the row that this cell fills, e.g. a class (``>=5``).
    """

    value: object = None
    code: str = ""
    severity: Severity = Severity.INFO
    kind: FindingKind = FindingKind.CONVERTED
    facts: tuple[tuple[str, Fact], ...] = ()
    word: str = ""
    also: tuple[tuple[str, object], ...] = ()

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


MISSING = Value()


def error(code: str, **facts: Fact) -> Value:
    """The cell can't be read; its row is set aside."""
    return Value(None, code, Severity.ERROR, FindingKind.PROBLEM, tuple(sorted(facts.items())))


def converted(value: object, code: str, **facts: Fact) -> Value:
    """The cell was kept after a conversion that is recorded."""
    return Value(value, code, facts=tuple(sorted(facts.items())))
