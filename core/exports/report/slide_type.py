"""Words on a slide in the report's type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from core.exports.report.parts import parts
from core.exports.workbook import neutral

INK = RGBColor(0x14, 0x21, 0x2B)
LATIN, EAST_ASIAN = parts("fonts")["slide_latin"], parts("fonts")["slide_chinese"]


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


_RULE, _NO_RULE, _CELL, _ROW = (parts("slides")[one] for one in ("rule", "no_rule", "cell", "row"))
_ROW_EMU = 274320


def fill_grid(grid: Any, rows: Sequence[Sequence[str]], size: float) -> None:
    """The rows of a native table with three lines, the first row as its head.

    Written as XML at once: cell by cell python-pptx takes seconds for a report.
    """
    table = grid._tbl
    for old in list(table.tr_lst):
        table.remove(old)
    grid.first_row, grid.horz_banding = True, False
    for number, row in enumerate(rows):
        rules = "".join(_rules(number, len(rows) - 1))
        cells = "".join(
            _CELL.format(
                size=round(100 * size),
                bold=int(number == 0),
                latin=LATIN,
                east_asian=EAST_ASIAN,
                words=escape(neutral(str(words))),
                rules=rules,
            )
            for words in row
        )
        namespace = nsdecls("a")
        table.append(parse_xml(_ROW.format(namespace=namespace, height=_ROW_EMU, cells=cells)))


def _rules(row: int, last: int) -> list[str]:
    """Lines at the left, right, top and bottom of a cell, in the order of the schema."""
    top = _RULE.format(side="lnT", width=19050) if row == 0 else _NO_RULE.format(side="lnT")
    bottom = _NO_RULE.format(side="lnB")
    if row in (0, last):
        bottom = _RULE.format(side="lnB", width=9525 if row == 0 else 19050)
    return [_NO_RULE.format(side="lnL"), _NO_RULE.format(side="lnR"), top, bottom]


def drawn_width(words: str) -> int:
    """Width in Latin letters; a Chinese one takes two.

    >>> drawn_width("ORR 客观")
    8
    """
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in words)
