"""Names of factors, levels and curves in the visitor's language."""

from __future__ import annotations

from collections.abc import Callable

from core.exports.tables.table import labelled
from core.results.baseline import Factor, FactorFrame
from core.text.catalogue import Language, text

YES_OR_NO = frozenset({"yes", "no", "True", "False"})


def level_label(factor: Factor, code: str, language: Language) -> str:
    """Name of one level; its code if the factor has no such level."""
    for level in factor.levels:
        if level.code == code:
            return labelled(level.label, language)
    return code


def told_level(factor: Factor, code: str, language: Language) -> str:
    """Name of a level where the factor isn't named beside it; "ECOG 0" instead of a bare "0"."""
    name = level_label(factor, code, language)
    if name[:1].isalpha() and code not in YES_OR_NO:
        return name
    return text("tables.told_level", language, factor=labelled(factor.label, language), level=name)


def factor_names(factors: FactorFrame, language: Language) -> Callable[[str, str], str]:
    """(factor, level) -> name; an empty level gives the factor's own name."""

    def name(factor: str, level: str) -> str:
        found = factors.factor(factor)
        return level_label(found, level, language) if level else labelled(found.label, language)

    return name


def study_name(name: str, is_example: bool, language: Language) -> str:
    """A study under its own name; the example study under one in the language."""
    return text("studies.example_name", language) if is_example else name
