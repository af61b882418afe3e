"""Who changes status from one protocol to another, and where the protocols differ."""

from __future__ import annotations

from core.analysis.eligibility.protocol import Protocol
from core.results.eligibility import CohortEligibility, CriterionChange, Status, StatusChange


def status_changes(before: CohortEligibility, after: CohortEligibility) -> tuple[StatusChange, ...]:
    """Patients whose status, or the status of one of whose criteria, is not the same.

    A criterion that only one of the protocols has is compared with None.
    """
    found = []
    for old, new in zip(before.patients, after.patients, strict=True):
        then: dict[str, Status] = {row.key: row.status for row in old.criteria}
        now: dict[str, Status] = {row.key: row.status for row in new.criteria}
        keys = tuple(
            key
            for key in dict.fromkeys([*now, *then])
            if then.get(key, Status.PASS) is not now.get(key, Status.PASS)
        )
        if keys or old.overall is not new.overall:
            found.append(StatusChange(new.patient_id, old.overall, new.overall, keys))
    return tuple(found)


_SHOWN = ("enabled", "operator", "limit", "limit_high", "unit", "window_days", "of", "values")


def criterion_changes(before: Protocol, after: Protocol) -> tuple[CriterionChange, ...]:
    """Entries of criteria and settings that differ; a new or removed criterion as a whole."""
    found = []
    then = {rule.id: rule for rule in before.criteria}
    now = {rule.id: rule for rule in after.criteria}
    for name in dict.fromkeys([*then, *now]):
        old, new = then.get(name), now.get(name)
        if old is None or new is None:
            some = new or old
            assert some is not None
            state = "added" if old is None else "removed"
            found.append(CriterionChange(name, some.own_label, state, None, None))
            continue
        for entry in _SHOWN:
            left, right = getattr(old, entry, None), getattr(new, entry, None)
            if left != right:
                found.append(CriterionChange(name, new.own_label, entry, left, right))
        if (old.sentence, old.own_label) != (new.sentence, new.own_label):
            found.append(CriterionChange(name, new.own_label, "sentence", None, None))
    for entry in type(before.settings).model_fields:
        left, right = getattr(before.settings, entry), getattr(after.settings, entry)
        if left != right:
            label = f"eligibility.setting.{entry}"
            plain = isinstance(left, int | float)
            values = (left, right) if plain else (None, None)
            found.append(CriterionChange("", label, "setting", *values))
    return tuple(found)
