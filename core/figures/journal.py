"""A figure as a journal prints it: its width in millimetres, its type, legible in grey."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

PIXELS_PER_MM = 96 / 25.4
SINGLE_COLUMN_MM, DOUBLE_COLUMN_MM = 85, 174
TALLEST_MM = 205
"""So that a figure and its caption fit on one page."""
MOST_TAGS, SMALLEST = 12, 5.5
"""Letters on more bars than that are printed in the smallest type in one column."""
GREYS = ("#111111", "#7a7a7a", "#444444", "#a8a8a8", "#5e5e5e", "#c9c9c9")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
PATTERNS = ("", "/", "x", ".", "\\", "-")
_RGBA = re.compile(r"rgba\((\d+),\s*(\d+),\s*(\d+),\s*([\d.]+)\)")
INK = "#111111"


@dataclass(frozen=True, slots=True)
class JournalLook:
    """How a figure is to be printed.

    Attributes:
        width_mm: 85 for one column, 174 for two.
        is_grey: greys with dashes and patterns instead of colours.
        family: font family of all words.
    """

    width_mm: int = DOUBLE_COLUMN_MM
    is_grey: bool = False
    family: str = "ArteriaSans"

    @property
    def is_narrow(self) -> bool:
        return self.width_mm < 120

    @property
    def width_px(self) -> int:
        return round(self.width_mm * PIXELS_PER_MM)


class _Greys:
    """The grey, dash and pattern of each colour, in the order in which colours appear."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def index(self, colour: str) -> int:
        if colour not in self._seen:
            self._seen.append(colour)
        return self._seen.index(colour) % len(GREYS)


def _hex(colour: str) -> tuple[str, str]:
    """A colour as hex and its opacity; "" if it is none of both forms."""
    match = _RGBA.fullmatch(colour)
    if match:
        red, green, blue = (int(match[i]) for i in (1, 2, 3))
        return f"#{red:02x}{green:02x}{blue:02x}", match[4]
    return (colour.lower(), "1") if colour.startswith("#") else ("", "1")


def _grey_trace(trace: Any, greys: _Greys) -> None:
    for holder in (trace.line, getattr(trace, "error_x", None), getattr(trace, "textfont", None)):
        if holder is not None and isinstance(holder.color, str) and holder.color.startswith("#"):
            index = greys.index(holder.color.lower())
            if holder is trace.line and trace.mode == "lines" and trace.line.dash is None:
                trace.line.dash = DASHES[index]
            holder.color = GREYS[index]
    if isinstance(trace.fillcolor, str):
        colour, alpha = _hex(trace.fillcolor)
        shade = _hex(GREYS[greys.index(colour)])[0]
        red, green, blue = (int(shade[i : i + 2], 16) for i in (1, 3, 5))
        trace.fillcolor = f"rgba({red},{green},{blue},{alpha})"
    if isinstance(trace.marker.color, str):
        trace.marker.color = GREYS[greys.index(trace.marker.color.lower())]


def _grey_bar(trace: Any, greys: _Greys) -> None:
    if not isinstance(trace.marker.color, str):
        return
    index = greys.index(trace.marker.color.lower())
    trace.marker.color = "#ffffff" if PATTERNS[index] else "#8c8c8c"
    trace.marker.line = {"color": INK, "width": 1}
    trace.marker.pattern = {"shape": PATTERNS[index], "fgcolor": INK, "size": 6, "solidity": 0.25}
    trace.textfont = {"color": INK}
    trace.textposition = "outside" if trace.orientation != "h" else trace.textposition


def _size_in_box(note: Any, printed: go.Figure, size: float) -> float:
    """Type size at which the note's lines fit into the box around it, if one is."""
    box = next(
        (
            one
            for one in printed.layout.shapes
            if one.type == "rect" and one.x0 <= note.x <= one.x1 and one.y0 <= note.y <= one.y1
        ),
        None,
    )
    if box is None or not note.text:
        return size
    low, high = printed.layout.xaxis.range
    margins = printed.layout.margin
    plot = printed.layout.width - margins.l - margins.r
    room = 0.92 * plot * (box.x1 - box.x0) / (high - low)
    lines = re.sub(r"</?b>", "", note.text).split("<br>")
    longest = max(sum(2 if ord(letter) > 0x2E80 else 1 for letter in line) for line in lines)
    return max(min(size, room / (0.55 * longest)), SMALLEST)


def _grey_shape(shape: Any) -> None:
    shape.line.color = INK
    if isinstance(shape.fillcolor, str):
        shape.fillcolor = "rgba(0,0,0,0.04)"


def _fit_names(printed: go.Figure, size: float) -> None:
    """Names of rows in type small enough that they don't overlap."""
    rows = len(printed.layout.yaxis.ticktext or ())
    if rows:
        apart = (printed.layout.height - 120) / rows
        printed.layout.yaxis.tickfont.size = max(min(size, 0.85 * apart), 5)


def _wrapped(words: object, width: int) -> str:
    return "<br>".join(textwrap.wrap(str(words), width)) or str(words)


def journal_figure(figure: go.Figure, look: JournalLook) -> go.Figure:
    """A copy of the screen's figure for print; the figure itself stays as it is.

    Args:
        look: width, grey or colour, type.
    """
    printed = go.Figure(figure)
    # Limits are written in the right margin.
    right = float(figure.layout.margin.r or 0)
    size = 9 if look.is_narrow else 12
    # Rows with names can't be pressed together as a plot can.
    narrow = (
        1.05 if figure.layout.yaxis.ticktext and len(figure.layout.yaxis.ticktext) > 12 else 0.78
    )
    height = float(figure.layout.height or 430) * (narrow if look.is_narrow else 0.92)
    height = min(height, TALLEST_MM * PIXELS_PER_MM)
    printed.update_layout(
        width=look.width_px,
        height=round(height),
        font={"family": look.family, "size": size, "color": INK},
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        margin={"l": 46 if look.is_narrow else 70, "r": max(40, min(right, 64)), "t": 22, "b": 44},
    )
    printed.update_xaxes(tickfont={"size": size}, automargin=True)
    printed.update_yaxes(tickfont={"size": size}, automargin=True)
    for note in printed.layout.annotations:
        note.font = {"size": _size_in_box(note, printed, size), "color": INK}
    letters = 16 if look.is_narrow else 34
    if printed.layout.yaxis.ticktext:
        printed.layout.yaxis.ticktext = [
            _wrapped(words, letters) for words in printed.layout.yaxis.ticktext
        ]
    _fit_names(printed, size)
    greys = _Greys()
    if look.is_grey:
        for shape in printed.layout.shapes:
            _grey_shape(shape)
    for trace in printed.data:
        if getattr(trace, "textfont", None) is not None and trace.textfont.size:
            is_crowded = trace.mode == "text" and look.is_narrow and len(trace.x) > MOST_TAGS
            trace.textfont.size = SMALLEST if is_crowded else size
        if isinstance(trace, go.Bar):
            if trace.orientation == "h" and isinstance(next(iter(trace.y), None), str):
                trace.y = [_wrapped(words, letters) for words in trace.y]
            if look.is_grey:
                _grey_bar(trace, greys)
        elif look.is_grey and isinstance(trace, go.Scatter):
            _grey_trace(trace, greys)
    return printed
