"""How a report fills its printed pages: which stand on their side, and how high figures are."""

from __future__ import annotations

from dataclasses import dataclass

from core.exports.report.model import Block, Report
from core.exports.tables.table import Table

WIDE = 9
"""A table with more columns stands on a page turned on its side."""
USUAL_MM, TALL_MM, HIGHEST_MM = 88.0, 140.0, 215.0
"""Two usual figures with a table below each share a page; taller ones have many rows."""
TALL_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Turned:
    """Which parts of a section stand on a page turned on its side.

    Attributes:
        heading: the heading with the sentences below it.
        blocks: each table or figure, in order.
    """

    heading: bool
    blocks: tuple[bool, ...]


def is_wide(block: Block) -> bool:
    """Whether a block needs a page turned on its side."""
    return isinstance(block, Table) and len(block.frame.columns) > WIDE


def turned_pages(report: Report) -> tuple[Turned, ...]:
    """Where pages are turned, so that as few as possible are left half empty.

    Narrow tables in front of a wide one go with it, and so do the heading and the sentences
    of a section between two wide tables. Figures never do, and neither does anything after
    the last wide table of a run.
    """
    found = []
    before = False
    for section in report.sections:
        wide = [is_wide(block) for block in section.blocks]
        for at in reversed(range(1, len(wide))):
            if wide[at] and isinstance(section.blocks[at - 1], Table):
                wide[at - 1] = True
        heading = before and bool(wide) and wide[0]
        found.append(Turned(heading, tuple(wide)))
        before = wide[-1] if wide else heading
    return tuple(found)


def figure_height(width_mm: float, aspect: float) -> float:
    """Height in mm of a figure that would be ``width_mm`` wide; its width follows.

    Args:
        aspect: height by width of the drawing.

    >>> figure_height(170, 0.68), figure_height(170, 1.0), figure_height(170, 0.3)
    (88.0, 136.0, 51.0)
    """
    natural = width_mm * aspect
    if natural <= TALL_MM:
        return min(natural, USUAL_MM)
    return min(natural * TALL_SHARE, HIGHEST_MM)
