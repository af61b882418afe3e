"""Response rates by the levels of a factor, and each level against the reference.

Source: RECIST 1.1 s4.9 for the rates; the comparisons as in ``compare``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from core.analysis.baseline.contingency import fisher_exact
from core.analysis.response.benefit import clinical_benefit_rate
from core.analysis.response.compare import compare_rates
from core.analysis.response.rates import (
    disease_control_rate,
    objective_response_rate,
)
from core.options import ResponseOptions
from core.results.baseline import Factor, FactorFrame
from core.results.common import Rate
from core.results.response import CATEGORIES, CohortResponse, Compartment, PatientResponse
from core.results.response_groups import GroupedResponse, RateComparison, ResponseGroup


def _group(
    level: str,
    members: Sequence[PatientResponse],
    compartment: Compartment,
    options: ResponseOptions,
) -> ResponseGroup:
    best = [one.best_liver if compartment == "liver" else one.best for one in members]
    counted = Counter(best)
    return ResponseGroup(
        level=level,
        patient_ids=tuple(one.patient_id for one in members),
        counts={category: counted[category] for category in CATEGORIES},
        orr=objective_response_rate(best, options),
        dcr=disease_control_rate(best, options),
        benefit=clinical_benefit_rate(members, compartment, options),
    )


def _overall_p(rates: Sequence[Rate]) -> float | None:
    """Fisher-Freeman-Halton P over all levels; None if it can't be enumerated."""
    table = np.array([[rate.count, rate.total - rate.count] for rate in rates])
    return fisher_exact(table).p


def _compared(
    groups: Sequence[ResponseGroup], factor: Factor, options: ResponseOptions
) -> tuple[RateComparison, ...]:
    """Every level against the reference, first for response, then for disease control."""
    reference = next((one for one in groups if one.level == factor.reference), groups[0])
    found = []
    for name in ("orr", "dcr"):
        for group in groups:
            if group is not reference:
                found.append(
                    compare_rates(
                        getattr(group, name),
                        getattr(reference, name),
                        groups=(group.level, reference.level),
                        level=options.level,
                        rate=name,
                    )
                )
    return tuple(found)


def response_by_factor(
    cohort: CohortResponse, factors: FactorFrame, name: str, compartment: Compartment = "overall"
) -> GroupedResponse:
    """ORR, DCR and clinical benefit by the levels of one factor.

    Args:
        name: a factor of ``factors``, own variables included; KeyError if there is none.
        compartment: ``overall`` or ``liver``.

    Returns:
        Levels with at least one patient in the factor's order; patients without a level are
        counted apart and stand in no group.
    """
    factor = factors.factor(name)
    levels = factors.table[name]
    members: dict[str, list[PatientResponse]] = {code: [] for code in factor.codes}
    unknown = 0
    for patient in cohort.patients:
        level = levels.get(patient.patient_id)
        if isinstance(level, str) and level in members:
            members[level].append(patient)
        else:
            unknown += 1
    groups = tuple(
        _group(level, members[level], compartment, cohort.options)
        for level in factor.codes
        if members[level]
    )
    several = len(groups) > 1
    return GroupedResponse(
        factor=factor,
        compartment=compartment,
        groups=groups,
        comparisons=_compared(groups, factor, cohort.options) if several else (),
        orr_p=_overall_p([one.orr for one in groups]) if several else None,
        dcr_p=_overall_p([one.dcr for one in groups]) if several else None,
        without_level=unknown,
        options=cohort.options,
    )
