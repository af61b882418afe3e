"""Personal identifiers by their values, whatever the header says.

Source: GB 11643-1999 (18-digit identity number with ISO 7064 MOD 11-2 check digit).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from core.intake.cells import Cell, full_text, is_empty

_CARD = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9A-Za-z])", re.ASCII)
OLD_CARD = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?![0-9])",
    re.ASCII,
)
PHONE = re.compile(r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
# Bounded, so that a megabyte of letters without an address takes no time.
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,190}\.[A-Za-z]{2,24}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def has_valid_check_digit(card: str) -> bool:
    """Whether the last sign of an 18-digit identity number fits the others.

    >>> has_valid_check_digit("11010519491231002X")
    True
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, card[:17], strict=True))
    return _CHECK[total % 11] == card[17].upper()


def card_spans(text: str) -> tuple[str, ...]:
    """The 18-digit identity numbers with a valid check digit in a text, as written."""
    return tuple(card for card in _CARD.findall(text) if has_valid_check_digit(card))


def identifier_in(cell: Cell) -> str:
    """Kind of personal identifier in a cell: ``card``, ``phone``, ``email`` or "" for none."""
    if not isinstance(cell, str) and not (isinstance(cell, int | float) and cell >= 1e10):
        return ""
    text = full_text(cell)
    if len(text) < 8:
        return ""
    if card_spans(text):
        return "card"
    if isinstance(cell, str):
        if OLD_CARD.search(text):
            return "card"
        if "@" in text and EMAIL.search(text):
            return "email"
    return "phone" if PHONE.search(text) else ""


def filled_cells(cells: Iterable[Cell]) -> Counter[Cell]:
    """The different filled cells of a column, and how often each occurs."""
    filled = Counter(cells)
    for cell in [cell for cell in filled if is_empty(cell)]:
        del filled[cell]
    return filled


def commonest_identifier(filled: Counter[Cell]) -> str:
    """Kind of identifier that most filled cells of a column hold; "" if they don't."""
    kinds: Counter[str] = Counter()
    for cell, n in filled.items():
        kinds[identifier_in(cell)] += n
    return next((kind for kind, n in kinds.items() if kind and n * 2 > filled.total()), "")


def is_rounded(cell: Cell) -> bool:
    """Whether a number had more digits than Excel keeps, so that its last ones are lost."""
    if isinstance(cell, float):
        return abs(cell) >= 1e15
    if not isinstance(cell, str):
        return False
    mantissa, exponent, power = cell.strip().upper().partition("E+")
    return bool(exponent) and mantissa.replace(".", "", 1).isdigit() and power.isdigit()
