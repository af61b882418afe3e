"""The sentence behind a category: which comparison decided, with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import Fact
from core.results.common import Message

_BY_OVERALL_RULE = {
    "O-NEW": "new_lesion",
    "O-NONTARGET-PD": "nontarget_pd",
    "O-CR-NONCR": "cr_nontarget_persists",
    "O-CR-NE": "cr_nontarget_unknown",
    "O-NT-CR": "nontarget_only_cr",
    "O-NT-NONCR": "nontarget_only_persists",
    "O-NT-NE": "nontarget_only_ne",
    "O-NO-DISEASE": "no_disease",
    "O-NOT-APPLICABLE": "not_applicable",
}

_CR_WITHHELD = {
    "cr_nontarget_persists",
    "cr_nontarget_unknown",
    "nontarget_only_persists",
    "nontarget_only_ne",
}

_BY_MARKER_RULE = {"NT2-MARKER": "marker_above", "NT4-MARKER": "marker_unknown"}

_BY_TARGET_RULE = {
    "T-CR": "target_cr",
    "T-REAP": "reappeared",
    "T-PD": "target_pd",
    "T-PD-PARTIAL": "target_pd_partial",
    "T-PR": "target_pr",
    "T-SD": "target_sd",
    "T-PR-DENSITY": "target_pr_density",
    "T-NE": "target_ne",
    "T-NO-DENSITY": "target_no_density",
    "T-NO-BASELINE": "no_baseline",
}


def explain(
    rules: Sequence[str],
    overall: str,
    *,
    sum_mm: float | None,
    baseline_mm: float | None,
    nadir_mm: float | None,
) -> Message:
    """The reason of one visit's category as a message.

    Args:
        rules: ids of the rules that fired at this visit.
        sum_mm, baseline_mm, nadir_mm: None if unknown; then the sentence names none.
    """
    if "NL2-BACKDATED" in rules and overall != "PD":
        return Message.of("response.rule.new_lesion_backdated", category=overall)
    if "READER" in rules:
        return Message.of("response.rule.reader", category=overall)
    name = next((_BY_OVERALL_RULE[rule] for rule in rules if rule in _BY_OVERALL_RULE), None)
    if name is not None:
        if name in _CR_WITHHELD:
            name = next((_BY_MARKER_RULE[rule] for rule in rules if rule in _BY_MARKER_RULE), name)
        return Message.of(f"response.rule.{name}", category=overall)
    name = next(_BY_TARGET_RULE[rule] for rule in rules if rule in _BY_TARGET_RULE)
    against = baseline_mm if name in ("target_pr", "target_cr") else nadir_mm
    if sum_mm is None or against is None or baseline_mm is None:
        return Message.of("response.rule.unmeasured", category=overall)
    if name in ("target_pd", "target_pd_partial") and nadir_mm is not None and not nadir_mm:
        return Message.of("response.rule.target_pd_nadir_zero", sum_mm=sum_mm, difference_mm=sum_mm)
    percent = 100 * (sum_mm - against) / against if against else 0.0
    facts: dict[str, Fact] = {
        "category": overall,
        "sum_mm": sum_mm,
        "baseline_mm": baseline_mm,
        "nadir_mm": nadir_mm,
        "percent": percent,
        "percent_baseline": 100 * (sum_mm - baseline_mm) / baseline_mm if baseline_mm else 0.0,
        "difference_mm": round(sum_mm - against, 3),
    }
    return Message.of(f"response.rule.{name}", **facts)
