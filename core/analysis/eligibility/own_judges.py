"""Judging the criteria that a study added, and the age of a dated examination."""

from __future__ import annotations

from datetime import date

from core.analysis.eligibility.compare import decide_all, margin_all
from core.analysis.eligibility.criteria import DaysRule
from core.analysis.eligibility.facts import Facts
from core.analysis.eligibility.laboratory import between
from core.analysis.eligibility.outcome import field_label, impersonal, missing, outcome, warn
from core.analysis.eligibility.own_criteria import OwnNumberRule, OwnValueRule
from core.analysis.eligibility.protocol import Protocol
from core.results.eligibility import CriterionResult, Status
from core.schema import NEVER


def judge_own_number(rule: OwnNumberRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """A number against its limit; a text where a number was expected is unknown."""
    found = facts.own.get(rule.field)
    if found is None:
        return missing(rule, facts)
    if not isinstance(found, int | float):
        return outcome(
            rule, Status.UNKNOWN, "not_a_number", original_value=str(found), limit=rule.limit,
            limit_high=rule.limit_high, unit=rule.unit, found=str(found),
        )  # fmt: skip
    value = float(found)
    status = decide_all(value, rule.operator, rule.limits)
    name = "met" if status is Status.PASS else "not_met"
    return outcome(
        rule,
        status,
        name if len(rule.limits) == 1 else between(status),
        value=value,
        limit=rule.limit,
        limit_high=rule.limit_high,
        unit=rule.unit,
        margin=margin_all(value, rule.operator, rule.limits),
        high=rule.limits[-1],
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def judge_own_value(rule: OwnValueRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """A category or text that must be one of the values, whatever its case."""
    found = facts.own.get(rule.field)
    if found is None:
        return missing(rule, facts)
    shown = _text(found)
    accepted = {value.strip().casefold() for value in rule.values}
    status = Status.PASS if shown.strip().casefold() in accepted else Status.FAIL
    return outcome(
        rule,
        status,
        "value_accepted" if status is Status.PASS else "value_not_accepted",
        value=shown,
        limit=", ".join(rule.values),
        found=shown,
        accepted=", ".join(rule.values),
    )


def judge_days(rule: DaysRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """Days from a dated examination to the first HAIC."""
    given = facts.own.get(rule.field)
    if given == NEVER:
        is_met = rule.operator in (">=", ">")
        reason = "never_given" if is_met else "never_done"
        return outcome(
            rule, Status.PASS if is_met else Status.FAIL, reason, value=NEVER, limit=rule.limit,
            unit=rule.unit,
        )  # fmt: skip
    if not isinstance(given, date):
        return missing(rule, facts)
    if facts.haic_start is None:
        return impersonal(rule, Status.UNKNOWN, "start_unknown")
    days = (facts.haic_start - given).days
    shown, start = given.isoformat(), facts.haic_start.isoformat()
    if days < 0:
        late = warn(
            "DATE_ORDER", "date_order", field=field_label(rule.field), given=shown, start=start
        )
        return outcome(
            rule, Status.UNKNOWN, "after_start", warnings=(late,), value=float(days),
            original_value=shown, limit=rule.limit, unit=rule.unit, measured_on=given,
            given=shown, start=start,
        )  # fmt: skip
    status = decide_all(days, rule.operator, rule.limits)
    name = "washout_met" if status is Status.PASS else "washout_not_met"
    return outcome(
        rule,
        status,
        name if len(rule.limits) == 1 else between(status),
        value=float(days),
        original_value=shown,
        limit=rule.limit,
        limit_high=rule.limit_high,
        unit=rule.unit,
        margin=margin_all(days, rule.operator, rule.limits),
        measured_on=given,
        high=rule.limits[-1],
        given=shown,
        days=days,
    )
