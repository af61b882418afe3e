"""The CTCAE rule files: what the loaders reject, and that every name can be shown."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from core.analysis import toxicity
from core.errors import RuleFileInvalid
from core.rules.ctcae import TERMS_FILE, ae_terms, read_terms, resolve_term, soc_key, term_key
from core.rules.ctcae_labs import LABS_FILE, NONE_IN_V5, lab_terms, read_lab_terms, terms_of
from core.rules.ctcae_units import (
    DIPSTICK_FILE,
    UNITS_FILE,
    dipstick_level,
    read_dipstick,
    read_units,
    unit_of,
)
from core.text import catalogue

LABS, TERMS, UNITS = "labs", "terms", "units"
FILES = {LABS: LABS_FILE, TERMS: TERMS_FILE, UNITS: UNITS_FILE}
READERS: dict[str, Callable[[Path], object]] = {
    LABS: read_lab_terms,
    TERMS: read_terms,
    UNITS: read_units,
}


def altered(folder: Path, which: str, line: int, column: str, value: str) -> Path:
    with FILES[which].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[line - 1][rows[0].index(column)] = value
    path = folder / FILES[which].name
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


@pytest.mark.parametrize(
    ("which", "line", "column", "value"),
    [
        (LABS, 2, "reference", "TIMES"),
        (LABS, 3, "grade", "6"),
        (LABS, 4, "high", "eighty"),
        (LABS, 3, "low", "inf"),
        (LABS, 3, "low", "100"),
        (LABS, 4, "high", ""),
        (LABS, 3, "low_inclusive", "yes"),
        (LABS, 5, "direction", "down"),
        (LABS, 5, "applies_when", "always"),
        (LABS, 85, "condition", "in pain"),
        (LABS, 3, "rule_id", "A-HGB-L01"),
        (LABS, 2, "ctcae_term", ""),
        (TERMS, 3, "ctcae_term", "Abdominal pain"),
        (TERMS, 3, "soc", ""),
        (TERMS, 3, "grade2", ""),
        (UNITS, 2, "factor", "ten"),
        (UNITS, 2, "common_factor", "0"),
        (UNITS, 2, "implausible_above", "much"),
        (UNITS, 2, "unit", ""),
    ],
)
def test_bad_rule_is_rejected_naming_file_and_line(
    tmp_path: Path, which: str, line: int, column: str, value: str
) -> None:
    path = altered(tmp_path, which, line, column, value)
    with pytest.raises(RuleFileInvalid) as caught:
        READERS[which](path)
    assert caught.value.facts["file"] == path.name
    assert caught.value.facts["line"] == line


def test_one_synonym_for_two_terms_is_rejected(tmp_path: Path) -> None:
    path = altered(tmp_path, TERMS, 3, "aliases_zh", "恶心|腹痛")
    with pytest.raises(RuleFileInvalid) as caught:
        read_terms(path)
    assert caught.value.facts["value"] == "腹痛"


def test_term_without_any_grade_is_rejected(tmp_path: Path) -> None:
    for grade in (1, 2, 3):
        path = altered(tmp_path, TERMS, 2, f"grade{grade}", "-")
    with path.open(encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    lines[1] = re.sub(r"mild.*ADL", "-,-,-", lines[1])
    path.write_text("\n".join(lines[:2]), encoding="utf-8")
    with pytest.raises(RuleFileInvalid):
        read_terms(path)


@pytest.mark.parametrize("text", ["level,spelling\nNEG,-\n", "level,spellings\nNEG,-,x\n"])
def test_wrong_columns_are_rejected(tmp_path: Path, text: str) -> None:
    path = tmp_path / DIPSTICK_FILE.name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileInvalid):
        read_dipstick(path)


@pytest.mark.parametrize("text", ["level,spellings\n9+,x\n", "level,spellings\n1+,x\n2+,x\n"])
def test_bad_dipstick_levels_are_rejected(tmp_path: Path, text: str) -> None:
    path = tmp_path / DIPSTICK_FILE.name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileInvalid):
        read_dipstick(path)


def test_one_spelling_for_two_units_of_a_test_is_rejected(tmp_path: Path) -> None:
    path = altered(tmp_path, UNITS, 3, "spellings", "g/l")
    with pytest.raises(RuleFileInvalid):
        read_units(path)


def test_numbers_and_management_are_not_mixed_in_one_term(tmp_path: Path) -> None:
    path = altered(tmp_path, LABS, 3, "reference", "CLINICAL")
    with pytest.raises(RuleFileInvalid):
        read_lab_terms(path)


def test_every_laboratory_term_is_an_adverse_event_term_with_that_grade() -> None:
    for term in lab_terms().values():
        if term.term == NONE_IN_V5:
            continue
        listed = ae_terms()[term.term]
        assert listed.soc == term.soc
        assert {rule.grade for rule in term.rules} <= set(listed.grades)


def test_every_printed_unit_is_known_by_its_own_name() -> None:
    for term in lab_terms().values():
        for unit in term.printed_units:
            found = unit_of(term.analyte, unit)
            assert found is not None
            assert (found.name, found.factor) == (unit, 1.0)


def test_every_term_and_class_has_a_name_in_both_languages() -> None:
    for term in ae_terms().values():
        assert catalogue.text(term_key(term.term), "en") == term.term
        assert resolve_term(catalogue.text(term_key(term.term), "zh")) is term
        assert catalogue.text(soc_key(term.soc), "en") == term.soc
        assert catalogue.has(soc_key(term.soc))


def test_every_code_of_this_room_has_a_sentence() -> None:
    folder = Path(str(toxicity.__file__)).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'"(toxicity\.[a-z_]+\.[A-Za-z_0-9]+)"', source))
    codes |= {
        f"toxicity.flag.{flag}"
        for flag in re.findall(r'"([A-Z]+_[A-Z_]+|ADVISORY|CENSORED)":', source)
    }
    codes |= {
        f"toxicity.reason.{r}" for r in re.findall(r'reason\[[^]]+\] = "([a-z_0-9]+)"', source)
    }
    codes.discard("toxicity.flag.ULN_OR_BASE")
    assert len(codes) > 20
    assert {code for code in codes if not catalogue.has(code)} == set()


def test_management_terms_do_not_stand_in_for_a_numeric_one() -> None:
    assert "Acute kidney injury" not in {term.term for term in terms_of("CREAT")}
    assert "Febrile neutropenia" not in {term.term for term in terms_of("NEUT")}
    assert "Hyperglycemia" in {term.term for term in terms_of("GLUC")}


def test_dipstick_level_missing_is_unreadable() -> None:
    assert dipstick_level(None) is None
