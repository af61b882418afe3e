"""Three-valued screening of one patient against a protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from core.analysis.eligibility.clearance import judge_clearance
from core.analysis.eligibility.facts import Facts
from core.analysis.eligibility.general import (
    judge_number,
    judge_performance,
    judge_statement,
    judge_washout,
)
from core.analysis.eligibility.laboratory import judge_dipstick, judge_lab, judge_lab_range
from core.analysis.eligibility.outcome import warn
from core.analysis.eligibility.own_judges import judge_days, judge_own_number, judge_own_value
from core.analysis.eligibility.protocol import Group, Protocol
from core.results.common import Words
from core.results.eligibility import (
    CriterionResult,
    Overall,
    PatientEligibility,
    Status,
    Waiver,
)

_ALL = (Status.FAIL, Status.UNKNOWN, Status.PASS)
_ANY = (Status.PASS, Status.UNKNOWN, Status.FAIL)


def all_of(statuses: Iterable[Status]) -> Status:
    """AND: a FAIL decides, then an UNKNOWN.

    >>> all_of([Status.PASS, Status.UNKNOWN, Status.FAIL]).value
    'FAIL'
    """
    return min(statuses, key=_ALL.index)


def any_of(statuses: Iterable[Status]) -> Status:
    """OR: a PASS decides, then an UNKNOWN.

    >>> any_of([Status.FAIL, Status.UNKNOWN]).value
    'UNKNOWN'
    """
    return min(statuses, key=_ANY.index)


_JUDGES: Mapping[str, Callable[[Any, Facts, Protocol], CriterionResult | None]] = {
    "days": judge_days,
    "own_number": judge_own_number,
    "own_value": judge_own_value,
    "statement": judge_statement,
    "number": judge_number,
    "washout": judge_washout,
    "performance": judge_performance,
    "lab": judge_lab,
    "lab_range": judge_lab_range,
    "clearance": judge_clearance,
    "dipstick": judge_dipstick,
}
"""How each kind of criterion is judged; None = it counts only if recorded, and was not."""


def protocol_label(group: Group, parts: tuple[CriterionResult, ...]) -> str | Words:
    """The name of a group: its own, or that of the only criterion left in it."""
    return parts[0].label if len(parts) == 1 else f"eligibility.group.{group.key}"


def with_waivers(patient: PatientEligibility, waivers: Iterable[Waiver]) -> PatientEligibility:
    """The same results with the waivers that concern this patient.

    No criterion changes. Only when each one that is not met or unknown has a waiver does the
    patient count as eligible with waiver.
    """
    open_keys = {row.key for row in patient.criteria if row.status is not Status.PASS}
    found = tuple(
        one
        for one in waivers
        if one.patient_id == patient.patient_id and one.criterion in open_keys
    )
    if not found:
        return patient
    covered = {one.criterion for one in found} >= open_keys
    overall = Overall.WAIVED if covered else patient.overall
    return replace(patient, overall=overall, waivers=found)


def _combined(group: Group, parts: tuple[CriterionResult, ...]) -> CriterionResult:
    if len(parts) == 1 and parts[0].id == group.key:
        return parts[0]
    combine = all_of if group.combine == "all" else any_of
    status = combine(part.status for part in parts)
    decisive = next(part for part in parts if part.status is status)
    warnings = [warning for part in parts for warning in part.warnings]
    has_failed = any(part.status is Status.FAIL for part in parts)
    for part in parts:
        code = group.conflicts.get(part.id)
        if code and part.status is Status.PASS and has_failed:
            warnings.append(warn(code, code.lower()))
    return replace(
        decisive,
        id=group.key,
        label=protocol_label(group, parts),
        warnings=tuple(warnings),
        parts=parts,
    )


def screen_patient(facts: Facts, protocol: Protocol) -> PatientEligibility:
    """All criteria of one patient: "meets the criterion as recorded".

    Any FAIL makes the patient not eligible, also when other criteria are unknown; else any
    UNKNOWN leaves him undetermined. What is missing never passes.

    >>> from core.analysis.eligibility.protocol import default_protocol
    >>> screen_patient(Facts(), default_protocol()).overall.value
    'UNDETERMINED'
    """
    results = []
    for group, rules in protocol.grouped:
        judged = (_JUDGES[rule.kind](rule, facts, protocol) for rule in rules)
        results.append(_combined(group, tuple(part for part in judged if part is not None)))
    overall = {
        Status.FAIL: Overall.NOT_ELIGIBLE,
        Status.UNKNOWN: Overall.UNDETERMINED,
        Status.PASS: Overall.ELIGIBLE,
    }[all_of(result.status for result in results)]
    return PatientEligibility(facts.patient_id, overall, tuple(results), facts.haic_start)
