"""All records of one sheet, in long or flat form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.intake.cells import Cell
from core.intake.dates import read_date
from core.intake.findings import note, problem, with_facts
from core.intake.lab_rows import long_labs, wide_labs
from core.intake.records import (
    Record,
    SheetReading,
    cells_of,
    is_blank,
    is_column_empty,
    read_fields,
)
from core.intake.unit_questions import ALWAYS_ASKED, Answers, ask_columns
from core.intake.value import Value, converted
from core.intake.values import remembering
from core.results.common import Severity
from core.results.intake import ColumnMatch, Confidence, UnitQuestion
from core.rules.columns import LABS_WIDE, column_rules
from core.rules.units import scale_factor
from core.rules.values import category_of, is_ditto, is_missing_word
from core.schema import SOURCE_COLUMNS, column_specs


def read_sheet(reading: SheetReading, answers: Answers) -> list[UnitQuestion]:
    """Fill the records, errors and findings of a sheet that holds a table of the study.

    Args:
        answers: units that a person stated, by sheet and column.

    Returns:
        What is asked about the units of its columns or tests.
    """
    asked = ask_columns(reading, answers)
    mapping = reading.mapping
    _name_own_variables(reading)
    _remark_columns(reading)
    for row in reading.sheet.rows:
        if not row.problems:
            continue
        for finding in row.problems:
            position = dict(finding.facts).get("position")
            if position is not None and not _is_used(reading, int(position)):
                continue
            column = reading.sheet.headers[int(position)] if position is not None else ""
            place = problem(
                Severity.ERROR, finding.code, table=mapping.table, sheet=finding.sheet,
                row=finding.row, column=column, value=finding.value,
            )  # fmt: skip
            reading.errors[row.line].append(with_facts(place, **dict(finding.facts)))
    if mapping.table == "labs":
        if reading.column("labs", "lab_test") is None:
            wide_labs(reading, read_fields(reading, "labs"))
        else:
            asked += long_labs(reading, answers)
        return asked
    main = read_fields(reading, mapping.table)
    for row, values in zip(reading.sheet.rows, main, strict=True):
        reading.records.append(Record(mapping.table, (reading.index, row.line), values))
    if mapping.table == "patients":
        _flat_follow_up(reading, main)
        dates = read_fields(reading, "labs")
        # A row of which nothing could be read gives no results either.
        base = [
            {"patient_id": values.get("patient_id"), "is_baseline": True, **dated}
            if values
            else None
            for values, dated in zip(main, dates, strict=True)
        ]
        wide_labs(reading, base)
        _flat_sessions(reading, main)
    return asked


def _is_used(reading: SheetReading, position: int) -> bool:
    return any(c.position == position and c.used for c in reading.mapping.columns)


def _flat_follow_up(reading: SheetReading, main: Sequence[Mapping[str, object]]) -> None:
    fields = read_fields(reading, "follow_up")
    if not any(c.used and c.table == "follow_up" for c in reading.mapping.columns):
        return
    for row, values, patient in zip(reading.sheet.rows, fields, main, strict=True):
        values["patient_id"] = patient.get("patient_id")
        if not is_blank(values):
            reading.records.append(
                Record("follow_up", (reading.index, row.line), values, derived=True)
            )


def _session_date(cell: Cell) -> Value:
    if isinstance(cell, str) and (is_missing_word(cell) or category_of("never", cell)):
        return converted(None, "missing_word", to="")
    return read_date(cell)


def _flat_sessions(reading: SheetReading, main: Sequence[Mapping[str, object]]) -> None:
    """Columns "date of the n-th HAIC" to one session each."""
    read = remembering(_session_date)
    for match in reading.mapping.columns:
        if not match.used or match.sequence is None:
            continue
        cells = cells_of(reading, match)
        for row, cell, patient in zip(reading.sheet.rows, cells, main, strict=True):
            value = read(cell)
            reading.report(value, row.line, match, cell)
            if value.value is not None:
                values = {
                    "patient_id": patient.get("patient_id"),
                    "session_no": match.sequence,
                    "session_date": value.value,
                }
                reading.records.append(
                    Record("haic_sessions", (reading.index, row.line), values, derived=True)
                )


def _name_own_variables(reading: SheetReading) -> None:
    """Unknown columns of a patient sheet become the user's own variables, under their headers."""
    if reading.mapping.table != "patients":
        return
    taken = {spec.name for spec in column_specs("patients")} | set(SOURCE_COLUMNS)
    for match in reading.mapping.columns:
        keep = match.confidence in (Confidence.UNKNOWN, Confidence.SUGGESTED, Confidence.OWN)
        if not keep or not match.header or match.position in reading.hidden:
            continue
        name = match.header
        while name in taken:
            name += "*"
        taken.add(name)
        reading.own[match.position] = name


