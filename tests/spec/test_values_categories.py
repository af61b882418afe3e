"""How words and codes become categories; the same word differs from column to column."""

from __future__ import annotations

import pytest

from core.intake.cells import Cell, Sheet
from core.intake.columns import recognise_columns
from core.intake.numbers import Decimal
from core.intake.value import Value
from core.intake.values import reader_for
from core.results.intake import ColumnMatch, Confidence


def _read(table: str, field: str, cell: Cell, header: str = "x") -> Value:
    match = ColumnMatch(0, header, table, field, "", Confidence.EXACT)
    return reader_for(match, Decimal.POINT)(cell)


@pytest.mark.parametrize(
    ("table", "field", "cell", "value"),
    [
        ("patients", "sex", "男", "M"),
        ("patients", "sex", "f", "F"),
        ("patients", "sex", "Male", "M"),
        ("patients", "kras_status", "阴性", "WILD"),
        ("patients", "kras_status", "突变型", "MUTANT"),
        ("patients", "kras_status", "不详", "UNKNOWN"),
        ("patients", "ras_braf_status", "wild-type", "WILD"),
        ("patients", "prior_cetuximab", "阴性", False),
        ("patients", "prior_cetuximab", "+", True),
        ("patients", "prior_cetuximab", "-", False),
        ("patients", "prior_cetuximab", "0", False),
        ("patients", "prior_cetuximab", True, True),
        ("patients", "best_response", "部分缓解", "PR"),
        ("patients", "best_response", "pd", "PD"),
        ("lesions", "lesion_role", "非靶病灶", "NON-TARGET"),
        ("lesions", "lesion_role", "否", "NON-TARGET"),
        ("lesions", "intrahepatic", "肝外", False),
        ("response_assessments", "overall_response", "ND", "NE"),
        ("response_assessments", "new_lesion", "有", "UNEQUIVOCAL"),
        ("response_assessments", "new_lesion", "无", "NO"),
        ("follow_up", "vital_status", "健在", "ALIVE"),
        ("follow_up", "os_event", "死亡", True),
        ("follow_up", "os_event", "0:LIVING", False),
        ("follow_up", "pfs_event", "1:PROGRESSION", True),
        ("follow_up", "pfs_event", "censored", False),
        ("adverse_events", "ae_related", "可能无关", "NOT_RELATED"),
    ],
)
def test_word_is_read_by_its_column(table: str, field: str, cell: Cell, value: object) -> None:
    read = _read(table, field, cell)
    assert (read.value, read.code) == (value, "")


@pytest.mark.parametrize(
    ("table", "field", "cell", "code"),
    [
        ("patients", "sex", "男?", "category_unknown"),
        ("patients", "sex", "未知", "category_unknown"),
        ("patients", "sex", "1", "code_ambiguous"),
        ("patients", "best_response", "改善", "category_unknown"),
        ("patients", "prior_cetuximab", "2", "boolean_unknown"),
        ("patients", "prior_cetuximab", "maybe", "boolean_unknown"),
        ("follow_up", "vital_status", "1", "code_ambiguous"),
        ("follow_up", "vital_status", 0, "code_ambiguous"),
    ],
)
def test_word_unknown_or_code_without_book_is_an_error(
    table: str, field: str, cell: Cell, code: str
) -> None:
    read = _read(table, field, cell)
    assert read.is_error
    assert read.code == code


@pytest.mark.parametrize(
    ("field", "header", "readable"),
    [
        ("os_event", "os_event", True),
        ("os_event", "death_event", True),
        ("os_event", "是否死亡", True),
        ("os_event", "OS状态", False),
        ("os_event", "死亡状态", False),
        ("os_event", "os_status", False),
        ("pfs_event", "pfs_event", True),
        ("pfs_event", "是否进展", True),
        ("pfs_event", "PFS状态", False),
    ],
)
def test_zero_and_one_count_only_under_a_header_that_asks_for_the_event(
    field: str, header: str, readable: bool
) -> None:
    one, zero = (_read("follow_up", field, cell, header) for cell in ("1", 0))
    assert one.is_error is not readable
    assert (one.value, zero.value) == ((True, False) if readable else (None, None))


@pytest.mark.parametrize(
    ("header", "field", "cell", "value"),
    [
        ("生存状态(1=死亡,0=存活)", "vital_status", "1", "DEAD"),
        ("生存状态（0=死亡；1=存活）", "vital_status", 1.0, "ALIVE"),
        ("性别(1=男,2=女)", "sex", "2", "F"),
        ("是否死亡(1=是)", "os_event", "0", False),
        ("OS状态(0=删失 1=死亡)", "os_event", "1", True),
    ],
)
def test_codebook_in_the_header_gives_codes_their_meaning(
    header: str, field: str, cell: Cell, value: object
) -> None:
    mapping = recognise_columns(Sheet("患者", 1, ("患者编号", header), ()))
    match = mapping.columns[1]
    assert match.field == field
    assert reader_for(match, Decimal.POINT)(cell).value == value


def test_site_of_metastasis_means_yes_and_names_the_site() -> None:
    read = _read("patients", "extrahepatic_mets", "肺转移")
    assert (read.value, read.also) == (True, (("extrahepatic_sites", "肺转移"),))
    assert read.code == "site_means_yes"
