"""Rules between fields, rows and tables: duplicates, orphans, the order of dates, outcomes.

What can't be true sets the row aside; what is merely odd is a warning. Nothing is corrected.

Source: docs/glossary.md (integrity codes).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

from core.intake.pool import Pool
from core.intake.records import Record
from core.options import DAYS_PER_MONTH
from core.schema import ROW_KEYS, column_specs

SHORTEST_GAP_DAYS = 14
"""Sessions closer than this are unusual for a cycle of three to six weeks."""
MOST_ROWS_NAMED = 100
"""Rows of one key named in each of their findings; all of them would grow with the square."""
MONTHS_TOLERANCE = 0.1
BMI_RANGE = (12.0, 40.0)
AGE_TOLERANCE_YEARS = 1.5
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТУХасеорхуіІοΟΡρΑΒΕΗΚΜΝΤΧ", "ABEKMHOPCTYXaceopxyiIoOPpABEHKMNTX"
)

_ZERO_LETTER = re.compile(r"(?<=[0-9])o|o(?=[0-9])")
_POINT_ZERO = re.compile(r"(?<=[0-9])\.0$")
"""What other programs add to numbers that they took for measurements."""
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


def _id(record: Record) -> str:
    return str(record.values.get("patient_id"))


def check_duplicates(pool: Pool, table: str) -> None:
    """A key that occurs twice: of equal rows the later ones, of different rows all."""
    keys = ROW_KEYS.get(table)
    if keys is None:
        return
    groups: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    for record in pool.all_records(table):
        # A row that another error set aside still uses its key, if it could be read.
        is_readable = all(record.values.get(key) is not None for key in keys[:2])
        if is_readable or record.source not in pool.errors:
            groups[tuple(record.values.get(key) for key in keys)].append(record)
    taken_up: list[Record] = []
    for group in groups.values():
        if len(group) < 2:
            continue
        group.sort(key=lambda record: record.derived)
        first, *rest = group
        if first.derived != rest[-1].derived:
            taken_up += _merge_derived(pool, group)
            continue
        lines = ", ".join(str(record.source[1]) for record in group[:MOST_ROWS_NAMED])
        lines += ", …" * (len(group) > MOST_ROWS_NAMED)
        if all(_same(first, other) for other in rest):
            for other in rest:
                pool.set_aside(
                    other, keys[-1] if len(keys) == 1 else keys[1], "duplicate_row",
                    first=first.source[1], id=_id(other),
                )  # fmt: skip
        else:
            for record in group:
                # The same row may also fill another table: said once is enough.
                said = {finding.code for finding in pool.errors.get(record.source, ())}
                if "duplicate_key_differs" not in said:
                    pool.set_aside(
                        record, keys[0], "duplicate_key_differs", rows=lines, id=_id(record)
                    )
    pool.drop(table, taken_up)


def _same(first: Record, second: Record) -> bool:
    return {k: v for k, v in first.values.items() if v is not None} == {
        k: v for k, v in second.values.items() if v is not None
    }


def _merge_derived(pool: Pool, group: list[Record]) -> list[Record]:
    """A row of its own sheet wins over the same taken from a flat sheet; differences are said.

    Returns the records that are taken up.
    """
    own = group[0]
    taken_up = []
    for other in group[1:]:
        if not other.derived:
            pool.set_aside(other, "patient_id", "duplicate_row", first=own.source[1], id=_id(own))
            continue
        for name, value in other.values.items():
            mine = own.values.get(name)
            if mine is None:
                own.values[name] = value
            elif value is not None and mine != value and name != "session_no":
                pool.warn(
                    own, name, "value_differs_between_sheets",
                    other=pool.shown(other, name), other_sheet=pool.sheet_name(other),
                )  # fmt: skip
        taken_up.append(other)
    return taken_up


def _alike(name: str) -> str:
    """A patient number without what people and programs change in it."""
    folded = unicodedata.normalize("NFKC", name).translate(_LOOKALIKES).casefold()
    key = _ZERO_LETTER.sub("0", "".join(folded.split()))
    return _LEADING_ZEROS.sub("", _POINT_ZERO.sub("", key))


def check_similar_ids(pool: Pool) -> None:
    """Patient numbers that look alike (alphabet, case, O for 0, zeros in front): one patient?"""
    seen: dict[str, Record] = {}
    for record in pool.records("patients"):
        name = _id(record)
        other = seen.setdefault(_alike(name), record)
        if other is not record and _id(other) != name:
            pool.warn(record, "patient_id", "similar_id", other=_id(other), first=other.source[1])


def check_orphans(pool: Pool) -> None:
    """Rows of patients that the patient table doesn't hold (or no longer holds)."""
    given = {_id(record) for record in pool.all_records("patients")} | pool.kept_out
    accepted = {_id(record) for record in pool.records("patients")}
    looks: dict[str, set[str]] = defaultdict(set)
    for table in pool.tables():
        if table == "patients":
            continue
        records = pool.records(table)
        if {_id(record) for record in records} <= accepted:
            continue
        for one in () if looks else accepted:
            looks[_alike(one)].add(one)
        for record in records:
            name = _id(record)
            if name in accepted:
                continue
            alike = looks.get(_alike(name), ())
            if name in given:
                pool.set_aside(record, "patient_id", "patient_set_aside", id=name)
            elif len(alike) == 1:
                other = next(iter(alike))
                pool.set_aside(record, "patient_id", "orphan_row_alike", id=name, other=other)
            else:
                pool.set_aside(record, "patient_id", "orphan_row", id=name)
    lesions = {(_id(r), r.values["lesion_id"]) for r in pool.records("lesions")}
    if lesions:
        for record in pool.records("lesion_measurements"):
            if (_id(record), record.values["lesion_id"]) not in lesions:
                pool.set_aside(
                    record, "lesion_id", "orphan_lesion", lesion=str(record.values["lesion_id"])
                )


