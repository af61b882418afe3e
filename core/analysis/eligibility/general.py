"""Criteria that are not laboratory values: statements, counts, washouts, performance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from core.analysis.eligibility.compare import decide, decide_all, margin, margin_all
from core.analysis.eligibility.criteria import (
    NumberRule,
    PerformanceRule,
    StatementRule,
    WashoutRule,
)
from core.analysis.eligibility.facts import Facts
from core.analysis.eligibility.laboratory import between
from core.analysis.eligibility.outcome import field_label, impersonal, missing, outcome, warn
from core.analysis.eligibility.protocol import Protocol
from core.results.eligibility import CriterionResult, ScreeningWarning, Status
from core.schema import NEVER


def judge_statement(rule: StatementRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """Documented as true passes, as false fails, undocumented is unknown."""
    said = facts.statements.get(rule.field)
    if said is None:
        return missing(rule, facts)
    status = Status.PASS if said else Status.FAIL
    reason = "statement_met" if said else "statement_not_met"
    return impersonal(rule, status, reason, said)


def judge_number(rule: NumberRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """A count, grade or duration against its limit."""
    if rule.field == "max_residual_ae_grade" and protocol.settings.exempt:
        return judge_residual(rule, facts, protocol)
    found = facts.number(rule.field)
    if found.value is None:
        return missing(rule, facts)
    status = decide_all(found.value, rule.operator, rule.limits, found.prefix)
    names = {Status.PASS: "met", Status.FAIL: "not_met", Status.UNKNOWN: "only_a_bound"}
    return outcome(
        rule,
        status,
        names[status] if len(rule.limits) == 1 else between(status),
        warnings=facts.remarks.get(rule.field, ()),
        value=found.value,
        limit=rule.limit,
        limit_high=rule.limit_high,
        unit=rule.unit,
        margin=margin_all(found.value, rule.operator, rule.limits),
        measured_on=found.day,
        prefix=found.prefix,
        high=rule.limits[-1],
    )


def judge_residual(rule: NumberRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """Residual toxicity where the study exempts some kinds of it.

    A stated grade within the limit passes as ever. A higher one is explained by the recorded
    events that lasted at the start, or stays unknown: nobody knows which toxicity it was.
    """
    stated = facts.number(rule.field).value
    exempt = set(protocol.settings.exempt)
    others = max((grade for kind, grade in facts.residual.items() if kind not in exempt), default=0)
    recorded = max(facts.residual.values(), default=0)
    if stated is None and not facts.residual:
        return missing(rule, facts)
    within = stated is not None and decide(stated, rule.operator, rule.limit) is Status.PASS
    explained = stated is None or recorded >= stated
    if within or explained:
        value = float(stated if within and stated is not None else others)
        status = decide(value, rule.operator, rule.limit)
        return outcome(
            rule, status, "met_exempt" if status is Status.PASS else "not_met",
            value=value, original_value=stated, limit=rule.limit, unit=rule.unit,
            margin=margin(value, rule.operator, rule.limit), stated=stated, recorded=recorded,
        )  # fmt: skip
    return outcome(
        rule, Status.UNKNOWN, "residual_unnamed", original_value=stated, limit=rule.limit,
        unit=rule.unit, stated=stated, recorded=recorded,
    )  # fmt: skip


def _cetuximab_note(rule: WashoutRule, facts: Facts) -> tuple[ScreeningWarning, ...]:
    given = facts.dates.get(rule.noted_field)
    if not isinstance(given, date) or facts.haic_start is None:
        return ()
    days = (facts.haic_start - given).days
    if not 0 <= days < rule.limit:
        return ()
    note = warn("CETUXIMAB_WASHOUT_NOT_DEFINED", "cetuximab_washout", days=days, limit=rule.limit)
    return (note,)


def judge_washout(rule: WashoutRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """Days between the last dose of a treatment and the first HAIC."""
    given = facts.dates.get(rule.field)
    notes = _cetuximab_note(rule, facts)
    if given is None:
        return missing(rule, facts)
    if not isinstance(given, date):
        never = impersonal(rule, Status.PASS, "never_given", NEVER)
        return replace(never, warnings=notes) if notes else never
    if facts.haic_start is None:
        return impersonal(rule, Status.UNKNOWN, "start_unknown")
    days = (facts.haic_start - given).days
    given_text, start_text = given.isoformat(), facts.haic_start.isoformat()
    if days < 0:
        late = warn(
            "DATE_ORDER", "date_order", field=field_label(rule.field), given=given_text,
            start=start_text,
        )  # fmt: skip
        return outcome(
            rule, Status.UNKNOWN, "after_start", warnings=(late, *notes), value=float(days),
            original_value=given_text, limit=rule.limit, unit=rule.unit,
            measured_on=given, given=given_text, start=start_text,
        )  # fmt: skip
    status = decide(days, rule.operator, rule.limit)
    since = "interval" if rule.field == "last_session_date" else "washout"
    return outcome(
        rule,
        status,
        f"{since}_met" if status is Status.PASS else f"{since}_not_met",
        warnings=notes,
        value=float(days),
        original_value=given_text,
        limit=rule.limit,
        unit=rule.unit,
        margin=margin(days, rule.operator, rule.limit),
        measured_on=given,
        days=days,
        given=given_text,
    )


def judge_performance(rule: PerformanceRule, facts: Facts, protocol: Protocol) -> CriterionResult:
    """ECOG against its limit, assessed within the window before enrolment.

    A score beyond the limit fails whatever its date; a good score outside the window, or
    without a date, is unknown.
    """
    found = facts.number(rule.field)
    if found.value is None:
        return missing(rule, facts)
    within = decide(found.value, rule.operator, rule.limit)
    status, reason = within, "met" if within is Status.PASS else "not_met"
    warnings: tuple[ScreeningWarning, ...] = ()
    days: int | None = None
    if found.day is not None and facts.enrol_date is not None:
        days = (facts.enrol_date - found.day).days
        if not 0 <= days <= rule.window_days:
            late = warn("ECOG_OUT_OF_WINDOW", "ecog_window", days=days, window=rule.window_days)
            order = warn(
                "DATE_ORDER", "ecog_after_enrolment", given=found.day.isoformat(),
                start=facts.enrol_date.isoformat(),
            )  # fmt: skip
            warnings = (late, order) if days < 0 else (late,)
            if within is Status.PASS:
                status, reason = Status.UNKNOWN, "ecog_out_of_window"
    elif within is Status.PASS:
        return missing(rule, facts, "ecog_date" if found.day is None else "enrol_date")
    return outcome(
        rule,
        status,
        reason,
        warnings=warnings,
        value=found.value,
        limit=rule.limit,
        unit=rule.unit,
        margin=margin(found.value, rule.operator, rule.limit),
        measured_on=found.day,
        days=days,
        window=rule.window_days,
    )
