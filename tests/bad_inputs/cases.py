"""Awkward and hostile uploads by group, each with what becomes of it.

The files are made here, so the groups can grow without binary files in the repository.
"""

from __future__ import annotations

from datetime import datetime

import xlsxwriter

from tests.bad_inputs.builders import (
    chinese_table,
    csv_bytes,
    csv_text,
    patient_workbook,
    spoilt,
    table,
    workbook,
    write_sheet,
)
from tests.bad_inputs.case import Case, book_case
from tests.bad_inputs.container_cases import container_cases


def _encodings() -> list[Case]:
    chinese = csv_text(chinese_table())
    plain = csv_text(table())
    return [
        Case("ENC", "utf8", chinese.encode(), "accept"),
        Case("ENC", "utf8_bom", chinese.encode("utf-8-sig"), "accept"),
        Case("ENC", "gbk", chinese.encode("gbk"), "warn", "encoding_converted"),
        Case("ENC", "gb18030_four_bytes", chinese.replace("A01", "㐀1").encode("gb18030"), "warn",
             "encoding_converted"),
        Case("ENC", "gbk_words_valid_utf8", plain.replace(",M,", ",男,").replace(",F,", ",女,")
             .encode("gbk"), "warn", "encoding_converted"),
        Case("ENC", "utf16_bom", chinese.encode("utf-16"), "warn", "encoding_converted"),
        Case("ENC", "utf16_without_bom", chinese.encode("utf-16-le"), "warn",
             "encoding_converted"),
        Case("ENC", "latin1", plain.replace("A01", "Müller").encode("latin-1"), "refuse",
             "text_encoding_unknown"),
        Case("ENC", "mixed", chinese.encode() + "备注".encode("gbk") + b"\n", "refuse",
             "text_damaged"),
        Case("ENC", "cut_in_character", (chinese + "患").encode()[:-1], "refuse", "text_cut_off"),
        Case("ENC", "nul", plain.encode().replace(b"A02", b"A\x002"), "refuse",
             "file_is_binary"),
        Case("ENC", "zero_width_in_id", spoilt("patient_id", "A\u200b01"), "warn", "id_cleaned"),
    ]  # fmt: skip


def _shapes() -> list[Case]:
    lines = csv_text(table()).splitlines()
    join = "\n".join
    return [
        Case("DLM", "semicolon_decimal_comma",
             csv_text(table(), ";").replace(".", ",").encode(), "warn", "decimal_comma"),
        Case("DLM", "tab", csv_text(table(), "\t").encode(), "accept", name="patients.tsv"),
        Case("DLM", "sep_line", ("sep=;\n" + csv_text(table(), ";")).encode(), "accept"),
        Case("DLM", "carriage_return", csv_text(table()).replace("\n", "\r").encode(), "accept"),
        Case("DLM", "short_row", join([*lines[:2], "A02,F,39", *lines[3:], ""]).encode(), "rows",
             "row_too_short", 1),
        Case("DLM", "cut_last_row", join([*lines[:4], "A04,M"]).encode(), "rows",
             "row_too_short", 1),
        Case("DLM", "long_row", join([*lines[:2], lines[2] + ",x", *lines[3:]]).encode(), "rows",
             "row_too_long", 1),
        Case("DLM", "trailing_commas", join([lines[0], *(x + "," for x in lines[1:])]).encode(),
             "warn", "rows_longer_empty"),
        Case("DLM", "open_quote", join([*lines[:2], '"' + lines[2], *lines[3:]]).encode(),
             "refuse", "text_quote_open"),
        Case("DLM", "same_header_twice",
             csv_bytes(table()).replace(b"height_cm", b"weight_kg", 1), "warn", "column_clash"),
        Case("DLM", "header_repeated", join([*lines[:3], lines[0], *lines[3:]]).encode(), "warn",
             "header_repeated"),
        Case("DLM", "total_row", csv_bytes(table()) + "合计,,231\n".encode(), "warn",
             "notes_row_left_out"),
        Case("DLM", "title_above", ("结直肠癌肝转移患者表\n\n" + csv_text(table())).encode(),
             "warn", "header_below_title"),
        Case("DLM", "no_header", join(lines[1:]).encode(), "refuse", "no_patient_column"),
    ]  # fmt: skip


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


