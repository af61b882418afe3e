"""Groups of the patients at baseline: both sides of each limit, unknowns, own variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.analysis.baseline.derive import derive_factors
from core.errors import RuleFileInvalid
from core.results.baseline import FactorFrame
from core.rules.factors import factor_rules
from core.schema import StudyData, typed_frame
from core.text.catalogue import LANGUAGES, has, say


def study(columns: dict[str, list[Any]], own: tuple[str, ...] = (), **tables: Any) -> StudyData:
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame({"patient_id": [f"P{i}" for i in range(n)], **columns})
    frames = {"patients": typed_frame("patients", frame)}
    frames |= {name: typed_frame(name, pd.DataFrame(rows)) for name, rows in tables.items()}
    return StudyData(frames, own_variables=own)


def codes(factors: FactorFrame) -> set[str]:
    return {message.code.rsplit(".", 1)[1] for message in factors.messages}


@pytest.mark.parametrize(
    ("column", "value", "level"),
    [
        ("age", 49.99, "<50"),
        ("age", 50, ">=50"),
        ("age", None, None),
        ("prior_lines", 1, "<2"),
        ("prior_lines", 2, "2"),
        ("prior_lines", 3, ">=3"),
        ("prior_lines", 7, ">=3"),
        ("tumor_number", 4, "<5"),
        ("tumor_number", 5, ">=5"),
        ("max_tumor_diameter_cm", 4.99, "<5"),
        ("max_tumor_diameter_cm", 5.0, ">=5"),
        ("sex", "M", "male"),
        ("sex", "F", "female"),
        ("extrahepatic_mets", True, "yes"),
        ("extrahepatic_mets", False, "no"),
        ("ras_braf_status", "WILD", "wild-type"),
        ("ras_braf_status", "MUTANT", "mutant"),
        ("ras_braf_status", "UNKNOWN", None),
        ("ecog", 0, "0"),
        ("ecog", 1, "1"),
        ("ecog", 2, "2"),
        ("prior_cetuximab", True, "yes"),
        ("prior_bevacizumab", None, None),
    ],
)
def test_factor_at_limit_gives_level(column: str, value: Any, level: str | None) -> None:
    assert derive_factors(study({column: [value]})).table[column].tolist() == [level]


@pytest.mark.parametrize(
    ("column", "category", "level"),
    [
        ("prior_lines", "2", "2"),
        ("prior_lines", ">=3", ">=3"),
        ("tumor_number", "<5", "<5"),
        ("max_tumor_diameter_cm", ">=5", ">=5"),
    ],
)
def test_factor_without_number_takes_recorded_category(
    column: str, category: str, level: str
) -> None:
    fallback = {
        "prior_lines": "prior_lines_cat",
        "tumor_number": "tumor_number_cat",
        "max_tumor_diameter_cm": "max_tumor_diameter_cat",
    }[column]
    factors = derive_factors(study({fallback: [category]}))
    assert factors.table[column].tolist() == [level]
    assert "category_given" in codes(factors)


def test_factor_with_number_and_category_takes_number() -> None:
    factors = derive_factors(study({"tumor_number": [7], "tumor_number_cat": ["<5"]}))
    assert factors.table["tumor_number"].tolist() == [">=5"]


@pytest.mark.parametrize(
    ("kras", "nras", "braf", "level"),
    [
        ("WILD", "WILD", "WILD", "wild-type"),
        ("WILD", None, None, "wild-type"),
        ("WILD", "UNKNOWN", "WILD", None),
        ("WILD", "WILD", "MUTANT", "mutant"),
        (None, "UNKNOWN", "MUTANT", "mutant"),
        (None, None, None, None),
    ],
)
def test_ras_braf_from_genes_wild_only_if_all_tested_wild(
    kras: str | None, nras: str | None, braf: str | None, level: str | None
) -> None:
    genes = {"kras_status": [kras], "nras_status": [nras], "braf_status": [braf]}
    assert derive_factors(study(genes)).table["ras_braf_status"].tolist() == [level]


def test_ras_braf_recorded_is_not_overruled_by_genes() -> None:
    data = study({"ras_braf_status": ["WILD"], "kras_status": ["MUTANT"]})
    assert derive_factors(data).table["ras_braf_status"].tolist() == ["wild-type"]


def test_optional_levels_absent_are_not_listed() -> None:
    assert derive_factors(study({"ecog": [0, 1]})).factor("ecog").codes == ("0", "1")
    assert derive_factors(study({"ecog": [0, 2]})).factor("ecog").codes == ("0", "1", "2")


def test_age_missing_comes_from_birth_date_in_completed_years() -> None:
    data = study(
        {"birth_date": ["1971-06-02", "1971-06-01"]},
        haic_sessions={"patient_id": ["P0", "P1"], "session_date": ["2021-06-01", "2021-06-01"]},
    )
    factors = derive_factors(data)
    assert factors.table["age"].tolist() == ["<50", ">=50"]
    assert "age_from_birth" in codes(factors)


def test_tables_of_publication_hold_their_factors() -> None:
    factors = derive_factors(study({"age": [60]}))
    assert [f.name for f in factors.of_table("table_5")] == [
        "prior_lines",
        "tumor_number",
        "max_tumor_diameter_cm",
        "extrahepatic_mets",
        "ras_braf_status",
        "ecog",
    ]
    assert len(factors.of_table("table_4")) == 8
    assert len(factors.of_table("table_1")) == 10


def test_factor_without_any_value_names_its_column() -> None:
    assert "not_given" in codes(derive_factors(study({"age": [60]})))


def test_own_text_with_few_values_is_factor_under_its_header() -> None:
    factors = derive_factors(study({"部位": ["左", "右", "左", None]}, own=("部位",)))
    factor = factors.factor("部位")
    assert factor.label == "部位"
    assert factor.codes == ("右", "左")
    assert factors.table["部位"].tolist() == ["左", "右", "左", None]


def test_own_number_is_split_at_median_upper_including() -> None:
    factors = derive_factors(study({"CEA": [1, 2, 10, 40, 50]}, own=("CEA",)))
    assert factors.factor("CEA").cut == 10
    assert factors.table["CEA"].tolist() == ["<10", "<10", ">=10", ">=10", ">=10"]
    assert "own_split" in codes(factors)


def test_own_number_with_most_at_minimum_leaves_no_group_empty() -> None:
    factors = derive_factors(study({"CEA": [0, 0, 0, 3, 5]}, own=("CEA",)))
    assert factors.table["CEA"].value_counts().to_dict() == {"<3": 3, ">=3": 2}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (["a"] * 7, "own_single"),
        (list("abcdefg"), "own_too_many"),
        ([pd.Timestamp("2021-01-01")] * 7, "own_date"),
    ],
)
def test_own_variable_that_groups_nobody_says_why(values: list[Any], code: str) -> None:
    factors = derive_factors(study({"own": values}, own=("own",)))
    assert "own" not in factors.table
    assert code in codes(factors)


def test_own_variable_with_six_values_is_factor() -> None:
    assert len(derive_factors(study({"own": list("abcdef")}, own=("own",))).factors) == 11


def test_every_label_and_message_is_worded_in_both_languages() -> None:
    data = study({"prior_lines": [1], "ras_braf_status": ["UNKNOWN"], "own": [1]}, own=("own",))
    factors = derive_factors(data)
    for rule in factor_rules():
        for key in ("name", *(level.code for level in rule.levels)):
            assert has(f"factors.{rule.name}.{key}")
    for message in factors.messages:
        for language in LANGUAGES:
            assert say(message, language)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('name = "age"\nkind = "bands"\nreference = "x"', "reference"),
        ('name = "no_column"\nkind = "bands"\nreference = "a"', "no column"),
        ('name = "age"\nkind = "bands"\nreference = "a"\nspare = 1', "Extra"),
    ],
)
def test_bad_factor_rule_names_file_and_line(tmp_path: Path, entry: str, problem: str) -> None:
    file = tmp_path / "factors.toml"
    levels = 'levels = [{ code = "a", from = 0, below = 5 }, { code = "b", from = 5 }]'
    file.write_text(f"# one line\n[[factor]]\n{entry}\ntables = []\n{levels}\n", encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        factor_rules(file)
    assert caught.value.facts["line"] == 2
    assert problem in str(caught.value.facts["problem"])


def test_bands_with_gap_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "factors.toml"
    levels = 'levels = [{ code = "a", from = 0, below = 4 }, { code = "b", from = 5 }]'
    file.write_text(
        f'[[factor]]\nname = "age"\nkind = "bands"\nreference = "a"\ntables = []\n{levels}\n',
        encoding="utf-8",
    )
    with pytest.raises(RuleFileInvalid):
        factor_rules(file)
