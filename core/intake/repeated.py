"""Rows that say the same thing twice, or two things about the same day, in tables without a key.

Two results of one test on one day can both be true (before and after an infusion), so every
row is kept; that there are two is said.
"""

from __future__ import annotations

from collections.abc import Hashable

from core.errors import Fact
from core.intake.pool import Pool
from core.intake.records import Record

_RESULT = ("lab_value", "lab_text", "value_prefix", "lab_unit")


def check_repeated(pool: Pool) -> None:
    """Results and adverse events that stand twice; said at the later row."""
    _check_results(pool)
    _check_events(pool)


def _check_results(pool: Pool) -> None:
    seen: dict[tuple[object, ...], Record] = {}
    for record in pool.records("labs"):
        values = record.values
        day = values.get("lab_date")
        if record.derived or day is None:
            continue
        key = (values.get("patient_id"), values.get("lab_test"), day, values.get("visit"))
        first = seen.setdefault(key, record)
        if first is record:
            continue
        facts: dict[str, Fact] = {"first": first.source[1], "other": pool.sheet_name(first)}
        if all(first.values.get(name) == values.get(name) for name in _RESULT):
            pool.warn(record, "lab_value", "result_repeated", **facts)
        else:
            before = pool.shown(first, "lab_value")
            pool.warn(record, "lab_value", "results_differ_on_one_day", before=before, **facts)


def _check_events(pool: Pool) -> None:
    seen: dict[Hashable, Record] = {}
    for record in pool.records("adverse_events"):
        key = tuple(sorted((name, str(value)) for name, value in record.values.items()))
        first = seen.setdefault(key, record)
        if first is not record:
            pool.warn(
                record, "ae_term", "event_repeated",
                first=first.source[1], other=pool.sheet_name(first),
            )  # fmt: skip