def _merged_ids(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table([(3, "patient_id", "")]))
    sheet.merge_range(1, 0, 2, 0, "A01")


def _hidden(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table())
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column(3, 3, None, None, {"hidden": True})


def _formula(value: object) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        write_sheet(book, table()).write_formula(1, 2, "=60+6", None, value)

    return workbook(fill)


def _dates_1904(book: xlsxwriter.Workbook) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    write_sheet(book, table()).write_datetime(1, 14, datetime(2020, 9, 12), day)


def _workbooks() -> list[Case]:
    return [
        book_case("plain", "accept", "", patient_workbook()),
        book_case("merged_two_row_header", "warn", "header_two_rows", workbook(_merged_header)),
        book_case("merged_ids", "rows", "id_merged", workbook(_merged_ids)),
        book_case("hidden_rows", "warn", "hidden_rows", workbook(_hidden)),
        book_case("hidden_columns", "warn", "hidden_columns", workbook(_hidden)),
        book_case("formula", "warn", "formula_cells", _formula(66)),
        book_case("formula_without_value", "rows", "formula_without_value", _formula("")),
        book_case("formula_error", "rows", "cell_is_excel_error", _formula("#DIV/0!")),
        book_case("dates_1904", "accept", "", workbook(_dates_1904, {"date_1904": True})),
    ]


def _identities() -> list[Case]:
    names = csv_bytes(table(more={"姓名": ["测试甲", "测试乙", "测试丙", "测试丁"]}))
    phones = csv_bytes(table(more={"note": ["13800138000"] * 4}))
    cards = ["11010519491231002X", "440524188001010014", "110105194912310038"]
    card_ids = csv_bytes(table([(2, "patient_id", cards[0]), (3, "patient_id", cards[1]),
                                (4, "patient_id", cards[0] + " ")]))  # fmt: skip
    numbers = {"序号": ["1", "2", "3", "4"]}
    lookalike = spoilt("patient_id", "А02", line=5)
    return [
        Case("PHI", "name_column", names, "warn", "identifier_dropped"),
        Case("PHI", "phone_values", phones, "warn", "identifier_values_dropped"),
        Case("PHI", "card_as_id", card_ids, "refuse", "id_is_card"),
        Case("PHI", "phone_in_text",
             csv_bytes(table(more={"histology": ["腺癌 13800138000", "腺癌", "腺癌", "腺癌"]})),
             "warn", "identifier_in_text"),
        Case("DUP", "running_number_beside_id", csv_bytes(table(more=numbers)), "accept"),
        Case("DUP", "exact_row", csv_bytes([*table(), table()[2]]), "rows", "duplicate_row", 1),
        Case("DUP", "differing_rows", csv_bytes([*table(), [*table()[2][:2], "40",
             *table()[2][3:]]]), "rows", "duplicate_key_differs", 2),
        Case("DUP", "lookalike_id", lookalike, "warn", "similar_id"),
        Case("DUP", "rounded_ids", spoilt("patient_id", "1.23E+17"), "refuse",
             "id_precision_lost"),
        Case("SIZ", "empty", b"", "refuse", "file_empty"),
        Case("SIZ", "blank", b" \n \n", "refuse", "file_empty"),
        Case("SIZ", "header_only", csv_bytes(table()[:1]), "refuse", "no_data_rows"),
        Case("SIZ", "one_row", csv_bytes(table()[:2]), "accept"),
        Case("SIZ", "too_many_rows", b"patient_id,age\n" + b"1,50\n" * 200_001, "refuse",
             "too_many_rows"),
        Case("SIZ", "too_many_columns", csv_bytes([["patient_id", *map(str, range(3000))],
             ["A", *("1" * 3000)]]), "refuse", "too_many_columns"),
    ]  # fmt: skip


def cases() -> list[Case]:
    """All uploads."""
    return [
        *_encodings(), *_shapes(), *_workbooks(), *container_cases(), *_identities(),
    ]  # fmt: skip
