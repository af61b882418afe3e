"""One row a patient: baseline, baseline laboratory values, sessions, best response, times.

Times and best responses are the computed ones, so that a program that takes one row a patient
starts from the same numbers. The dates that they were computed from (progression, death, last
contact, later treatment) stay out: without the scans they would give other times.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.exports.fields import Field, fields
from core.exports.interchange.delimited import Cell, shown_number
from core.exports.interchange.parts import StudyParts
from core.rules.columns import LABS_WIDE, STUDY, column_rules, display_header
from core.rules.endpoints import endpoint_rules
from core.rules.units import canonical_unit
from core.schema import TABLES, column_specs
from core.text.catalogue import Language, text

Kind = Literal["text", "integer", "number", "boolean", "date", "category"]
Row = Mapping[str, Cell]

_PLAIN_NAME = re.compile(r"[^\W\d_]\w*")
_LONGEST_NAME = 64
LEFT_OUT = frozenset(
    {
        "progression_date", "death_date", "last_followup_date", "vital_status",
        "subsequent_therapy_date",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FlatColumn:
    """One variable of all patients.

    Attributes:
        name: of the schema, of the test in small letters, or the user's header where it can be a
            variable's name, else ``own_1`` ...
        label: the header in the language, which an upload recognises.
        words: canonical code and word of each category.
    """

    name: str
    label: str
    kind: Kind
    cells: tuple[Cell, ...]
    unit: str = ""
    words: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody has a value."""
        return all(cell is None for cell in self.cells)


def flat_columns(study: StudyParts, language: Language) -> list[FlatColumn]:
    """The columns that anybody has a value in, the patient's number first."""
    patients = study.records("patients")
    keys = [row["patient_id"] for row in patients]
    columns = [
        *_baseline(study, patients, language),
        *_sessions(study, keys, language),
        *_laboratory(study, patients, language),
        *_outcome(study, keys, language),
        *_own(study, patients),
    ]
    cutoff: tuple[Cell, ...] = (study.data.data_cutoff,) * len(keys)
    label = display_header(STUDY, "data_cutoff", language)
    columns.append(FlatColumn("data_cutoff", label, "date", cutoff))
    return [column for column in columns if not column.is_empty]


def _column(field: Field, cells: Iterable[Cell]) -> FlatColumn:
    kind: Kind = "text" if field.spec.kind == "date_or_never" else field.spec.kind
    return FlatColumn(
        field.spec.name, field.header, kind, tuple(cells), field.spec.unit, field.words
    )


def _baseline(study: StudyParts, patients: Sequence[Row], language: Language) -> list[FlatColumn]:
    best: dict[str, Callable[[str], str | None]] = {}
    responses = {one.patient_id: one for one in study.response.patients}
    best["best_response"] = lambda key: responses[key].best if key in responses else None
    best["best_response_liver"] = lambda key: (
        responses[key].best_liver if key in responses else None
    )
    columns = []
    for field in fields("patients", language):
        name = field.spec.name
        if name in best:
            found = [best[name](str(row["patient_id"])) for row in patients]
            cells: list[Cell] = [one if one in field.spec.categories else None for one in found]
        else:
            cells = [row[name] for row in patients]
        columns.append(_column(field, cells))
    return columns


def _by_patient(study: StudyParts, table: str) -> dict[Cell, list[Row]]:
    found: dict[Cell, list[Row]] = defaultdict(list)
    for row in study.records(table):
        found[row["patient_id"]].append(row)
    return found


def _sessions(study: StudyParts, keys: Sequence[Cell], language: Language) -> list[FlatColumn]:
    days: dict[Cell, list[date]] = {
        key: sorted(day for row in rows if isinstance(day := row["session_date"], date))
        for key, rows in _by_patient(study, "haic_sessions").items()
    }
    most = max(map(len, days.values()), default=0)
    return [
        FlatColumn(
            f"haic_{n + 1}_date",
            text("interchange.session_date", language, n=n + 1),
            "date",
            tuple(_nth(days.get(key, []), n) for key in keys),
        )
        for n in range(most)
    ]


def _nth(days: Sequence[date], n: int) -> date | None:
    return days[n] if n < len(days) else None


