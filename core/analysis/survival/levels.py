"""Levels of factors: their codes, their names in messages, and reasons told per level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.errors import NotComputable
from core.results.common import Message
from core.results.survival import IntArray
from core.rules.factors import factor_rules

OWN_WORDS = {"True": "@factors.boolean.yes", "False": "@factors.boolean.no"}
"""Levels of own columns that are yes and no."""
FEW = 2_000
"""Values that are looked up one by one sooner than all at once."""


def level_codes(frame: pd.DataFrame, factor: str, names: tuple[str, ...]) -> IntArray:
    """Position of each patient's level in ``names``; -1 = missing or not among them.

    Raises:
        NotComputable: the frame has no such factor.
    """
    if factor not in frame.columns:
        raise NotComputable("survival_factor_unknown", factor=factor)
    column = frame[factor]
    place = {name: position for position, name in enumerate(names)}
    if isinstance(column.dtype, pd.CategoricalDtype):
        own = [place.get(name, -1) for name in column.cat.categories]
        # The code of a missing level, -1, reads the last entry.
        return np.array([*own, -1], dtype=np.int64)[column.cat.codes.to_numpy()]
    if len(column) < FEW:
        return np.array([place.get(value, -1) for value in column], dtype=np.int64)
    codes, found = pd.factorize(column)
    return np.array([*(place.get(value, -1) for value in found), -1], dtype=np.int64)[codes]


def unlisted_levels(frame: pd.DataFrame, factor: str, codes: IntArray) -> Message | None:
    """A remark on values that are neither missing nor among the factor's levels."""
    without = codes < 0
    unlisted = int((frame[factor].notna().to_numpy() & without).sum()) if without.any() else 0
    return (
        Message.of("survival.level_unlisted", factor=factor_name(factor), n=unlisted)
        if unlisted
        else None
    )


def _is_ruled(factor: str) -> bool:
    return any(rule.name == factor for rule in factor_rules())


def factor_name(factor: str) -> str:
    """The fact that stands for a factor's name in either language; an own one by its header.

    >>> factor_name("ecog"), factor_name("Child-Pugh")
    ('@factors.ecog.name', 'Child-Pugh')
    """
    return f"@factors.{factor}.name" if _is_ruled(factor) else factor


def level_name(factor: str, level: str) -> str:
    """The fact that stands for a level's name in either language; an own one as it is."""
    return f"@factors.{factor}.{level}" if _is_ruled(factor) else OWN_WORDS.get(level, level)


def told_of_level(message: Message | None, factor: str, level: str) -> Message | None:
    """A reason about a model's term, told about the level that the term stands for.

    >>> told = told_of_level(Message.of("survival.term_constant", name="ecog=1"), "ecog", "1")
    >>> told.code
    'survival.level_constant'
    """
    prefix = "survival.term_"
    if message is None or not message.code.startswith(prefix):
        return message
    facts = {name: value for name, value in message.facts if name != "name"}
    return Message.of(
        "survival.level_" + message.code.removeprefix(prefix),
        **facts,
        factor=factor_name(factor),
        level=level_name(factor, level),
    )


def other_reference(factor: str, level: str, reference: str) -> Message:
    """The reference level has nobody; another one takes its place."""
    return Message.of(
        "survival.reference_empty",
        factor=factor_name(factor),
        level=level_name(factor, level),
        reference=level_name(factor, reference),
    )
