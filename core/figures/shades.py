"""Colour, pattern, symbol and line of each group in a figure: never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.figures.theme import GREY, RESPONSE_COLOURS, SERIES, safe
from core.results.response import CATEGORIES
from core.text.catalogue import Language, text

_PATTERNS = ("", "/", "x", ".", "\\", "-", "+", "|")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross", "pentagon")
_RESPONSE_PATTERNS = {"CR": "x", "SD": "", "PR": "/", "PD": "", "NON-CR/NON-PD": ".", "NE": "-"}

UNKNOWN = ""
"""Group of the patients whose level is not known."""


@dataclass(frozen=True, slots=True)
class Shade:
    """How one group looks, and what it is called."""

    code: str
    label: str
    colour: str
    pattern: str = ""
    dash: str = "solid"
    symbol: str = "circle"


def response_shades(language: Language) -> tuple[Shade, ...]:
    """One shade a best response, the same on all screens."""
    return tuple(
        Shade(
            category,
            text(f"tables.category.{category}", language),
            RESPONSE_COLOURS[category],
            _RESPONSE_PATTERNS.get(category, ""),
            _DASHES[at % len(_DASHES)] if category in ("SD", "PD") else "solid",
            _SYMBOLS[at % len(_SYMBOLS)],
        )
        for at, category in enumerate(CATEGORIES)
    )


def level_shades(levels: Sequence[tuple[str, str]], language: Language) -> tuple[Shade, ...]:
    """One shade a level of a factor, and one for patients without a level.

    Args:
        levels: (code, name) in printing order.
    """
    known = [
        Shade(
            code,
            safe(name),
            SERIES[at % len(SERIES)],
            _PATTERNS[at % len(_PATTERNS)],
            _DASHES[at % len(_DASHES)],
            _SYMBOLS[at % len(_SYMBOLS)],
        )
        for at, (code, name) in enumerate(levels)
    ]
    return (*known, Shade(UNKNOWN, text("figures.unknown_level", language), GREY, "-", "dot"))
