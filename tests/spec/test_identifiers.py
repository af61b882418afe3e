"""Personal identifiers: what is recognised and what stays, on both sides of each rule."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from core.errors import RuleFileInvalid
from core.intake.columns import names_a_person
from core.intake.identity import has_valid_check_digit, identifier_in
from core.intake.personal_text import are_names, found_in, is_address, kind_of, taken_out
from core.rules.identifiers import FILE, read_identifier_rules


@pytest.mark.parametrize("digit", "0123456789X")
def test_only_one_check_digit_of_a_card_is_valid(digit: str) -> None:
    assert has_valid_check_digit("11010519491231002" + digit) is (digit == "X")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("11010519491231002X", "card"), ("110105194912310021", ""), ("110105491231002", "card"),
        ("110105491331002", ""), ("13800138000", "phone"), ("12800138000", ""),
        ("138-0013-8000", "phone"), ("1380013800", ""), ("a.b@hospital.cn", "email"), ("a.b@", ""),
    ],
)  # fmt: skip
def test_value_by_its_form_is_an_identifier_or_not(text: str, kind: str) -> None:
    assert identifier_in(text) == kind


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("患者张三，男", "患者[…]，男"),
        ("姓名：欧阳修 男", "姓名：[…] 男"),
        ("患者姓名：高明", "患者姓名：[…]"),
        ("住院号 1234567，术后", "住院号 […]，术后"),
        ("MRN: A123456", "MRN: […]"),
        ("电话13800138000", "电话[…]"),
        ("0571-87654321", "[…]"),
        ("联系 a.b@c.com", "联系 […]"),
        ("家住杭州市西湖区文三路12号，独居", "[…]，独居"),
        ("Patient name: John Smith, male", "Patient name: […], male"),
        ("张三丰今日，患者张三丰，张三丰", "[…]今日，患者[…]，[…]"),
        ("身份证11010519491231002X", "身份证[…]"),
    ],
)
def test_identifier_in_free_text_is_taken_out_and_the_rest_stays(text: str, left: str) -> None:
    assert taken_out(text)[0] == left


@pytest.mark.parametrize(
    "text",
    [
        "患者高热3天，", "患者曾行TACE", "患者于2020年确诊", "患者陈述腹痛，", "患者周身不适，",
        "2021-03-04 12:00", "结肠癌术后，肝转移", "上海市第一人民医院", "奥沙利铂130mg",
        "CEA 12345 ng/mL", "NCT01234567", "P0001-20210304", "右肝S5/S8 区域路径",
        "drug name: Oxaliplatin", "住院号", "cT4N2M1", "",
    ],
)  # fmt: skip
def test_clinical_text_is_left_as_it_is(text: str) -> None:
    assert taken_out(text) == (text, ())
    assert found_in(text) == ()


def test_column_of_names_needs_most_cells_and_several_surnames() -> None:
    names = ["张三", "李晓明", "王芳", "欧阳修", "赵敏"]
    assert are_names(Counter(names))
    assert are_names(Counter([*names[:4], "肝右叶"]))
    assert not are_names(Counter([*names[:3], "肝右叶"]))
    assert not are_names(Counter(["张三", "张四", "张五"]))
    assert not are_names(Counter(["高分化", "中分化", "低分化"]))
    assert not are_names(Counter(["左半结肠", "右半结肠", "直肠"]))


def test_address_needs_place_and_street() -> None:
    assert is_address("浙江省杭州市西湖区文三路123号5幢201室")
    assert not is_address("复旦大学附属中山医院")
    assert kind_of(Counter(["杭州市西湖区文三路1号", "宁波市海曙区中山路2号"])) == "address"


@pytest.mark.parametrize(
    "header", ["住院号", "家属联系电话", "患者姓名", "Hospital No", "身份证号"]
)
def test_header_that_names_a_person(header: str) -> None:
    assert names_a_person(header)


@pytest.mark.parametrize("header", ["研究编号", "住院天数", "Hospital nights", "病理类型", "年龄"])
def test_header_that_names_nobody(header: str) -> None:
    assert not names_a_person(header)


@pytest.mark.parametrize(
    ("old", "new"), [("share = 0.8", "share = 1.8"), ("[headers]", "[heads]"), ("[names]", "[")]
)
def test_broken_rule_file_is_refused(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "identifiers.toml"
    path.write_text(FILE.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(RuleFileInvalid):
        read_identifier_rules(path)
