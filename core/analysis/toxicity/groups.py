"""Adverse events by the levels of a factor, with differences between them.

Source: Newcombe 1998, Stat Med 17:873 (interval of the difference); Fisher 1935; Freeman &
Halton 1951 (more than two levels).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from core.analysis.baseline.contingency import fisher_exact
from core.analysis.response.compare import compare_rates
from core.analysis.response.rates import estimate_rate
from core.results.baseline import FactorFrame
from core.results.common import Message
from core.results.safety import GradeBand, GroupedEvents, GroupedRow
from core.results.toxicity import AdverseEventTable, PatientCount

_GRADES: Mapping[GradeBand, tuple[int, ...]] = {"any": (1, 2, 3, 4, 5), "3_5": (3, 4, 5)}


def compare_events(
    table: AdverseEventTable, factors: FactorFrame, factor: str, band: GradeBand = "any"
) -> GroupedEvents:
    """Patients with each term by level, and each level against the first.

    Args:
        band: what is compared: any grade, or grade 3 and above. Each patient counts once a
            term, by his worst grade.

    P values are not adjusted for the number of terms.
    """
    column = factors.table[factor]
    members = {
        level.code: frozenset(column.index[column == level.code].astype(str))
        for level in factors.factor(factor).levels
    }
    members = {code: people for code, people in members.items() if people}
    groups = tuple(members.values())
    overall = _row("", "", table.worst_grade_per_patient, groups, tuple(members), band)
    rows = [
        _row(row.term, row.soc, row.by_grade, groups, tuple(members), band) for row in table.rows
    ]
    without = table.n_patients - sum(map(len, groups))
    messages = [
        Message.of(f"toxicity.method.grouped_{band}"),
        Message.of("toxicity.method.grouped_tests", level=95),
    ]
    if without > 0:
        messages.append(Message.of("toxicity.method.without_level", n=without))
    return GroupedEvents(
        factor=factor,
        levels=tuple(members),
        band=band,
        overall=overall,
        rows=tuple(rows),
        n_without_level=max(without, 0),
        messages=tuple(messages),
    )


def _count(
    by_grade: Mapping[int, PatientCount], grades: Iterable[int], group: frozenset[str]
) -> PatientCount:
    people = {patient for grade in grades for patient in by_grade[grade].patients}
    return PatientCount(tuple(sorted(people & group)), len(group))


def _row(
    term: str,
    soc: str,
    by_grade: Mapping[int, PatientCount],
    groups: Sequence[frozenset[str]],
    levels: Sequence[str],
    band: GradeBand,
) -> GroupedRow:
    counts = tuple(_count(by_grade, _GRADES[band], group) for group in groups)
    rates = [estimate_rate(count.count, count.total) for count in counts]
    comparisons = tuple(
        compare_rates(rate, rates[0], groups=(level, levels[0]))
        for level, rate in zip(levels[1:], rates[1:], strict=True)
    )
    cells = np.array([[count.count, count.total - count.count] for count in counts]).reshape(-1, 2)
    return GroupedRow(
        term=term,
        soc=soc,
        bands=tuple(
            (
                _count(by_grade, (1, 2), group),
                _count(by_grade, (3, 4), group),
                _count(by_grade, (5,), group),
            )
            for group in groups
        ),
        counts=counts,
        comparisons=comparisons,
        p=fisher_exact(cells).p if len(groups) > 1 else None,
    )
