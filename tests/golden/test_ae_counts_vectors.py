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


COLUMNS = {
    "term": "ae_term",
    "ctcae_term": "ctcae_term",
    "grade": "ae_grade",
    "date": "ae_start_date",
    "session": "session_no",
    "related": "ae_related",
    "serious": "ae_serious",
    "action": "ae_action",
    "ctcae_version": "ctcae_version",
}
"""What a record may tell, and the column that takes it."""


def tabulated(case: dict[str, Any]) -> AdverseEventTable:
    records = case["records"]
    told = {"term", "grade", *(name for record in records for name in record)} - {"patient"}
    ids = sorted({record["patient"] for record in records})
    ids += [f"without-event-{n}" for n in range(case["n_patients"] - len(ids))]
    frames = {
        "patients": typed_frame("patients", pd.DataFrame({"patient_id": ids})),
        "adverse_events": typed_frame(
            "adverse_events",
            pd.DataFrame(
                {
                    "patient_id": [record["patient"] for record in records],
                    **{
                        COLUMNS[name]: [record.get(name) for record in records]
                        for name in sorted(told)
                    },
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
    found = {row.term: row for row in table.rows}
    assert set(found) == set(expected["by_term"])
    for term, wanted in expected["by_term"].items():
        assert counts(found[term]).items() >= wanted.items(), term
    for row, name in (
        (table.overall_bands, "overall_paper_rule"),
        (table.overall_worst, "overall_worst_grade_per_patient"),
    ):
        assert counts(row).items() >= expected.get(name, {}).items(), name
    assert table.overall_worst.any.count not in expected.get("must_not_equal", {}).values()
