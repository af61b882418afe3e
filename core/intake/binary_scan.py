"""How far the cells of a binary workbook (.xlsb) reach, before a parser makes room for them.

Source: [MS-XLSB] 2.1.4 (records: type, size, data), 2.4.728 BrtRowHdr, 2.5.10 Cell.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from xml.etree import ElementTree

from core.intake.cells import UNNAMED
from core.intake.worksheet_scan import check_rectangle

_RELATIONS = "xl/_rels/workbook.bin.rels"
_ROW = 0
_LAST_CELL = 11
"""Records 1 to 11 are cells; each begins with its column."""


def check_binary_cells(content: bytes) -> None:
    """Refuse a binary workbook with a sheet whose cells span an absurd rectangle.

    Raises:
        UnusableFile: too many rows, or more cells between the first and the last one than a
            file of that size can hold.
        ElementTree.ParseError: the list of sheets is not well formed.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if _RELATIONS not in names:
            return
        # Safe: the container check refuses every DTD and entity.
        relations = ElementTree.fromstring(archive.read(_RELATIONS))  # noqa: S314
        for relation in relations:
            target = relation.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            part = posixpath.normpath(path)
            if part in names and relation.get("Type", "").endswith("/worksheet"):
                rows, columns = _extent(archive.read(part))
                check_rectangle(UNNAMED, rows, columns, len(content))


def _extent(part: bytes) -> tuple[int, int]:
    """Last row and column with a cell, counted from 1; a damaged part as far as it goes."""
    at, end = 0, len(part)
    row = last_row = last_column = 0
    while at < end:
        kind = part[at]
        at += 1
        if kind > 127 and at < end:
            kind = kind & 127 | (part[at] & 127) << 7
            at += 1
        size = shift = 0
        while at < end:
            byte = part[at]
            at += 1
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128 or shift > 21:
                break
        if kind <= _LAST_CELL and size >= 4:
            number = int.from_bytes(part[at : at + 4], "little") + 1
            if kind == _ROW:
                row = number
            else:
                last_row = max(last_row, row)
                last_column = max(last_column, number)
        at += size
    return last_row, last_column
