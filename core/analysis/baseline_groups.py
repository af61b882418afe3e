"""Groups of patients that Table 1 can be split by beside its factors: outcomes and a subgroup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.analysis.response.rates import CONTROL, RESPONSE
from core.results.baseline import Factor, FactorFrame, FactorLevel
from core.results.endpoints import Endpoints
from core.results.response import MISSING, CohortResponse

GROUPS = "groups"
"""The ``tables`` of a factor that only makes columns."""
CHOSEN = "group_chosen"


def _factor(name: str, levels: tuple[str, str]) -> Factor:
    return Factor(
        name=name,
        label=f"@baseline_groups.{name}",
        levels=tuple(FactorLevel(code, f"@baseline_groups.{code}") for code in levels),
        reference=levels[1],
        tables=(GROUPS,),
        kind="categories",
    )


def _responses(
    response: CohortResponse, wanted: frozenset[str], yes: str, no: str
) -> dict[str, str]:
    """Level by patient; without an assessment none, and NE only where it counts as treated."""
    ignored = {MISSING} if response.options.denominator == "treated" else {MISSING, "NE"}
    return {
        one.patient_id: yes if one.best in wanted else no
        for one in response.patients
        if one.best not in ignored
    }


def _events(endpoints: Endpoints, code: str, yes: str, no: str) -> dict[str, str]:
    if code not in endpoints.items:
        return {}
    return {one.patient_id: yes if one.is_event else no for one in endpoints.get(code).times}


def with_outcome_groups(
    factors: FactorFrame,
    response: CohortResponse,
    endpoints: Endpoints,
    chosen: Iterable[str] = (),
) -> FactorFrame:
    """The factors, and as further groupings response, disease control, death and progression.

    Args:
        chosen: patients of a subgroup picked on a figure; none = no such grouping.
    """
    levels: dict[Factor, Mapping[str, str]] = {}

    def add(name: str, codes: tuple[str, str], found: Mapping[str, str]) -> None:
        levels[_factor(name, codes)] = found

    pair = ("responder", "non_responder")
    add("group_response", pair, _responses(response, RESPONSE, *pair))
    pair = ("controlled", "not_controlled")
    add("group_control", pair, _responses(response, CONTROL, *pair))
    pair = ("dead", "alive")
    add("group_death", pair, _events(endpoints, "os", *pair))
    pair = ("progressed", "not_progressed")
    add("group_progression", pair, _events(endpoints, "pfs", *pair))
    picked = set(chosen)
    if picked:
        pair = ("chosen", "others")
        everybody = [str(patient) for patient in factors.table.index]
        add(CHOSEN, pair, {p: pair[0] if p in picked else pair[1] for p in everybody})
    table = factors.table.copy()
    for factor, found in levels.items():
        table[factor.name] = [found.get(str(patient)) for patient in table.index]
    return replace(factors, table=table, factors=(*factors.factors, *levels))


def outcome_groups(factors: FactorFrame) -> tuple[Factor, ...]:
    """The groupings among the factors, those that split the patients in two."""
    return tuple(
        one for one in factors.of_table(GROUPS) if factors.table[one.name].dropna().nunique() > 1
    )
