"""Checks of pasted tables, on both sides of each limit."""

from __future__ import annotations

import pytest

from core.analysis.audit.pasted import read_pasted
from core.analysis.audit.tables import audit_pasted
from core.results.audit import AuditCheck, PastedKind

Verdicts = dict[str, str]


def audit(words: str, kind: PastedKind, total: int | None = None) -> dict[str, AuditCheck]:
    return {check.key: check for check in audit_pasted(read_pasted(words, kind, total))}


def verdicts(words: str, kind: PastedKind, total: int | None = None) -> Verdicts:
    return {key: check.verdict.value for key, check in audit(words, kind, total).items()}


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("PR\t4\t16.7%", "consistent"),
        ("PR\t4\t16.6%", "inconsistent"),
        ("PR\t4\t17%", "consistent"),
        ("PR 4 (16.7%)", "consistent"),
        ("部分缓解　４（１６．７％）", "consistent"),
        ("PR\t25\t104.2%", "inconsistent"),
        ("PR\t0\t0%", "consistent"),
    ],
)
def test_percentage_is_consistent_only_within_rounding(line: str, verdict: str) -> None:
    assert list(verdicts(line, PastedKind.COUNTS, 24).values()) == [verdict]


def test_wrong_percentage_names_the_denominator_that_it_belongs_to() -> None:
    check = audit("DCR\t15\t60.0%", PastedKind.COUNTS, 24)["counts.1.percent"]
    assert check.meaning is not None
    assert check.meaning.code == "audit.meaning.denominator"
    assert dict(check.meaning.facts)["N"] == 25


def test_count_without_any_denominator_asks_for_it() -> None:
    assert verdicts("PR\t4\t16.7%", PastedKind.COUNTS) == {"counts.1": "caution"}


def test_total_line_gives_the_denominator_and_label_may_hold_numbers() -> None:
    table = read_pasted("N=24\nECOG 1 5 20.8%", PastedKind.COUNTS)
    assert table.total == 24
    assert (table.rows[0].label, len(table.rows[0].numbers)) == ("ECOG 1", 2)


@pytest.mark.parametrize(
    ("line", "key", "verdict"),
    [
        ("A\t1.80\t0.51\t6.36\t0.36", "hazard.1.middle", "consistent"),
        ("A\t2.80\t0.51\t6.36\t0.36", "hazard.1.middle", "inconsistent"),
        ("A\t1.805\t0.512\t6.364\t0.358", "hazard.1.p", "consistent"),
        ("A\t1.805\t0.512\t6.364\t0.458", "hazard.1.p", "inconsistent"),
        ("A\t17.463\t1.243\t245.368\t0.034", "hazard.1.significance", "consistent"),
        ("A\t17.463\t1.243\t245.368\t0.134", "hazard.1.significance", "inconsistent"),
        ("A\t4.00\t2.00\t8.00\t<0.001", "hazard.1.p", "consistent"),
        ("A\t1.10\t0.90\t1.34\t<0.001", "hazard.1.p", "inconsistent"),
        ("A\t9.00\t0.51\t6.36\t0.36", "hazard.1.inside", "inconsistent"),
        ("A\t1.00\t0.50\t2.00\t1.00", "hazard.1.p", "consistent"),
        ("A\t0.50\t0.00\t6.36\t0.36", "hazard.1", "caution"),
    ],
)
def test_hazard_ratio_interval_and_p_are_held_against_each_other(
    line: str, key: str, verdict: str
) -> None:
    assert verdicts(line, PastedKind.HAZARD)[key] == verdict


def test_cox_row_with_a_wrong_wald_is_found() -> None:
    right = verdicts("A\t2.961\t1.176\t6.342\t0.012\t19.324\t1.928\t193.637", PastedKind.COX)
    wrong = verdicts("A\t2.961\t1.176\t6.442\t0.012\t19.324\t1.928\t193.637", PastedKind.COX)
    assert set(right.values()) == {"consistent"}
    assert [key for key, value in wrong.items() if value == "inconsistent"] == ["cox.1.wald"]


