"""Response at one visit: target, non-target and overall category with the rule that decided.

Source: RECIST 1.1 s4.3 and Tables 1-2; EORTC RECIST clarifications (shrinkage against
baseline, growth against nadir).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.analysis.response.lesions import Lesion, MarkerState
from core.rules.recist import lenient_missing_nontargets, overall_table, target_limits
from core.rules.response_criteria import CriteriaSet, recist_criteria


@dataclass(frozen=True, slots=True)
class Reference:
    """What a sum is compared with, in micrometres; None = never completely measured.

    Attributes:
        has_density_response: whether density fell enough for PR; None = unknown or not used.
    """

    baseline_um: int | None
    nadir_um: int | None
    had_complete_response: bool = False
    criteria: CriteriaSet = field(default_factory=recist_criteria)
    has_density_response: bool | None = None


@dataclass(frozen=True, slots=True)
class TargetReading:
    """Target response with its sum; ``sum_um`` is None if no target was measured."""

    response: str
    rule: str
    sum_um: int | None
    is_complete: bool


def is_progression(sum_um: int, nadir_um: int, criteria: CriteriaSet | None = None) -> bool:
    """Whether a sum exceeds the nadir by both limbs, in RECIST 1.1 by 20 % and 5 mm.

    >>> is_progression(24_000, 20_000), is_progression(30_000, 25_000)
    (False, True)
    """
    limits = criteria or recist_criteria()
    return (
        sum_um > nadir_um
        and sum_um - nadir_um >= limits.progression_increase_um
        and 100 * sum_um >= (100 + limits.progression_increase_percent) * nadir_um
    )


def is_partial_response(sum_um: int, baseline_um: int, criteria: CriteriaSet | None = None) -> bool:
    """Whether a complete sum is far enough below baseline, in RECIST 1.1 by 30 %.

    >>> is_partial_response(9_800, 14_000), is_partial_response(70_100, 100_000)
    (True, False)
    """
    kept = 100 - (criteria or recist_criteria()).response_decrease_percent
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
    if complete and not visible:
        response, rule = "CR", "T-CR"
    elif visible and reference.had_complete_response:
        response, rule = "PD", "T-REAP"
    elif reference.criteria.uses_density:
        response, rule = _by_size_and_density(total, reference, complete=complete)
    else:
        response, rule = _by_size(total if measured else None, reference, complete=complete)
    return TargetReading(response, rule, total if measured else None, complete)


def _by_size(total: int | None, reference: Reference, *, complete: bool) -> tuple[str, str]:
    baseline, nadir, criteria = reference.baseline_um, reference.nadir_um, reference.criteria
    if total is not None and nadir is not None and is_progression(total, nadir, criteria):
        return "PD", "T-PD" if complete else "T-PD-PARTIAL"
    if total is None or not complete:
        return "NE", "T-NE"
    if baseline is None:
        return "NE", "T-NO-BASELINE"
    if is_partial_response(total, baseline, criteria):
        return "PR", "T-PR"
    return "SD", "T-SD"


def _by_size_and_density(total: int, reference: Reference, *, complete: bool) -> tuple[str, str]:
    """Choi: either limb makes PR, and a response by density forbids PD by size."""
    baseline, nadir, criteria = reference.baseline_um, reference.nadir_um, reference.criteria
    if not complete:
        return "NE", "T-NE"
    if baseline is None or nadir is None:
        return "NE", "T-NO-BASELINE"
    if reference.has_density_response:
        return "PR", "T-PR-DENSITY"
    is_larger = is_progression(total, nadir, criteria)
    if not is_larger and is_partial_response(total, baseline, criteria):
        return "PR", "T-PR"
    if reference.has_density_response is None:
        return "NE", "T-NO-DENSITY"
    return ("PD", "T-PD") if is_larger else ("SD", "T-SD")


def density_response(
    lesions: Sequence[Lesion], densities: Mapping[str, int], criteria: CriteriaSet
) -> bool | None:
    """Whether the mean density of the targets fell by the criteria's share of baseline.

    Returns:
        None where the criteria use no density, a target's density is unknown at baseline or
        now, or the mean at baseline is not above 0 HU.
    """
    if not criteria.uses_density:
        return None
    before = after = 0
    for lesion in lesions:
        now = densities.get(lesion.lesion_id)
        if now is None or lesion.baseline_density is None:
            return None
        before, after = before + lesion.baseline_density, after + now
    if before <= 0:
        return None
    return 100 * after <= (100 - criteria.density_decrease_percent) * before


def read_nontargets(
    lesions: Sequence[Lesion], states: Mapping[str, str], *, is_lenient: bool = False
) -> tuple[str, str]:
    """Non-target response of one visit and its rule.

    Args:
        is_lenient: a lesion not assessed lets NON-CR/NON-PD stand if another one persists.

    >>> read_nontargets([Lesion("N1", False, False, True)], {})
    ('NE', 'NT4')
    """
    seen = [states.get(lesion.lesion_id, "NE") for lesion in lesions]
    if "UNEQUIVOCAL_PD" in seen:
        return "PD", "NT3"
    if "NE" in seen:
        is_few = seen.count("NE") <= lenient_missing_nontargets()
        if is_lenient and is_few and "PRESENT" in seen:
            return "NON-CR/NON-PD", "NT4-LENIENT"
        return "NE", "NT4"
    if all(state == "ABSENT" for state in seen):
        return "CR", "NT1"
    return "NON-CR/NON-PD", "NT2"


def require_marker(
    target: str | None, nontarget: str | None, marker: MarkerState
) -> tuple[str | None, str | None]:
    """Non-target response with the tumour marker, and the rule if the marker decides it.

    Only what would otherwise allow CR is touched.

    Source: RECIST 1.1 s4.3.3.

    >>> require_marker("CR", None, "ABOVE")
    ('NON-CR/NON-PD', 'NT2-MARKER')
    """
    allows_cr = nontarget == "CR" or (nontarget is None and target == "CR")
    if not allows_cr or marker == "NORMAL":
        return nontarget, None
    if marker == "ABOVE":
        return "NON-CR/NON-PD", "NT2-MARKER"
    return "NE", "NT4-MARKER"


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
