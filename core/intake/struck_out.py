"""Rows of a workbook (.xlsx) with struck-out cells: mostly meant as taken out, yet still there.

Source: ECMA-376 part 1, 18.8 (styles: fonts, cellXfs) and 18.3.1.4 (cell, attribute ``s``).
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

_OFF = {"0", "false"}


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def struck_styles(styles: bytes) -> frozenset[int]:
    """Numbers of the cell formats whose font is struck out.

    Raises:
        ElementTree.ParseError: the part is not well formed.
    """
    if b"strike" not in styles:
        return frozenset()
    # Safe: the container check refuses every DTD and entity.
    root = ElementTree.fromstring(styles)  # noqa: S314
    parts = {_local(part): part for part in root}
    if not {"fonts", "cellXfs"} <= parts.keys():
        return frozenset()
    fonts = {
        str(at)
        for at, font in enumerate(parts["fonts"])
        if any(_local(one) == "strike" and one.get("val", "1") not in _OFF for one in font)
    }
    return frozenset(
        at for at, format in enumerate(parts["cellXfs"]) if format.get("fontId", "0") in fonts
    )


def struck_rows(part: bytes, styles: frozenset[int]) -> tuple[int, ...]:
    """Lines of a worksheet with a filled cell in one of the formats."""
    if not styles:
        return ()
    numbers = b"|".join(str(style).encode() for style in sorted(styles))
    struck = re.compile(
        rb'<c (?=[^>]*\bs="(?:' + numbers + rb')")[^>]*?\br="[A-Z]{1,3}([0-9]{1,7})"[^>]*(?<!/)>'
    )
    return tuple(sorted({int(line) for line in struck.findall(part)}))
