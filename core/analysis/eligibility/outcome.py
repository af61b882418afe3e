"""Putting together the result of one criterion."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from core.analysis.eligibility.compare import SYMBOLS
from core.analysis.eligibility.facts import Facts
from core.analysis.eligibility.own_criteria import Rule
from core.errors import Fact
from core.results.common import Message
from core.results.eligibility import CriterionResult, ScreeningWarning, Status


def field_label(field: str) -> str:
    """Reference to the name of a field in the catalogue; an own variable under its header.

    >>> field_label("hb"), field_label("own.Ferritin"), field_label("patients.age")
    ('@eligibility.field.hb', 'Ferritin', '@dictionary.meaning.patients.age')
    """
    place, _, name = field.partition(".")
    if place == "own":
        return name
    if place == "patients":
        return f"@dictionary.meaning.patients.{name}"
    return f"@eligibility.field.{field}"


def unit_label(unit: str) -> str:
    """A unit as it is printed: laboratory units as they are, counts by their word."""
    words = {"lines", "lesions", "weeks", "grade", "days", "ecog", "ratio", "years"}
    return f"@eligibility.unit.{unit}" if unit in words else unit


def warn(code: str, sentence: str, **facts: Fact) -> ScreeningWarning:
    """A warning whose sentence is ``eligibility.warning.<sentence>``."""
    return ScreeningWarning(code, Message.of(f"eligibility.warning.{sentence}", **facts))


def outcome(
    rule: Rule,
    status: Status,
    reason: str,
    *,
    warnings: tuple[ScreeningWarning, ...] = (),
    value: float | str | bool | None = None,
    original_value: float | str | bool | None = None,
    original_unit: str = "",
    limit: float | str | bool | None = None,
    limit_high: float | None = None,
    unit: str = "",
    margin: float | None = None,
    measured_on: date | None = None,
    **facts: Fact,
) -> CriterionResult:
    """The result of a criterion; ``reason`` is the sentence ``eligibility.reason.<reason>``.

    The sentence may name the field, the value (``number``), operator, limit and unit, and
    whatever ``facts`` add.
    """
    operator = getattr(rule, "operator", "=")
    named: dict[str, Fact] = {
        "field": field_label(rule.field),
        "number": value,
        "operator": SYMBOLS[operator],
        "limit": limit,
        "unit": unit_label(unit),
        **facts,
    }
    return CriterionResult(
        id=rule.shown_id,
        key=rule.key,
        status=status,
        label=rule.label,
        source=rule.sentence,
        reason=Message.of(f"eligibility.reason.{reason}", **named),
        value=value,
        original_value=value if original_value is None else original_value,
        original_unit=original_unit,
        operator=operator,
        limit=limit,
        limit_high=limit_high,
        unit=unit,
        margin=margin,
        measured_on=measured_on,
        warnings=warnings,
    )


@lru_cache(maxsize=4096, typed=True)
def impersonal(
    rule: Rule, status: Status, reason: str, value: str | bool | None = None, needed: str = ""
) -> CriterionResult:
    """A result that holds nothing of one patient, so that a cohort can share it."""
    return outcome(
        rule,
        status,
        reason,
        value=value,
        limit=None if rule.kind in ("lab_range", "own_value") else getattr(rule, "limit", True),
        unit=getattr(rule, "unit", ""),
        needed=field_label(needed),
    )


def missing(rule: Rule, facts: Facts, field: str = "") -> CriterionResult:
    """UNKNOWN because a field is empty, or because the study does not record it at all."""
    name = field or rule.field
    reason = "not_recorded" if name in facts.not_recorded else "missing"
    return impersonal(rule, Status.UNKNOWN, reason, needed=name)
