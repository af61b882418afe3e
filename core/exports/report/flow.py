"""The enrolment flow on a slide: boxes and arrows that PowerPoint can edit."""

from __future__ import annotations

import re
from typing import Any

import plotly.graph_objects as go
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from core.exports.report.native_parts import hex_colour, plain_words
from core.exports.report.slide_type import typed

LEFT, TOP, WIDE = 0.9, 1.2, 11.5
_MARKUP = re.compile(r"</?b>")


def add_flow(slide: Any, figure: go.Figure, high: float) -> None:
    """The figure's boxes with their words, and its arrows, at the same places.

    Args:
        high: height of the whole in inches.
    """
    x_low, x_high = figure.layout.xaxis.range
    y_low, y_high = figure.layout.yaxis.range

    def place(x: float, y: float) -> tuple[int, int]:
        across = LEFT + WIDE * (x - x_low) / (x_high - x_low)
        down = TOP + high * (y_high - y) / (y_high - y_low)
        return Inches(across), Inches(down)

    # A line of words takes 0.64 units of the drawing.
    size = max(min(13.0, 0.64 * 72 * 0.8 * high / (y_high - y_low)), 6.0)
    words = [note for note in figure.layout.annotations if note.text]
    for box in figure.layout.shapes:
        left, top = place(box.x0, box.y1)
        right, bottom = place(box.x1, box.y0)
        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, left, top, right - left, bottom - top)
        shape.fill.background()
        shape.shadow.inherit = False
        shape.line.color.rgb = RGBColor.from_string(hex_colour(box.line.color))
        shape.line.width = Pt(1.5)
        inside = [
            note for note in words if box.x0 <= note.x <= box.x1 and box.y0 <= note.y <= box.y1
        ]
        for note in inside:
            _write(shape.text_frame, note, size)
    for arrow in figure.layout.annotations:
        if not arrow.text:
            _arrow(slide, place(arrow.ax, arrow.ay), place(arrow.x, arrow.y))


def _write(frame: Any, note: Any, size: float) -> None:
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame.margin_top = frame.margin_bottom = 0
    for position, line in enumerate(note.text.split("<br>")):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT if note.align == "left" else PP_ALIGN.CENTER
        typed(paragraph, plain_words(_MARKUP.sub("", line)), size, bold=position == 0)


def _arrow(slide: Any, start: tuple[int, int], end: tuple[int, int]) -> None:
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *start, *end)
    line.line.color.rgb = RGBColor(0x44, 0x44, 0x44)
    line.line.width = Pt(1.25)
    properties = line.line._get_or_add_ln()
    properties.append(properties.makeelement(qn("a:tailEnd"), {"type": "triangle"}))
