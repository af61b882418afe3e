"""Adverse-event counts against the shared vectors."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.analysis.toxicity.events import tabulate_adverse_events
from core.results.toxicity import AdverseEventRow, AdverseEventTable, OverallRow
from core.schema import StudyData, typed_frame

VECTORS = Path(os.environ.get("ARTERIA_VECTORS", Path(__file__).parents[1] / "vectors"))
CASES = [
    case
    for path in sorted(VECTORS.glob("ae_counts_*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]
]


def tabulated(case: dict[str, Any]) -> AdverseEventTable:
    records = case["records"]
    ids = sorted({record["patient"] for record in records})
    ids += [f"without-event-{n}" for n in range(case["n_patients"] - len(ids))]
    frames = {
        "patients": typed_frame("patients", pd.DataFrame({"patient_id": ids})),
        "adverse_events": typed_frame(
            "adverse_events",
            pd.DataFrame(
                {
                    "patient_id": [record["patient"] for record in records],
                    "ae_term": [record["term"] for record in records],
                    "ae_grade": [record["grade"] for record in records],
                }
            ),
        ),
    }
    return tabulate_adverse_events(StudyData(frames))


def counts(row: AdverseEventRow | OverallRow) -> dict[str, int]:
    return {
        "any": row.any.count,
        "g1_2": row.grade_1_2.count,
        "g3_4": row.grade_3_4.count,
        "g5": row.grade_5.count,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_adverse_event_counts_shared_vector_equal_expected(case: dict[str, Any]) -> None:
    table, expected = tabulated(case), case["expected"]
    assert table.n_patients == case["n_patients"]
    assert {row.term: counts(row) for row in table.rows} == expected["by_term"]
    assert counts(table.overall_bands) == expected["overall_paper_rule"]
    assert counts(table.overall_worst) == expected["overall_worst_grade_per_patient"]
    assert table.overall_worst.any.count not in expected.get("must_not_equal", {}).values()
