"""The table of factors with numbers cut at their medians or where survival differs most."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from core.analysis.cohort import analyse_factors
from core.analysis.survival_groups import cut_in_two, numeric_values
from core.options import DAYS_PER_UNIT, CutRule, SurvivalOptions
from core.results.baseline import FactorFrame
from core.results.cohort import FactorAnalysis
from core.results.common import Message
from core.results.endpoints import Endpoints
from core.results.prognosis import FactorComparison
from core.results.survival import CutSearch
from core.schema import StudyData


def compare_recut(
    data: StudyData,
    endpoints: Endpoints,
    code: str,
    factors: FactorFrame,
    cut: CutRule,
    options: SurvivalOptions,
) -> tuple[FactorAnalysis, FactorFrame]:
    """Every factor of Table 4 alone, bands of a number replaced by two groups.

    A searched cut carries the P corrected for the search in place of the log-rank P, and a
    message. Factors without a number behind them stay as they are.

    Args:
        cut: ``published`` keeps all bands.

    Returns:
        The comparisons, and the factors as they were cut (for the names of the levels).
    """
    if cut == "published":
        found = analyse_factors(endpoints, code, factors, options, joint_model=False)
        return found, factors
    frame = endpoints.frame(code)
    ids = frame["patient_id"].tolist()
    time = frame["time_days"].to_numpy(dtype=float) / DAYS_PER_UNIT[options.time_unit]
    is_event = frame["is_event"].to_numpy(dtype=bool)
    table, kept = factors.table.copy(), []
    searches: dict[str, CutSearch] = {}
    for factor in factors.factors:
        values = numeric_values(data, factor) if "table_4" in factor.tables else None
        if values is None or not ids:
            kept.append(factor)
            continue
        numbers = values.reindex(ids).to_numpy(dtype=float)
        recut, levels, search = cut_in_two(factor, cut, None, numbers, time, is_event)
        kept.append(recut)
        table[factor.name] = pd.Series(levels, index=ids).reindex(table.index)
        if search is not None:
            searches[factor.name] = search
    shown = FactorFrame(table, tuple(kept), factors.messages)
    found = analyse_factors(endpoints, code, shown, options, joint_model=False)
    codes = {factor.name: factor.codes for factor in kept if factor not in factors.factors}
    corrected = tuple(
        _corrected(_plainly_told(one, codes.get(one.factor, ())), searches.get(one.factor))
        for one in found.comparisons
    )
    return replace(found, comparisons=corrected), shown


def _plainly_told(item: FactorComparison, codes: tuple[str, ...]) -> FactorComparison:
    """Messages name the two groups of a cut by themselves: the catalogue knows bands only."""
    if not codes:
        return item
    plain = {f"@factors.{item.factor}.{code}": code for code in codes}

    def told(message: Message) -> Message:
        facts = {
            name: plain.get(value, value) if isinstance(value, str) else value
            for name, value in message.facts
        }
        return Message.of(message.code, **facts)

    levels = tuple(
        level if level.message is None else replace(level, message=told(level.message))
        for level in item.levels
    )
    return replace(item, levels=levels, messages=tuple(map(told, item.messages)))


def _corrected(item: FactorComparison, search: CutSearch | None) -> FactorComparison:
    if search is None:
        return item
    p = search.p_permutation if search.p_permutation is not None else search.p_lausen_1992
    told = Message.of("survival.cut_p_corrected", factor=f"@factors.{item.factor}.name")
    messages = (*item.messages, *search.messages, *((told,) if search.cut is not None else ()))
    logrank = None if item.logrank is None else replace(item.logrank, p=p)
    # The hazard ratio's own P doesn't know of the search and isn't shown.
    levels = tuple(replace(level, hr_p=None) for level in item.levels)
    return replace(item, logrank=logrank, levels=levels, messages=messages)
