"""Clean controls, encodings, delimiters and the shape of text files."""

from __future__ import annotations

from tests.bad_inputs.builders import (
    HEADERS,
    chinese_table,
    csv_bytes,
    csv_text,
    patient_workbook,
    spoilt,
    table,
)
from tests.bad_inputs.case import Case, book_case

CONVERTED = "encoding_converted"
TRADITIONAL = "病人編號,性別,年齡,首次治療日期,備註\n甲一,男,66,2020-09-12,已轉診\n"


def _controls() -> list[Case]:
    own = {"CEA at entry": ["12", "7", "3", "9"], "center": ["A", "B", "A", "B"]}
    ids = [
        (line, "patient_id", text) for line, text in enumerate(("007", "患者乙", "T-3/1", "4_b"), 2)
    ]
    few = [[row[0], row[2]] for row in table()]
    gone = [[c if i < 14 else "" for i, c in enumerate(row)] for row in table()[1:]]
    return [
        Case("OK", "english", csv_bytes(table()), "accept", stored={"A01.sex": "F"}),
        Case("OK", "chinese", csv_text(chinese_table()).encode(), "accept",
             stored={"A01.sex": "F", "A01.ras_braf_status": "WILD"}),
        book_case("workbook", "accept", "", patient_workbook(), "OK"),
        Case("OK", "own_variables", csv_bytes(table(more=own)), "accept"),
        Case("OK", "awkward_but_honest_ids", csv_bytes(table(ids)), "accept",
             stored={"007.age": 66.0, "T-3/1.age": 56.0}),
        Case("OK", "two_columns", csv_bytes(few), "accept"),
        Case("OK", "everything_else_empty", csv_bytes([list(HEADERS), *gone]), "accept"),
        Case("OK", "very_ill_but_possible", csv_bytes(table([(2, "Hb (g/L)", "45"),
             (3, "PLT (10^9/L)", "8"), (4, "Creatinine (umol/L)", "880")])), "accept"),
        Case("OK", "columns_in_any_order", csv_bytes([row[::-1] for row in table()]), "accept"),
        Case("OK", "dead_on_day_of_progression", csv_bytes(table([
             (2, "progression_date", "2021-09-20")])), "accept"),
    ]  # fmt: skip


