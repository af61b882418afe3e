"""Patients who share chosen factors with one patient: context, not a prediction."""

from __future__ import annotations

from collections.abc import Sequence

from core.results.baseline import FactorFrame

FEWEST = 10
"""Below it rates and curves say little, and the screen says so."""


def levels_of(factors: FactorFrame, patient_id: str) -> dict[str, str]:
    """Factor -> level of this patient, where it is known."""
    found = {}
    for factor in factors.factors:
        level = factors.table[factor.name].get(patient_id)
        if level in factor.codes:
            found[factor.name] = str(level)
    return found


def alike(factors: FactorFrame, patient_id: str, names: Sequence[str]) -> tuple[str, ...]:
    """Other patients with the same level in all the named factors, by id.

    Args:
        names: factors whose level is known for the patient; none = all other patients.
    """
    own = levels_of(factors, patient_id)
    table = factors.table
    same = table.index != patient_id
    for name in names:
        same &= (table[name] == own[name]).to_numpy(dtype=bool, na_value=False)
    return tuple(sorted(str(one) for one in table.index[same]))
