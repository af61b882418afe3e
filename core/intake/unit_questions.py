"""Units that the values of a column contradict: asked once a column, never converted in silence.

Until the question is answered the column's values are neither stored nor compared with limits;
single values that don't fit a column whose others do are left to the checks of single cells.

Source: ``rules/unit_ranges.csv``, ``rules/units.csv``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from core.intake.cells import Cell
from core.intake.findings import problem, with_facts
from core.intake.identity import filled_cells
from core.intake.numbers import Decimal, ParsedNumber, parse_number
from core.intake.records import SheetReading
from core.results.common import Finding, FindingKind, Severity
from core.results.decisions import Decisions
from core.results.intake import ColumnMatch, FittingUnit, UnitQuestion
from core.rules.columns import LABS_WIDE, column_rules
from core.rules.unit_ranges import FEWEST, UsualRange, usual_range
from core.rules.units import canonical_unit

ALWAYS_ASKED = frozenset({("lesion_measurements", "diameter_mm")})
"""Fields whose unit differs from report to report: offered wherever the header names none."""
_SAMPLES = 3
Answers = Mapping[tuple[str, str], str]


def unit_answers(decisions: Decisions) -> dict[tuple[str, str], str]:
    """The units that people stated, by sheet and column; the last answer counts."""
    return {(answer.sheet, answer.column): answer.unit for answer in decisions.units}


def plain_numbers(filled: Counter[Cell], style: Decimal) -> Counter[float]:
    """Positive numbers of a column that carry neither limit sign nor unit of their own."""
    found: Counter[float] = Counter()
    for cell, n in filled.items():
        parsed = parse_number(cell, style)
        plain = isinstance(parsed, ParsedNumber) and not parsed.prefix and not parsed.unit
        if plain and isinstance(parsed, ParsedNumber) and parsed.value > 0:
            found[parsed.value] += n
    return found


def _n_usual(numbers: Counter[float], usual: UsualRange, factor: float) -> int:
    return sum(n for value, n in numbers.items() if usual.is_usual(value, factor))


def _factor(usual: UsualRange, table: str, field: str, unit: str) -> float | None:
    if table != LABS_WIDE:
        return next((f for name, f in usual.units.items() if _same(name, unit)), None)
    match = canonical_unit(field, unit) if unit else None
    return match.factor if match else None


def _same(first: str, second: str) -> bool:
    found = [
        match
        for scale in ("LENGTH", "WEIGHT", "MASS")
        if (match := canonical_unit(scale, second)) and match.unit == first
    ]
    return bool(found)


def _units(
    usual: UsualRange, numbers: Counter[float], assumed: str, factor: float | None
) -> tuple[FittingUnit, ...]:
    """One unit a factor, the one in which most values are usual first."""
    by_factor: dict[float, str] = {} if factor is None else {factor: assumed}
    for name, one in usual.units.items():
        by_factor.setdefault(one, name)
    # In the order of the rules, so that equal counts leave the commoner unit first.
    order = list(dict.fromkeys([*usual.units.values(), *by_factor]))
    found = [FittingUnit(by_factor[one], _n_usual(numbers, usual, one), one) for one in order]
    return tuple(sorted(found, key=lambda unit: -unit.n_usual))


def question(
    sheet: str, column: str, place: tuple[str, str], assumed: str, numbers: Counter[float], *,
    is_declared: bool, answer: str,
) -> UnitQuestion | None:  # fmt: skip
    """What is known about the unit of a column; None where nothing can be said.

    Args:
        place: table (``labs_wide`` for laboratory tests) and field.
        assumed: unit in which the values are read so far; "" = none.
    """
    usual = usual_range(*place)
    if usual is None or not numbers:
        return None
    factor = _factor(usual, *place, assumed)
    return UnitQuestion(
        sheet, column, *place, assumed, is_declared, usual.unit, numbers.total(),
        0 if factor is None else _n_usual(numbers, usual, factor),
        _units(usual, numbers, assumed, factor), tuple(list(numbers)[:_SAMPLES]), answer,
    )  # fmt: skip


def is_doubtful(asked: UnitQuestion) -> bool:
    """Whether most values don't fit the assumed unit while most fit another one."""
    return 2 * asked.units[0].n_usual > asked.n and 2 * asked.n_usual < asked.n


