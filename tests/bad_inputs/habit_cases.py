"""What people in hospitals do to their sheets: ditto marks, headings, flags, struck-out rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import xlsxwriter

from tests.bad_inputs.builders import csv_bytes, table, workbook, write_sheet, zipped
from tests.bad_inputs.case import Case, book_case, cells

Rows = list[list[str]]
HB, DIAMETER = "Hb (g/L)", "max_tumor_diameter_cm"
LABS = ["patient_id", "lab_date", "lab_test", "lab_value", "lab_unit"]
EVENTS = ["patient_id", "ae_term", "ae_grade", "ae_start"]
NUMBERS = ["H-1001", "H-1002", "H-1003", "H-1004"]


def _alone(words: str) -> list[str]:
    return [words, *[""] * (len(table()[0]) - 1)]


def _beside(name: str, rows: Rows, patients: Rows | None = None) -> bytes:
    return zipped({"patients.csv": csv_bytes(patients or table()), name: csv_bytes(rows)})


def _pair(
    group: str, title: str, name: str, rows: Rows, outcome: str, code: str, aside: int = 0,
    patients: Rows | None = None, never: tuple[str, ...] = (),
) -> Case:  # fmt: skip
    content = _beside(name, rows, patients)
    return Case(group, title, content, outcome, code, aside, "study.zip", never=never)


def _ids(*ids: str) -> Rows:
    """The patient table with other numbers, from the last patient on."""
    rows = table()
    for row, own in zip(reversed(rows[1:]), ids, strict=False):
        row[0] = own
    return rows


def _written(
    change: Callable[[xlsxwriter.Workbook, xlsxwriter.workbook.Worksheet], object],
) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        change(book, write_sheet(book, table()))

    return workbook(fill)


def _rows_between() -> list[Case]:
    head, *body = table()
    numbered = [[f"{at}. {header}" for at, header in enumerate(head, 1)], *body]
    marked = [[f"{header}*" for header in head], *body]
    return [
        Case("DLM", "group_headings_between_rows", csv_bytes(
            [head, _alone("HAIC组"), *body[:2], _alone("对照组"), *body[2:]]), "warn",
            "heading_row_left_out", words=(("HAIC组",), ("对照组",))),
        Case("DLM", "heading_with_a_year", csv_bytes(
            [head, *body[:2], _alone("以下为2021年入组患者"), *body[2:]]), "warn",
            "heading_row_left_out"),
        Case("DLM", "extremes_below", csv_bytes([head, *body, *map(_alone, (
            "最大值", "最小值", "标准差", "n=4"))]), "warn", "notes_row_left_out",
            words=(("标准差",), ("n=4",))),
        Case("DLM", "numbered_headers", csv_bytes(numbered), "accept", also=("warn",),
             stored={"A01.age": 66.0}),
        Case("DLM", "required_marks_on_headers", csv_bytes(marked), "accept", also=("warn",),
             stored={"A01.HGB": 93.0}),
    ]  # fmt: skip


def _numbers() -> list[Case]:
    return [
        cells("NUM", "footnote_marks", HB, ["93*", "119 **", "99†", "118H*"], "warn",
              "number_converted"),
        cells("NUM", "flags_in_brackets", HB, ["93(L)", "（H）119", "99(↓)", "118（低）"], "warn",
              "number_converted"),
        cells("NUM", "flags_in_words", HB, ["93 偏低", "L 119", "99高"], "warn",
              "number_converted"),
        cells("NUM", "apostrophe_before", HB, ["'93", "'119"], "warn", "number_converted"),
        cells("NUM", "superscript_footnote", HB, ["93①", "119[1]", "99(1)", "118a"]),
        cells("NUM", "decimal_comma_with_exponent", HB, ["9,3E1", "1.234,5e1"]),
        cells("NUM", "exponent_beyond", HB, ["1e400", "1,234e999"]),
        cells("NUM", "words_of_a_laboratory", HB, ["弱阳性", "阴性(-)", "见报告", "溶血"]),
        cells("NUM", "refused_or_not_sent", HB, ["拒查", "未送检", "未检", "漏查"], "warn",
              "missing_word"),
        cells("NUM", "two_results_in_a_cell", HB, ["93→110", "93;110", "复查 93"]),
        cells("NUM", "age_in_years_and_months", "age", ["66岁3月", "虚岁67", "66+", "约66"]),
        cells("NUM", "excel_errors", HB, ["#N/A", "#REF!", "#VALUE!", "#DIV/0!"],
              code="cell_is_excel_error"),
        cells("DTE", "end_of_a_month", "progression_date",
              ["2021年7月底", "2021-07-UN", "2021-07-00", "2021-07-30*"]),
    ]  # fmt: skip


def _ditto() -> list[Case]:
    more = table((), {"分组": ["A", "同上", "〃", "B"]})
    return [
        cells("CAT", "ditto_words", "sex", ["同上", "〃", "ditto", "同前"], code="cell_is_ditto"),
        cells("NUM", "ditto_among_numbers", HB, ["同上", "〃"]),
        cells("DTE", "ditto_among_dates", "progression_date", ["同上", "as above"],
              code="cell_is_ditto"),
        Case("DUP", "ditto_as_id", csv_bytes(_ids("同上", "〃")), "rows", "cell_is_ditto", 2),
        Case("CAT", "ditto_in_own_variable", csv_bytes(more), "warn", "own_ditto"),
        _pair("CAT", "ditto_as_test", "labs.csv", [LABS, ["A01", "2020-09-10", "HGB", "93", "g/L"],
              ["A01", "2020-09-10", "〃", "96", "g/L"]], "rows", "cell_is_ditto", 1),
        _pair("CAT", "grade_of_two", "adverse_events.csv", [EVENTS, ["A01", "Nausea", "III/IV",
              "2020-09-13"], ["A02", "Nausea", "≥3", "2020-11-20"]], "rows", aside=2, code=""),
    ]  # fmt: skip


def _repeated() -> list[Case]:
    first = ["A01", "2020-09-10", "HGB", "93", "g/L"]
    event = ["A01", "Nausea", "2", "2020-09-13"]
    return [
        _pair("DUP", "result_twice", "labs.csv", [LABS, first, first], "warn", "result_repeated"),
        _pair("DUP", "two_results_on_one_day", "labs.csv",
              [LABS, first, [*first[:3], "99", "g/L"]], "warn", "results_differ_on_one_day"),
        _pair("DUP", "event_twice", "adverse_events.csv", [EVENTS, event, event], "warn",
              "event_repeated"),
        Case("DUP", "signs_as_ids", csv_bytes(_ids("-", "/", "?")), "rows", "id_missing", 3),
        _pair("DUP", "zeros_lost_in_one_sheet", "labs.csv", [LABS, ["1", *first[1:]]], "rows",
              "orphan_row_alike", 1, _ids("004", "003", "002", "001")),
        _pair("DUP", "point_zero_in_one_sheet", "labs.csv", [LABS, ["1", *first[1:]]], "rows",
              "orphan_row_alike", 1, _ids("4.0", "3.0", "2.0", "1.0")),
        _pair("DUP", "case_differs_between_sheets", "labs.csv", [LABS, ["a01 ", *first[1:]]],
              "rows", "orphan_row_alike", 1),
    ]  # fmt: skip


def _linked() -> list[Case]:
    def labs(*numbers: str) -> Rows:
        return [["住院号", *LABS[1:]], *([n, "2020-09-10", "HGB", "93", "g/L"] for n in numbers)]

    named = table((), {"住院号": NUMBERS})
    twins = table((), {"住院号": ["H-1001", "H-1001", "H-1003", "H-1004"]})
    never = ("1001", "1003")
    return [
        _pair("PHI", "results_by_hospital_number", "labs.csv", labs("H-1003", "h1001"), "warn",
              "identifier_linked", 0, named, never),
        _pair("PHI", "hospital_number_of_nobody", "labs.csv", labs("H-1003", "H-9"), "rows",
              "identifier_not_linked", 1, named, never),
        _pair("PHI", "hospital_number_of_two", "labs.csv", labs("H-1003", "H-1001"), "rows",
              "identifier_of_several", 1, twins, never),
        Case("PHI", "hospital_number_shared", csv_bytes(twins), "warn", "identifier_shared",
             never=("1001",)),
        _pair("PHI", "hospital_number_unlinked", "labs.csv", labs("H-1003", "H-1001"), "warn",
              "sheet_without_link", 0, None, never),
    ]  # fmt: skip


def _books() -> list[Case]:
    day = datetime(2020, 9, 12)
    return [
        book_case("struck_out_row", "warn", "struck_out_rows", _written(
            lambda book, sheet: sheet.write_string(
                2, 0, "A02", book.add_format({"font_strikeout": True})))),
        book_case("id_turned_into_date", "rows", "id_is_other_type", _written(
            lambda book, sheet: sheet.write_datetime(
                1, 0, day, book.add_format({"num_format": "yyyy-mm-dd"})))),
        book_case("id_turned_into_boolean", "rows", "id_is_other_type", _written(
            lambda book, sheet: sheet.write_boolean(1, 0, True))),
        book_case("id_is_error", "rows", "cell_is_excel_error", _written(
            lambda book, sheet: sheet.write_formula(1, 0, "=NA()", None, "#N/A"))),
        book_case("age_as_date", "rows", "number_is_other_type", _written(
            lambda book, sheet: sheet.write_number(
                1, 2, 24107, book.add_format({"num_format": "yyyy-mm-dd"})))),
        book_case("age_as_duration", "rows", "number_is_other_type", _written(
            lambda book, sheet: sheet.write_number(
                1, 2, 66.5 / 24, book.add_format({"num_format": "[h]:mm"})))),
    ]  # fmt: skip


def habit_cases() -> list[Case]:
    """The uploads of this module."""
    return [*_rows_between(), *_numbers(), *_ditto(), *_repeated(), *_linked(), *_books()]
