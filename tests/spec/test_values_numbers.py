"""How numbers are read: what counts, what is converted and said, what sets the row aside."""

from __future__ import annotations

from datetime import date

import pytest

from core.intake.cells import Cell
from core.intake.numbers import Decimal, ParsedNumber, decimal_style, parse_number
from core.intake.value import Value
from core.intake.values import reader_for
from core.results.intake import ColumnMatch, Confidence

POINT, COMMA, UNKNOWN = Decimal.POINT, Decimal.COMMA, Decimal.UNKNOWN


@pytest.mark.parametrize(
    ("cell", "style", "value", "how"),
    [
        ("3.2", POINT, 3.2, ()),
        (" 3.2 ", POINT, 3.2, ()),
        (3, POINT, 3.0, ()),
        (".5", POINT, 0.5, ()),
        ("1e3", POINT, 1000.0, ()),
        ("１２", POINT, 12.0, ("full_width",)),
        ("3.2↑", POINT, 3.2, ("flag",)),
        ("3.2 H", POINT, 3.2, ("flag",)),
        ("1,200", POINT, 1200.0, ("thousands",)),
        ("1,200.5", UNKNOWN, 1200.5, ("thousands",)),
        ("1 200", UNKNOWN, 1200.0, ("thousands",)),
        ("1'200", UNKNOWN, 1200.0, ("thousands",)),
        ("5,1", COMMA, 5.1, ("decimal_comma",)),
        ("1,200", COMMA, 1.2, ("decimal_comma",)),
        ("5,12", UNKNOWN, 5.12, ("decimal_comma",)),
        ("1.200,5", COMMA, 1200.5, ("thousands", "decimal_comma")),
    ],
)
def test_number_is_read_and_conversions_are_named(
    cell: Cell, style: Decimal, value: float, how: tuple[str, ...]
) -> None:
    assert parse_number(cell, style) == ParsedNumber(value, "", "", how)


@pytest.mark.parametrize(
    ("cell", "style", "code"),
    [
        ("1,200", UNKNOWN, "number_comma_ambiguous"),
        ("5,1", POINT, "number_comma_ambiguous"),
        ("1.200", COMMA, "number_comma_ambiguous"),
        ("1_000", POINT, "number_unreadable"),
        ("٣٤", POINT, "number_unreadable"),
        ("三", POINT, "number_unreadable"),
        ("Ⅲ", POINT, "number_unreadable"),
        ("①", POINT, "number_unreadable"),
        ("½", POINT, "number_unreadable"),
        ("inf", POINT, "number_unreadable"),
        ("9" * 5000, POINT, "number_unreadable"),
        ("多发", POINT, "number_unreadable"),
        (True, POINT, "number_is_other_type"),
        (date(2021, 1, 2), POINT, "number_is_other_type"),
    ],
)
def test_number_in_doubt_is_an_error(cell: Cell, style: Decimal, code: str) -> None:
    assert parse_number(cell, style) == code


def test_decimal_style_of_mixed_file_is_point() -> None:
    assert decimal_style(["5,1", "5.1"]) is POINT


def _read(table: str, field: str, cell: Cell, unit: str = "", header: str = "x") -> Value:
    match = ColumnMatch(0, header, table, field, unit, Confidence.EXACT)
    return reader_for(match, POINT)(cell)


@pytest.mark.parametrize(
    ("field", "unit", "cell", "value", "code"),
    [
        ("height_cm", "", "178", 178.0, ""),
        ("height_cm", "in", "70", 177.8, "unit_converted"),
        ("height_cm", "m", "1.78", 178.0, "unit_converted"),
        ("height_cm", "", "178cm", 178.0, "number_converted"),
        ("height_cm", "", "1.78 m", 178.0, "unit_converted"),
        ("weight_kg", "斤", "130", 65.0, "unit_converted"),
        ("weight_kg", "lb", "100", 45.359237, "unit_converted"),
        ("weight_kg", "", "65 stone", None, "number_unreadable"),
        ("weight_kg", "", "65²", None, "number_unreadable"),
        ("max_tumor_diameter_cm", "mm", "51", 5.1, "unit_converted"),
        ("age", "", "58岁", 58.0, "number_converted"),
        ("ecog", "", "1分", 1, "number_converted"),
        ("ecog", "", "1.5", None, "integer_needed"),
        ("ecog", "", "", None, ""),
        ("tumor_number", "", ">100", None, "number_is_limit"),
        ("tumor_number", "", "-", None, "missing_word"),
        ("tumor_number", "", "不详", None, "missing_word"),
    ],
)
def test_number_column_converts_units_and_says_so(
    field: str, unit: str, cell: str, value: object, code: str
) -> None:
    read = _read("patients", field, cell, unit)
    assert read.code == code
    assert read.value == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    ("field", "cell", "value", "also"),
    [
        ("prior_lines", "二线", 2, ("prior_lines_cat", "2")),
        ("prior_lines", "三线及以上", None, ("prior_lines_cat", ">=3")),
        ("prior_lines", "≥3", None, ("prior_lines_cat", ">=3")),
        ("prior_lines", "3+", None, ("prior_lines_cat", ">=3")),
        ("tumor_number", "≥5", None, ("tumor_number_cat", ">=5")),
        ("tumor_number", "<5", None, ("tumor_number_cat", "<5")),
        ("max_tumor_diameter_cm", "≥5cm", None, ("max_tumor_diameter_cat", ">=5")),
    ],
)
def test_class_where_a_number_belongs_is_kept_as_class(
    field: str, cell: str, value: object, also: tuple[str, object]
) -> None:
    read = _read("patients", field, cell)
    assert (read.value, read.also, read.code) == (value, (also,), "class_instead_of_number")


@pytest.mark.parametrize(
    ("cell", "grade", "code"),
    [
        ("2", 2, ""), ("2级", 2, ""), ("Ⅲ级", 3, ""), ("G2", 2, ""), ("4度", 4, ""),
        ("1~2级", None, "grade_is_band"), ("3-4", None, "grade_is_band"),
    ],
)  # fmt: skip
def test_grade_takes_one_grade_and_no_band(cell: str, grade: int | None, code: str) -> None:
    read = _read("adverse_events", "ae_grade", cell)
    assert (read.value, read.code) == (grade, code)


def test_status_word_in_diameter_column_is_the_lesions_status() -> None:
    read = _read("lesion_measurements", "diameter_mm", "太小无法测量", "mm")
    assert (read.value, read.also) == (None, (("status", "TSTM"),))
