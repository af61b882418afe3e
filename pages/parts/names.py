"""Names of factors, levels and curves in the visitor's language."""

from __future__ import annotations

from core.exports.tables.names import factor_names, level_label
from core.exports.tables.table import labelled
from core.results.baseline import Factor
from core.text.catalogue import Language, text
from core.text.claims import bare

__all__ = ["factor_names", "level_label", "study_name", "told_level"]

YES_OR_NO = frozenset({"yes", "no", "True", "False"})


def told_level(factor: Factor, code: str, language: Language) -> str:
    """Name of a level where the factor isn't named beside it; "ECOG 0" instead of a bare "0"."""
    name = level_label(factor, code, language)
    if name[:1].isalpha() and code not in YES_OR_NO:
        return name
    factor_name = bare(labelled(factor.label, language), name)
    return text("tables.told_level", language, factor=factor_name, level=name)


def study_name(name: str, is_example: bool, language: Language) -> str:
    """A study under its own name; the example study under one in the language."""
    return text("studies.example_name", language) if is_example else name
