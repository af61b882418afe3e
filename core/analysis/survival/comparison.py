"""The table of factors: every level's survival, its log-rank test and univariable Cox."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from core.analysis.survival.counted import COUNTED_TIES, fit_terms
from core.analysis.survival.cox import fit_cox
from core.analysis.survival.curve import curve_of_counts
from core.analysis.survival.inputs import BoolArray, check_times, distinct_times
from core.analysis.survival.levels import (
    factor_name,
    level_codes,
    level_name,
    other_reference,
    told_of_level,
    unlisted_levels,
)
from core.analysis.survival.logrank import compare_counted
from core.analysis.survival.multivariable import fit_multivariable
from core.analysis.survival.steps import count_factors
from core.options import SurvivalOptions
from core.results.common import Message
from core.results.prognosis import CoxTerm, FactorComparison, FactorLevel
from core.results.survival import FloatArray, IntArray

__all__ = ["compare_factors", "fit_multivariable"]


def compare_factors(
    frame: pd.DataFrame,
    time: ArrayLike,
    is_event: ArrayLike,
    *,
    levels: Mapping[str, tuple[str, ...]],
    options: SurvivalOptions,
) -> tuple[FactorComparison, ...]:
    """Survival by each factor alone, on the patients whose level is known.

    Args:
        frame: level codes, one column per factor, None = missing; (n, factors).
        time: follow-up, 0 or more; (n,). Months if the rates are at months.
        is_event: True for the event; (n,).
        levels: factors in the order of the table and their levels; the first is the
            reference (the first with patients, if it has none).
        options: of curves and models.

    Raises:
        NotComputable: a missing or negative time, an event code other than 0 and 1, or a
            factor that the frame doesn't have.

    >>> frame = pd.DataFrame({"ecog": ["0", "0", "1", "1"]})
    >>> rows = compare_factors(frame, [4.0, 9, 1, 3], [1, 1, 1, 1],
    ...     levels={"ecog": ("0", "1")}, options=SurvivalOptions())
    >>> [(level.level, level.events, level.median.estimate) for level in rows[0].levels]
    [('0', 2, 6.5), ('1', 2, 2.0)]
    """
    times, events = check_times(time, is_event)
    moments, position = distinct_times(times)
    codes = [level_codes(frame, factor, names) for factor, names in levels.items()]
    sizes = [len(names) for names in levels.values()]
    cubes = count_factors(position, events, list(zip(codes, sizes, strict=True)), moments.size)
    return tuple(
        _compare_factor(factor, frame, times, events, moments, own, cube, names, options)
        for (factor, names), own, cube in zip(levels.items(), codes, cubes, strict=True)
    )


def _compare_factor(
    factor: str,
    frame: pd.DataFrame,
    time: FloatArray,
    is_event: BoolArray,
    moments: FloatArray,
    codes: IntArray,
    cube: IntArray,
    names: tuple[str, ...],
    options: SurvivalOptions,
) -> FactorComparison:
    known = codes >= 0
    counts = cube.sum(axis=(0, 2))
    present = np.flatnonzero(counts)
    remarks = [unlisted_levels(frame, factor, codes)]
    n_missing = int((~known).sum())
    if n_missing:
        remarks.append(
            Message.of("survival.factor_missing", factor=factor_name(factor), n=n_missing)
        )
    logrank = None
    hazards: dict[int, CoxTerm] = {}
    if present.size == 0:
        remarks.append(Message.of("survival.factor_nobody", factor=factor_name(factor)))
    elif present.size == 1:
        level = level_name(factor, names[int(present[0])])
        remarks.append(
            Message.of("survival.factor_one_level", factor=factor_name(factor), level=level)
        )
    else:
        if counts[0] == 0:
            remarks.append(other_reference(factor, names[0], names[int(present[0])]))
        present_names = tuple(names[int(i)] for i in present)
        logrank = compare_counted([cube[:, present]], present_names)
        remarks.extend(logrank.messages)
        hazards = _hazard_ratios(factor, names, codes, cube, present, time, is_event, options)
    return FactorComparison(
        factor=factor,
        levels=tuple(
            _level(
                factor,
                name,
                i == (int(present[0]) if present.size else 0),
                moments,
                cube[:, i],
                hazards.get(i),
                options,
            )
            for i, name in enumerate(names)
        ),
        logrank=logrank,
        n=int(known.sum()),
        n_missing=n_missing,
        options=options,
        messages=tuple(dict.fromkeys(remark for remark in remarks if remark is not None)),
    )


def _hazard_ratios(
    factor: str,
    names: tuple[str, ...],
    codes: IntArray,
    cube: IntArray,
    present: IntArray,
    time: FloatArray,
    is_event: BoolArray,
    options: SurvivalOptions,
) -> dict[int, CoxTerm]:
    others = [int(i) for i in present[1:]]
    terms = [f"{factor}={names[i]}" for i in others]
    if options.ties in COUNTED_TIES:
        indicators = np.eye(present.size)[:, 1:]
        counted = fit_terms(
            cube[:, present], indicators, terms, ties=options.ties, level=options.level
        )
        if counted is not None:
            return dict(zip(others, counted, strict=True))
    known = codes >= 0
    indicators = (codes[known][:, None] == np.array(others)).astype(np.float64)
    model = fit_cox(
        indicators,
        time[known],
        is_event[known],
        terms,
        ties=options.ties,
        level=options.level,
    )
    return dict(zip(others, model.terms, strict=True))


def _level(
    factor: str,
    name: str,
    is_reference: bool,
    moments: FloatArray,
    counts: IntArray,
    hazard: CoxTerm | None,
    options: SurvivalOptions,
) -> FactorLevel:
    curve = curve_of_counts(moments, counts, options=options) if counts.any() else None
    reason = told_of_level(hazard.message, factor, name) if hazard else None
    if curve is None:
        reason = Message.of(
            "survival.level_empty", factor=factor_name(factor), level=level_name(factor, name)
        )
    return FactorLevel(
        level=name,
        is_reference=is_reference,
        n=int(counts.sum()),
        events=int(counts[:, 1].sum()),
        median=curve.median if curve else None,
        mean=curve.mean if curve else None,
        rates=curve.landmarks if curve else (),
        b=hazard.b if hazard else None,
        se=hazard.se if hazard else None,
        hr=hazard.hr if hazard else None,
        hr_low=hazard.low if hazard else None,
        hr_high=hazard.high if hazard else None,
        hr_p=hazard.p if hazard else None,
        message=reason,
    )
