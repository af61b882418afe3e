"""Tables as people paste them, each wrong in one way: the verdict and its arithmetic in words."""

from __future__ import annotations

import pytest

from core.analysis.audit.pasted import read_pasted
from core.analysis.audit.tables import audit_pasted
from core.exports.tables.audit import audit_table
from core.results.audit import AuditCheck, AuditVerdict, PastedKind
from core.text.catalogue import LANGUAGES, Language, say


def checks(words: str, kind: PastedKind, total: int | None = None) -> tuple[AuditCheck, ...]:
    return audit_pasted(read_pasted(words, kind, total))


def verdict(words: str, kind: PastedKind, key: str, total: int | None = None) -> str:
    found = {check.key: check.verdict.value for check in checks(words, kind, total)}
    return found[key]


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("DCR 15/24 (62.5%)", "62.5%"),
        ("DCR\t15/24\t62.5%", "62.5%"),
        (
            "疾病控制率（ＤＣＲ）　１５／２４（６２．５％，９５％ＣＩ　４０．６～８１．２％）",
            "62.5%",
        ),
        ("DCR 15/24 (62.5%; 95% CI, 40.6 to 81.2)", "62.5%"),
        ("DCR\t15 (62.5%, 40.6–81.2)", "62.5%"),
        ("Grade 1-2 | 19 | 79.2", "79.2%"),
    ],
)
def test_share_is_read_however_it_is_written(line: str, printed: str) -> None:
    (check,) = checks(line, PastedKind.COUNTS, 24)
    assert (check.verdict.value, check.printed) == ("consistent", printed)


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        # 16/24 = 66.666…: up or down to the digit, one unit further it is wrong.
        ("66.7", "consistent"),
        ("67", "consistent"),
        ("66.67", "consistent"),
        ("66.6", "inconsistent"),
        ("66.8", "inconsistent"),
        ("66", "inconsistent"),
        ("68", "inconsistent"),
    ],
)
def test_percentage_on_both_sides_of_its_rounding(percent: str, expected: str) -> None:
    assert verdict(f"x\t16\t{percent}%", PastedKind.COUNTS, "counts.1.percent", 24) == expected


@pytest.mark.parametrize(("percent", "right"), [("6.2", True), ("6.3", True), ("6.4", False)])
def test_half_a_unit_may_be_rounded_either_way(percent: str, right: bool) -> None:
    found = verdict(f"x\t1\t{percent}", PastedKind.COUNTS, "counts.1.percent", 16)
    assert (found == "consistent") is right


def test_lines_out_of_another_number_are_named_although_their_shares_are_right() -> None:
    words = "ORR 4/24 (16.7%)\nDCR 15/24 (62.5%)\n肝内 DCR 15/20 (75.0%)"
    found = {check.key: check for check in checks(words, PastedKind.COUNTS)}
    assert found["counts.3.percent"].verdict is AuditVerdict.CONSISTENT
    assert found["counts.3.denominator"].verdict is AuditVerdict.CAUTION
    assert (found["counts.3.denominator"].printed, found["counts.3.denominator"].expected) == (
        "20",
        "24",
    )
    assert "counts.1.denominator" not in found
    given = {check.key for check in checks("ORR 4/24 (16.7%)", PastedKind.COUNTS, 25)}
    assert "counts.1.denominator" in given


def test_more_patients_than_there_are_is_no_percentage() -> None:
    assert verdict("x\t25\t104.2%", PastedKind.COUNTS, "counts.1.count", 24) == "inconsistent"


@pytest.mark.parametrize(
    ("line", "key", "expected"),
    [
        # Outside its interval.
        ("Tumours ≥5 vs <5: HR 0.95 (95% CI 1.10–20.50)", "inside", "inconsistent"),
        # Symmetric on the plain scale, which a hazard ratio's interval never is.
        ("A\t2.00\t1.00\t3.00", "middle", "inconsistent"),
        ("A\t1.73\t1.00\t3.00", "middle", "consistent"),
        # √(1.00 × 3.00) = 1.732; with limits of two decimals 1.72 to 1.74 can be.
        ("A\t1.74\t1.00\t3.00", "middle", "consistent"),
        ("A\t1.76\t1.00\t3.00", "middle", "inconsistent"),
        # P from the interval: 0.0145.
        ("A 2.50 (1.20–5.20) P = 0.015", "p", "consistent"),
        ("A 2.50 (1.20–5.20) P = 0.013", "p", "inconsistent"),
        ("A 2.50 (1.20–5.20) P < 0.05", "p", "consistent"),
        ("A 2.50 (1.20–5.20) P < 0.01", "p", "inconsistent"),
        ("A 2.50 (1.20–5.20) P > 0.05", "p", "inconsistent"),
        ("A 2.50 (0.80–7.81) P > 0.05", "p", "consistent"),
        ("A 2.50 (0.80–7.81) P < 0.05", "significance", "inconsistent"),
        ("Ａ　２．５０（１．２０～５．２０）　Ｐ＜０．０５", "significance", "consistent"),
        ("A 0.50 (0.25–0.99) P = 0.047", "significance", "consistent"),
        ("A 0.50 (0.25–1.02) P = 0.047", "significance", "inconsistent"),
        # A limit printed as 1.00 may be either side.
        ("A 0.50 (0.25–1.00) P = 0.050", "significance", "consistent"),
    ],
)
def test_hazard_ratios_wrong_in_one_way(line: str, key: str, expected: str) -> None:
    assert verdict(line, PastedKind.HAZARD, f"hazard.1.{key}") == expected


