"""Patients alike: the same levels, never the patient himself."""

from __future__ import annotations

import pytest

from core.analysis.baseline.derive import derive_factors
from core.analysis.patient.alike import alike, levels_of
from core.example import example_files
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.baseline import FactorFrame


@pytest.fixture(scope="module")
def factors() -> FactorFrame:
    return derive_factors(read_study([UploadedFile(*one) for one in example_files()]).data)


def test_alike_without_factors_is_everybody_else(factors: FactorFrame) -> None:
    found = alike(factors, "H01", [])
    assert len(found) == 23
    assert "H01" not in found


def test_alike_patients_share_every_chosen_level(factors: FactorFrame) -> None:
    names = ["ras_braf_status", "extrahepatic_mets"]
    own = levels_of(factors, "H01")
    found = alike(factors, "H01", names)
    expected = [
        one
        for one in factors.table.index
        if one != "H01" and all(factors.table[name][one] == own[name] for name in names)
    ]
    assert list(found) == sorted(expected)
    assert found


def test_alike_in_everything_may_be_nobody(factors: FactorFrame) -> None:
    assert alike(factors, "H01", list(levels_of(factors, "H01"))) == ()
