"""Workbooks whose structure is awkward: headers, hidden parts, formulas, cell types."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tests.bad_inputs.builders import (
    chinese_table,
    patient_workbook,
    table,
    with_part,
    workbook,
    write_sheet,
)
from tests.bad_inputs.case import Case, book_case

SHEET = "xl/worksheets/sheet1.xml"


def _book(change: Callable[[Worksheet], object]) -> bytes:
    """The patient workbook with its sheet changed."""

    def fill(book: xlsxwriter.Workbook) -> None:
        change(write_sheet(book, table()))

    return workbook(fill)


def _more(*sheets: tuple[str, list[list[str]]], hide: bool = False) -> bytes:
    """The patient workbook with further sheets."""

    def fill(book: xlsxwriter.Workbook) -> None:
        write_sheet(book, table())
        for name, rows in sheets:
            sheet = write_sheet(book, rows, name)
            if hide:
                sheet.hide()

    return workbook(fill)


def _merged_header(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("患者")
    sheet.merge_range(0, 0, 1, 0, "患者编号")
    sheet.merge_range(0, 1, 1, 1, "性别")
    sheet.merge_range(0, 2, 0, 3, "血常规")
    for column, header in enumerate(["血红蛋白(g/L)", "血小板(10^9/L)"], start=2):
        sheet.write_string(1, column, header)
    for line, name in enumerate(("A01", "A02"), start=2):
        for column, cell in enumerate((name, "男", 101, 200)):
            sheet.write(line, column, cell)


def _group_header(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table(), top=1)
    sheet.merge_range(0, 0, 0, 8, "基本信息")
    sheet.merge_range(0, 9, 0, 11, "检验")


def _merged_ids(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table([(3, "patient_id", "")]))
    sheet.merge_range(1, 0, 2, 0, "A01")


def _merged_values(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table([(3, "sex", "")]))
    sheet.merge_range(1, 1, 2, 1, "F")


def _hidden(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table())
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column(3, 3, None, None, {"hidden": True})


def _filtered(sheet: Worksheet) -> None:
    sheet.autofilter(0, 0, 4, 17)
    sheet.filter_column(1, "x == F")
    sheet.set_row(3, options={"hidden": True})


def _formula(value: object) -> bytes:
    return _book(lambda sheet: sheet.write_formula(1, 2, "=60+6", None, value))


def _offset(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table(), top=6, left=3)
    sheet.write_string(0, 0, "科室随访表")
    sheet.write_string(2, 0, "填表人：研究护士")


def _total(sheet: Worksheet) -> None:
    sheet.write_string(5, 0, "合计")
    sheet.write_formula(5, 2, "=SUM(C2:C5)", None, 231)


def _chart(book: xlsxwriter.Workbook) -> None:
    write_sheet(book, table())
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=patients!$C$2:$C$5"})
    book.add_chartsheet("plot").set_chart(chart)


def _rich(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table())
    sheet.write_rich_string(1, 1, book.add_format({"bold": True}), "F", book.add_format(), " ")
    sheet.write_comment(1, 0, "ask again")
    sheet.data_validation("B2:B5", {"validate": "list", "source": ["F", "M"]})
    sheet.freeze_panes(1, 1)
    sheet.protect("x")


def _typed(row: int, column: int, value: object, style: str = "") -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        shape = book.add_format({"num_format": style}) if style else None
        sheet = write_sheet(book, table())
        write = sheet.write_datetime if isinstance(value, date) else sheet.write
        write(row, column, value, shape)  # type: ignore[operator]

    return workbook(fill)


def _texts(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("patients")
    for i, row in enumerate(table()):
        for j, text in enumerate(row):
            sheet.write_string(i, j, text)


def _links(sheet: Worksheet) -> None:
    sheet.write_formula(1, 2, "='[other.xlsx]Sheet1'!A1", None, 66)
    sheet.write_formula(2, 2, '=HYPERLINK("http://127.0.0.1:9/","39")', None, 39)
    sheet.write_formula(3, 2, '=WEBSERVICE("http://127.0.0.1:9/")', None, 56)


def _yes_no(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table())
    for line in range(1, 5):
        sheet.write_boolean(line, 6, line < 3)


def _bad_style(xml: bytes) -> bytes:
    return xml.replace(b'<c r="C2"', b'<c r="C2" s="999"', 1)


def _lost_string(xml: bytes) -> bytes:
    return xml.replace(b't="s"><v>0</v>', b't="s"><v>9999</v>', 1)


def _inline(xml: bytes) -> bytes:
    cell = b'<c r="A2" t="s"><v>'
    start = xml.index(cell)
    end = xml.index(b"</c>", start) + 4
    return xml[:start] + b'<c r="A2" t="inlineStr"><is><t>A01</t></is></c>' + xml[end:]


def _strict(xml: bytes) -> bytes:
    transitional = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    strict = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    return xml.replace(transitional, strict)


def _prefixed(xml: bytes) -> bytes:
    return re.sub(rb"<(/?)([a-z])", rb"<\1x:\2", xml).replace(b"xmlns=", b"xmlns:x=", 1)


def _apostrophes(xml: bytes) -> bytes:
    return xml.replace(b'"', b"'")


def _other_spellings() -> list[Case]:
    """Hidden rows, formulas and errors in XML that other programs write."""
    hidden, empty, error = workbook(_hidden), _formula(""), _formula("#N/A")
    cases = []
    for title, part, change in (
        ("strict", "xl/workbook.xml", _strict),
        ("prefixed", SHEET, _prefixed),
        ("apostrophes", SHEET, _apostrophes),
    ):
        cases += [
            book_case(f"{title}_hidden_rows", "warn", "hidden_rows",
                      with_part(hidden, part, change)),
            book_case(f"{title}_formula_without_value", "rows", "formula_without_value",
                      with_part(empty, part, change)),
            book_case(f"{title}_error", "rows", "cell_is_excel_error",
                      with_part(error, part, change)),
        ]  # fmt: skip
    return cases


def workbook_cases() -> list[Case]:
    """All of them."""
    empty = workbook(lambda book: book.add_worksheet("patients"))
    chinese = [("患者备份", chinese_table())]
    other = [("说明", [["本表由随访组维护"], ["联系随访组"]])]
    sessions = [("haic_sessions", [["patient_id", "session_date"], ["A01", "2020-09-12"]])]
    age, size, lesions, gone, start = 2, 5, 4, 6, 14
    return [
        book_case("merged_two_row_header", "warn", "header_two_rows", workbook(_merged_header)),
        book_case("group_header_above", "warn", "header_below_title", workbook(_group_header)),
        book_case("table_further_down_and_right", "warn", "header_below_title",
                  workbook(_offset)),
        book_case("merged_ids", "rows", "id_merged", workbook(_merged_ids)),
        book_case("merged_values", "warn", "merged_cells", workbook(_merged_values)),
        book_case("hidden_rows", "warn", "hidden_rows", workbook(_hidden)),
        book_case("hidden_columns", "warn", "hidden_columns", workbook(_hidden)),
        book_case("filtered_rows", "warn", "hidden_rows", _book(_filtered)),
        book_case("hidden_sheet", "warn", "hidden_sheet", _more(*sessions, hide=True)),
        book_case("second_sheet_of_notes", "accept", "sheet_left_out", _more(*other)),
        book_case("linked_sheets", "accept", "", _more(*[(n, [*r, ["A02", "2020-11-19"],
                  ["A03", "2020-12-29"], ["A04", "2021-03-22"]]) for n, r in sessions])),
        Case("XLS", "same_patients_on_two_sheets", _more(*chinese), "rows", "duplicate_row", 4,
             "patients.xlsx", also=("warn", "refuse")),
        book_case("chart_sheet", "accept", "", workbook(_chart)),
        book_case("formatting_and_comments", "accept", "", workbook(_rich)),
        book_case("numbers_as_text", "accept", "", workbook(_texts)),
        book_case("booleans", "accept", "", workbook(_yes_no)),
        book_case("boolean_in_number", "rows", "number_is_other_type", _typed(1, age, True)),
        book_case("boolean_in_sex", "rows", "category_unknown", _typed(1, 1, True)),
        book_case("date_in_number", "rows", "number_is_other_type",
                  _typed(1, lesions, datetime(2024, 5, 6), "d-mmm")),
        book_case("number_in_yes_no", "rows", "", _typed(1, gone, 3)),
        book_case("percent_format", "rows", "", _typed(1, 9, 0.66, "0%")),
        book_case("money_format", "accept", "", _typed(1, size, 5.1, "$0.00")),
        book_case("text_in_date", "rows", "date_unreadable", _typed(1, start, "见病历")),
        book_case("day_that_never_was", "rows", "", _typed(1, start, 60)),
        book_case("negative_serial", "rows", "", _typed(1, start, -3)),
        book_case("formula", "warn", "formula_cells", _formula(66)),
        book_case("formula_without_value", "rows", "formula_without_value", _formula("")),
        book_case("formula_error", "rows", "cell_is_excel_error", _formula("#DIV/0!")),
        book_case("formula_not_available", "rows", "cell_is_excel_error", _formula("#N/A")),
        book_case("error_as_text", "rows", "cell_is_excel_error", _typed(1, age, "#N/A")),
        book_case("formula_of_text", "rows", "number_unreadable", _formula("old")),
        book_case("links_to_other_files", "warn", "formula_cells", _book(_links)),
        book_case("total_row", "warn", "notes_row_left_out", _book(_total)),
        book_case("notes_right_of_table", "warn", "header_blank",
                  _book(lambda s: s.write_string(2, 20, "核对过")), ),
        book_case("text_with_apostrophe", "accept", "", _typed(1, 0, "'A01")),
        book_case("style_index_out_of_range", "accept", "",
                  with_part(patient_workbook(), SHEET, _bad_style)),
        *_other_spellings(),
        book_case("inline_text", "accept", "", with_part(patient_workbook(), SHEET, _inline)),
        book_case("shared_text_missing", "refuse", "workbook_damaged",
                  with_part(patient_workbook(), SHEET, _lost_string)),
        book_case("no_sheet_filled", "refuse", "", empty),
        book_case("header_only", "refuse", "no_data_rows",
                  workbook(lambda book: write_sheet(book, table()[:1]))),
    ]  # fmt: skip
