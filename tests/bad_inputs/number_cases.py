"""Numbers and dates as people, laboratory systems and spreadsheets write them."""

from __future__ import annotations

from datetime import datetime

import xlsxwriter

from tests.bad_inputs.builders import table, workbook, write_sheet
from tests.bad_inputs.case import Case, book_case, cells

HB, PLT, DIAMETER, NUMBER = "Hb (g/L)", "PLT (10^9/L)", "max_tumor_diameter_cm", "tumor_number"
DATE = "first_haic_date"


def _numbers() -> list[Case]:
    return [
        cells("NUM", "thousands", PLT, ["1,200"], "warn", "number_converted"),
        cells("NUM", "comma_with_three_digits_only", PLT, ["1,200"], "warn"),
        cells("NUM", "below_a_limit", NUMBER, ["≤ 5", "<3"], code="number_is_limit",
              also=("warn",)),
        cells("NUM", "above_a_limit", NUMBER, [">100", "≥10", ">10个"], also=("warn",)),
        cells("NUM", "plus_signs", HB, ["+", "++", "+++"]),
        cells("NUM", "range", DIAMETER, ["5-6", "5~6", "5至6", "5.0–6.1"]),
        cells("NUM", "product_of_diameters", DIAMETER, ["5.1×4.2", "5*4", "5x4", "5.1 X 4.2 cm"]),
        cells("NUM", "full_width", DIAMETER, ["５．１"], "warn", "number_converted", [5.1]),
        cells("NUM", "arrows", HB, ["93↓", "↑119", "99 H", "118L"], "warn", "number_converted"),
        cells("NUM", "missing_codes", HB, ["999", "-1", "-9", "9999"],
              code="lab_out_of_range_sentinel"),
        cells("NUM", "missing_code_age", "age", ["999", "-1", "888"]),
        cells("NUM", "not_finite", HB, ["inf", "-Infinity", "1e999", "Infinity"]),
        cells("NUM", "nan_word", HB, ["nan"], "warn", "missing_word"),
        cells("NUM", "underscore_hexadecimal", PLT, ["1_000", "0x1F", "1e2e3", "0b11"]),
        cells("NUM", "other_digits", PLT, ["٣٤", "१२३", "Ⅲ", "①"]),
        cells("NUM", "number_words", PLT, ["三", "一百", "twelve", "〇"]),
        cells("NUM", "many_not_counted", NUMBER, ["多发", "弥漫", "multiple", "numerous"]),
        cells("NUM", "percent", PLT, ["65%"]),
        cells("NUM", "about", DIAMETER, ["约5", "~5", "≈5", "5左右"]),
        cells("NUM", "spread", HB, ["93±5", "93(90-96)", "93/95", "93?"]),
        cells("NUM", "fractions", DIAMETER, ["1/2", "½", "5 1/2", "5²"]),
        cells("NUM", "letters_for_digits", PLT, ["1O4", "l84", "18O", "I20"]),
        cells("NUM", "two_points", DIAMETER, ["5.1.2", "5..1", "5.,1", "-."]),
        cells("NUM", "money_and_brackets", HB, ["$93", "(93)", "¥93", "93元"]),
        cells("NUM", "scientific", PLT, ["1.84E2"], "accept", stored=[], also=("warn",)),
        cells("NUM", "leading_zeros", "age", ["066"], "accept", stored=[66.0], also=("warn",)),
        cells("NUM", "plus_sign", "age", ["+66"], "accept", stored=[66.0], also=("warn",)),
        cells("NUM", "minus_of_typography", HB, ["−93"]),
        cells("NUM", "negative", "weight_kg", ["-68", "0", "-0.5"]),
        cells("NUM", "huge_digits", NUMBER, ["9" * 5000]),
        cells("NUM", "not_whole", NUMBER, ["2.5", "1.01"], code="integer_needed"),
        cells("NUM", "ecog_karnofsky", "ecog", ["80", "90"], code="ecog_looks_like_kps"),
        cells("NUM", "ecog_between", "ecog", ["1-2", "1.5", "5", "0~1"]),
        cells("NUM", "label_of_unit", "age", ["66岁", "39 years"], "warn", stored=[66.0, 39.0]),
        cells("NUM", "unit_in_cell", HB, ["9.3 g/dL"], "rows", also=("warn",)),
        cells("NUM", "low_limits", "height_cm", ["100", "230"], "warn", stored=[100.0, 230.0]),
        cells("NUM", "beyond_limits", "height_cm", ["99.9", "230.1"]),
        cells("NUM", "age_limits", "age", ["0", "120"], "accept", stored=[0.0, 120.0],
              also=("warn",)),
        cells("NUM", "beyond_age", "age", ["121", "-0.1"]),
        cells("NUM", "ecog_limits", "ecog", ["0", "4"], "accept", stored=[0.0, 4.0]),
        cells("NUM", "diameter_limits", DIAMETER, ["0", "30.1"]),
        cells("NUM", "question_marks", HB, ["?", "？"], "warn", "missing_word"),
        cells("NUM", "spaces_inside", PLT, ["1 84", "2 2 0"]),
        cells("NUM", "haemolysed", HB, ["溶血", "待查", "未出", "see note"]),
        cells("NUM", "semicolon_of_values", PLT, ["184;190", "184、190", "184 190", "184|190"]),
    ]  # fmt: skip


