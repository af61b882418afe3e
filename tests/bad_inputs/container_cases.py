"""Uploads whose container or type is awkward or hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests.bad_inputs.builders import patient_workbook, table, with_part
from tests.bad_inputs.case import Case, book_case
from tests.bad_inputs.other_workbooks import ods_table

SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"


def _far(reference: bytes) -> bytes:
    return with_part(
        patient_workbook(),
        SHEET,
        lambda xml: xml.replace(b"</row></sheetData>", b'<c r="' + reference
                                + b'"><v>1</v></c></row></sheetData>'),
    )  # fmt: skip


def _twice(content: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        xml = source.read(SHEET)
    with zipfile.ZipFile(stream, "a") as target:
        target.writestr(SHEET.upper(), xml)
    return stream.getvalue()


def _entity(xml: bytes) -> bytes:
    head, rest = xml.split(b"?>", 1)
    return head + b'?><!DOCTYPE x [<!ENTITY a "b">]>' + rest


def _external(xml: bytes) -> bytes:
    head, rest = xml.split(b"?>", 1)
    return (head + b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            + rest.replace(b">patient_id<", b">&a;<"))  # fmt: skip


def _laughs(xml: bytes) -> bytes:
    head, rest = xml.split(b"?>", 1)
    lines = [b'<!ENTITY a0 "ha">']
    for n in range(1, 10):
        lines.append(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10))
    return head + b"?><!DOCTYPE x [" + b"".join(lines) + b"]>" + rest


def _utf16(xml: bytes) -> bytes:
    return _laughs(xml).decode().replace("UTF-8", "UTF-16").encode("utf-16")


def _without(part: str) -> bytes:
    return _rewritten(lambda name, data: None if name == part else (name, data))


def _renamed(part: str, name: str) -> bytes:
    return _rewritten(lambda old, data: (name if old == part else old, data))


def _rewritten(change: Callable[[str, bytes], tuple[str, bytes] | None]) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(patient_workbook())) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            kept = change(info.filename, source.read(info))
            if kept is not None:
                target.writestr(*kept)
    return stream.getvalue()


def _with(name: str, data: bytes) -> bytes:
    stream = io.BytesIO(patient_workbook())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def _bit_flipped() -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(patient_workbook())) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as target,
    ):
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))
    return stream.getvalue().replace(b"<v>93</v>", b"<v>53</v>", 1)


def _sheet(change: Callable[[bytes], bytes]) -> bytes:
    return with_part(patient_workbook(), SHEET, change)


def _dimension(xml: bytes) -> bytes:
    start = xml.index(b'<dimension ref="') + 16
    return xml[:start] + b"A1:XFD1048576" + xml[xml.index(b'"', start) :]


def _deep(xml: bytes) -> bytes:
    return xml.replace(b"<sheetData>", b"<a>" * 100_000 + b"</a>" * 100_000 + b"<sheetData>")


def _empty_rows(xml: bytes) -> bytes:
    rows = b"".join(b'<row r="%d" spans="1:18"/>' % n for n in range(6, 200_000))
    return xml.replace(b"</sheetData>", rows + b"</sheetData>")


def _styled_columns(xml: bytes) -> bytes:
    return xml.replace(
        b"<sheetData>", b'<cols><col min="1" max="16384" width="9"/></cols><sheetData>'
    )


def _flagged(archive: bytes, local: int, central: int, bits: int) -> bytes:
    """The archive with bits set in each entry's local and central header."""
    content = bytearray(archive)
    for sign, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        at = content.find(sign)
        while at >= 0:
            content[at + offset] |= bits
            at = content.find(sign, at + 1)
    return bytes(content)


def _small_declared() -> bytes:
    content = bytearray(with_part(patient_workbook(), SHEET, lambda xml: xml + b" " * 2**24))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = (100).to_bytes(4, "little")
        at = content.find(b"PK\x01\x02", at + 1)
    return bytes(content)


