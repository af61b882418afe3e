"""What a chart that PowerPoint can edit is made of."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class NativeSeries:
    """Values of one series; for ``xy`` pairs of x and y.

    Attributes:
        colour: six hex digits.
        is_line: a line without marks; otherwise marks without a line.
        is_extra: without an entry of its own in the legend.
        width: of the line, in points.
        symbol: of the marks, by plotly's name.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    colour: str
    is_line: bool = False
    is_extra: bool = False
    width: float = 2.25
    symbol: str = "square"


@dataclass(frozen=True, slots=True)
class NativeChart:
    """``xy``: scatter; ``column``: one bar a category of any series; ``stacked``: sideways.

    Attributes:
        y_format: number format of the vertical axis; "" = the program's own.
        is_by_row: heights are rows, 1 at the bottom, named by the categories.
        shown_of: how many of how many are drawn; None = all.
        below: lines for below the chart.
        labels: signs at the end of each category's bar; "" = none.
    """

    kind: Literal["xy", "column", "stacked"]
    categories: tuple[str, ...]
    series: tuple[NativeSeries, ...]
    x_title: str
    y_title: str
    is_log: bool = False
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    y_format: str = ""
    is_by_row: bool = False
    shown_of: tuple[int, int] | None = None
    below: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def hex_colour(value: object) -> str:
    """Six hex digits of a colour written as hex; a grey for any other."""
    words = str(value)
    return words[1:7].upper() if words.startswith("#") and len(words) >= 7 else "444444"


def plain_words(value: object) -> str:
    """A label without markup."""
    return html.unescape(str(value)).replace("<br>", " ")


def axis_title(axis: Any) -> str:
    """The axis's title without markup; "" if it has none."""
    return plain_words(axis.title.text or "")
