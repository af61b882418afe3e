"""Uploads of other types than their names say, and archives of text files."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

from tests.bad_inputs.builders import csv_bytes, patient_workbook, table, with_macros, zipped
from tests.bad_inputs.case import Case
from tests.bad_inputs.other_workbooks import ods, ods_row, ods_table, xlsb_table

_FAR = (
    '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
    + ods_row(["x"])
)
_REPEATED = ods_row(["x"] * 18, ' table:number-rows-repeated="1000000"')
_ENDLESS = (
    '<table:table-row table:number-rows-repeated="1048576">'
    '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
    "<text:p>x</text:p></table:table-cell></table:table-row>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML_2003 = b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook></Workbook>'
_STARTS = {
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(60), "gif": b"GIF89a" + bytes(60),
    "bmp": b"BM" + bytes(60), "gzip": b"\x1f\x8b\x08" + bytes(60), "7z": b"7z\xbc\xaf\x27\x1c",
    "rar": b"Rar!\x1a\x07\x00", "sqlite": b"SQLite format 3\x00" + bytes(60),
    "parquet": b"PAR1" + bytes(60), "exe": b"MZ\x90\x00" + bytes(60), "elf": b"\x7fELF" + bytes(9),
    "rtf": b"{\\rtf1 table}", "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(60),
    "arrow": b"ARROW1\x00\x00" + bytes(60), "dicom": bytes(128) + b"DICM" + bytes(60),
    "pickle": b"\x80\x04\x95" + bytes(60), "tiff": b"II*\x00" + bytes(60),
    "mp4": b"\x00\x00\x00 ftypisom" + bytes(60), "xz": b"\xfd7zXZ\x00" + bytes(60),
    "zstd": b"\x28\xb5\x2f\xfd" + bytes(60), "noise": zlib.compress(bytes(range(256)) * 9),
}  # fmt: skip


def _rows_and(more: str) -> str:
    """The patient table and further rows below it."""
    return "".join(map(ods_row, table())) + more


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
        Case("TYP", "ods_endless_rows", ods(_ENDLESS), "refuse", "too_many_rows",
             name="a.ods", memory_mb=100),
        Case("TYP", "ods_far_cell", ods(_rows_and(_FAR)), "refuse", "workbook_far_cell",
             name="a.ods", memory_mb=100),
        Case("TYP", "ods_repeated_rows", ods(_rows_and(_REPEATED)), "refuse",
             "workbook_far_cell", name="a.ods", memory_mb=100),
        Case("TYP", "xlsb", xlsb_table(table()), "warn", "hidden_parts_unknown", name="a.xlsb"),
        Case("TYP", "xlsb_far_cell", xlsb_table(table(), 1_048_576), "refuse", "too_many_rows",
             name="a.xlsb", memory_mb=100),
        Case("TYP", "xlsb_wide_rectangle", xlsb_table(table(), 1_030_000), "refuse",
             "workbook_far_cell", name="a.xlsb", memory_mb=100),
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
        *(Case("TYP", f"{kind}_named_csv", start, "refuse") for kind, start in _STARTS.items()),
        *(Case("TYP", f"{kind}_named_xlsx", start, "refuse", name="a.xlsx")
          for kind, start in _STARTS.items()),
        Case("TYP", "pdf_named_xlsx", b"%PDF-1.7\n" + bytes(60), "refuse", name="a.xlsx"),
        Case("TYP", "docx", zipped({"word/document.xml": b"<a/>"}), "refuse",
             "file_type_unsupported", name="a.docx"),
        Case("TYP", "docx_named_xlsx", zipped({"word/document.xml": b"<a/>"}), "refuse",
             "file_type_unsupported", name="a.xlsx"),
        Case("TYP", "word_97", OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "refuse",
             "file_type_unsupported", name="a.xls"),
        Case("TYP", "xlsx_named_xls", patient_workbook(), "refuse", "file_named_otherwise",
             name="a.xls", also=("warn", "accept")),
        Case("TYP", "template_workbook", patient_workbook(), "refuse", name="a.xltx",
             also=("accept", "warn")),
        Case("TYP", "csv_named_txt", csv_bytes(table()), "accept", name="a.txt"),
        Case("TYP", "csv_named_dat", csv_bytes(table()), "refuse", "file_ending_unsupported",
             name="a.dat", also=("accept",)),
        Case("TYP", "csv_named_zip", csv_bytes(table()), "refuse", name="a.zip"),
        Case("TYP", "xml_2003", _XML_2003, "refuse", name="a.xls"),
        Case("TYP", "xml_2003_named_csv", _XML_2003, "refuse"),
        Case("TYP", "json", b'[{"patient_id": "A01", "age": 66}]', "refuse", name="a.json"),
        Case("TYP", "json_named_csv", b'[{"patient_id": "A01", "age": 66}]', "refuse"),
        Case("TYP", "python_script", b"import os\nprint(os.getcwd())\n", "refuse", name="a.csv"),
        Case("TYP", "web_archive", b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>",
             "refuse", name="a.xls"),
        Case("TYP", "html_named_csv", b"<!DOCTYPE html><html><table><tr><td>patient_id</td></tr>",
             "refuse", "file_is_html"),
        Case("TYP", "html_after_remark", b"<!-- saved --><html><table></table></html>", "refuse",
             name="a.xls"),
        Case("TYP", "lock_file", b"\x05admin" + b" " * 159, "refuse", name="~$a.xlsx"),
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


def type_cases() -> list[Case]:
    """Types, then archives."""
    return [*_types(), *_archives()]