def _dates() -> list[Case]:
    return [
        cells("DTE", "serials", DATE, ["44086"], "warn", "date_serial", ["2020-09-12"]),
        cells("DTE", "serial_with_time", DATE, ["44086.75"], "warn", "date_serial",
              ["2020-09-12"]),
        cells("DTE", "chinese", DATE, ["2020年9月12日"], "accept", stored=["2020-09-12"]),
        cells("DTE", "chinese_two_digits", DATE, ["2020年09月12日"], "accept",
              stored=["2020-09-12"]),
        cells("DTE", "chinese_numerals", DATE, ["二〇二〇年九月十二日"]),
        cells("DTE", "slashes_points", DATE, ["2020/9/12", "2020.11.19"], "accept",
              stored=["2020-09-12", "2020-11-19"]),
        cells("DTE", "compact", DATE, ["20200912"], "warn", "date_compact", ["2020-09-12"]),
        cells("DTE", "month_names", DATE, ["12-Sep-2020", "November 19, 2020"], "accept",
              stored=["2020-09-12", "2020-11-19"], also=("warn",)),
        cells("DTE", "ambiguous", DATE, ["9/12/2020", "05-07-2020", "1.2.2020"],
              code="date_day_month_ambiguous"),
        cells("DTE", "day_above_twelve", DATE, ["25/12/2020"], "warn", "date_year_last",
              ["2020-12-25"], also=("rows",)),
        cells("DTE", "two_digit_year", DATE, ["5/7/21", "21-07-05", "12-Sep-20"]),
        cells("DTE", "partial", DATE, ["2020-09", "2020年9月", "2020", "2020-09-XX"]),
        cells("DTE", "impossible", DATE, ["2021-02-30", "2021-13-01", "0000-00-00", "2021-02-29"]),
        cells("DTE", "leap_day", DATE, ["2020-02-29"], "accept", stored=["2020-02-29"]),
        cells("DTE", "placeholders", DATE, ["1900-01-01", "9999-12-31", "1899-12-30"]),
        cells("DTE", "other_calendars", DATE, ["民国109年9月12日", "109/09/12", "令和2年9月12日"]),
        cells("DTE", "buddhist_year", DATE, ["2563-09-12"]),
        cells("DTE", "time_zones", DATE, ["2020-09-12T00:00:00Z", "2020-11-19T08:00:00+08:00"],
              "warn", "date_time_dropped", ["2020-09-12", "2020-11-19"], also=("accept",)),
        cells("DTE", "time_of_day", DATE, ["2020-09-12 08:30"], "warn", "date_time_dropped",
              ["2020-09-12"]),
        cells("DTE", "midnight", DATE, ["2020-09-12 00:00:00"], "accept", stored=["2020-09-12"],
              also=("warn",)),
        cells("DTE", "full_width", DATE, ["２０２０－０９－１２"], "accept",
              stored=["2020-09-12"], also=("warn",)),
        cells("DTE", "ranges", DATE, ["2020-09-12~2020-09-14", "2020-09-12至14日"]),
        cells("DTE", "two_dates", DATE, ["2020-09-12; 2020-10-12", "2020-09-12 2020-10-12"]),
        cells("DTE", "about", DATE, ["约2020-09-12", "2020-09-12?", "2020-09-12左右"]),
        cells("DTE", "words", DATE, ["今天", "last week", "术后1月", "#######"]),
        cells("DTE", "iso_week", DATE, ["2020-W37-6", "2020-256"]),
        cells("DTE", "unix_seconds", DATE, ["1599868800", "1599868800000"]),
        cells("DTE", "number_too_small", DATE, ["12", "-5", "0"]),
        cells("DTE", "lunar", DATE, ["农历七月廿五", "庚子年七月"]),
        cells("DTE", "missing_words", "death_date", ["不详", "NA", "/", "未知"], "warn",
              "missing_word"),
        cells("DTE", "alive_in_death_date", "death_date", ["存活"], "rows", also=("warn",)),
        cells("DTE", "lost_in_follow_up_date", "last_followup_date", ["失访"], "rows",
              also=("warn",)),
        Case("DTE", "dates_1904", workbook(_dates_1904, {"date_1904": True}), "accept",
             name="a.xlsx", stored={"A01.first_haic_date": "2020-09-12"}),
        book_case("serials_as_numbers", "warn", "date_serial", workbook(_serials), "DTE"),
        book_case("times_only", "rows", "date_unreadable", workbook(_times), "DTE"),
        book_case("dates_with_time", "warn", "date_time_dropped", workbook(_with_time), "DTE"),
    ]  # fmt: skip


def _dates_1904(book: xlsxwriter.Workbook) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    write_sheet(book, table()).write_datetime(1, 14, datetime(2020, 9, 12), day)


def _serials(book: xlsxwriter.Workbook) -> None:
    sheet = write_sheet(book, table())
    for line, number in enumerate((44086, 44154, 44194, 44277), start=1):
        sheet.write_number(line, 14, number)


def _times(book: xlsxwriter.Workbook) -> None:
    clock = book.add_format({"num_format": "hh:mm:ss"})
    write_sheet(book, table()).write_number(1, 14, 0.5, clock)


def _with_time(book: xlsxwriter.Workbook) -> None:
    clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    write_sheet(book, table()).write_datetime(1, 14, datetime(2020, 9, 12, 8, 30), clock)


def number_cases() -> list[Case]:
    """Numbers, then dates."""
    return [*_numbers(), *_dates()]
