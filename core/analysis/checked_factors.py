"""The table of factors recomputed by the second engine, lifelines: every number that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from core.analysis.survival.cox import fit_cox
from core.analysis.survival.curve import estimate_curve
from core.analysis.survival.inputs import BoolArray
from core.analysis.survival.second_engine import check_cox, check_curve, check_logrank
from core.options import DAYS_PER_UNIT, SurvivalOptions
from core.results.baseline import FactorFrame
from core.results.cohort import FactorAnalysis
from core.results.endpoints import Endpoints
from core.results.prognosis import FactorComparison
from core.results.survival import Agreement, FloatArray

CORRECTED = "survival.cut_p_corrected"


def check_analysis(
    analysis: FactorAnalysis, endpoints: Endpoints, factors: FactorFrame, options: SurvivalOptions
) -> tuple[Agreement, ...]:
    """``check_factors`` of one endpoint's table, in the unit of time that it was made in."""
    frame = endpoints.frame(analysis.endpoint.code)
    return check_factors(
        analysis.comparisons,
        factors.table.reindex(frame["patient_id"]).reset_index(drop=True),
        frame["time_days"].to_numpy(dtype=float) / DAYS_PER_UNIT[options.time_unit],
        frame["is_event"].to_numpy(dtype=bool),
    )


def check_factors(
    comparisons: Sequence[FactorComparison],
    table: pd.DataFrame,
    time: FloatArray,
    is_event: BoolArray,
) -> tuple[Agreement, ...]:
    """Medians, log-rank test and hazard ratios of every factor, named by factor and level.

    The P of a searched cut is corrected for the search, which lifelines knows nothing of, and
    is left out.

    Args:
        table: (n, factors) level codes, by the names of the comparisons; time, is_event: (n,).
    """
    found: list[Agreement] = []
    for item in comparisons:
        levels = table[item.factor].to_numpy(dtype=object)
        known = ~pd.isna(table[item.factor]).to_numpy()
        own = [
            *_levels(item, levels, time, is_event),
            *_test(item, levels[known], time[known], is_event[known]),
            *_hazards(item, levels[known], time[known], is_event[known]),
        ]
        found += [replace(one, quantity=f"{item.factor}: {one.quantity}") for one in own]
    return tuple(found)


def _levels(
    item: FactorComparison, levels: np.ndarray, time: FloatArray, is_event: BoolArray
) -> list[Agreement]:
    found = []
    for level in item.levels:
        inside = levels == level.level
        if level.median is None or not inside.any():
            continue
        curve = estimate_curve(time[inside], is_event[inside], options=item.options)
        shown = curve
        if level.median.rule == "first":
            shown = replace(curve, median_first=level.median)
        checked = check_curve(shown, time[inside], is_event[inside])
        found += [replace(one, quantity=f"{one.quantity} ({level.level})") for one in checked]
    return found


def _test(
    item: FactorComparison, levels: np.ndarray, time: FloatArray, is_event: BoolArray
) -> list[Agreement]:
    if item.logrank is None:
        return []
    checked = check_logrank(item.logrank, time, is_event, levels)
    is_corrected = any(message.code == CORRECTED for message in item.messages)
    return [one for one in checked if not (is_corrected and one.quantity == "p")]


def _hazards(
    item: FactorComparison, levels: np.ndarray, time: FloatArray, is_event: BoolArray
) -> list[Agreement]:
    compared = [level for level in item.levels if not level.is_reference and level.n]
    if not compared or not is_event.any() or any(level.b is None for level in compared):
        return []
    x = np.column_stack([levels == level.level for level in compared]).astype(float)
    names = [level.level for level in compared]
    fitted = fit_cox(x, time, is_event, names, ties=item.options.ties)
    # What is shown came from counts by day; it, not this fit, is held against lifelines.
    terms = tuple(
        replace(term, b=level.b, se=level.se)
        for term, level in zip(fitted.terms, compared, strict=True)
    )
    return list(check_cox(replace(fitted, terms=terms), x, time, is_event, names))
