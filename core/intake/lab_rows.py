"""Laboratory results to the long table: from rows, or from one column a test."""

from __future__ import annotations

from collections.abc import Mapping

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
from core.intake.value import error
from core.results.common import Finding, FindingKind, Severity
from core.results.intake import ColumnMatch, UnitQuestion
from core.rules.columns import LABS_WIDE, REFERENCE_RANGE
from core.rules.ctcae_units import dipstick_level
from core.rules.units import canonical_unit

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


def wide_labs(reading: SheetReading, base: Mapping[int, Mapping[str, object]]) -> None:
    """Records of the columns that are laboratory tests, one a filled cell.

    Args:
        base: by line, the fields that every result of the row carries (patient, date, visit).
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
        for line, cell in cells_of(reading, match):
            if is_empty(cell) or line not in base:
                continue
            key = (type(cell), cell)
            lab = seen.setdefault(key, read_lab(code, cell, unit, reading.style))
            reading.report(lab.remark, line, match, cell)
            if lab.remark.word:
                words[lab.remark.word] = str(lab.text)
            if not is_withheld and (lab.value is not None or lab.text is not None):
                reading.records.append(
                    Record("labs", (reading.index, line), _lab(base[line], code, lab), derived=True)
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


def long_labs(reading: SheetReading, answers: Answers) -> list[UnitQuestion]:
    """Records of a sheet with one result a row.

    The result, its unit and its test are read together: ``-`` is a negative dipstick and a
    missing number, and a unit is known only for its test.

    Args:
        answers: units that a person stated, by sheet and ``group_column``.

    Returns:
        What is asked about the units of the tests.
    """
    units = lab_units(reading, answers)
    fields = read_fields(reading, "labs", leaving=_READ_TOGETHER)
    names = (*_READ_TOGETHER, "lab_text", REFERENCE_RANGE)
    columns = {name: reading.column("labs", name) for name in names}
    cells: dict[str, dict[int, Cell]] = {
        name: dict(cells_of(reading, match)) for name, match in columns.items() if match
    }
    unknown: dict[str, int] = {}
    value_column = columns["lab_value"]
    value_unit = value_column.unit if value_column else ""
    for row in reading.sheet.rows:
        line = row.line
        values = fields.get(line, {})
        name = full_text(cells.get("lab_test", {}).get(line)).strip()
        if not name:
            values.pop("lab_test", None)
            reading.records.append(Record("labs", (reading.index, line), dict(values)))
            continue
        found = lab_code(name)
        code = found[0] if found else None
        if found is None:
            unknown[name] = unknown.get(name, 0) + 1
        unit = full_text(cells.get("lab_unit", {}).get(line)).strip()
        unit = unit or (found[1] if found else "")
        written = known_unit(code, unit or value_unit) if code else ""
        unit = units.stated.get((code or "", written), unit)
        lab = _result(reading, columns["lab_value"], line, cells, code, unit)
        if code and (code, written) in units.withheld and lab.unit in (None, written):
            lab, unit = LabValue(), ""
        stored = {**values, **_given(lab), "lab_test": code or name}
        if code == DIPSTICK and lab.text is None:
            _canonical_dipstick(reading, columns["lab_text"], line, stored)
        if code and lab.unit is None and unit:
            stored["lab_unit"] = known_unit(code, unit)
        _unit_check(units, line, code, stored)
        _add_range(reading, line, stored, columns[REFERENCE_RANGE], cells)
        reading.records.append(Record("labs", (reading.index, line), stored))
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


def _given(lab: LabValue) -> dict[str, object]:
    given = {
        "lab_value": lab.value,
        "lab_text": lab.text,
        "value_prefix": lab.prefix,
        "lab_unit": lab.unit,
    }
    return {name: value for name, value in given.items() if value is not None}


def _result(
    reading: SheetReading, match: ColumnMatch | None, line: int,
    cells: Mapping[str, Mapping[int, Cell]], code: str | None, unit: str,
) -> LabValue:  # fmt: skip
    cell = cells.get("lab_value", {}).get(line)
    if match is None or is_empty(cell):
        return LabValue()
    lab = read_lab(code, cell, unit or match.unit, reading.style)
    reading.report(lab.remark, line, match, cell)
    return lab


def _unit_check(units: LabUnits, line: int, code: str | None, stored: Mapping[str, object]) -> None:
    """A number without a unit, or with one unknown for its test, can't be graded: say so."""
    if code is None or stored.get("lab_value") is None:
        return
    if not canonical_of(code) or canonical_of(code) == "ratio":
        return
    unit = str(stored.get("lab_unit") or "")
    if not unit or canonical_unit(code, unit) is None:
        units.note_nameless(code, unit, line)


def _add_range(
    reading: SheetReading, line: int, stored: dict[str, object], match: ColumnMatch | None,
    cells: Mapping[str, Mapping[int, Cell]],
) -> None:  # fmt: skip
    cell = cells.get(REFERENCE_RANGE, {}).get(line)
    if match is None or is_empty(cell):
        return
    limits = read_range(full_text(cell))
    if limits is None:
        if stored.get("lab_value") is not None:
            remark = error("reference_range_unreadable")
            finding = Finding(
                Severity.WARNING,
                remark.code,
                **reading.at(line, match, cell),  # type: ignore[arg-type]
            )
            reading.findings.append(finding)
        return
    for name, limit in zip(("lln", "uln"), limits, strict=True):
        if limit is not None and stored.get(name) is None:
            stored[name] = limit
