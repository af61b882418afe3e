"""Laboratory results to the long table: from rows, or from one column a test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.intake.cells import Cell, full_text, is_empty
from core.intake.findings import note, problem, with_facts
from core.intake.lab_units import LabUnits, lab_units
from core.intake.labs import (
    DIPSTICK,
    LabValue,
    canonical_of,
    known_unit,
    lab_code,
    read_lab,
    read_range,
)
from core.intake.records import (
    Record,
    SheetReading,
    cells_of,
    is_column_empty,
    read_fields,
    words_note,
)
from core.intake.unit_questions import Answers
from core.intake.value import Value, error
from core.results.common import Finding, FindingKind, Severity
from core.results.intake import ColumnMatch, UnitQuestion
from core.rules.columns import LABS_WIDE, REFERENCE_RANGE
from core.rules.ctcae_units import dipstick_level
from core.rules.units import canonical_unit
from core.rules.values import is_ditto

_READ_TOGETHER = ("lab_test", "lab_value", "lab_unit")


def _lab(base: Mapping[str, object], code: str, lab: LabValue) -> dict[str, object]:
    return {
        **base,
        "lab_test": code,
        "lab_value": lab.value,
        "lab_text": lab.text,
        "value_prefix": lab.prefix,
        "lab_unit": lab.unit,
    }


def wide_labs(reading: SheetReading, base: Sequence[Mapping[str, object] | None]) -> None:
    """Records of the columns that are laboratory tests, one a filled cell.

    Args:
        base: row by row, the fields that every result of the row carries (patient, date,
            visit); None = the row gives no results.
    """
    for match in reading.mapping.columns:
        if not match.used or match.table != LABS_WIDE or match.position in reading.hidden:
            continue
        code = match.field
        is_withheld = match.position in reading.withheld
        unit = match.unit or canonical_of(code)
        if code != DIPSTICK and not is_column_empty(reading, match):
            remark = _unit_remark(reading, match, unit)
            if remark is not None:
                reading.findings.append(remark)
        words: dict[str, str] = {}
        seen: dict[tuple[type, Cell], LabValue] = {}
        cells = cells_of(reading, match)
        for row, cell, shared in zip(reading.sheet.rows, cells, base, strict=True):
            if shared is None or is_empty(cell):
                continue
            key = (type(cell), cell)
            if key not in seen:
                seen[key] = read_lab(code, cell, unit, reading.style)
            lab = seen[key]
            reading.report(lab.remark, row.line, match, cell)
            if lab.remark.word:
                words[lab.remark.word] = str(lab.text)
            if not is_withheld and (lab.value is not None or lab.text is not None):
                source = (reading.index, row.line)
                reading.records.append(
                    Record("labs", source, _lab(shared, code, lab), derived=True)
                )
        if words:
            reading.findings.append(words_note(reading, match, words))


def _unit_remark(reading: SheetReading, match: ColumnMatch, unit: str) -> Finding | None:
    """What is to be said about a laboratory column's unit: assumed, converted, or unknown."""
    place = {"table": "labs", "sheet": reading.sheet.name, "column": match.header}
    canonical = canonical_of(match.field)
    if not match.unit:
        return with_facts(note("lab_unit_assumed", **place), unit=unit) if unit else None
    found = canonical_unit(match.field, match.unit)
    if found is None:
        return with_facts(problem(Severity.WARNING, "lab_unit_unknown", **place), unit=match.unit)
    if found.unit != canonical:
        return with_facts(
            Finding(
                Severity.INFO, "lab_unit_converted", "labs", reading.sheet.name, None,
                match.header, "", FindingKind.CONVERTED,
            ),
            unit=found.unit, to_unit=canonical, factor=f"{found.factor:g}",
        )  # fmt: skip
    return None


@dataclass(slots=True)
class _Result:
    """What one test, result and unit give, whatever row they stand in.

    Attributes:
        test: code of the test; None if unknown.
        stored: fields of the record.
        remark: what is to be said about the result's cell.
        is_nameless: the number has no unit, or one unknown for its test.
    """

    test: str | None
    stored: Mapping[str, object]
    remark: Value
    unit: str
    is_nameless: bool


