"""Words on a slide in the report's type."""

from __future__ import annotations

from typing import Any

from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.util import Pt

from core.exports.workbook import neutral

INK = RGBColor(0x14, 0x21, 0x2B)
LATIN, EAST_ASIAN = "Arial", "Microsoft YaHei"


def typed(paragraph: Any, words: str, size: float, *, bold: bool = False) -> None:
    """Add a run of the given size in points; PowerPoint takes the second font for Chinese."""
    run = paragraph.add_run()
    run.text = neutral(words)
    run.font.size = Pt(size)
    run.font.bold = bold
    run.font.name = LATIN
    run.font.color.rgb = INK
    properties = run._r.get_or_add_rPr()
    east_asian = properties.makeelement(qn("a:ea"), {"typeface": EAST_ASIAN})
    properties.append(east_asian)
