"""OpenDocument and binary (.xlsb) workbooks written by hand: no library here writes them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


def ods_cell(text: str, extra: str = "") -> str:
    """One text cell."""
    if not text:
        return f"<table:table-cell{extra}/>"
    return (
        f'<table:table-cell office:value-type="string"{extra}>'
        f"<text:p>{escape(text)}</text:p></table:table-cell>"
    )


def ods_row(cells: Sequence[str], extra: str = "") -> str:
    """One row of text cells."""
    return f"<table:table-row{extra}>{''.join(map(ods_cell, cells))}</table:table-row>"


def ods(table_xml: str, mimetype: str = _SPREADSHEET, manifest: str = "") -> bytes:
    """A workbook whose only sheet, ``patients``, holds the given rows."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {_SPACES} office:version="1.2">'
            '<office:body><office:spreadsheet><table:table table:name="patients">'
            f"{table_xml}</table:table></office:spreadsheet></office:body>"
            "</office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return stream.getvalue()


def ods_table(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook with the rows, and below them the endless empty rows that programs write."""
    rest = '<table:table-cell table:number-columns-repeated="16384"/>'
    end = f'<table:table-row table:number-rows-repeated="1048000">{rest}</table:table-row>'
    return ods("".join(map(ods_row, rows)) + end)


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(data), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb_table(rows: Sequence[Sequence[str]], last_row: int | None = None) -> bytes:
    """A binary workbook of text cells; ``last_row`` = where its last row is said to lie."""
    sheet = _record(129)
    height, width = len(rows), max(map(len, rows))
    sheet += _record(148, struct.pack("<IIII", 0, (last_row or height) - 1, 0, width - 1))
    sheet += _record(145)
    for i, row in enumerate(rows):
        at = last_row - 1 if last_row and i == height - 1 else i
        sheet += _record(0, struct.pack("<II", at, 0) + bytes(9))
        for j, text in enumerate(row):
            if text:
                sheet += _record(6, struct.pack("<II", j, 0) + _wide(text))
    sheet += _record(146) + _record(130)
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("patients")
    book = _record(131) + _record(143) + _record(156, bundle) + _record(144) + _record(132)
    space = "http://schemas.openxmlformats.org"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{space}/package/2006/x"/>')
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{space}/officeDocument/2006/relationships/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>',
        )
    return stream.getvalue()
