"""When each infusion starts and ends, and when the next session may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from core.results.dosing import DrugDose, Infusion

Order = Literal["sequential", "parallel"]
ORDERS: tuple[Order, ...] = ("sequential", "parallel")


def infusion_clock(
    start: datetime, drugs: Sequence[DrugDose], order: Order = "sequential"
) -> tuple[Infusion, ...]:
    """Start and end of each infusion, in the order of the regimen.

    Args:
        order: ``sequential``, one after the other; ``parallel``, all but the last together
            (the series does not say how oxaliplatin and levoleucovorin run), the last after
            the longest of them.
    """
    found: list[Infusion] = []
    at = start
    for place, dose in enumerate(drugs):
        is_last = place == len(drugs) - 1
        if order == "parallel" and found:
            at = max(one.end for one in found) if is_last else start
        end = at + timedelta(hours=dose.hours)
        found.append(Infusion(dose.drug, at, end))
        at = end
    return tuple(found)


def next_window(day: date, interval_days: tuple[int, int]) -> tuple[date, date]:
    """First and last day of the next session by the regimen's interval.

    >>> next_window(date(2021, 3, 1), (21, 28))
    (datetime.date(2021, 3, 22), datetime.date(2021, 3, 29))
    """
    return day + timedelta(days=interval_days[0]), day + timedelta(days=interval_days[1])