def test_p_printed_as_zero_is_a_small_p() -> None:
    found = verdicts("A\t2.0\t0.4\t25.0\t.000\t7.389\t3.374\t16.183", PastedKind.COX)
    assert found["cox.1.p"] == "consistent"


@pytest.mark.parametrize(
    ("overall", "verdict"),
    [
        ("13.6", "inconsistent"),
        ("16.6", "consistent"),
        ("17.0", "consistent"),
        ("18.3", "inconsistent"),
    ],
)
def test_overall_median_must_lie_between_the_groups(overall: str, verdict: str) -> None:
    words = f"Overall\t24\t{overall}\n<50\t5\t16.6\n≥50\t19\t18.1"
    assert verdicts(words, PastedKind.MEDIANS)["medians.2.between"] == verdict


def test_levels_that_do_not_add_up_are_found() -> None:
    words = "总体\t24\t13.6\n男\t16\t12.0\n女\t7\t14.0"
    assert verdicts(words, PastedKind.MEDIANS)["medians.2.sum"] == "inconsistent"


@pytest.mark.parametrize(
    ("rate", "median", "verdict"),
    [
        ("50.0", "13.6", "explained"),
        ("50.0", "11.9", "consistent"),
        ("45.8", "13.6", "inconsistent"),
        ("54.2", "13.6", "consistent"),
        ("54.2", "11.0", "inconsistent"),
        ("45.8", "11.0", "consistent"),
    ],
)
def test_rate_at_a_year_against_the_median(rate: str, median: str, verdict: str) -> None:
    found = verdicts(f"1年\t12\t{rate}\n中位\t{median}", PastedKind.RATES)
    assert found["rates.1"] == verdict


def test_survival_rate_that_rises_is_found() -> None:
    words = "a\t6\t50.0\nb\t12\t60.0\nmedian\t9.0"
    assert verdicts(words, PastedKind.RATES)["rates.2.falls"] == "inconsistent"


@pytest.mark.parametrize(
    ("words", "is_decimal"),
    [
        ("A\t0,62 (0,41–0,94)\t,025", True),
        ("A\t0,62 (0,41–0.94)\t0,025", False),
        ("A\t1,80 (0,51;6,36)\t0,36", True),
        ("A\t12 (10,18)", False),
        ("A\t3 (0,5)", False),
        ("ECOG 0,1\t20\t83", False),
        ("A\t0,62", True),
        ("A\t1,234", False),
        ("A\t0,62\t1,234,567", False),
    ],
)
def test_commas_are_decimal_only_if_nothing_else_is_possible(words: str, is_decimal: bool) -> None:
    found = verdicts(words, PastedKind.HAZARD)
    assert found.get("decimal_commas") == ("explained" if is_decimal else None)


def test_table_with_decimal_commas_is_checked_as_with_points() -> None:
    commas = verdicts(
        "A\t0,62 (0,41–0,94)\tP = 0,025\nB\t1,80 (0,51–6,36)\t0,36", PastedKind.HAZARD
    )
    points = verdicts(
        "A\t0.62 (0.41–0.94)\tP = 0.025\nB\t1.80 (0.51–6.36)\t0.36", PastedKind.HAZARD
    )
    assert commas.pop("decimal_commas") == "explained"
    assert commas == points
    assert "hazard.1.p" in points
    percents = verdicts("N = 24\nPR\t4 (16,7%)\nSD\t11 (45,8)", PastedKind.COUNTS)
    assert [*percents.values()] == ["explained", "consistent", "consistent"]


@pytest.mark.parametrize("kind", list(PastedKind))
@pytest.mark.parametrize(
    "words", ["", "abc", "1", "- - -", "x\t1e400\t2", "=1+1\t0\t0\t0\t0\t0\t0\t0"]
)
def test_nonsense_gives_no_error(kind: PastedKind, words: str) -> None:
    audit_pasted(read_pasted(words, kind, 24))