def _remark_columns(reading: SheetReading) -> None:
    for match in reading.mapping.columns:
        if not match.header or match.position in reading.hidden:
            continue
        place = {
            "table": reading.mapping.table,
            "sheet": reading.sheet.name,
            "column": match.header,
        }
        if match.remembered:
            reading.findings.append(note("column_remembered", **place))
        if match.confidence is Confidence.CLASH:
            reading.findings.append(
                with_facts(
                    problem(Severity.WARNING, "column_clash", **place),
                    other=_other_header(reading, match),
                )
            )
        elif match.confidence is Confidence.SUGGESTED:
            header = column_rules()[match.table, match.field].headers_en[0]
            reading.findings.append(with_facts(note("column_suggested", **place), field=header))
        elif match.confidence in (Confidence.UNKNOWN, Confidence.OWN):
            own = reading.mapping.table == "patients"
            code = "column_kept_as_own" if own else "column_unknown"
            reading.findings.append(note(code, **place))
            _remark_ditto(reading, match, place)
        elif match.used and match.table != LABS_WIDE and match.sequence is None:
            _remark_unit(reading, match, place)
        if match.used and match.field != "patient_id":
            _remark_merged(reading, match, place)


def _remark_ditto(reading: SheetReading, match: ColumnMatch, place: dict[str, str]) -> None:
    """Cells of an own variable that only point to the row above."""
    if match.position not in reading.own:
        return
    cells = (row.cells[match.position] for row in reading.sheet.rows)
    found = [cell for cell in cells if isinstance(cell, str) and is_ditto(cell)]
    if found:
        finding = problem(Severity.WARNING, "own_ditto", value=found[0].strip(), **place)
        reading.findings.append(with_facts(finding, n=len(found)))


def _remark_merged(reading: SheetReading, match: ColumnMatch, place: dict[str, str]) -> None:
    """Rows that look filled in Excel but are empty: only the first of merged cells has a value."""
    merged = reading.sheet.merged_lines.get(match.position, frozenset())
    lines = [row.line for row in reading.sheet.rows if row.line in merged]
    if lines:
        finding = problem(Severity.WARNING, "merged_cells", **place)
        shown = ", ".join(map(str, lines[:10]))
        reading.findings.append(with_facts(finding, n=len(lines), rows=shown))


def _other_header(reading: SheetReading, match: ColumnMatch) -> str:
    others = [
        other.header
        for other in reading.mapping.columns
        if (other.table, other.field) == (match.table, match.field)
        and other.position != match.position
    ]
    return others[0] if others else match.header


def _remark_unit(reading: SheetReading, match: ColumnMatch, place: dict[str, str]) -> None:
    """A column with a unit whose header names none: the unit is assumed, and that is said."""
    unit = column_rules()[match.table, match.field].unit
    if not unit or unit == "lines" or is_column_empty(reading, match):
        return
    if match.position in reading.withheld:
        return
    if not match.unit:
        if (match.table, match.field) in ALWAYS_ASKED:
            finding = problem(Severity.WARNING, "unit_of_diameter_assumed", **place)
        else:
            finding = note("unit_assumed", **place)
        reading.findings.append(with_facts(finding, unit=unit))
    elif scale_factor(match.unit, unit) is None and match.unit.casefold() != unit.casefold():
        known = scale_factor(match.unit, match.unit) is not None
        if known:
            reading.findings.append(
                with_facts(
                    problem(Severity.WARNING, "unit_of_other_kind", **place),
                    unit=match.unit, to_unit=unit,
                )
            )  # fmt: skip
