"""Names of factors, levels and curves in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from core.exports.tables.table import labelled
from core.results.baseline import Factor, FactorFrame
from core.text.catalogue import Language


def level_label(factor: Factor, code: str, language: Language) -> str:
    """Name of one level; its code if the factor has no such level."""
    for level in factor.levels:
        if level.code == code:
            return labelled(level.label, language)
    return code


def factor_names(factors: FactorFrame, language: Language) -> Callable[[str, str], str]:
    """(factor, level) -> name; an empty level gives the factor's own name."""

    def name(factor: str, level: str) -> str:
        found = factors.factor(factor)
        return level_label(found, level, language) if level else labelled(found.label, language)

    return name