def test_chinese_headings_are_no_rows() -> None:
    table = read_pasted(
        "因素\tHR\t95%CI\tP值\n"
        "ＥＣＯＧ １ 分\t１７．４６３\t１．２４３～２４５．３６８\t０．０３４",
        PastedKind.HAZARD,
    )
    assert table.unread == (1,)
    assert {check.verdict.value for check in audit_pasted(table)} == {"consistent"}
    cox = read_pasted("变量\tB\tSE\tWald\tdf\tSig.\tExp(B)\t95%下限\t95%上限", PastedKind.COX)
    assert cox.unread == (1,)
    assert not cox.rows


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("−2.860\t1.348\t4.500\t1\t.034\t0.057\t0.004\t0.804", []),
        ("2.860\t1.348\t4.500\t1\t.034\t0.057\t0.004\t0.804", ["hr", "low", "high"]),
        ("2.860\t1.348\t4.500\t1\t.003\t17.463\t1.243\t245.368", ["p"]),
        ("2.860\t1.348\t2.122\t1\t.034\t17.463\t1.243\t245.368", ["wald"]),
        ("2.860\t1.348\t4.500\t1\t.034\t17.463\t1.243\t45.368", ["high"]),
        ("2.860\t1.384\t4.500\t1\t.034\t17.463\t1.243\t245.368", ["wald", "p", "low", "high"]),
    ],
)
def test_spss_row_with_one_wrong_figure_names_what_does_not_follow(
    line: str, wrong: list[str]
) -> None:
    found = checks(f"ECOG\t{line}", PastedKind.COX)
    names = [c.key.rpartition(".")[2] for c in found if c.verdict is AuditVerdict.INCONSISTENT]
    assert names == wrong


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ("男\t17\t12.0\n女\t7\t15.0", "consistent"),
        ("男\t17\t13.8\n女\t7\t15.0", "inconsistent"),
        # 13.65 may have been rounded to 13.6 and to 13.7.
        ("男\t17\t13.7\n女\t7\t15.0", "consistent"),
        ("男\t17\t12.0 (10.1-13.9)\n女\t7\tNR", "consistent"),
        ("男\t17\t14.0\n女\t7\t未达到", "inconsistent"),
    ],
)
def test_medians_of_groups_around_the_overall_one(groups: str, expected: str) -> None:
    words = f"总体\t24\t13.6 (11.2–16.0)\n{groups}"
    assert verdict(words, PastedKind.MEDIANS, "medians.2.between") == expected


def test_overall_median_not_reached_needs_a_group_that_is_not() -> None:
    reached = "All 24 NR\nA\t12\t10.0\nB\t12\t14.0"
    assert verdict(reached, PastedKind.MEDIANS, "medians.2.between") == "inconsistent"
    open_end = "All 24 NR\nA\t12\t10.0\nB\t12\tNR"
    assert verdict(open_end, PastedKind.MEDIANS, "medians.2.between") == "consistent"


@pytest.mark.parametrize(
    "line",
    ["12-month OS\t45.8%", "1年生存率 45.8%", "OS at 1 year 45.8", "One year\t12\t45.8%",
     "１２个月　４５．８％", "12 months: 45.8% (26.1–63.7)"],
)  # fmt: skip
def test_time_of_a_rate_may_stand_in_words(line: str) -> None:
    words = f"{line}\n中位OS 13.6（11.2～16.0）"
    assert verdict(words, PastedKind.RATES, "rates.1") == "inconsistent"
    later = f"{line}\nmedian OS 11.9 (11.2-16.0)"
    assert verdict(later, PastedKind.RATES, "rates.1") == "consistent"


@pytest.mark.parametrize(("rate", "is_wrong"), [("100.0", False), ("104.2", True)])
def test_rate_beyond_all_patients_is_wrong(rate: str, is_wrong: bool) -> None:
    found = [c.key for c in checks(f"6 months\t{rate}%\nmedian 9.0", PastedKind.RATES)]
    assert ("rates.1.share" in found) is is_wrong


PASTED = (
    (PastedKind.COUNTS, "ORR 4/24 (16.6%)\nx 15/20 (75%)\ny\t30/24\t125%"),
    (PastedKind.HAZARD, "A 2.50 (0.80–7.81) P < 0.05\nB\t9\t1\t2\nC\t2.0\t1.0\t3.0\t0.5"),
    (PastedKind.COX, "A\t2.860\t1.348\t2.122\t1\t.003\t7.463\t2.243\t45.368"),
    (PastedKind.MEDIANS, "总体\t24\t13.6\nA\t5\t16.6\nB\t19\t18.1\nC\t17\t14.0\nD\t6\tNR"),
    (PastedKind.MEDIANS, "All 24 NR\nA\t12\t10.0\nB\t12\t14.0"),
    (PastedKind.RATES, "6 months\t104%\n12 months\t50%\n24 months\t60%\nmedian 13.6"),
)


@pytest.mark.parametrize(("kind", "words"), PASTED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_shows_its_arithmetic_in_the_language(
    kind: PastedKind, words: str, language: Language
) -> None:
    found = checks(words, kind)
    assert any(check.verdict is not AuditVerdict.CONSISTENT for check in found)
    for check in found:
        sentence = say(check.arithmetic, language)
        assert "audit." not in sentence
        assert "inf" not in sentence
        is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in sentence)
        only_formula = any(sign in sentence for sign in "=√")
        assert is_chinese is (language == "zh") or only_formula
    table = audit_table(found, "t", "n", language)
    assert len(table.frame) == len(found)
    assert not table.frame.map(lambda cell: "inf" in cell or "nan" in cell).to_numpy().any()