def _encodings() -> list[Case]:
    chinese = csv_text(chinese_table())
    plain = csv_text(table())
    mixed = chinese.encode() + "备注".encode("gbk") + b"\n"
    renamed = chinese.replace("A01", "㐀1")
    return [
        Case("ENC", "utf8_bom", chinese.encode("utf-8-sig"), "accept"),
        Case("ENC", "gbk", chinese.encode("gbk"), "warn", CONVERTED,
             words=(("GBK", "GB18030", "编码"),), stored={"A01.sex": "F"}),
        Case("ENC", "gb2312", chinese.replace("μ", "u").encode("gb2312"), "warn", CONVERTED),
        Case("ENC", "gb18030_four_bytes", renamed.encode("gb18030"), "warn", CONVERTED,
             stored={"㐀1.sex": "F"}),
        Case("ENC", "gbk_words_valid_utf8", plain.replace(",M,", ",男,").replace(",F,", ",女,")
             .encode("gbk"), "warn", CONVERTED),
        Case("ENC", "big5", TRADITIONAL.encode("big5"), "refuse", also=("warn",)),
        Case("ENC", "big5_one_word", plain.replace("A01", "測試一號").encode("big5"), "refuse",
             also=("warn",)),
        Case("ENC", "shift_jis", plain.replace("A01", "ｶﾝｼﾞｬ").encode("shift_jis"), "refuse",
             also=("warn",)),
        Case("ENC", "utf16_bom", chinese.encode("utf-16"), "warn", CONVERTED),
        Case("ENC", "utf16_be_bom", b"\xfe\xff" + chinese.encode("utf-16-be"), "warn", CONVERTED),
        Case("ENC", "utf16_without_bom", chinese.encode("utf-16-le"), "warn", CONVERTED),
        Case("ENC", "utf16_be_without_bom", plain.encode("utf-16-be"), "warn", CONVERTED),
        Case("ENC", "utf16_cut", chinese.encode("utf-16")[:-1], "refuse"),
        Case("ENC", "utf32", chinese.encode("utf-32"), "warn", CONVERTED, also=("refuse",)),
        Case("ENC", "latin1", plain.replace("A01", "Müller").encode("latin-1"), "refuse",
             "text_encoding_unknown", also=("warn",)),
        Case("ENC", "mixed_utf8_gbk", mixed, "refuse", "text_damaged"),
        Case("ENC", "mixed_gbk_utf8", chinese.encode("gbk") + "备注:核对\n".encode() * 3, "refuse",
             also=("warn", "rows")),
        Case("ENC", "cut_in_character", (chinese + "患").encode()[:-1], "refuse", "text_cut_off",
             words=(("truncat", "不完整"),)),
        Case("ENC", "nul", plain.encode().replace(b"A02", b"A\x002"), "refuse", "file_is_binary"),
        Case("ENC", "nul_at_end", plain.encode() + bytes(40), "refuse", "file_is_binary",
             also=("warn",)),
        Case("ENC", "replacement_signs", plain.replace("A01", "A\ufffd1").encode(), "warn",
             "text_odd_characters"),
        Case("ENC", "bom_twice", b"\xef\xbb\xbf" * 2 + plain.encode(), "accept", also=("warn",)),
        Case("ENC", "bom_inside", plain.replace("A02", "\ufeffA02").encode(), "warn",
             "id_cleaned"),
        Case("ENC", "zero_width_in_id", spoilt("patient_id", "A\u200b01"), "warn", "id_cleaned",
             stored={"A01.sex": "F"}),
        Case("ENC", "joiners_in_id", spoilt("patient_id", "A\u200c0\u200d1"), "warn",
             also=("rows",)),
        Case("ENC", "zero_width_in_header", plain.replace("sex", "s\u200bex").encode(), "accept",
             also=("warn",), stored={"A01.sex": "F"}),
        Case("ENC", "zero_width_in_number", spoilt("age", "6\u200b6"), "rows", "", 1,
             also=("warn",)),
        Case("ENC", "zero_width_in_word", spoilt("sex", "F\u200b"), "rows", "", 1,
             also=("warn", "accept")),
        Case("ENC", "full_width_ids", spoilt("patient_id", "Ａ０１"), "warn", "id_full_width",
             stored={"A01.sex": "F"}),
        Case("ENC", "full_width_id_of_another", spoilt("patient_id", "Ａ０２"), "rows",
             "duplicate_key_differs", 2, words=(("character", "字符"),)),
        Case("ENC", "full_width_headers", plain.replace("age", "ａｇｅ").encode(), "accept",
             stored={"A01.age": 66.0}),
        Case("ENC", "no_break_space_in_header", plain.replace("Hb (g/L)", "Hb\u00a0(g/L)")
             .encode(), "accept"),
        Case("ENC", "no_break_space_in_cell", spoilt("sex", "\u00a0F\u00a0"), "accept",
             stored={"A01.sex": "F"}),
        Case("ENC", "ideographic_space_in_id", spoilt("patient_id", "A01\u3000"), "accept",
             also=("warn",), stored={"A01.sex": "F"}),
        Case("ENC", "combining_header", plain.replace("weight_kg", "we\u0069\u0301ght_kg")
             .encode(), "accept", also=("warn",)),
        Case("ENC", "quoted_line_break",
             csv_bytes(table(more={"note": ['a\nb, "c"', "d", "", ""]})), "accept"),
        Case("ENC", "row_number_after_line_break", csv_bytes(table([(3, "age", "x")],
             {"note": ["a\nb\nc", "", "", ""]})), "rows", "number_unreadable", 1,
             named=((5, "age", "x"),)),
    ]  # fmt: skip


