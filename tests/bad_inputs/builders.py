"""Small uploads to be spoilt: a patient table as CSV or workbook, and edits of it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence

import xlsxwriter

HEADERS = (
    "patient_id", "sex", "age", "ecog", "tumor_number", "max_tumor_diameter_cm",
    "extrahepatic_mets", "ras_braf_status", "prior_lines", "Hb (g/L)", "PLT (10^9/L)",
    "Creatinine (umol/L)", "weight_kg", "height_cm", "first_haic_date", "progression_date",
    "death_date", "last_followup_date",
)  # fmt: skip
CHINESE_HEADERS = (
    "患者编号", "性别", "年龄(岁)", "ECOG评分", "肿瘤数目", "肿瘤最大直径(cm)", "肝外转移",
    "RAS/BRAF状态", "既往治疗线数", "血红蛋白(g/L)", "血小板(10^9/L)", "肌酐(μmol/L)", "体重(kg)",
    "身高(cm)", "首次HAIC日期", "进展日期", "死亡日期", "末次随访日期",
)  # fmt: skip
ROWS = (
    ("A01", "F", "66", "1", "11", "5.1", "yes", "wild", "4", "93", "184", "96", "68.2", "168",
     "2020-09-12", "2021-07-30", "2021-09-20", "2021-09-20"),
    ("A02", "F", "39", "0", "1", "7.9", "yes", "mutant", "2", "119", "220", "76", "65.4", "164",
     "2020-11-19", "2021-04-15", "", "2022-03-03"),
    ("A03", "M", "56", "0", "7", "9.8", "no", "wild", "3", "99", "269", "80", "75.3", "177",
     "2020-12-29", "2021-05-26", "2022-05-27", "2022-05-27"),
    ("A04", "M", "70", "1", "10", "10.0", "no", "mutant", "4", "118", "178", "92", "78.6", "173",
     "2021-03-22", "2021-07-27", "2022-01-18", "2022-01-18"),
)  # fmt: skip
CHINESE_WORDS = {
    "F": "女", "M": "男", "yes": "是", "no": "否", "wild": "野生型", "mutant": "突变型",
}  # fmt: skip

Rows = list[list[str]]


def table(
    changes: Iterable[tuple[int, str, str]] = (), more: Mapping[str, Sequence[str]] | None = None
) -> Rows:
    """The patient table with cells changed (line in the file, header, text) and columns added."""
    rows = [list(HEADERS), *(list(row) for row in ROWS)]
    for header, cells in (more or {}).items():
        rows[0].append(header)
        for row, cell in zip(rows[1:], cells, strict=True):
            row.append(cell)
    for line, header, text in changes:
        rows[line - 1][rows[0].index(header)] = text
    return rows


def chinese_table() -> Rows:
    """The same patients with Chinese headers and words."""
    body = [[CHINESE_WORDS.get(cell, cell) for cell in row] for row in ROWS]
    return [list(CHINESE_HEADERS), *body]


def csv_text(rows: Rows, delimiter: str = ",") -> str:
    """Rows as delimited text."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def csv_bytes(rows: Rows) -> bytes:
    """Rows as a UTF-8 CSV file."""
    return csv_text(rows).encode()


def spoilt(header: str, text: str, line: int = 2) -> bytes:
    """The CSV file with one cell changed."""
    return csv_bytes(table([(line, header, text)]))


def workbook(
    fill: Callable[[xlsxwriter.Workbook], object], options: Mapping[str, object] | None = None
) -> bytes:
    """A workbook that ``fill`` writes."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **(options or {})})
    fill(book)
    book.close()
    return stream.getvalue()


def write_sheet(
    book: xlsxwriter.Workbook, rows: Rows, name: str = "patients", top: int = 0, left: int = 0
) -> xlsxwriter.workbook.Worksheet:
    """A worksheet with the rows; plain numbers become numbers."""
    sheet = book.add_worksheet(name)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            if text == "":
                continue
            plain = text.replace(".", "", 1)
            if i and plain.isascii() and plain.isdigit():
                sheet.write_number(top + i, left + j, float(text))
            else:
                sheet.write_string(top + i, left + j, text)
    return sheet


def patient_workbook() -> bytes:
    """The patient table as a workbook."""

    def fill(book: xlsxwriter.Workbook) -> None:
        write_sheet(book, table())

    return workbook(fill)


def with_part(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts rewritten."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            data = source.read(info)
            target.writestr(info.filename, change(data) if info.filename == part else data)
    return stream.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive of the files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_macros(content: bytes) -> bytes:
    """A workbook that also holds a (meaningless) macro project."""
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(200))
    return stream.getvalue()
