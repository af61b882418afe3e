"""What all results share: messages without wording, findings, rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import Fact
from core.results.decisions import Signature


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be, in any language: a code and the facts that it names.

    ``core.text.catalogue.say(message, language)`` puts it into words, looking up
    ``code`` as the full catalogue key (e.g. ``"response.rule.target_pd"``).

    >>> Message.of("response.rule.target_pd", sum_mm=36.0, nadir_mm=30.0).facts
    (('nadir_mm', 30.0), ('sum_mm', 36.0))
    """

    code: str
    facts: tuple[tuple[str, Fact], ...] = ()

    @classmethod
    def of(cls, code: str, **facts: Fact) -> Message:
        return cls(code, tuple(sorted(facts.items())))


@dataclass(frozen=True, slots=True)
class Words:
    """Something that a person named in both languages, for lack of a catalogue entry."""

    en: str
    zh: str


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class FindingKind(StrEnum):
    """What a finding says happened to the cell or row that it names."""

    PROBLEM = "problem"
    """Something is wrong; an error sets the row (or file) aside, a warning keeps it."""
    CONVERTED = "converted"
    """The value was kept after a conversion that is recorded here."""
    NOTE = "note"
    """Nothing happened to the value; worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on the uploaded data, with the place that it concerns.

    Attributes:
        severity: ``error`` sets the row aside (or refuses the file), ``warning`` keeps it.
        code: short snake_case name of the rule; its sentence is ``finding.<code>``.
        table: canonical table name, or "" for the whole file.
        sheet: sheet (or file) name as the user knows it.
        row: line in the user's file, 1 = first line of the sheet; None = not one row.
        column: header as written in the user's file; "" = not one column.
        value: the cell as found, as text; "" = none.
        facts: further values named by the sentence (accepted range, converted value, ...).
        waived: who looked at this warning and accepts it; None = open.
    """

    severity: Severity
    code: str
    table: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    kind: FindingKind = FindingKind.PROBLEM
    patient_id: str = ""
    facts: tuple[tuple[str, Fact], ...] = field(default=())
    waived: Signature | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is a warning that nobody has accepted yet."""
        return self.severity is Severity.WARNING and self.waived is None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of patients with its interval.

    Attributes:
        count: patients with the property.
        total: patients in the denominator.
        estimate: ``count / total`` as a fraction of 1; None when ``total`` is 0.
        low, high: interval limits as fractions of 1; None when ``total`` is 0.
        method: ``"clopper-pearson"`` or ``"wilson"``.
        level: two-sided confidence level.
        denominator: ``"treated"``, ``"evaluable"`` or another named set.
    """

    count: int
    total: int
    estimate: float | None
    low: float | None
    high: float | None
    method: str
    level: float
    denominator: str
