"""Which table a sheet holds and which field each of its columns fills.

Headers are compared after folding width, case, spaces and dashes, with and without their
unit. Only an exact match is used at once; a similar header is a suggestion that a person has
to confirm, and two columns are never joined into one field silently.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from core.intake.cells import Cell, Sheet, is_empty
from core.intake.header_text import HeaderText, readings
from core.results.intake import ColumnMatch, Confidence, SheetMapping
from core.rules.columns import (
    IDENTIFIER,
    LABS_WIDE,
    RUNNING_NUMBER,
    STUDY,
    column_rules,
    header_key,
    headers_of,
    sheets_by_name,
)
from core.rules.identifiers import identifier_rules
from core.schema import TABLES, column_specs

_REACH: dict[str, tuple[tuple[str, tuple[str, ...] | None], ...]] = {
    "patients": (
        ("patients", None),
        ("follow_up", None),
        (LABS_WIDE, None),
        ("labs", ("lab_date",)),
    ),
    "follow_up": (("follow_up", None),),
    "labs": (("labs", None), (LABS_WIDE, None)),
}
"""Tables whose headers a sheet of the first table may also carry, with the fields allowed."""

_SESSION_DATE = re.compile(
    r"^(?:第([0-9一二三四五六七八九十]{1,3})次(?:haic|治疗|灌注|介入)?(?:治疗)?(?:日期|时间)"
    r"|haic([0-9]{1,2})(?:date|日期|时间)|(?:haic|session)(?:date)?([0-9]{1,2})(?:date)?)$"
)
_CHINESE_NUMBERS = {character: number for number, character in enumerate("一二三四五六七八九十", 1)}
_SUGGEST_FROM = 0.82


def _session_number(key: str) -> int | None:
    found = _SESSION_DATE.match(key)
    if not found:
        return None
    text = next(group for group in found.groups() if group)
    return int(text) if text.isascii() and text.isdigit() else _CHINESE_NUMBERS.get(text)


@cache
def _reach(table: str) -> tuple[tuple[str, tuple[str, ...] | None], ...]:
    return _REACH.get(table, ((table, None),))


def _unit_for(
    table: str, field: str, header: HeaderText, all_readings: Sequence[HeaderText]
) -> str:
    if header.key == header_key(field):
        return column_rules()[table, field].unit
    known = headers_of(table)
    for reading in all_readings:
        if reading.unit and known.get(reading.key) == field:
            return reading.unit
    return ""


def _match(position: int, header: str, table: str) -> ColumnMatch:
    """The column as a sheet of ``table`` would read it."""
    found = readings(header)
    identifiers = headers_of("patients")
    for reading in found:
        if identifiers.get(reading.key) == IDENTIFIER:
            return _identifier(position, header)
        for owner, allowed in _reach(table):
            field = headers_of(owner).get(reading.key)
            if field is None or (allowed is not None and field not in allowed):
                continue
            if field == RUNNING_NUMBER:
                return ColumnMatch(position, header)
            unit = _unit_for(owner, field, reading, found)
            if owner == LABS_WIDE and unit == "%":
                continue  # a percentage is another test than the count
            books = next((r.codebook for r in found if r.codebook), ())
            return ColumnMatch(position, header, owner, field, unit, Confidence.EXACT, books)
        number = _session_number(reading.key)
        if number is not None and table == "patients":
            return ColumnMatch(
                position, header, "haic_sessions", "session_date", "", Confidence.EXACT,
                sequence=number,
            )  # fmt: skip
    if names_a_person(header):
        return _identifier(position, header)
    return _suggestion(position, header, table, found)


def names_a_person(header: str) -> bool:
    """Whether a column of that header identifies a person, by the header alone.

    >>> names_a_person("住院号"), names_a_person("家属联系电话"), names_a_person("研究编号")
    (True, True, False)
    """
    known = headers_of("patients")
    keys = [reading.key for reading in readings(header)]
    if any(known.get(key) == IDENTIFIER for key in keys):
        return True
    if any(key in known for key in keys):
        return False
    return any(word in keys[0] for word in identifier_rules().header_words)


def _identifier(position: int, header: str) -> ColumnMatch:
    return ColumnMatch(position, header, "patients", IDENTIFIER, "", Confidence.IDENTIFIER)


def _suggestion(position: int, header: str, table: str, found: Sequence[HeaderText]) -> ColumnMatch:
    best = (0.0, "", "")
    for key in {reading.key for reading in found if len(reading.key) >= 3}:
        matcher = difflib.SequenceMatcher(None, "", key)
        for owner, allowed in _reach(table):
            for alias, field in headers_of(owner).items():
                if field.startswith("_") or len(alias) < 3 or (allowed and field not in allowed):
                    continue
                if abs(len(key) - len(alias)) * 4 > len(key) + len(alias):
                    continue
                matcher.set_seq1(alias)
                # Both are upper bounds of the ratio and far quicker.
                if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < _SUGGEST_FROM:
                    continue
                best = max(best, (matcher.ratio(), owner, field))
    if best[0] >= _SUGGEST_FROM:
        return ColumnMatch(position, header, best[1], best[2], "", Confidence.SUGGESTED)
    return ColumnMatch(position, header)


def _known(headers: Iterable[str], table: str) -> set[str]:
    """Fields of a table that the headers name exactly."""
    fields = headers_of(table)
    found = {fields[r.key] for h in headers for r in readings(h) if r.key in fields}
    named = {field for field in found if not field.startswith("_")}
    return named | ({"patient_id"} if any(_is_patient_id(h, weak=True) for h in headers) else set())


def _table_of(sheet: Sheet) -> str:
    """The table that a sheet holds, by its name, else by its headers; "" if none fits."""
    for key in (header_key(sheet.name), header_key(re.sub(r"[0-9()（）\s_-]+$", "", sheet.name))):
        named = sheets_by_name().get(key)
        if named == STUDY and "patient_id" not in _known(sheet.headers, "patients"):
            return named  # a file "study.sav" of patients is not the sheet of settings
        if named and named != STUDY and _fits(sheet.headers, named):
            return named
    best, best_score = "", 0.0
    flat = len(
        _known(sheet.headers, "patients")
        | _known(sheet.headers, "follow_up")
        | _known(sheet.headers, LABS_WIDE)
    )
    for table in TABLES:
        if not _fits(sheet.headers, table):
            continue
        known = len(_known(sheet.headers, table)) - 1
        # All required columns of a long table present says more than one shared name.
        score = (known + 0.5 if known else 0.0) if table != "patients" else float(flat - 1)
        if table == "follow_up" and known and len(_known(sheet.headers, "patients")) <= 1:
            score += 1
        if score > best_score:
            best, best_score = table, score
    settings = headers_of(STUDY)
    if not best and any(r.key in settings for h in sheet.headers for r in readings(h)):
        return STUDY
    if not best and "patient_id" in _known(sheet.headers, "patients"):
        return "patients"
    return best


def _fits(headers: Sequence[str], table: str) -> bool:
    known = _known(headers, table)
    required = {spec.name for spec in column_specs(table) if spec.required}
    if table == "labs" and "lab_test" not in known and _known(headers, LABS_WIDE):
        required.discard("lab_test")
    return required <= known


def _same_cells(sheet: Sheet, first: int, second: int) -> bool:
    def seen(cell: Cell) -> Cell:
        return None if is_empty(cell) else cell

    return all(seen(row.cells[first]) == seen(row.cells[second]) for row in sheet.rows)


def without_clashes(sheet: Sheet, columns: Sequence[ColumnMatch]) -> tuple[ColumnMatch, ...]:
    """Columns with at most one for each field: equal copies dropped, contradictions unused."""
    counts = Counter((c.table, c.field, c.sequence) for c in columns if c.used)
    kept: list[ColumnMatch] = []
    first: dict[tuple[str, str, int | None], ColumnMatch] = {}
    for column in columns:
        key = (column.table, column.field, column.sequence)
        if not column.used or counts[key] == 1:
            kept.append(column)
        elif key not in first:
            first[key] = column
            rest = [c for c in columns if c.used and (c.table, c.field, c.sequence) == key][1:]
            same = all(_same_cells(sheet, column.position, c.position) for c in rest)
            kept.append(column if same else replace(column, confidence=Confidence.CLASH))
        else:
            kept.append(replace(column, confidence=Confidence.CLASH))
    return tuple(kept)


def recognise_columns(sheet: Sheet, table: str | None = None) -> SheetMapping:
    """The table and the columns of a sheet.

    Args:
        table: what a person says that the sheet holds, "" = nothing of the study; None = by
            its name and headers.

    Returns:
        One match a column, in the sheet's order. Exact matches are used; suggestions wait for
        a person; unknown columns of a patient sheet are kept as the user's own variables;
        columns that identify a person are marked so that they are dropped. A flat sheet
        (one row per patient with outcome and laboratory columns) is a ``patients`` sheet
        whose columns also fill ``follow_up``, ``labs_wide`` and ``haic_sessions``.
    """
    by_hand = table is not None
    table = _table_of(sheet) if table is None else table
    if table in ("", STUDY):
        marked = tuple(
            _identifier(i, header) if names_a_person(header) else ColumnMatch(i, header)
            for i, header in enumerate(sheet.headers)
        )
        return SheetMapping(sheet.name, table, marked, by_hand)
    matches = [
        _match(i, header, table) if header else ColumnMatch(i, "")
        for i, header in enumerate(sheet.headers)
    ]
    for weak in (False, True):
        # The key is the patient's number whatever the sheet calls its table; a running
        # number is the key only where no column is named as one.
        if not any(match.used and match.field == "patient_id" for match in matches):
            matches = [
                replace(m, table=table, field="patient_id", confidence=Confidence.EXACT)
                if not m.used and _is_patient_id(m.header, weak=weak)
                else m
                for m in matches
            ]
    return SheetMapping(sheet.name, table, without_clashes(sheet, matches), by_hand)


def _is_patient_id(header: str, *, weak: bool) -> bool:
    known = headers_of("patients")
    fields = {"patient_id", RUNNING_NUMBER} if weak else {"patient_id"}
    return any(known.get(reading.key) in fields for reading in readings(header))
