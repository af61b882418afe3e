"""Table 1 of the published series, from the example cohort's rows."""

from __future__ import annotations

import pandas as pd
import pytest

from core.analysis.baseline.derive import derive_factors
from core.analysis.baseline.table import tabulate_baseline
from core.analysis.validation.compare import compare_with_published
from core.example import example_folder
from core.results.baseline import BaselineTable
from core.results.validation import Verdict
from core.schema import Patient, StudyData, typed_frame


@pytest.fixture(scope="module")
def table() -> BaselineTable:
    raw = pd.read_csv(example_folder() / "source" / "patients.csv", dtype={"patient_id": str})
    for column in ("extrahepatic_mets", "prior_cetuximab", "prior_bevacizumab"):
        raw[column] = raw[column].map({"yes": True, "no": False})
    raw["ras_braf_status"] = raw["ras_braf_status"].map({"wild-type": "WILD", "mutant": "MUTANT"})
    known = [column for column in raw.columns if column in Patient.model_fields]
    data = StudyData({"patients": typed_frame("patients", raw[known])})
    return tabulate_baseline(data, derive_factors(data))


def test_every_count_of_table_1_and_sessions_equals_print(table: BaselineTable) -> None:
    computed: dict[str, float | int | None] = {
        "table_1.n": table.n,
        "sessions.total": table.sessions.overall.total,
    }
    for row in table.categorical:
        for level, count in zip(row.levels, row.overall.counts, strict=True):
            computed[f"table_1.{row.name}.{level.code}"] = count
    for number, patients in table.sessions.overall.by_number:
        computed[f"sessions.{number}"] = patients
    rows = [
        row for row in compare_with_published(computed) if row.item.table in {"table_1", "sessions"}
    ]
    assert len(rows) == 24
    assert all(row.verdict is Verdict.EQUAL for row in rows)