def _hostile() -> list[Case]:
    good = patient_workbook()
    nested = _with("xl/media/a.zip", zipped_zeros())
    return [
        book_case("external_entity", "refuse", "workbook_has_entities",
                  with_part(good, SHARED, _external), "ZIP"),
        book_case("billion_laughs", "refuse", "workbook_has_entities",
                  with_part(good, SHARED, _laughs), "ZIP"),
        book_case("billion_laughs_utf16", "refuse", "", with_part(good, SHARED, _utf16), "ZIP"),
        book_case("doctype_in_relations", "refuse", "workbook_has_entities",
                  with_part(good, "xl/_rels/workbook.xml.rels", _laughs), "ZIP"),
        book_case("bit_flipped", "refuse", "workbook_damaged", _bit_flipped(), "ZIP"),
        book_case("huge_dimension", "accept", "", _sheet(_dimension), "ZIP"),
        book_case("deeply_nested", "accept", "", _sheet(_deep), "ZIP"),
        book_case("many_empty_rows", "accept", "", _sheet(_empty_rows), "ZIP"),
        book_case("columns_styled_to_the_end", "accept", "", _sheet(_styled_columns), "ZIP"),
        book_case("row_zero", "refuse", "", _far(b"A0"), "ZIP"),
        book_case("row_beyond_grid", "refuse", "", _far(b"A9999999"), "ZIP"),
        book_case("reference_of_words", "refuse", "", _far(b"hello"), "ZIP"),
        book_case("far_row", "refuse", "", _far(b"A1048576"), "ZIP"),
        book_case("encrypted_entries", "refuse", "workbook_encrypted", _flagged(good, 6, 8, 1),
                  "ZIP"),
        Case("ZIP", "ods_encrypted_entries", _flagged(ods_table(table()), 6, 8, 1), "refuse",
             name="a.ods"),
        Case("ZIP", "ods_packed_unknown", _flagged(ods_table(table()), 8, 10, 0x40), "refuse",
             name="a.ods"),
        book_case("declared_smaller", "refuse", "", _small_declared(), "ZIP"),
        book_case("part_outside", "refuse", "workbook_damaged",
                  _with("../../evil.xml", b"<a/>"), "ZIP"),
        book_case("part_absolute", "refuse", "workbook_damaged", _with("/etc/x.xml", b"<a/>"),
                  "ZIP"),
        book_case("without_workbook", "refuse", "", _without("xl/workbook.xml"), "ZIP"),
        book_case("without_sheet", "refuse", "", _without(SHEET), "ZIP"),
        book_case("without_content_types", "refuse", "", _without("[Content_Types].xml"), "ZIP"),
        book_case("without_relations", "refuse", "", _without("xl/_rels/workbook.xml.rels"),
                  "ZIP"),
        book_case("without_shared_texts", "refuse", "", _without(SHARED), "ZIP"),
        book_case("sheet_elsewhere", "refuse", "", _renamed(SHEET, "xl/worksheets/a.xml"), "ZIP"),
        book_case("sheet_cut", "refuse", "workbook_damaged", _sheet(lambda x: x[: len(x) // 2]),
                  "ZIP"),
        book_case("sheet_without_xml", "refuse", "", _sheet(lambda x: b"hello"), "ZIP"),
        book_case("sheet_empty", "refuse", "", _sheet(lambda x: b""), "ZIP"),
        book_case("control_sign_in_xml", "rows", "number_unreadable", _sheet(lambda x: x.replace(
            b"<v>93</v>", b"<v>\x0193</v>")), "ZIP"),
        book_case("picture_before_archive", "refuse", "", b"\x89PNG\r\n\x1a\n" + good, "ZIP"),
        book_case("text_before_archive", "refuse", "", b"patient_id,age\nA01,60\n" + good, "ZIP"),
        book_case("text_after_archive", "accept", "", good + b"\npatient_id,age\n", "ZIP"),
        book_case("inner_bomb", "refuse", "workbook_bomb", nested, "ZIP"),
        book_case("five_thousand_parts", "refuse", "workbook_bomb", _parts(), "ZIP"),
        book_case("without_end", "refuse", "workbook_damaged", good[:-22], "ZIP"),
        book_case("only_start", "refuse", "workbook_damaged", good[:4], "ZIP"),
        book_case("empty_archive", "refuse", "", b"PK\x05\x06" + bytes(18), "ZIP"),
    ]  # fmt: skip


def zipped_zeros() -> bytes:
    """Zeros that unpack to a thousand times their size."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(2**26))
    return stream.getvalue() + bytes(2**25)


def _parts() -> bytes:
    stream = io.BytesIO(patient_workbook())
    with zipfile.ZipFile(stream, "a") as archive:
        for n in range(5000):
            archive.writestr(f"xl/x{n}.xml", b"<a/>")
    return stream.getvalue()


def _containers() -> list[Case]:
    good = patient_workbook()
    bomb = with_part(good, SHEET, lambda xml: xml + b" " * (40 * 2**20))
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.csv", "patient_id\n1\n")
    return [
        book_case("far_cell", "refuse", "workbook_far_cell", _far(b"XFD1048576"), "ZIP"),
        book_case("cell_beyond_grid", "refuse", "workbook_cell_out_of_range", _far(b"ZZZZ1"),
              "ZIP"),
        book_case("far_cell_by_reference", "refuse", "workbook_far_cell", _far(b"&#88;FD1048576"),
              "ZIP"),
        book_case("entities", "refuse", "workbook_has_entities", with_part(good, SHEET, _entity),
              "ZIP"),
        book_case("bomb", "refuse", "workbook_bomb", bomb, "ZIP"),
        book_case("part_twice", "refuse", "workbook_duplicate_part", _twice(good), "ZIP"),
        book_case("unknown_xml_encoding", "refuse", "workbook_damaged",
              with_part(good, "xl/workbook.xml", lambda x: x.replace(b"UTF-8", b"UTF-8x", 1)),
              "ZIP"),
        book_case("cut", "refuse", "workbook_damaged", good[: len(good) // 2], "ZIP"),
        book_case("other_archive", "refuse", "file_is_zip", other.getvalue(), "ZIP"),
    ]  # fmt: skip


def container_cases() -> list[Case]:
    """All of them."""
    return [*_containers(), *_hostile()]
