"""How dates are read: year first is plain, what could be two dates is never guessed."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from core.intake.cells import Cell
from core.intake.dates import read_date
from core.intake.numbers import Decimal
from core.intake.values import reader_for
from core.results.intake import ColumnMatch, Confidence

DAY = date(2021, 3, 1)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2021-03-01", ""),
        ("2021/3/1", ""),
        ("2021.3.1", ""),
        ("2021年3月1日", ""),
        ("2021年3月1号", ""),
        ("２０２１－０３－０１", ""),
        ("1-Mar-2021", ""),
        ("Mar 1, 2021", ""),
        (DAY, ""),
        (datetime(2021, 3, 1), ""),
        ("2021-03-01 00:00:00", ""),
        (datetime(2021, 3, 1, 8, 30), "date_time_dropped"),
        ("2021-03-01T08:30:00Z", "date_time_dropped"),
        ("20210301", "date_compact"),
        (20210301.0, "date_compact"),
        (44256, "date_serial"),
        ("44256", "date_serial"),
    ],
)
def test_date_of_every_clear_form_is_read(cell: Cell, code: str) -> None:
    value = read_date(cell)
    assert (value.value, value.code) == (DAY, code)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("5/7/2021", "date_day_month_ambiguous"),
        ("5/7/21", "date_two_digit_year"),
        ("21-07-05", "date_two_digit_year"),
        ("民国110年7月5日", "date_other_calendar"),
        ("110/07/05", "date_other_calendar"),
        ("2021-03", "date_partial"),
        ("2021年3月", "date_partial"),
        ("2021-02-30", "date_impossible"),
        ("2021-13-01", "date_impossible"),
        ("0000-00-00", "date_impossible"),
        ("1900-01-01", "date_placeholder"),
        ("9999-12-31", "date_placeholder"),
        ("next spring", "date_unreadable"),
        (3, "date_unreadable"),
        (True, "date_unreadable"),
    ],
)
def test_date_in_doubt_is_an_error(cell: Cell, code: str) -> None:
    value = read_date(cell)
    assert value.is_error
    assert value.code == code


@pytest.mark.parametrize("cell", ["25/12/2021", "12/25/2021", "25.12.2021"])
def test_date_with_day_above_twelve_has_one_reading(cell: str) -> None:
    assert read_date(cell).value == date(2021, 12, 25)
    assert read_date(cell).code == "date_year_last"


@pytest.mark.parametrize(
    ("field", "word", "value", "code"),
    [
        ("last_surgery_date", "无", "NEVER", ""),
        ("last_surgery_date", "未行", "NEVER", ""),
        ("last_surgery_date", "NEVER", "NEVER", ""),
        ("last_surgery_date", "不详", None, "missing_word"),
        ("diagnosis_date", "无", None, "missing_word"),
        ("diagnosis_date", "-", None, "missing_word"),
    ],
)
def test_word_for_never_counts_only_in_date_or_never_columns(
    field: str, word: str, value: object, code: str
) -> None:
    match = ColumnMatch(0, field, "patients", field, "", Confidence.EXACT)
    read = reader_for(match, Decimal.POINT)(word)
    assert (read.value, read.code) == (value, code)
