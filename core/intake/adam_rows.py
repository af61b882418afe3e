"""ADaM rows of one parameter each, joined to one row per patient or per assessment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.intake.cells import Cell, Sheet, SheetRow, full_text, is_empty
from core.options import DAYS_PER_MONTH
from core.results.common import Finding

_MONTHS_IN = {
    "DAY": 1 / DAYS_PER_MONTH,
    "WEEK": 7 / DAYS_PER_MONTH,
    "MONTH": 1.0,
    "YEAR": 365.25 / DAYS_PER_MONTH,
}
_SHARED = {"patient_id", "assessment_date", "evaluator", "visit"}
_DEATH = re.compile(r"death|died|dead|死亡", re.IGNORECASE)
_PROGRESSION = re.compile(r"progress|\bpd\b|进展", re.IGNORECASE)


class _Row:
    """Access to a row's cells by variable."""

    def __init__(self, row: SheetRow, place: Mapping[str, int]) -> None:
        self.row = row
        self.place = place

    def cell(self, name: str) -> Cell:
        at = self.place.get(name)
        return None if at is None or is_empty(self.row.cells[at]) else self.row.cells[at]

    def text(self, name: str) -> str:
        return full_text(self.cell(name)).strip()

    def number(self, name: str) -> float | None:
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def day(self, name: str) -> date | None:
        cell = self.cell(name)
        if isinstance(cell, date):
            return date(cell.year, cell.month, cell.day)
        try:
            return date.fromisoformat(self.text(name)[:10])
        except ValueError:
            return None


def _months(row: _Row) -> float | None:
    """The time in months, by its stated unit or by the dates; None if the unit stays unknown."""
    value = row.number("AVAL")
    if value is None:
        return None
    stated = row.text("AVALU") or row.text("PARAM").rpartition("(")[2]
    for unit, factor in _MONTHS_IN.items():
        if stated.upper().startswith(unit):
            return value * factor
    start, end = row.day("STARTDT"), row.day("ADT")
    if start and end:
        days = (end - start).days
        if value in (days, days + 1):
            return value / DAYS_PER_MONTH
        if abs(value * DAYS_PER_MONTH - days) <= 3:
            return value
    return None


def _event(row: _Row) -> Cell:
    """The event flag from CNSR, where 0 means that the event happened."""
    censored = row.number("CNSR")
    return None if censored is None else ("yes" if censored == 0 else "no")


def _is_progression(described: str) -> bool:
    return bool(_PROGRESSION.search(described)) and not _DEATH.search(described)


def without_position(finding: Finding) -> Finding:
    """The finding without its column, which has moved."""
    return replace(finding, facts=tuple(fact for fact in finding.facts if fact[0] != "position"))


@dataclass(frozen=True, slots=True)
class _Part:
    """What one source row says of the row of ``key``."""

    key: object
    source: SheetRow
    fields: dict[str, Cell]


def _joined(sheet: Sheet, parts: Sequence[_Part]) -> Sheet:
    """One row per key; a field given twice for a key starts a further row of that key."""
    rows: dict[tuple[object, int], tuple[dict[str, Cell], list[SheetRow]]] = {}
    for part in parts:
        count = 0
        while (part.fields.keys() - _SHARED) & rows.get((part.key, count), ({}, []))[0].keys():
            count += 1
        fields, sources = rows.setdefault((part.key, count), ({}, []))
        fields.update(part.fields)
        sources.append(part.source)
    headers = tuple(dict.fromkeys(name for part in parts for name in part.fields))
    made = tuple(
        SheetRow(
            sources[0].line,
            tuple(fields.get(name) for name in headers),
            tuple(without_position(problem) for row in sources for problem in row.problems),
        )
        for fields, sources in rows.values()
    )
    return replace(sheet, headers=headers or sheet.headers, rows=made)


def adtte_rows(
    sheet: Sheet, place: Mapping[str, int], times: Mapping[str, str]
) -> tuple[Sheet, int]:
    """Times to event as one follow-up row per patient, and how many times had no known unit.

    The date of an overall-survival row is the death or the last follow-up; that of a
    progression-free row is the progression only where the event is described as one.
    """
    parts: list[_Part] = []
    unknown = 0
    for source in sheet.rows:
        row = _Row(source, place)
        endpoint = times[row.text("PARAMCD")]
        months = _months(row)
        unknown += months is None and row.number("AVAL") is not None
        event = _event(row)
        fields: dict[str, Cell] = {
            "patient_id": row.cell("USUBJID"),
            f"{endpoint}_months": None if months is None else round(months, 4),
            f"{endpoint}_event": event,
        }
        if endpoint == "os" and event is not None:
            fields["death_date" if event == "yes" else "last_followup_date"] = row.cell("ADT")
        elif endpoint == "pfs" and event == "yes" and _is_progression(row.text("EVNTDESC")):
            fields["progression_date"] = row.cell("ADT")
        parts.append(_Part(row.text("USUBJID"), source, fields))
    return _joined(sheet, parts), unknown


def adrs_rows(sheet: Sheet, place: Mapping[str, int], responses: Mapping[str, str]) -> Sheet:
    """Responses as one row per patient, date and evaluator."""
    parts: list[_Part] = []
    for source in sheet.rows:
        row = _Row(source, place)
        fields: dict[str, Cell] = {
            "patient_id": row.cell("USUBJID"),
            "assessment_date": row.cell("ADT"),
            responses[row.text("PARAMCD")]: row.cell("AVALC"),
        }
        for name, field in (("RSEVAL", "evaluator"), ("AVISIT", "visit")):
            if row.cell(name) is not None:
                fields[field] = row.cell(name)
        key = (row.text("USUBJID"), row.text("ADT"), row.text("RSEVAL"))
        parts.append(_Part(key, source, fields))
    return _joined(sheet, parts)
