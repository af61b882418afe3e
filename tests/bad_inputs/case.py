"""What one awkward upload is and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.bad_inputs.builders import csv_bytes, table

Outcome = str
"""``accept``, ``warn``, ``rows`` (set aside) or ``refuse``."""


@dataclass(frozen=True, slots=True)
class Case:
    """One upload and how it must be judged.

    Attributes:
        outcome: what a data manager would want; ``also`` are outcomes that are tolerated.
        code: a finding or error that must be among those reported.
        rows: number of rows set aside.
        words: of each group of alternatives one must be in the messages of each language or of
            both together.
        named: (row, column, value) that some finding must name.
        stored: ``patient.column`` -> the value in the canonical CSV files; None = empty.
        never: texts that may be in no message, file or log.
    """

    group: str
    title: str
    content: bytes = field(repr=False)
    outcome: Outcome
    code: str = ""
    rows: int = 0
    name: str = "patients.csv"
    also: tuple[Outcome, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    named: tuple[tuple[int, str, str], ...] = ()
    stored: Mapping[str, object] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    seconds: float = 10.0
    memory_mb: int = 300

    def __str__(self) -> str:
        return f"{self.group}-{self.title}"


def book_case(title: str, outcome: Outcome, code: str, content: bytes, group: str = "XLS") -> Case:
    """A workbook; where rows are set aside it is one."""
    rows = 1 if outcome == "rows" else 0
    return Case(group, title, content, outcome, code, rows, "patients.xlsx")


def cells(
    group: str, title: str, header: str, texts: Sequence[str], outcome: Outcome = "rows",
    code: str = "", stored: Sequence[object] = (), also: tuple[Outcome, ...] = (),
) -> Case:  # fmt: skip
    """The patient table with the texts in one column, from the first patient on.

    Rows that are to be set aside must each be named. ``stored`` are the values kept.
    """
    changes = [(line, header, text) for line, text in enumerate(texts, start=2)]
    refused = outcome == "rows"
    return Case(
        group, title, csv_bytes(table(changes)), outcome, code, len(texts) if refused else 0,
        also=also,
        named=tuple((line, header, text) for line, _, text in changes) if refused else (),
        stored={f"A{n:02}.{header}": value for n, value in enumerate(stored, start=1)},
    )  # fmt: skip
