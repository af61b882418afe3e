"""How wide the columns of a printed table are, from the words in them."""

from __future__ import annotations

from collections.abc import Sequence

from core.exports.report.slide_type import drawn_width

_WIDEST, _TITLE, _SHORT, _PADDING = 34, 10, 18, 3
"""In Latin letters."""
_BOLD = 1.25
"""Headers are bold; their words aren't to be split."""


def column_widths(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Relative widths of the columns.

    A column of mostly short cells and one long sentence gets half of that sentence; short
    cells that are no sentence, a number or a verdict, stay on one line.

    >>> column_widths(["n", "Why"], [["24", "a sentence of more than eighteen letters"]])
    [5, 37]
    """
    widths = []
    for column, header in enumerate(headers):
        lengths = sorted(drawn_width(row[column]) for row in rows) or [0]
        usual = lengths[int(0.9 * (len(lengths) - 1))]
        word = max((drawn_width(one) for one in header.split()), default=0)
        title = max(min(drawn_width(header), _TITLE) + 1, min(word, _TITLE) * _BOLD)
        whole = lengths[-1] if lengths[-1] <= _SHORT else 0
        wide = min(max(usual, min(lengths[-1] / 2, _WIDEST), title, whole), _WIDEST)
        widths.append(wide + _PADDING)
    return widths
