"""Whom curves compare: factors, numbers cut in two, and pairs of factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.analysis.baseline.measures import as_number
from core.analysis.survival.cut_search import search_cut
from core.analysis.survival.inputs import BoolArray
from core.options import CurveQuestion, CutRule
from core.results.baseline import Factor, FactorFrame, FactorLevel
from core.results.common import Message
from core.results.survival import CutSearch, FloatArray
from core.results.survival_study import LEVEL_SEPARATOR
from core.schema import StudyData


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Levels of some patients; None = unknown.

    Attributes:
        levels: (n,) joined codes; order: those that occur, in printing order.
        second: (n,) levels of the second factor alone, None without one.
    """

    factors: tuple[Factor, ...]
    levels: np.ndarray
    order: tuple[str, ...]
    first: np.ndarray
    second: np.ndarray | None
    cut: CutSearch | None
    messages: tuple[Message, ...]


def numeric_values(data: StudyData, factor: Factor) -> pd.Series | None:
    """The number behind a factor, by patient; None if it isn't one or wasn't recorded."""
    patients = data.table("patients")
    if factor.kind not in ("bands", "own_median_split") or factor.name not in patients.columns:
        return None
    numbers = as_number(patients[factor.name])
    if numbers is None or not np.isfinite(numbers).any():
        return None
    return pd.Series(numbers, index=patients["patient_id"].to_numpy())


def group_patients(
    data: StudyData,
    factors: FactorFrame,
    question: CurveQuestion,
    patient_ids: list[str],
    time: FloatArray,
    is_event: BoolArray,
) -> Grouping:
    """Levels of the patients of an endpoint under the factors of the question."""
    if question.factor is None:
        return Grouping(
            (), np.full(len(patient_ids), "", dtype=object), ("",),
            np.full(len(patient_ids), "", dtype=object), None, None, (),
        )  # fmt: skip
    factor = factors.factor(question.factor)
    found: CutSearch | None = None
    messages: tuple[Message, ...] = ()
    values = numeric_values(data, factor)
    if values is not None and question.cut != "published":
        numbers = values.reindex(patient_ids).to_numpy(dtype=float)
        factor, first, found = cut_in_two(
            factor, question.cut, question.cut_value, numbers, time, is_event
        )
        if found is not None:
            messages = found.messages
    else:
        first = factors.table[factor.name].reindex(patient_ids).to_numpy(dtype=object)
    first = _known(first)
    if question.second is None or question.second == question.factor:
        order = tuple(code for code in factor.codes if (first == code).any())
        return Grouping((factor,), first, order, first, None, found, messages)
    other = factors.factor(question.second)
    second = _known(factors.table[other.name].reindex(patient_ids).to_numpy(dtype=object))
    levels = np.array(
        [
            None if one is None or two is None else one + LEVEL_SEPARATOR + two
            for one, two in zip(first, second, strict=True)
        ],
        dtype=object,
    )
    joined = (f"{one}{LEVEL_SEPARATOR}{two}" for one in factor.codes for two in other.codes)
    order = tuple(code for code in joined if (levels == code).any())
    return Grouping((factor, other), levels, order, first, second, found, messages)


def _known(levels: np.ndarray) -> np.ndarray:
    return np.array(
        [None if level is None or level != level else str(level) for level in levels],
        dtype=object,
    )


def cut_in_two(
    factor: Factor,
    rule: CutRule,
    value: float | None,
    numbers: FloatArray,
    time: FloatArray,
    is_event: BoolArray,
) -> tuple[Factor, np.ndarray, CutSearch | None]:
    """A number as a factor of two levels, each patient's level, and the search if there was one.

    Args:
        rule: ``median``, ``search`` or ``value``; value: largest of the lower group, for the
            last of them.
        numbers: of each patient, NaN = unknown; (n,).
    """
    known = numbers[np.isfinite(numbers)]
    search: CutSearch | None = None
    cut = value
    if rule == "search":
        search = search_cut(time, is_event, numbers)
        cut = search.cut
    elif rule == "median":
        cut = float(np.median(known)) if known.size else None
    return *_cut_factor(factor, cut, numbers), search


def _cut_factor(
    factor: Factor, cut: float | None, numbers: FloatArray
) -> tuple[Factor, np.ndarray]:
    levels = np.full(numbers.size, None, dtype=object)
    if cut is None:
        return Factor(factor.name, factor.label, (), "", factor.tables, "bands"), levels
    low, high = f"≤ {cut:g}", f"> {cut:g}"
    levels[numbers <= cut], levels[numbers > cut] = low, high
    both = (FactorLevel(low, low), FactorLevel(high, high))
    return Factor(factor.name, factor.label, both, low, factor.tables, "bands", cut), levels