def _is_before(row: Row, start: Cell) -> bool:
    day = row["lab_date"]
    return isinstance(day, date) and isinstance(start, date) and day <= start


def _baseline_labs(rows: Sequence[Row], start: Cell) -> dict[Cell, Row]:
    """The result of each test that is marked as baseline, else the last one before HAIC."""
    chosen: dict[Cell, Row] = {}
    marked = [row for row in rows if row["is_baseline"]]
    before = sorted(
        (row for row in rows if _is_before(row, start)), key=lambda row: str(row["lab_date"])
    )
    for row in (*before, *marked):
        chosen[row["lab_test"]] = row
    return chosen


def _lab_cell(row: Row | None, unit: str) -> Cell:
    """The result in the unit of the column; a limit such as ``<0.5`` as text."""
    if row is None:
        return None
    value = row["lab_value"]
    if not isinstance(value, int | float):
        return row["lab_text"]
    match = canonical_unit(str(row["lab_test"]), str(row["lab_unit"])) if unit else None
    if unit and match is None:
        return None
    number = float(value) if match is None else float(f"{match.convert(value):.10g}")
    return f"{row['value_prefix']}{shown_number(number)}" if row["value_prefix"] else number


def _laboratory(study: StudyParts, patients: Sequence[Row], language: Language) -> list[FlatColumn]:
    labs = _by_patient(study, "labs")
    first = {
        row["patient_id"]: row["session_date"]
        for row in sorted(
            study.records("haic_sessions"), key=lambda row: str(row["session_date"]), reverse=True
        )
    }
    chosen = {
        row["patient_id"]: _baseline_labs(
            labs.get(row["patient_id"], []), row["first_haic_date"] or first.get(row["patient_id"])
        )
        for row in patients
    }
    columns = []
    for (table, code), rule in column_rules().items():
        if table != LABS_WIDE:
            continue
        cells = tuple(_lab_cell(one.get(code), rule.unit) for one in chosen.values())
        is_text = any(isinstance(cell, str) for cell in cells)
        if is_text:
            cells = tuple(shown_number(c) if isinstance(c, float) else c for c in cells)
        columns.append(
            FlatColumn(
                code.lower(), rule.header(language), "text" if is_text else "number", cells,
                rule.unit,
            )
        )  # fmt: skip
    if any(not column.is_empty for column in columns):
        dates = [{row["lab_date"] for row in one.values()} for one in chosen.values()]
        # One column of dates can only speak for tests of one day.
        common = tuple(days.pop() if len(days) == 1 else None for days in dates)
        label = display_header("labs", "lab_date", language)
        columns.insert(0, FlatColumn("lab_date", label, "date", common))
    return columns


def _outcome(study: StudyParts, keys: Sequence[Cell], language: Language) -> list[FlatColumn]:
    follow_up = {row["patient_id"]: row for row in study.records("follow_up")}
    times: dict[str, dict[Cell, Cell]] = defaultdict(dict)
    for code, rule in endpoint_rules().items():
        if rule.time:
            for one in study.endpoints.get(code).times:
                times[rule.time][one.patient_id] = one.time_months
                times[rule.event][one.patient_id] = one.is_event
    columns = []
    for field in fields("follow_up", language):
        name = field.spec.name
        if name in LEFT_OUT or name == "patient_id":
            continue
        if name in times:
            cells: list[Cell] = [times[name].get(key) for key in keys]
        else:
            cells = [follow_up[key][name] if key in follow_up else None for key in keys]
        columns.append(_column(field, cells))
    return columns


def _own(study: StudyParts, patients: Sequence[Row]) -> list[FlatColumn]:
    columns = []
    taken = {spec.name for table in TABLES for spec in column_specs(table)}
    for plain, header in study.own_variables().items():
        is_name = _PLAIN_NAME.fullmatch(header) and len(header.encode()) <= _LONGEST_NAME
        name = header if is_name and header.casefold() not in taken else plain
        cells = tuple(row[header] for row in patients)
        given = [cell for cell in cells if cell is not None]
        is_number = all(isinstance(cell, int | float) for cell in given)
        if not is_number:
            cells = tuple(None if cell is None else str(cell) for cell in cells)
        columns.append(FlatColumn(name, header, "number" if is_number else "text", cells))
    return columns


__all__ = ["FlatColumn", "flat_columns"]
