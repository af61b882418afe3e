"""Response at one visit: target, non-target and overall category with the rule that decided.

Source: RECIST 1.1 s4.3 and Tables 1-2; EORTC RECIST clarifications (shrinkage against
baseline, growth against nadir).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.analysis.response.lesions import Lesion
from core.rules.recist import overall_table, target_limits


@dataclass(frozen=True, slots=True)
class Reference:
    """What a sum is compared with, in micrometres; None = never completely measured."""

    baseline_um: int | None
    nadir_um: int | None
    had_complete_response: bool = False


@dataclass(frozen=True, slots=True)
class TargetReading:
    """Target response with its sum; ``sum_um`` is None if no target was measured."""

    response: str
    rule: str
    sum_um: int | None
    is_complete: bool


def is_progression(sum_um: int, nadir_um: int) -> bool:
    """Whether a sum exceeds the nadir by at least 20 % and at least 5 mm.

    >>> is_progression(24_000, 20_000), is_progression(30_000, 25_000)
    (False, True)
    """
    limits = target_limits()
    return (
        sum_um - nadir_um >= limits.progression_increase_mm
        and 100 * sum_um >= (100 + limits.progression_increase_percent) * nadir_um
    )


def is_partial_response(sum_um: int, baseline_um: int) -> bool:
    """Whether a complete sum is at least 30 % below baseline.

    >>> is_partial_response(9_800, 14_000), is_partial_response(70_100, 100_000)
    (True, False)
    """
    kept = 100 - target_limits().response_decrease_percent
    return 100 * sum_um <= kept * baseline_um


def read_targets(
    lesions: Sequence[Lesion], sizes: Mapping[str, int | None], reference: Reference
) -> TargetReading:
    """Target response of one visit (order: CR, reappearance, PD, PR, SD, NE).

    Args:
        lesions: the target lesions of baseline, at least one.
        sizes: lesion id -> micrometres; None or absent = not assessed.
    """
    normal_node = target_limits().normal_node_mm
    total, measured = 0, 0
    visible = False
    for lesion in lesions:
        size = sizes.get(lesion.lesion_id)
        if size is None:
            continue
        measured += 1
        total += size
        visible = visible or (size >= normal_node if lesion.is_node else size > 0)
    complete = measured == len(lesions)
    response, rule = "NE", "T-NE"
    if complete and not visible:
        response, rule = "CR", "T-CR"
    elif visible and reference.had_complete_response:
        response, rule = "PD", "T-REAP"
    elif measured and reference.nadir_um is not None and is_progression(total, reference.nadir_um):
        response, rule = "PD", "T-PD" if complete else "T-PD-PARTIAL"
    elif complete and reference.baseline_um is None:
        response, rule = "NE", "T-NO-BASELINE"
    elif complete and reference.baseline_um is not None:
        if is_partial_response(total, reference.baseline_um):
            response, rule = "PR", "T-PR"
        else:
            response, rule = "SD", "T-SD"
    return TargetReading(response, rule, total if measured else None, complete)


def read_nontargets(lesions: Sequence[Lesion], states: Mapping[str, str]) -> tuple[str, str]:
    """Non-target response of one visit and its rule.

    >>> read_nontargets([Lesion("N1", False, False, True)], {})
    ('NE', 'NT4')
    """
    seen = [states.get(lesion.lesion_id, "NE") for lesion in lesions]
    if "UNEQUIVOCAL_PD" in seen:
        return "PD", "NT3"
    if "NE" in seen:
        return "NE", "NT4"
    if all(state == "ABSENT" for state in seen):
        return "CR", "NT1"
    return "NON-CR/NON-PD", "NT2"


def overall_response(
    target: str | None, nontarget: str | None, *, has_new_lesion: bool
) -> tuple[str, str]:
    """Overall response of one visit and the row of the printed table that gives it.

    Args:
        target, nontarget: categories; None where there was no such disease at baseline.

    >>> overall_response("CR", "NE", has_new_lesion=False)
    ('PR', 'O-CR-NE')
    >>> overall_response(None, "NON-CR/NON-PD", has_new_lesion=False)[0]
    'NON-CR/NON-PD'
    """
    found = overall_table()[target or "NONE", nontarget or "NONE", has_new_lesion]
    return found.overall, found.rule


def could_still_be(
    lesions: Sequence[Lesion],
    sizes: Mapping[str, int | None],
    last_known: Mapping[str, int],
    reference: Reference,
) -> str | None:
    """The category that a visit with a missing target would have either way; None if open.

    Bounds: the missing lesions gone, or as large as when last measured. Advice to the
    reader only; the category stays NE (RECIST 1.1 s4.4.2).
    """
    missing = [one.lesion_id for one in lesions if sizes.get(one.lesion_id) is None]
    if len(missing) == len(lesions) or any(one not in last_known for one in missing):
        return None
    smallest = {**sizes, **dict.fromkeys(missing, 0)}
    largest = {**sizes, **{one: last_known[one] for one in missing}}
    low = read_targets(lesions, smallest, reference).response
    high = read_targets(lesions, largest, reference).response
    return low if low == high else None
