"""Comparing a value with a limit, exactly at the limit and for values known only as a bound."""

from __future__ import annotations

from typing import Literal

from core.results.eligibility import Status

Prefix = Literal["", "<", "<=", ">", ">="]
SYMBOLS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "=", "between": ""}
_TOLERANCE = 1e-12


def is_met(value: float, operator: str, limit: float) -> bool:
    """Whether the value meets the limit; equal within 12 significant digits is equal.

    Without the tolerance 3.0 x 1.2 = 3.5999999999999996 would differ from 3.6.

    >>> is_met(3.6, "<=", 3.0 * 1.2), is_met(12.0, ">", 12.0)
    (True, False)
    """
    if abs(value - limit) <= _TOLERANCE * max(abs(value), abs(limit)):
        return operator in (">=", "<=")
    return value > limit if operator in (">=", ">") else value < limit


def decide(value: float, operator: str, limit: float, prefix: Prefix = "") -> Status:
    """PASS or FAIL; UNKNOWN when a value such as "<0.5" leaves both open.

    >>> decide(80.0, ">=", 80.0).value, decide(100.0, ">=", 80.0, "<").value
    ('PASS', 'UNKNOWN')
    """
    if not prefix:
        return Status.PASS if is_met(value, operator, limit) else Status.FAIL
    wants_high = operator in (">=", ">")
    is_high = prefix in (">=", ">")
    if wants_high == is_high:
        # ">12" meets "> 12" although 12 does not.
        loose = ">=" if wants_high else "<="
        met = is_met(value, loose if prefix in (">", "<") else operator, limit)
        return Status.PASS if met else Status.UNKNOWN
    # The bound itself is excluded by a strict prefix: "<80" fails ">= 80".
    opposite = "<=" if wants_high else ">="
    strict = prefix in (">", "<") or operator in (">", "<")
    failed = is_met(value, opposite if strict else opposite[0], limit)
    return Status.FAIL if failed else Status.UNKNOWN


def margin(value: float, operator: str, limit: float) -> float:
    """Distance from the limit, positive on the passing side.

    >>> margin(118.0, ">=", 90.0), margin(9.0, "<=", 8.0)
    (28.0, -1.0)
    """
    return value - limit if operator in (">=", ">") else limit - value


def decide_all(
    value: float, operator: str, limits: tuple[float, ...], prefix: Prefix = ""
) -> Status:
    """Against one limit, or ``between`` two, both of them inclusive.

    >>> decide_all(5.0, "between", (5.0, 9.0)).value, decide_all(9.1, "between", (5.0, 9.0)).value
    ('PASS', 'FAIL')
    """
    if operator != "between":
        return decide(value, operator, limits[0], prefix)
    found = {
        decide(value, ">=", limits[0], prefix),
        decide(value, "<=", limits[1], prefix),
    }
    return next(status for status in (Status.FAIL, Status.UNKNOWN, Status.PASS) if status in found)


def margin_all(value: float, operator: str, limits: tuple[float, ...]) -> float:
    """Distance from the nearer limit, positive on the passing side.

    >>> margin_all(6.0, "between", (5.0, 9.0)), margin_all(4.0, "between", (5.0, 9.0))
    (1.0, -1.0)
    """
    if operator != "between":
        return margin(value, operator, limits[0])
    return min(margin(value, ">=", limits[0]), margin(value, "<=", limits[1]))
