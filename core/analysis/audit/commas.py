"""Whether the commas of a pasted table are decimal marks."""

from __future__ import annotations

import re

_POINT = re.compile(r"\.\d")
_THOUSANDS = re.compile(r"\d,\d{3},\d{3}(?!\d)")
_PAIR_ALONE = re.compile(r"[(\[]\s*\d+,\d+\s*[)\]]")
"""``(10,18)`` can be an interval of whole numbers as well as a decimal."""
_DECIMAL = re.compile(
    r"(?<![\d,])0,\d{2,}(?![\d,])|\d,\d+\s*%|\d,\d+\s*(?:[-–−~;]|to\b|至)\s*\d+,\d+"
)
"""A comma that can be nothing else: after a zero and before two digits, before a per cent sign,
on both sides of a range."""
_BARE = re.compile(r"(?<=[\s<>=(\[|-]),(?=\d)")
"""``,012``, as SPSS prints a number below 1."""
_COMMA = re.compile(r"(?<=\d),(?=\d)")


def has_decimal_commas(words: str) -> bool:
    """True if no number has a decimal point and at least one comma must be a decimal mark.

    Args:
        words: the whole table, full-width forms made plain.

    >>> has_decimal_commas("A  0,62 (0,41–0,94)"), has_decimal_commas("A  0,62 (0.41–0.94)")
    (True, False)
    >>> has_decimal_commas("A  12 (10,18)"), has_decimal_commas("N 1,234")
    (False, False)
    """
    if _POINT.search(words) or _THOUSANDS.search(words):
        return False
    return _DECIMAL.search(_PAIR_ALONE.sub(" ", words)) is not None


def with_points(words: str) -> str:
    """The words with decimal points in place of decimal commas.

    >>> with_points("0,62 (0,41–0,94), P = ,012")
    '0.62 (0.41–0.94), P = .012'
    """
    return _COMMA.sub(".", _BARE.sub(".", words))
