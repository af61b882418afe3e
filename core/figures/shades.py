"""Colour, letter, symbol and line of each group in a figure: never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from core.figures.theme import GREY, RESPONSE_COLOURS, SERIES, safe
from core.results.response import CATEGORIES
from core.text.catalogue import Language, text

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross", "pentagon")
_TAGS = {"NON-CR/NON-PD": "N", "MISSING": "—"}

UNKNOWN = ""
"""Group of the patients whose level is not known."""


@dataclass(frozen=True, slots=True)
class Shade:
    """How one group looks, and what it is called; ``tag`` is printed on its bars and lanes."""

    code: str
    label: str
    colour: str
    tag: str = ""
    dash: str = "solid"
    symbol: str = "circle"


def response_shades(language: Language) -> tuple[Shade, ...]:
    """One shade a best response, the same on all screens."""
    return tuple(
        Shade(
            category,
            text(f"tables.category.{category}", language),
            RESPONSE_COLOURS[category],
            _TAGS.get(category, category),
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
            f"{ascii_uppercase[at % 26]}: {safe(name)}",
            SERIES[at % len(SERIES)],
            ascii_uppercase[at % 26],
            _DASHES[at % len(_DASHES)],
            _SYMBOLS[at % len(_SYMBOLS)],
        )
        for at, (code, name) in enumerate(levels)
    ]
    return (*known, Shade(UNKNOWN, text("figures.unknown_level", language), GREY, "?", "dot"))
