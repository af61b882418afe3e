"""What one awkward upload is and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    """One upload: ``outcome`` is ``accept``, ``warn``, ``rows`` (set aside) or ``refuse``.

    ``code`` is the finding or error that must be among those reported; ``rows`` the number set
    aside.
    """

    group: str
    title: str
    content: bytes = field(repr=False)
    outcome: str
    code: str = ""
    rows: int = 0
    name: str = "patients.csv"

    def __str__(self) -> str:
        return f"{self.group}-{self.title}"


def book_case(title: str, outcome: str, code: str, content: bytes, group: str = "XLS") -> Case:
    rows = 1 if outcome == "rows" else 0
    return Case(group, title, content, outcome, code, rows, "patients.xlsx")
