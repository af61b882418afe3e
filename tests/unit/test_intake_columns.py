"""Headers to fields, sheets to tables; nothing joined or dropped silently."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from core.errors import RuleFileInvalid
from core.intake.cells import Sheet, SheetRow
from core.intake.columns import recognise_columns
from core.results.intake import Confidence, SheetMapping
from core.rules.columns import (
    column_rules,
    display_header,
    headers_of,
    lab_codes,
    read_column_rules,
    sheet_name,
)
from core.rules.values import read_values, value_groups
from core.schema import TABLES, column_specs


def _mapping(headers: Sequence[str], name: str = "Sheet1", rows: int = 0) -> SheetMapping:
    body = tuple(SheetRow(i + 2, tuple("x" for _ in headers)) for i in range(rows))
    return recognise_columns(Sheet(name, 1, tuple(headers), body))


def _fields(mapping: SheetMapping) -> list[tuple[str, str, str]]:
    return [(c.table, c.field, c.unit) for c in mapping.columns]


@pytest.mark.parametrize(
    ("header", "field", "unit"),
    [
        ("肿瘤最大直径/cm", "max_tumor_diameter_cm", "cm"),
        ("肿瘤最大直径（mm）", "max_tumor_diameter_cm", "mm"),
        ("身高(cm)", "height_cm", "cm"),
        ("Height (in)", "height_cm", "in"),
        ("height_cm", "height_cm", "cm"),
        ("ＥＣＯＧ评分", "ecog", ""),
        ("年龄/岁", "age", "岁"),
        ("年龄\n(岁)", "age", "岁"),
        ("RAS/BRAF状态", "ras_braf_status", ""),
        ("最佳疗效", "best_response", ""),
    ],
)
def test_header_with_unit_or_spelling_is_its_field(header: str, field: str, unit: str) -> None:
    mapping = _mapping(["患者编号", "性别", header])
    assert _fields(mapping)[2] == ("patients", field, unit)
    assert mapping.columns[2].confidence is Confidence.EXACT


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("table", list(TABLES))
def test_display_headers_of_a_table_are_recognised_as_themselves(table: str, language: str) -> None:
    names = [spec.name for spec in column_specs(table)]
    headers = [display_header(table, name, language) for name in names]  # type: ignore[arg-type]
    mapping = _mapping(headers, sheet_name(table, language))  # type: ignore[arg-type]
    assert mapping.table == table
    assert [(c.table, c.field) for c in mapping.columns] == [(table, name) for name in names]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_display_headers_of_laboratory_columns_are_recognised(language: str) -> None:
    headers = [display_header("labs_wide", code, language) for code in lab_codes()]  # type: ignore[arg-type]
    mapping = _mapping(["患者编号", "性别", *headers])
    found = [(c.table, c.field) for c in mapping.columns[2:]]
    assert found == [("labs_wide", code) for code in lab_codes()]


def test_every_column_of_the_schema_has_headers_in_both_languages() -> None:
    for table in TABLES:
        for spec in column_specs(table):
            rule = column_rules()[table, spec.name]
            assert rule.headers_zh
            assert rule.headers_en
            if spec.kind == "category":
                known = set(value_groups()[rule.values].values())
                assert set(spec.categories) <= known | {"NON-CR/NON-PD"}


@pytest.mark.parametrize(
    ("headers", "table"),
    [
        (["患者编号", "性别", "OS(月)", "血红蛋白(g/L)"], "patients"),
        (["患者编号", "HAIC日期", "奥沙利铂(mg)"], "haic_sessions"),
        (["patient_id", "term", "grade"], "adverse_events"),
        (["患者编号", "检验日期", "检验项目", "结果", "单位"], "labs"),
        (["患者编号", "病灶编号", "检查日期", "长径(mm)"], "lesion_measurements"),
        (["患者编号", "病灶编号", "病灶类型", "所在器官"], "lesions"),
        (["患者编号", "死亡日期", "末次随访日期"], "follow_up"),
        (["患者编号"], "patients"),
        (["甲", "乙"], ""),
    ],
)
def test_table_of_unnamed_sheet_is_told_by_its_headers(headers: list[str], table: str) -> None:
    assert _mapping(headers).table == table


def test_session_dates_in_columns_are_numbered() -> None:
    mapping = _mapping(["患者编号", "性别", "第1次HAIC日期", "第二次HAIC日期"])
    assert [c.sequence for c in mapping.columns] == [None, None, 1, 2]


def test_similar_header_is_only_suggested() -> None:
    mapping = _mapping(["患者编号", "性别", "肿瘤最大直经"])
    column = mapping.columns[2]
    assert (column.field, column.confidence) == ("max_tumor_diameter_cm", Confidence.SUGGESTED)
    assert not column.used


def test_two_different_columns_for_one_field_are_both_unused() -> None:
    sheet = Sheet("患者", 1, ("患者编号", "体重(kg)", "体重"), (SheetRow(2, ("1", "60", "61")),))
    mapping = recognise_columns(sheet)
    assert [c.confidence for c in mapping.columns[1:]] == [Confidence.CLASH, Confidence.CLASH]


def test_copy_of_a_column_leaves_the_first_in_use() -> None:
    sheet = Sheet("患者", 1, ("患者编号", "体重(kg)", "体重"), (SheetRow(2, ("1", "60", "60")),))
    confidences = [c.confidence for c in recognise_columns(sheet).columns[1:]]
    assert confidences == [Confidence.EXACT, Confidence.CLASH]


@pytest.mark.parametrize("header", ["姓名", "住院号", "身份证号", "联系电话", "MRN", "Phone"])
def test_identifier_is_marked_for_dropping(header: str) -> None:
    assert _mapping(["患者编号", "性别", header]).columns[2].confidence is Confidence.IDENTIFIER


def test_running_number_is_the_key_only_without_a_better_one() -> None:
    assert _mapping(["序号", "性别"]).columns[0].field == "patient_id"
    mapping = _mapping(["序号", "患者编号", "性别"])
    assert [c.field for c in mapping.columns] == ["", "patient_id", "sex"]


_HEAD = (
    "table,field,unit,headers_zh,headers_en,values,class_field,zero_one_headers,"
    "cdisc,fhir_or_mcode,cbioportal,redcap,note\n"
)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ("patients,shoe_size,,鞋码,shoe,,,,,,,,\n", 2),
        ("patients,sex,,性别,,,,,,,,,\n", 2),
        ("patients,sex,,性别,sex,,,,,,,,\npatients,sex,,性别,sex,,,,,,,,\n", 3),
        ("patients,sex,,性别,sex,,,,,,,,\npatients,age,,性别,age,,,,,,,,\n", 3),
        ("patients,sex\n", 2),
    ],
)
def test_broken_column_rule_is_named_with_its_line(tmp_path: Path, lines: str, line: int) -> None:
    path = tmp_path / "columns.csv"
    path.write_text(_HEAD + lines, encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_column_rules(path)
    assert caught.value.facts["line"] == line


def test_word_for_two_categories_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "values.csv"
    path.write_text("group,canonical,words\nsex,M,x\nsex,F,x\n", encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_values(path)
    assert caught.value.facts["line"] == 3


def test_field_name_itself_is_a_header() -> None:
    assert headers_of("patients")["lastsurgerydate"] == "last_surgery_date"
