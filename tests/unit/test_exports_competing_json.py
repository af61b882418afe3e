"""Tests between curves and competing risks in the JSON of the example study."""

from __future__ import annotations

import json

import pytest

from core.analysis.cohort import analyse_study
from core.example import example_files
from core.exports.analysis_json import analysis_json
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import AnalysisOptions


def test_json_carries_tests_and_competing_risks_beside_the_fixed_keys():
    read = read_study([UploadedFile(name, content) for name, content in example_files()])
    found = analysis_json(analyse_study(read.data, AnalysisOptions()), (), "zh")
    json.dumps(found, allow_nan=False)
    assert {"survival", "prognosis", "engines"} <= set(found)
    assert set(found["survival_tests"]) == set(found["survival"])
    single = {one["factor"]: one for one in found["prognosis"]["univariable"]}
    for one in found["survival_tests"]["os"]:
        assert one["tests"][0]["weights"] == "logrank"
        assert one["tests"][0]["chi2"] == pytest.approx(single[one["factor"]]["logrank_chi2"])
    causes = found["competing_risks"]["levels"][0]["causes"]
    assert sum(one["events"] for one in causes) == found["survival"]["pfs"]["events"]
    assert sum(one["last"] for one in causes) <= 1 + 1e-12
    assert any(one["quantity"].startswith("incidence:") for one in found["engines"])
