"""ADaM rows of one parameter each, joined to one row per patient or per assessment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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


def _joined(
    sheet: Sheet, parts: Sequence[_Part], shared: frozenset[str] = frozenset({"patient_id"})
) -> Sheet:
    """One row per key; a field given twice for a key starts a further row of that key."""
    rows: dict[tuple[object, int], tuple[dict[str, Cell], list[SheetRow]]] = {}
    for part in parts:
        count = 0
        while (part.fields.keys() - shared) & rows.get((part.key, count), ({}, []))[0].keys():
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
    given = headers or ("patient_id", *sorted(shared - {"patient_id"}))
    return replace(sheet, headers=given, rows=made)


@dataclass(frozen=True, slots=True)
class Known:
    """What the subject-level data set says of the follow-up.

    Attributes:
        fields: dates of follow-up that it gives.
        deaths: patient -> date of death.
    """

    fields: frozenset[str] = frozenset()
    deaths: Mapping[str, date] = field(default_factory=dict)


def adtte_rows(
    sheet: Sheet, place: Mapping[str, int], times: Mapping[str, str], known: Known
) -> tuple[Sheet, Mapping[str, int]]:
    """Times to event as one follow-up row per patient, and how many times were not kept.

    The date of an overall-survival row is the death or the last follow-up; that of a
    progression-free row is the progression only where the event is described as one. A time
    censored before a known death (at a data cut-off) is left to the dates.
    """
    parts: list[_Part] = []
    unknown = censored_earlier = 0
    for source in sheet.rows:
        row = _Row(source, place)
        endpoint = times[row.text("PARAMCD")]
        months = _months(row)
        unknown += months is None and row.number("AVAL") is not None
        event = _event(row)
        fields: dict[str, Cell] = {
            "patient_id": row.cell("USUBJID"),
            # Ten digits: the fraction of a month is kept, the noise of binary fractions is not.
            f"{endpoint}_months": None if months is None else float(f"{months:.10g}"),
            f"{endpoint}_event": event,
        }
        if endpoint == "os" and event is not None:
            fields["death_date" if event == "yes" else "last_followup_date"] = row.cell("ADT")
        elif endpoint == "pfs" and event == "yes" and _is_progression(row.text("EVNTDESC")):
            fields["progression_date"] = row.cell("ADT")
        death, end = known.deaths.get(row.text("USUBJID")), row.day("ADT")
        if endpoint == "os" and event == "no" and death and end and end < death:
            censored_earlier += 1
            fields = {"patient_id": row.cell("USUBJID")}
        kept = {name: cell for name, cell in fields.items() if name not in known.fields}
        parts.append(_Part(row.text("USUBJID"), source, kept))
    counts = {"adam_time_unit_unknown": unknown, "adam_censored_before_death": censored_earlier}
    return _joined(sheet, parts), counts


def adrs_rows(
    sheet: Sheet, place: Mapping[str, int], responses: Mapping[str, str], fields: Mapping[str, str]
) -> Sheet:
    """Responses as one row per patient, date and evaluator.

    Args:
        responses: PARAMCD -> column of its category.
        fields: variable -> column of what all rows of an assessment share.
    """
    parts: list[_Part] = []
    for source in sheet.rows:
        row = _Row(source, place)
        made: dict[str, Cell] = {
            "patient_id": row.cell("USUBJID"),
            "assessment_date": row.cell("ADT"),
            responses[row.text("PARAMCD")]: row.cell("AVALC"),
        }
        for name, column in fields.items():
            if row.cell(name) is not None:
                made[column] = row.cell(name)
        key = (row.text("USUBJID"), row.text("ADT"), row.text("RSEVAL"))
        parts.append(_Part(key, source, made))
    shared = frozenset({"patient_id", "assessment_date", *fields.values()})
    return _joined(sheet, parts, shared)
