"""A data cut-off before anything happened: everything is said to be missing, nothing breaks."""

from __future__ import annotations

from datetime import date

import pytest

from core.analysis.cohort import analyse_study
from core.intake.validate import read_study
from core.options import AnalysisOptions, Convention
from tests.running import ROOT


@pytest.mark.parametrize(
    ("cutoff", "estimable"),
    [(date(2019, 1, 1), set()), (date(2020, 8, 5), {"os", "pfs"}), (None, {"os", "pfs"})],
)
def test_early_cut_off_leaves_what_can_be_estimated(
    cutoff: date | None, estimable: set[str]
) -> None:
    tables = sorted((ROOT / "examples" / "crlm_haic_24" / "csv").glob("*.csv"))
    options = AnalysisOptions.following(Convention.RECOMMENDED, cutoff)
    analysis = analyse_study(read_study(tables).data, options)
    assert set(analysis.curves) & {"os", "pfs"} == estimable
