"""Units of laboratory values: what is accepted, what is refused, what it converts to."""

from pathlib import Path

import pytest

from core.errors import RuleFileInvalid
from core.rules.units import (
    accepted_units,
    analytes,
    canonical_unit,
    convert,
    default_unit,
    normal_spelling,
    read_units,
    scale_factor,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "10^9/L", "×10^9/L", "x10^9/L", "10*9/L", "10**9/L", "10E9/L", "10e+9/L", "10^9·L-1",
        "10⁹/L", "10⁹·L⁻¹", "109/L", "(10^9/L)", "１０＾９／Ｌ", "×10^9 /L", "G/L", "10^9.L-1",
        "×10(9)/L", "10∧9/L",
    ],
)  # fmt: skip
def test_cell_count_spelling_is_giga_per_litre(spelling: str) -> None:
    match = canonical_unit("PLAT", spelling)
    assert match is not None
    assert (match.unit, match.factor) == ("10^9/L", 1.0)


@pytest.mark.parametrize(
    ("analyte", "unit", "value", "expected"),
    [
        ("HGB", "g/dL", 9.0, 90.0),
        ("HGB", "g/dl", 9.0, 90.0),
        ("HGB", "mmol/L", 5.0, 80.57),
        ("NEUT", "/uL", 1500, 1.5),
        ("NEUT", "/mm³", 1499, 1.499),
        ("PLAT", "K/µL", 80, 80.0),
        ("PLAT", "K/μL", 80, 80.0),
        ("PLAT", "万/mm3", 8, 80.0),
        ("CREAT", "mg/dL", 1.0, 88.4),
        ("CREAT", "µmol/L", 70, 70.0),
        ("CREAT", "μmol·L-1", 70, 70.0),
        ("UREA", "mg/dL", 14.0, 4.998),
        ("ALT", "IU/L", 40, 40.0),
        ("ALT", "ukat/L", 1.0, 60.0),
        ("BILI", "mg/dL", 1.0, 17.1),
        ("GLUC", "mg/dL", 180.16, 10.0),
        ("CA", "mg/dL", 10.02, 2.5),
        ("MG", "mEq/L", 2.0, 1.0),
        ("UPROT_24H", "mg/24h", 800, 0.8),
        ("UPROT_24H", "g/24小时", 0.8, 0.8),
        ("WEIGHT", "斤", 130, 65.0),
    ],
)
def test_value_in_accepted_unit_converts(
    analyte: str, unit: str, value: float, expected: float
) -> None:
    assert convert(value, analyte, unit) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("analyte", "unit"),
    [
        ("HGB", ""), ("HGB", "mg/L"), ("HGB", "10^9/L"), ("NEUT", "%"), ("PLAT", "10^12/L"),
        ("CREATCLR", "mL/min/1.73m2"), ("EGFR", "mL/min"), ("PT", "%"), ("ALB", "%"),
        ("CREAT", "g/L"), ("NOT_AN_ANALYTE", "g/L"),
    ],
)  # fmt: skip
def test_value_in_foreign_unit_is_never_converted(analyte: str, unit: str) -> None:
    assert canonical_unit(analyte, unit) is None
    assert convert(1.0, analyte, unit) is None


def test_superscript_lost_and_kept_mean_the_same() -> None:
    assert normal_spelling("10⁹/L") == normal_spelling("109/L") == "10^9/l"


def test_plausible_range_refuses_value_of_another_unit() -> None:
    grams_per_litre = canonical_unit("HGB", "g/L")
    assert grams_per_litre is not None
    assert grams_per_litre.is_plausible(95.0)
    assert not grams_per_litre.is_plausible(9.5)


def test_each_analyte_has_its_canonical_unit_first() -> None:
    assert len(analytes()) > 40
    for code in analytes():
        match = default_unit(code)
        assert match is not None
        assert accepted_units(code)[0] == match.canonical


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("cm", "mm", 10.0), ("m", "cm", 100.0), ("in", "mm", 25.4), ("g", "kg", 0.001),
        ("lb", "kg", 0.45359237), ("斤", "kg", 0.5), ("g", "mg", 1000.0), ("公斤", "kg", 1.0),
        ("months", "weeks", 30.4375 / 7), ("kg", "mm", None), ("?", "mm", None),
    ],
)  # fmt: skip
def test_scale_between_units(source: str, target: str, factor: float | None) -> None:
    found = scale_factor(source, target)
    assert found == (None if factor is None else pytest.approx(factor))


@pytest.mark.parametrize(
    "line",
    [
        "HGB,g/L,0,20,250,",
        "HGB,g/L,1,250,20,",
        "HGB,g/L,one,20,250,",
        "HGB,stone/L,1,20,250,",
        "HGB,g/L,1,20,250",
        "HGB,g/L,1,20,x,",
    ],
)
def test_broken_unit_row_is_refused_with_file_and_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(f"analyte,unit,factor,low,high,spellings\n*,g/L,,,,\n{line}\n", "utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_units(path)
    assert caught.value.facts["file"] == "units.csv"
    assert caught.value.facts["line"] == 3


def test_unit_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("analyte,unit\n", "utf-8")
    with pytest.raises(RuleFileInvalid):
        read_units(path)


def test_spelling_of_two_units_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(
        "analyte,unit,factor,low,high,spellings\n*,g/L,,,,x\n*,g/dL,,,,x\n"
        "HGB,g/L,1,20,250,\nHGB,g/dL,10,,,\n",
        "utf-8",
    )
    with pytest.raises(RuleFileInvalid):
        read_units(path)
