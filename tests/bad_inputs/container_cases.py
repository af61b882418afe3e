"""Uploads whose container or type is awkward or hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.bad_inputs.builders import (
    csv_bytes,
    patient_workbook,
    table,
    with_macros,
    with_part,
    zipped,
)
from tests.bad_inputs.case import Case, book_case
from tests.bad_inputs.other_workbooks import ods, ods_table, xlsb_table

SHEET = "xl/worksheets/sheet1.xml"
_ENDLESS = (
    '<table:table-row table:number-rows-repeated="1048576">'
    '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
    "<text:p>x</text:p></table:table-cell></table:table-row>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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


def _types() -> list[Case]:
    png = b"\x89PNG\r\n\x1a\n" + bytes(60)
    encrypted = OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    old = (Path(__file__).parents[1] / "files" / "patients.xls").read_bytes()
    legacy = OLE + bytes(600) + "Workbook".encode("utf-16-le")
    return [
        Case("TYP", "png_named_xlsx", png, "refuse", "file_is_image", name="a.xlsx"),
        Case("TYP", "png_named_csv", png, "refuse", "file_is_image"),
        Case("TYP", "pdf", b"%PDF-1.7\n", "refuse", "file_type_unsupported", name="a.pdf"),
        Case("TYP", "csv_named_xlsx", csv_bytes(table()), "refuse", "workbook_is_text",
             name="a.xlsx"),
        Case("TYP", "xlsx_named_csv", patient_workbook(), "refuse", "file_named_otherwise"),
        Case("TYP", "encrypted", encrypted, "refuse", "workbook_encrypted", name="a.xlsx"),
        Case("TYP", "legacy_xls", old, "warn", "hidden_parts_unknown", name="a.xls"),
        Case("TYP", "legacy_xls_named_xlsx", old, "refuse", "file_named_otherwise",
             name="a.xlsx"),
        Case("TYP", "legacy_xls_damaged", legacy, "refuse", "workbook_damaged", name="a.xls"),
        Case("TYP", "ods", ods_table(table()), "accept", name="a.ods"),
        Case("TYP", "ods_named_xlsx", ods_table(table()), "refuse", "file_named_otherwise",
             name="a.xlsx"),
        Case("TYP", "text_document_named_ods", ods("", "application/vnd.oasis.opendocument.text"),
             "refuse", "file_type_unsupported", name="a.ods"),
        Case("TYP", "ods_encrypted", ods("", manifest="<manifest:encryption-data/>"), "refuse",
             "workbook_encrypted", name="a.ods"),
        Case("TYP", "ods_endless_rows", ods(_ENDLESS), "refuse", "workbook_damaged",
             name="a.ods"),
        Case("TYP", "xlsb", xlsb_table(table()), "warn", "hidden_parts_unknown", name="a.xlsb"),
        Case("TYP", "xlsb_far_cell", xlsb_table(table(), 1_048_576), "refuse", "too_many_rows",
             name="a.xlsb"),
        Case("TYP", "macro_workbook", with_macros(patient_workbook()), "warn", "macros_ignored",
             name="a.xlsm"),
        Case("TYP", "macros_named_xlsx", with_macros(patient_workbook()), "refuse",
             "workbook_has_macros", name="a.xlsx"),
        Case("TYP", "sav_cut", b"$FL2@(#) SPSS DATA FILE" + bytes(40), "refuse",
             "statistics_file_damaged", name="a.sav"),
        Case("TYP", "sav_named_csv", b"$FL2@(#) SPSS DATA FILE" + bytes(40), "refuse",
             "file_named_otherwise"),
        Case("TYP", "dta_cut", b"<stata_dta><header>", "refuse", "statistics_file_damaged",
             name="a.dta"),
        Case("TYP", "text_named_sav", csv_bytes(table()), "refuse", "workbook_is_text",
             name="a.sav"),
        Case("TYP", "html_as_xls", b"<html><table></table>", "refuse", "file_is_html",
             name="a.xls"),
        Case("TYP", "sql", b"INSERT INTO patients VALUES ('P1');\n" * 5, "refuse",
             "no_patient_column"),
    ]  # fmt: skip


def _archives() -> list[Case]:
    good = csv_bytes(table())
    rows: Sequence[tuple[str, dict[str, bytes], str, str]] = (
        ("csv", {"patients.csv": good, "__MACOSX/._patients.csv": b"x"}, "accept", ""),
        ("hostile_name", {"../../etc/patients.csv": good}, "accept", ""),
        ("with_letter", {"patients.csv": good, "letter.pdf": b"%PDF-"}, "warn",
         "archive_entry_left_out"),
        ("without_table", {"letter.pdf": b"%PDF-"}, "refuse", "archive_without_tables"),
        ("inner_archive", {"a.zip": zipped({"patients.csv": good})}, "refuse",
         "archive_without_tables"),
        ("image_named_csv", {"a.csv": b"\x89PNG" + bytes(60)}, "refuse", "file_is_image"),
        ("bomb", {"patients.csv": bytes(40 * 2**20)}, "refuse", "archive_bomb"),
        ("many_files", {f"{n}.csv": good for n in range(60)}, "refuse", "archive_bomb"),
    )  # fmt: skip
    cut = zipped({"patients.csv": good})
    return [
        Case("ARC", "cut", cut[: len(cut) // 2], "refuse", "archive_damaged", name="a.zip"),
        *(
            Case("ARC", title, zipped(files), outcome, code, name="a.zip")
            for title, files, outcome, code in rows
        ),
    ]


def container_cases() -> list[Case]:
    """All of them."""
    return [*_containers(), *_types(), *_archives()]
