"""Names of factors, levels and curves in the visitor's language."""

from __future__ import annotations

from core.exports.tables.names import factor_names, level_label
from core.results.cohort import EndpointCurves
from core.text.catalogue import Language, text

__all__ = ["curve_label", "factor_names", "level_label", "study_name"]


def curve_label(curves: EndpointCurves, level: str, language: Language) -> str:
    """Name of one curve: the level, or all patients."""
    if curves.factor is None:
        return text("tables.all_curve", language)
    return level_label(curves.factor, level, language)


def study_name(name: str, is_example: bool, language: Language) -> str:
    """A study under its own name; the example study under one in the language."""
    return text("studies.example_name", language) if is_example else name
