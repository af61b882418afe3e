"""A table on slides: columns as wide as their words, and as many rows as a slide has room for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pptx.util import Inches

from core.exports.report.slide_type import drawn_width, fill_grid

WIDTH, HEIGHT = 13.333, 7.5
MARGIN = 0.55
TOP = 1.25
MOST_ROWS = 14
NOTE_POINTS = 10.0
_WIDEST = 56
_LETTER = 0.52
"""Width of a Latin letter as a share of its type size."""
_BOLD_LETTER = 0.6
_PADDING_IN, _LINE = 0.1, 1.22


def lines_of(words: str, letters: float) -> int:
    """Lines that words take in a column of so many letters."""
    return max(math.ceil(drawn_width(words) / max(letters, 1.0)), 1)


def note_height(notes: Sequence[str]) -> float:
    """Height in inches of the small lines below a table or figure."""
    letters = (WIDTH - 2 * MARGIN) * 72 / (NOTE_POINTS * _LETTER)
    return sum(lines_of(note, letters) for note in notes) * NOTE_POINTS * _LINE / 72


def _shared(width: float, weights: Sequence[float], least: Sequence[float]) -> list[float]:
    """The width by weights, no column narrower than its least as long as there is room."""
    shares = [width * one / sum(weights) for one in weights]
    missing = sum(max(need - share, 0.0) for share, need in zip(shares, least, strict=True))
    spare = sum(max(share - need, 0.0) for share, need in zip(shares, least, strict=True))
    if not missing or missing > spare:
        return shares
    return [
        need if share < need else share - missing * (share - need) / spare
        for share, need in zip(shares, least, strict=True)
    ]


class Grid:
    """The rows of one table under its headers; sizes in inches."""

    def __init__(self, headers: list[str], rows: list[list[str]]) -> None:
        self.headers = headers
        self.rows = [[str(one) for one in row] for row in rows]
        columns = len(headers)
        self.points = 8 if columns > 9 else 10 if columns > 5 else 12
        longest = [
            min(max(drawn_width(line[at]) for line in [headers, *self.rows]) + 3, _WIDEST)
            for at in range(columns)
        ]
        words = [max(map(drawn_width, header.split()), default=1) for header in headers]
        # Heads are bold: a word of theirs needs more room than its letters.
        least = [
            (one + 1) * self.points * _BOLD_LETTER / 72 + 2 * _PADDING_IN
            if one < _WIDEST / 2
            else 0
            for one in words
        ]
        self.widths = _shared(WIDTH - 2 * MARGIN, longest, least)

    def _height(self, row: Sequence[str]) -> float:
        lines = max(
            lines_of(words, (wide - _PADDING_IN) * 72 / (self.points * _LETTER))
            for words, wide in zip(row, self.widths, strict=True)
        )
        return max(lines * self.points * _LINE / 72 + 0.06, 0.3)

    def bottom(self, page: Sequence[Sequence[str]]) -> float:
        """Where the page's last row ends, from the top of the slide."""
        return TOP + self._height(self.headers) + sum(map(self._height, page))

    def pages(self, most: int) -> tuple[list[list[list[str]]], int]:
        """The rows by slide, and how many found no place on so many slides."""
        pages: list[list[list[str]]] = []
        room = 0.0
        for row in self.rows:
            high = self._height(row)
            if not pages or high > room or len(pages[-1]) == MOST_ROWS:
                if len(pages) == most:
                    break
                pages.append([])
                room = HEIGHT - 0.35 - TOP - self._height(self.headers)
            pages[-1].append(row)
            room -= high
        return pages, len(self.rows) - sum(map(len, pages))

    def draw(self, slide: Any, page: Sequence[Sequence[str]]) -> None:
        """A native table with the page's rows."""
        shape = slide.shapes.add_table(
            1,
            len(self.headers),
            Inches(MARGIN),
            Inches(TOP),
            Inches(WIDTH - 2 * MARGIN),
            Inches(self.bottom(page) - TOP),
        )
        for column, wide in zip(shape.table.columns, self.widths, strict=True):
            column.width = Inches(wide)
        fill_grid(shape.table, [self.headers, *page], self.points)