def check_future(pool: Pool, today: date) -> None:
    """Dates after today."""
    last = today + timedelta(days=1)

    def is_late(value: object) -> bool:
        return isinstance(value, date) and value > last

    for table in pool.tables():
        records = pool.records(table)
        names = [
            spec.name
            for spec in column_specs(table)
            if spec.kind in ("date", "date_or_never")
            and any(map(is_late, {record.values.get(spec.name) for record in records}))
        ]
        for record in records if names else ():
            for name in names:
                if is_late(record.values.get(name)):
                    pool.set_aside(record, name, "date_in_future", today=today.isoformat())


def _date(record: Record | None, name: str) -> date | None:
    value = record.values.get(name) if record else None
    return value if isinstance(value, date) else None


def first_sessions(pool: Pool) -> dict[str, date]:
    """Time zero of each patient: the earliest session, else the recorded first HAIC date."""
    start: dict[str, date] = {}
    for record in pool.records("haic_sessions"):
        day = _date(record, "session_date")
        if day:
            start[_id(record)] = min(day, start.get(_id(record), day))
    for record in pool.records("patients"):
        day = _date(record, "first_haic_date")
        if day:
            start.setdefault(_id(record), day)
    return start


def check_sessions(pool: Pool) -> None:
    """Sessions too close together; a recorded start or number that differs from the sessions."""
    days: dict[str, list[tuple[date, Record]]] = defaultdict(list)
    for record in pool.records("haic_sessions"):
        day = _date(record, "session_date")
        if day:
            days[_id(record)].append((day, record))
    for sessions in days.values():
        sessions.sort(key=lambda item: item[0])
        for (before, _), (after, record) in pairwise(sessions):
            gap = (after - before).days
            if gap < SHORTEST_GAP_DAYS:
                pool.warn(record, "session_date", "session_gap", days=gap, limit=SHORTEST_GAP_DAYS)
    for record in pool.records("patients"):
        sessions = days.get(_id(record), [])
        recorded = _date(record, "first_haic_date")
        if sessions and recorded and recorded != sessions[0][0]:
            earliest = str(sessions[0][0])
            pool.remark(record, "first_haic_date", "first_haic_differs", other=earliest)
        count = record.values.get("n_haic_sessions")
        listed = len(sessions)
        if listed and isinstance(count, int) and count != listed:
            pool.warn(record, "n_haic_sessions", "session_count_differs", listed=listed)


def check_session_order(pool: Pool) -> None:
    """Sessions numbered against their dates, and patients that the list of sessions lacks."""
    last: dict[str, tuple[int, date]] = {}
    listed: set[str] = set()
    for record in sorted(pool.records("haic_sessions"), key=_session_number):
        number, day, name = _session_number(record), _date(record, "session_date"), _id(record)
        listed.add(name)
        before = last.get(name)
        if day is None or not number:
            continue
        if before and number > before[0] and day < before[1]:
            pool.warn(
                record, "session_date", "session_order",
                number=number, before=before[0], other=str(before[1]),
            )  # fmt: skip
        last[name] = (number, day)
    for record in pool.records("patients") if listed else ():
        if _id(record) not in listed:
            dated = _date(record, "first_haic_date") is not None
            say = pool.remark if dated else pool.warn
            say(record, "patient_id", "no_session", id=_id(record))


def _session_number(record: Record) -> int:
    number = record.values.get("session_no")
    return number if isinstance(number, int) else 0


def check_baseline(pool: Pool) -> None:
    """Birth, age and body measures of each patient."""
    for record in pool.records("patients"):
        values = record.values
        height, weight = values.get("height_cm"), values.get("weight_kg")
        if isinstance(height, int | float) and isinstance(weight, int | float):
            bmi = float(weight) / (float(height) / 100) ** 2
            if not BMI_RANGE[0] <= bmi <= BMI_RANGE[1]:
                pool.warn(
                    record, "weight_kg", "bmi_implausible",
                    bmi=f"{bmi:.1f}", height=f"{height:g}",
                    height_column=pool.header(record, "height_cm"),
                )  # fmt: skip
        birth, first = _date(record, "birth_date"), _date(record, "first_haic_date")
        age = values.get("age")
        if birth and first and isinstance(age, int | float) and birth < first:
            years = (first - birth).days / 365.25
            if abs(years - float(age) - 0.5) > AGE_TOLERANCE_YEARS:
                pool.warn(
                    record, "age", "age_differs_from_birth", years=f"{years:.1f}",
                    birth_column=pool.header(record, "birth_date"),
                )  # fmt: skip


def months_between(start: date, end: date) -> float:
    """Months from start to end.

    >>> round(months_between(date(2021, 1, 1), date(2022, 1, 1)), 2)
    11.99
    """
    return (end - start).days / DAYS_PER_MONTH
