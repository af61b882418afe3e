"""What running text may claim of a hazard ratio, and how it names levels and P values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from core.text.catalogue import Language, text
from core.text.numbers import p_value

SIGNIFICANT = 0.05
Direction = Literal["higher", "lower", "none", "unknown"]
Names = Callable[[str, str], str]
"""(factor, level) -> printed name; an empty level gives the factor's own."""

_UNIT = re.compile(r"\s*[（(]([^（()）]*)[)）]$")


def stated_p(value: float | None) -> str:
    """P with its sign; one that rounding would put on the limit shows on which side it is.

    >>> stated_p(0.0213), stated_p(0.00001), stated_p(0.0496), stated_p(0.0504)
    ('P = 0.021', 'P < 0.001', 'P = 0.0496', 'P = 0.0504')
    """
    printed = p_value(value)
    if value is not None and printed == f"{SIGNIFICANT:.3f}" and value != SIGNIFICANT:
        printed = f"{value:.4f}"
    return f"P {printed}" if printed.startswith("<") else f"P = {printed}"


def bare(factor: str, *levels: str) -> str:
    """A factor's name without its unit where the levels carry it.

    >>> bare("Age (years)", "<50 years"), bare("CEA (ng/mL)", "≥ 20"), bare("Sex", "Male")
    ('Age', 'CEA (ng/mL)', 'Sex')
    """
    found = _UNIT.search(factor)
    if found is None or not any(found.group(1) in level for level in levels):
        return factor
    return factor[: found.start()]


def level_against(names: Names, factor: str, level: str, reference: str, language: Language) -> str:
    """A level with its reference, as papers write it: "Sex (Female vs Male)"."""
    shown, other = names(factor, level), names(factor, reference)
    return text(
        "tables.level_against",
        language,
        factor=bare(names(factor, ""), shown, other),
        level=shown,
        reference=other,
    )


def direction_of(
    hr: float | None, low: float | None, high: float | None, p: float | None
) -> Direction:
    """Which way a hazard ratio may be said to point: estimate, interval and P must all say so.

    >>> direction_of(2.0, 1.1, 3.6, 0.02), direction_of(2.0, 0.9, 4.0, 0.04)
    ('higher', 'none')
    """
    if hr is None or p is None:
        return "unknown"
    if p >= SIGNIFICANT:
        return "none"
    if hr > 1 and (low is None or low > 1):
        return "higher"
    if hr < 1 and (high is None or high < 1):
        return "lower"
    return "none"