def long_labs(reading: SheetReading, answers: Answers) -> list[UnitQuestion]:
    """Records of a sheet with one result a row.

    The result, its unit and its test are read together: ``-`` is a negative dipstick and a
    missing number, and a unit is known only for its test. Equal results are read once.

    Args:
        answers: units that a person stated, by sheet and ``group_column``.

    Returns:
        What is asked about the units of the tests.
    """
    units = lab_units(reading, answers)
    fields = read_fields(reading, "labs", leaving=_READ_TOGETHER)
    columns = {name: reading.column("labs", name) for name in (*_READ_TOGETHER, REFERENCE_RANGE)}
    results, ranges = columns["lab_value"], columns[REFERENCE_RANGE]
    text_results = reading.column("labs", "lab_text")
    nothing: list[Cell] = [None] * len(fields)
    tests, cells, written, printed = (
        cells_of(reading, match) if match else nothing for match in columns.values()
    )
    unknown: Counter[str] = Counter()
    seen: dict[tuple[object, ...], _Result] = {}
    for row, values, test, cell, unit_cell, range_cell in zip(
        reading.sheet.rows, fields, tests, cells, written, printed, strict=True
    ):
        line = row.line
        reading.records.append(Record("labs", (reading.index, line), values))
        name = full_text(test).strip()
        if not name:
            values.pop("lab_test", None)
            continue
        if is_ditto(name) and (at := columns["lab_test"]):
            values.pop("lab_test", None)
            reading.report(error("cell_is_ditto"), line, at, test)
            continue
        unit = full_text(unit_cell).strip()
        key = (name, unit, type(cell), cell)
        if key not in seen:
            seen[key] = _result(reading, results, cell, name, unit, units)
        result = seen[key]
        if result.remark.code and results:
            reading.report(result.remark, line, results, cell)
        values |= result.stored
        if result.test is None:
            unknown[name] += 1
        elif result.test == DIPSTICK and "lab_text" not in result.stored:
            _canonical_dipstick(reading, text_results, line, values)
        if result.test is not None and result.is_nameless:
            units.note_nameless(result.test, result.unit, line)
        if ranges and not is_empty(range_cell):
            _add_range(reading, line, values, ranges, range_cell)
    units.report_nameless(reading, columns["lab_test"])
    for name, n in unknown.items():
        reading.findings.append(
            with_facts(
                note("lab_test_unknown", table="labs", sheet=reading.sheet.name, value=name[:80]),
                n=n,
            )
        )
    return units.asked


def _canonical_dipstick(
    reading: SheetReading, match: ColumnMatch | None, line: int, stored: dict[str, object]
) -> None:
    """A dipstick in a column of text results: its level, in whatever words."""
    text = stored.get("lab_text")
    if match is None or not isinstance(text, str):
        return
    level = dipstick_level(text)
    if level is None:
        reading.report(error("dipstick_unknown"), line, match, text)
    stored["lab_text"] = level


def _result(
    reading: SheetReading, match: ColumnMatch | None, cell: Cell, name: str, unit: str,
    units: LabUnits,
) -> _Result:  # fmt: skip
    found = lab_code(name)
    code = found[0] if found else None
    unit = unit or (found[1] if found else "")
    written = known_unit(code, unit or (match.unit if match else "")) if code else ""
    unit = units.stated.get((code or "", written), unit)
    lab = LabValue()
    if match is not None and not is_empty(cell):
        lab = read_lab(code, cell, unit or match.unit, reading.style)
    remark = lab.remark
    if isinstance(cell, str) and is_ditto(cell):
        lab, remark = LabValue(), error("cell_is_ditto")
    if code and (code, written) in units.withheld and lab.unit in (None, written):
        lab, unit = LabValue(), ""
    stored: dict[str, object] = {"lab_test": code or name}
    for field, value in (
        ("lab_value", lab.value),
        ("lab_text", lab.text),
        ("value_prefix", lab.prefix),
        ("lab_unit", lab.unit),
    ):
        if value is not None:
            stored[field] = value
    if code and lab.unit is None and unit:
        stored["lab_unit"] = known_unit(code, unit)
    kept = str(stored.get("lab_unit") or "")
    return _Result(code, stored, remark, kept, _is_nameless(code, lab, kept))


def _is_nameless(code: str | None, lab: LabValue, unit: str) -> bool:
    """Whether a number has no unit, or one unknown for its test, and so can't be graded."""
    if code is None or lab.value is None or canonical_of(code) in ("", "ratio"):
        return False
    return not unit or canonical_unit(code, unit) is None


def _add_range(
    reading: SheetReading, line: int, stored: dict[str, object], match: ColumnMatch, cell: Cell
) -> None:
    limits = read_range(full_text(cell))
    if limits is None:
        if stored.get("lab_value") is not None:
            finding = Finding(
                Severity.WARNING, "reference_range_unreadable",
                **reading.at(line, match, cell),  # type: ignore[arg-type]
            )  # fmt: skip
            reading.findings.append(finding)
        return
    for name, limit in zip(("lln", "uln"), limits, strict=True):
        if limit is not None and stored.get(name) is None:
            stored[name] = limit
