"""The CTCAE grade of one laboratory value, for one patient's screen."""

from __future__ import annotations

import numpy as np

from core.analysis.toxicity.grading import find_term, grade_values
from core.results.common import Message
from core.results.toxicity import Direction, ValueGrade
from core.rules.ctcae import ae_terms
from core.rules.ctcae_labs import lab_terms


def grade_value(
    term: str,
    analyte: str,
    direction: Direction,
    value: float | str | None,
    *,
    worst_case: bool = False,
    **inputs: object,
) -> ValueGrade:
    """CTCAE grade of one laboratory value, with its reason where there is none.

    Args:
        value: number, or the dipstick result as text.
        inputs: as for ``grade_values``.

    A term that CTCAE has, but that no number of this test shows, needs a clinician.

    Raises:
        NotComputable: CTCAE v5.0 has no such term.

    >>> grade_value("Anemia", "HGB", "low", 80.0, unit="g/L", lln=120.0).grade_max
    2
    >>> grade_value("Platelet count decreased", "PLAT", "low", 90.0, unit="10^9/L").reason.code
    'toxicity.reason.lln_missing'
    """
    if term in ae_terms() and (term, analyte, direction) not in lab_terms():
        reason = Message.of("toxicity.reason.needs_clinician")
        return ValueGrade(term, analyte, direction, "UNGRADABLE", None, None, "", (), reason)
    found = find_term(term, analyte, direction)
    if found.rules[0].quantity == "level":
        arrays = grade_values(found, None, level=[_text(value)], worst_case=worst_case, **inputs)  # type: ignore[arg-type]
    else:
        number = np.nan if value is None else value
        arrays = grade_values(found, [number], worst_case=worst_case, **inputs)  # type: ignore[arg-type]
    code = str(arrays.reason[0])
    return ValueGrade(
        term=found.term,
        analyte=analyte,
        direction=direction,
        status="UNGRADABLE" if code else "GRADED",
        grade_min=None if code else int(arrays.grade_min[0]),
        grade_max=None if code else int(arrays.grade_max[0]),
        rule_id=str(arrays.rule_id[0]),
        flags=tuple(name for name, where in arrays.flags.items() if where[0]),
        reason=Message.of(f"toxicity.reason.{code}", unit=str(inputs.get("unit") or ""))
        if code
        else None,
    )


def _text(value: float | str | None) -> str | None:
    return None if value is None else str(value)
