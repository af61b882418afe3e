"""Times that were recorded in months with an event flag, where dates are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.analysis.endpoints.records import FollowUpRecord
from core.options import DAYS_PER_MONTH
from core.results.common import Message
from core.rules.endpoints import EndpointRule

_WHOLE_DAY_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class CodedTime:
    """A recorded time in days, and whether it ended with the event."""

    days: float
    is_event: bool
    reason: Message


def days_of_months(months: float) -> float:
    """Days of a recorded number of months; whole where it was computed from whole days.

    >>> days_of_months(90 / 30.4375), round(days_of_months(3.4), 2)
    (90, 103.49)
    """
    exact = months * DAYS_PER_MONTH
    whole = round(exact)
    return whole if abs(exact - whole) <= _WHOLE_DAY_TOLERANCE else exact


def read_coded(
    rule: EndpointRule, record: FollowUpRecord, cutoff: int | None
) -> CodedTime | Message:
    """The recorded time of one patient, or the message why there is none.

    A time that ends after the cut-off is censored there; that needs the first HAIC's date.
    """
    if not rule.time:
        return Message.of("endpoints.missing.dates")
    months = record.coded.get(rule.time)
    flag = record.coded.get(rule.event)
    if months is None:
        return Message.of("endpoints.missing.time", column=rule.time)
    if flag is None and rule.event == "os_event" and record.coded.get("vital_status"):
        flag = record.coded["vital_status"] == "DEAD"
    if flag is None:
        return Message.of("endpoints.missing.event", column=rule.event)
    days = days_of_months(float(months))
    if cutoff is not None and record.start is not None and record.start + days > cutoff:
        left = cutoff - record.start
        if left < 0:
            return Message.of("endpoints.missing.start_after_cutoff")
        iso = date.fromordinal(cutoff).isoformat()
        return CodedTime(left, False, Message.of("endpoints.reason.censored_cutoff", date=iso))
    code = "coded_event" if flag else "coded_censored"
    return CodedTime(days, bool(flag), Message.of(f"endpoints.reason.{code}"))
