"""Clinical benefit: response, or disease control that lasted.

Source: RECIST 1.1 s4.6.3 for the duration of stable disease; the usual definition of clinical
benefit is CR, PR or SD for at least 24 weeks.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.response.rates import CONTROL, EVALUABLE, RESPONSE, estimate_rate
from core.options import ResponseOptions
from core.results.common import Rate
from core.results.response import Compartment, PatientResponse


def has_benefit(
    patient: PatientResponse, compartment: Compartment, options: ResponseOptions
) -> bool | None:
    """Whether one patient benefited; None for a stable disease recorded without dates."""
    is_liver = compartment == "liver"
    best = patient.best_liver if is_liver else patient.best
    course = patient.liver if is_liver else patient.overall
    if best in RESPONSE:
        return True
    if best not in CONTROL:
        return False
    if not course.assessments:
        return None
    until = course.control_until_day
    return until is not None and until >= options.benefit_days


def clinical_benefit_rate(
    patients: Sequence[PatientResponse], compartment: Compartment, options: ResponseOptions
) -> Rate | None:
    """Share with clinical benefit; None if somebody's stable disease has no dates."""
    counted = list(patients)
    if options.denominator == "evaluable":
        is_liver = compartment == "liver"
        counted = [
            one for one in counted if (one.best_liver if is_liver else one.best) in EVALUABLE
        ]
    found = [has_benefit(one, compartment, options) for one in counted]
    if any(one is None for one in found):
        return None
    return estimate_rate(
        sum(bool(one) for one in found),
        len(found),
        interval=options.interval,
        level=options.level,
        denominator=options.denominator,
    )