def _shapes() -> list[Case]:
    text = csv_text(table())
    lines = text.splitlines()
    join = "\n".join
    units = "," + ",".join("years" if h == "age" else "cm" if h == "height_cm" else ""
                           for h in HEADERS[1:])  # fmt: skip
    turned = [list(column) for column in zip(*table(), strict=True)]
    return [
        Case("DLM", "semicolon_decimal_comma", csv_text(table(), ";").replace(".", ",").encode(),
             "warn", "decimal_comma", stored={"A01.max_tumor_diameter_cm": 5.1}),
        Case("DLM", "tab_decimal_comma", csv_text(table(), "\t").replace(".", ",").encode(),
             "warn", "decimal_comma", stored={"A01.max_tumor_diameter_cm": 5.1}),
        Case("DLM", "tab", csv_text(table(), "\t").encode(), "accept", name="patients.tsv"),
        Case("DLM", "tab_named_csv", csv_text(table(), "\t").encode(), "accept"),
        Case("DLM", "pipe", csv_text(table(), "|").encode(), "accept", also=("warn",)),
        Case("DLM", "chinese_comma", text.replace(",", "，").encode(), "accept",
             also=("warn", "refuse")),
        Case("DLM", "colon_unknown", text.replace(",", ":").encode(), "refuse"),
        Case("DLM", "sep_line", ("sep=;\n" + csv_text(table(), ";")).encode(), "accept"),
        Case("DLM", "sep_line_quoted", ('"sep=,"\n' + text).encode(), "accept", also=("warn",)),
        Case("DLM", "sep_line_wrong", ("sep=;\n" + text).encode(), "refuse",
             also=("warn", "accept")),
        Case("DLM", "carriage_return", text.replace("\n", "\r").encode(), "accept"),
        Case("DLM", "line_ends_mixed", (lines[0] + "\r\n" + join(lines[1:])).encode(), "accept"),
        Case("DLM", "no_last_line_end", text.strip().encode(), "accept"),
        Case("DLM", "every_cell_quoted", join('"' + line.replace(",", '","') + '"'
             for line in lines).encode(), "accept"),
        Case("DLM", "quote_inside_cell", join([lines[0], lines[1].replace("A01", 'A"01'),
             *lines[2:]]).encode(), "accept", also=("warn", "refuse", "rows")),
        Case("DLM", "spaces_after_commas", text.replace(",", ", ").encode(), "accept",
             stored={"A01.sex": "F"}),
        Case("DLM", "short_row", join([*lines[:2], "A02,F,39", *lines[3:], ""]).encode(), "rows",
             "row_too_short", 1),
        Case("DLM", "cut_last_row", join([*lines[:4], "A04,M"]).encode(), "rows", "row_too_short",
             1),
        Case("DLM", "long_row", join([*lines[:2], lines[2] + ",x", *lines[3:]]).encode(), "rows",
             "row_too_long", 1),
        Case("DLM", "comma_inside_unquoted", join([lines[0], lines[1].replace("5.1", "5,1"),
             *lines[2:]]).encode(), "rows", "row_too_long", 1),
        Case("DLM", "trailing_commas", join([lines[0], *(x + "," for x in lines[1:])]).encode(),
             "warn", "rows_longer_empty", stored={"A01.sex": "F"}),
        Case("DLM", "hundreds_of_empty_columns", join(x + "," * 300 for x in lines).encode(),
             "accept", also=("warn",)),
        Case("DLM", "empty_lines", text.replace("\n", "\n\n").encode(), "accept", "empty_rows",
             also=("warn",)),
        Case("DLM", "rows_of_commas", (text + "," * 17 + "\n" + "," * 17 + "\n").encode(),
             "accept", also=("warn",)),
        Case("DLM", "open_quote", join([*lines[:2], '"' + lines[2], *lines[3:]]).encode(),
             "refuse", "text_quote_open"),
        Case("DLM", "same_header_twice", csv_bytes(table()).replace(b"height_cm", b"weight_kg", 1),
             "warn", "column_clash", also=("refuse",)),
        Case("DLM", "same_column_twice", csv_bytes(table(more={"Age": ["66", "39", "56", "70"]})),
             "warn", "column_clash"),
        Case("DLM", "patient_column_twice", csv_bytes(table(more={"患者编号": list("abcd")})),
             "refuse", "patient_column_twice"),
        Case("DLM", "blank_header", text.replace("age", "", 1).encode(), "warn", "header_blank",
             words=(("header", "列名", "表头"),), also=("refuse",)),
        Case("DLM", "unnamed_index", join([f",{lines[0]}", *(f"{i},{x}" for i, x in
             enumerate(lines[1:]))]).encode(), "warn", "header_blank", also=("accept",)),
        Case("DLM", "header_repeated", join([*lines[:3], lines[0], *lines[3:]]).encode(), "warn",
             "header_repeated"),
        Case("DLM", "total_row", csv_bytes(table()) + "合计,,231\n".encode(), "warn",
             "notes_row_left_out"),
        Case("DLM", "mean_row", csv_bytes(table()) + b"Mean,,57.8\n", "warn",
             "notes_row_left_out"),
        Case("DLM", "note_below", csv_bytes(table()) + "注：数据截至2022年6月\n".encode(), "warn",
             "notes_row_left_out"),
        Case("DLM", "total_row_inside", join([*lines[:3], "合计,,105" + "," * 15, *lines[3:]])
             .encode(), "warn", "notes_row_left_out", also=("rows",)),
        Case("DLM", "title_above", ("结直肠癌肝转移患者表\n\n" + text).encode(), "warn",
             "header_below_title", words=(("header", "表头"),)),
        Case("DLM", "comment_lines_above", ("# exported 2022-06-01\n# by LIS\n" + text).encode(),
             "warn", "header_below_title"),
        Case("DLM", "units_below_header", join([lines[0], units, *lines[1:]]).encode(), "warn",
             also=("rows", "refuse")),
        Case("DLM", "no_header", join(lines[1:]).encode(), "refuse", "no_patient_column"),
        Case("DLM", "turned", csv_bytes(turned), "refuse", also=("rows",)),
        Case("DLM", "two_tables_below_each_other", (text + "\n" + text.replace("A0", "B0"))
             .encode(), "warn", "header_repeated"),
        Case("DLM", "other_table_below", (text + "\npatient_id,lab_date\nA01,2020-09-01\n")
             .encode(), "rows", "row_too_short", 3, also=("refuse",)),
        Case("DLM", "prose", b"Dear colleague,\nplease find the table attached.\nRegards, X\n",
             "refuse", "no_patient_column"),
        Case("DLM", "without_patient_column", csv_bytes([row[1:] for row in table()]), "refuse",
             "no_patient_column"),
    ]  # fmt: skip


def text_cases() -> list[Case]:
    """Controls, encodings, shapes."""
    return [*_controls(), *_encodings(), *_shapes()]