def is_contradicted(asked: UnitQuestion) -> bool:
    """Whether the values speak against the assumed unit so that they can't be used.

    A unit that the file states needs several values against it; a few are offered for an
    answer but stand as stated, unless nobody can have them.
    """
    return is_doubtful(asked) and (not asked.is_declared or asked.n >= FEWEST)


def question_finding(asked: UnitQuestion, table: str) -> Finding:
    """The question as a finding."""
    best, sample = asked.units[0], asked.samples[0]
    factor = next((one.factor for one in asked.units if one.unit == asked.assumed), 1.0)
    return with_facts(
        problem(
            Severity.WARNING, "unit_question", table=table, sheet=asked.sheet, column=asked.column
        ),
        unit=asked.assumed, fits_unit=best.unit, n_fit=best.n_usual, n_usual=asked.n_usual,
        n=asked.n,
        sample=f"{sample:g}", as_fits=f"{sample * best.factor:.4g}",
        as_assumed=f"{sample * factor:.4g}", to_unit=asked.canonical,
    )  # fmt: skip


def answer_finding(asked: UnitQuestion, table: str) -> Finding:
    """What a person's answer did to the values of a column."""
    factor = next((one.factor for one in asked.units if one.unit == asked.answer), 1.0)
    return with_facts(
        Finding(
            Severity.INFO, "unit_answered", table, asked.sheet, None, asked.column,
            kind=FindingKind.CONVERTED,
        ),
        unit=asked.answer, to_unit=asked.canonical, factor=f"{factor:g}", n=asked.n,
    )  # fmt: skip


def _assumed(match: ColumnMatch, usual: UsualRange) -> str:
    if match.table == LABS_WIDE:
        return match.unit or usual.unit
    known = _factor(usual, match.table, match.field, match.unit) is not None
    return match.unit if match.unit and known else usual.unit


def ask_columns(reading: SheetReading, answers: Answers) -> list[UnitQuestion]:
    """Apply what was answered about a sheet's columns, and ask about the others.

    Columns in question are withheld; answered ones are read in the unit stated.
    """
    asked: list[UnitQuestion] = []
    columns = list(reading.mapping.columns)
    for at, match in enumerate(columns):
        usual = usual_range(match.table, match.field) if match.used else None
        if usual is None or match.position in reading.hidden:
            continue
        cells = filled_cells(row.cells[match.position] for row in reading.sheet.rows)
        numbers = plain_numbers(cells, reading.style)
        answer = answers.get((reading.sheet.name, match.header), "")
        assumed = _assumed(match, usual)
        one = question(
            reading.sheet.name, match.header, (match.table, match.field), assumed, numbers,
            is_declared=bool(match.unit), answer=answer,
        )  # fmt: skip
        if one is None:
            continue
        table = "labs" if match.table == LABS_WIDE else match.table
        known = _factor(usual, match.table, match.field, answer) if answer else None
        if known is not None:
            columns[at] = replace(match, unit=answer)
            reading.findings.append(answer_finding(one, table))
            asked.append(one)
        elif is_contradicted(one):
            reading.withheld.add(match.position)
            reading.findings.append(question_finding(one, table))
            asked.append(one)
        elif is_doubtful(one) or _is_offered(match, assumed):
            asked.append(one)
    reading.mapping = replace(reading.mapping, columns=tuple(columns))
    return asked


def _is_offered(match: ColumnMatch, assumed: str) -> bool:
    if match.table == LABS_WIDE:
        return canonical_unit(match.field, assumed) is None
    unit = column_rules()[match.table, match.field].unit
    return (match.table, match.field) in ALWAYS_ASKED and not match.unit and bool(unit)
