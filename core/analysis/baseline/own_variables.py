"""Factors out of the columns that the user added to ``patients``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.analysis.baseline.measures import as_number
from core.analysis.survival.levels import OWN_WORDS
from core.results.baseline import Factor, FactorLevel
from core.results.common import Message

MAX_LEVELS = 6
"""More values than this make a column a text, not a grouping."""
OWN_TABLES = ("table_1", "table_4")


def _factor(name: str, levels: tuple[FactorLevel, ...], cut: float | None = None) -> Factor:
    return Factor(
        name=name,
        label=name,
        levels=levels,
        reference=levels[0].code,
        tables=OWN_TABLES,
        kind="own_levels" if cut is None else "own_median_split",
        cut=cut,
    )


def _median_split(name: str, numbers: np.ndarray) -> tuple[Factor, np.ndarray]:
    known = numbers[~np.isnan(numbers)]
    cut = float(np.median(known))
    if not (known < cut).any():
        # Half or more share the lowest value: the cut moves up so that no group is empty.
        cut = float(known[known > cut].min())
    below, above = f"<{cut:g}", f">={cut:g}"
    codes = np.full(numbers.shape, None, dtype=object)
    codes[numbers < cut] = below
    codes[numbers >= cut] = above
    return _factor(name, (FactorLevel(below, below), FactorLevel(above, above)), cut), codes


def derive_own_factor(
    name: str, values: pd.Series
) -> tuple[Factor | None, np.ndarray, Message | None]:
    """The factor that an own variable makes, the patients' levels, and a remark.

    Args:
        name: the user's header; shown as it is in every language.
        values: one value per patient, missing where not recorded.

    Returns:
        No factor (and why) for a single value, for dates, and for texts with more than 6
        different values. Numbers with more than two different values are split at their
        median; the median itself belongs to the upper group.
    """
    codes = np.full(len(values), None, dtype=object)
    given = values.notna().to_numpy()
    if pd.api.types.is_datetime64_any_dtype(values):
        return None, codes, Message.of("factors.message.own_date", variable=name)
    numbers = as_number(values)
    if numbers is not None and len(np.unique(numbers[given])) > 2:
        factor, codes = _median_split(name, numbers)
        remark = Message.of("factors.message.own_split", variable=name, cut=factor.cut)
        return factor, codes, remark
    if numbers is not None:
        texts = np.array([f"{number:g}" for number in numbers[given]], dtype=object)
        present = sorted(set(texts), key=float)
    else:
        texts = np.array([str(value) for value in values[given]], dtype=object)
        present = sorted(set(texts))
    if len(present) < 2:
        return None, codes, Message.of("factors.message.own_single", variable=name)
    if len(present) > MAX_LEVELS:
        remark = Message.of(
            "factors.message.own_too_many", variable=name, n=len(present), limit=MAX_LEVELS
        )
        return None, codes, remark
    codes[given] = texts
    levels = tuple(FactorLevel(code, OWN_WORDS.get(code, code)) for code in present)
    return _factor(name, levels), codes, None
