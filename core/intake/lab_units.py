"""Units of a laboratory sheet with one result a row: asked once per test and written unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.intake.cells import Cell, full_text, is_empty
from core.intake.findings import with_facts
from core.intake.labs import canonical_of, known_unit, lab_code
from core.intake.records import SheetReading
from core.intake.unit_questions import (
    Answers,
    answer_finding,
    is_contradicted,
    is_doubtful,
    plain_numbers,
    question,
    question_finding,
)
from core.results.common import Finding, Severity
from core.results.intake import ColumnMatch, UnitQuestion
from core.rules.columns import LABS_WIDE
from core.rules.units import canonical_unit

_ROWS_NAMED = 10
Group = tuple[str, str]
"""Code of a test and the unit written for it ("" = none)."""


def group_column(code: str, unit: str) -> str:
    """The name under which the unit of a test is asked and answered.

    >>> group_column("HGB", "g/L"), group_column("HGB", "")
    ('HGB [g/L]', 'HGB []')
    """
    return f"{code} [{unit}]"


@dataclass(slots=True)
class LabUnits:
    """The units of one long sheet.

    Attributes:
        stated: units that a person stated, by group.
        withheld: groups whose unit is in question.
        asked: the questions, answered ones included.
        nameless: lines of numbers without a known unit, by group.
    """

    stated: dict[Group, str] = field(default_factory=dict)
    withheld: set[Group] = field(default_factory=set)
    asked: list[UnitQuestion] = field(default_factory=list)
    nameless: dict[Group, list[int]] = field(default_factory=lambda: defaultdict(list))

    def note_nameless(self, code: str, unit: str, line: int) -> None:
        """Count a number that has no unit, or one unknown for its test."""
        self.nameless[code, unit].append(line)

    def report_nameless(self, reading: SheetReading, match: ColumnMatch | None) -> None:
        """One finding per test and unit for the numbers that can't be graded."""
        for (code, unit), lines in self.nameless.items():
            named = ", ".join(map(str, lines[:_ROWS_NAMED]))
            more = ", …" if len(lines) > _ROWS_NAMED else ""
            reading.findings.append(
                with_facts(
                    Finding(
                        Severity.WARNING, "unit_unknown" if unit else "unit_missing",
                        **reading.at(lines[0], match, code),  # type: ignore[arg-type]
                    ),
                    unit=unit, n=len(lines), rows=named + more,
                )
            )  # fmt: skip


def _groups(reading: SheetReading) -> Iterator[tuple[Group, Counter[Cell]]]:
    columns = [reading.column("labs", name) for name in ("lab_test", "lab_unit", "lab_value")]
    test, unit, value = (None if match is None else match.position for match in columns)
    if test is None or value is None:
        return
    cells: dict[tuple[Cell, Cell], Counter[Cell]] = defaultdict(Counter)
    for row in reading.sheet.rows:
        written = None if unit is None else row.cells[unit]
        cells[row.cells[test], written][row.cells[value]] += 1
    found: dict[Group, Counter[Cell]] = defaultdict(Counter)
    default = columns[2].unit if columns[2] is not None else ""
    for (name, written), values in cells.items():
        known = lab_code(full_text(name).strip()) if not is_empty(name) else None
        if known is not None:
            code = known[0]
            text = full_text(written).strip() or known[1] or default
            found[code, known_unit(code, text)].update(values)
    yield from found.items()


def lab_units(reading: SheetReading, answers: Answers) -> LabUnits:
    """The units of a long laboratory sheet: answered, contradicted, or missing."""
    units = LabUnits()
    for (code, unit), cells in _groups(reading):
        canonical = canonical_of(code)
        if not canonical or canonical == "ratio":
            continue
        column = group_column(code, unit)
        filled = Counter({cell: n for cell, n in cells.items() if not is_empty(cell)})
        numbers = plain_numbers(filled, reading.style)
        answer = answers.get((reading.sheet.name, column), "")
        if answer and canonical_unit(code, answer) is None:
            answer = ""
        one = question(
            reading.sheet.name, column, (LABS_WIDE, code), unit, numbers, is_declared=True,
            answer=answer,
        )  # fmt: skip
        is_known = bool(unit) and canonical_unit(code, unit) is not None
        if answer:
            units.stated[code, unit] = answer
            if one is not None:
                reading.findings.append(answer_finding(one, "labs"))
        elif one is not None and is_known and is_contradicted(one):
            units.withheld.add((code, unit))
            reading.findings.append(question_finding(one, "labs"))
        elif is_known and not (one is not None and is_doubtful(one)):
            continue
        if one is not None:
            units.asked.append(one)
    return units
