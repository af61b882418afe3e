"""Laboratory results: as reported, with sign, unit and range; impossible values are refused."""

from __future__ import annotations

import pytest

from core.intake.labs import lab_code, read_lab, read_range
from core.intake.numbers import Decimal

POINT = Decimal.POINT


@pytest.mark.parametrize(
    ("code", "cell", "unit", "value", "prefix", "kept", "remark"),
    [
        ("HGB", "93", "g/L", 93.0, None, "g/L", ""),
        ("HGB", "9.3", "g/dl", 9.3, None, "g/dL", ""),
        ("PLAT", "184", "×10⁹/L", 184.0, None, "10^9/L", ""),
        ("NEUT", "5980", "cells/uL", 5980.0, None, "/mm3", ""),
        ("ALT", "<5", "U/L", 5.0, "<", "U/L", "limit_kept"),
        ("CEA", "＞1000", "ng/mL", 1000.0, ">", "ng/mL", "limit_kept"),
        ("ALT", "≤5", "U/L", 5.0, "<=", "U/L", "limit_kept"),
        ("ALT", "88↑", "U/L", 88.0, None, "U/L", "number_converted"),
        ("HGB", "93g/L", "g/L", 93.0, None, "g/L", "number_converted"),
        ("HGB", "12.1 g/dL", "g/L", 12.1, None, "g/dL", "unit_in_cell_differs"),
        ("HGB", "20", "g/L", 20.0, None, "g/L", ""),
        ("HGB", "250", "g/L", 250.0, None, "g/L", ""),
        ("HGB", "-", "g/L", None, None, None, "missing_word"),
        ("HGB", "NA", "g/L", None, None, None, "missing_word"),
    ],
)
def test_result_is_kept_as_reported(
    code: str, cell: str, unit: str, value: float | None, prefix: str | None, kept: str | None,
    remark: str,
) -> None:  # fmt: skip
    lab = read_lab(code, cell, unit, POINT)
    assert (lab.value, lab.prefix, lab.unit, lab.remark.code) == (value, prefix, kept, remark)
    assert not lab.remark.is_error


@pytest.mark.parametrize(
    ("code", "cell", "unit", "remark", "fits"),
    [
        ("HGB", "19.9", "g/L", "lab_out_of_range_unit", "g/dL"),
        ("HGB", "250.1", "g/L", "lab_out_of_range", None),
        ("CREAT", "0.9", "umol/L", "lab_out_of_range_unit", "mg/dL"),
        ("HGB", "999", "g/L", "lab_out_of_range_sentinel", None),
        ("HGB", "-9", "g/L", "lab_out_of_range_sentinel", None),
        ("NEUT", "65%", "10^9/L", "number_unreadable", None),
        ("PLAT", "++", "10^9/L", "number_unreadable", None),
        ("PLAT", "100-200", "10^9/L", "number_unreadable", None),
        ("UPROT_DIP", "7", "", "dipstick_unknown", None),
    ],
)
def test_impossible_result_is_refused_with_the_unit_that_fits(
    code: str, cell: str, unit: str, remark: str, fits: str | None
) -> None:
    lab = read_lab(code, cell, unit, POINT)
    assert lab.remark.is_error
    assert lab.remark.code == remark
    assert dict(lab.remark.facts).get("fits") == fits
    assert lab.value is None


@pytest.mark.parametrize(
    ("cell", "level"),
    [("-", "NEG"), ("阴性", "NEG"), ("±", "TRACE"), ("+", "1+"), ("2+", "2+"), ("++++", "4+")],
)
def test_dipstick_signs_are_levels(cell: str, level: str) -> None:
    assert read_lab("UPROT_DIP", cell, "", POINT).text == level


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("3.5-9.5", (3.5, 9.5)), ("3.5--9.5", (3.5, 9.5)), ("0～40", (0.0, 40.0)),
        ("≤40", (None, 40.0)), ("<40 U/L", (None, 40.0)), (">60", (60.0, None)),
        ("9.5-3.5", None), ("阴性", None),
    ],
)  # fmt: skip
def test_reference_range_is_split(text: str, limits: tuple[float | None, float | None]) -> None:
    assert read_range(text) == limits


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("总胆红素", "BILI"), ("直接胆红素", "BILDIR"), ("白蛋白", "ALB"), ("前白蛋白", None),
        ("糖化白蛋白", None), ("肌酐", "CREAT"), ("尿肌酐", None), ("中性粒细胞绝对值", "NEUT"),
        ("中性粒细胞百分比", None), ("NEUT%", None), ("中性粒细胞(%)", None), ("NA", "SODIUM"),
        ("Na", "SODIUM"), ("K", "K"), ("PT活动度(%)", None), ("ALT", "ALT"),
    ],
)  # fmt: skip
def test_test_name_means_only_its_own_test(name: str, code: str | None) -> None:
    found = lab_code(name)
    assert (found[0] if found else None) == code
