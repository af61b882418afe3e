"""The published Table 3, reproduced from the synthetic cohort's records.

Source: published series of 24 patients (HAIC, colorectal liver metastases), Table 3 and
section 2.3; the assignment of events to patients is synthetic.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.analysis.toxicity.events import tabulate_adverse_events
from core.options import ToxicityOptions
from core.results.toxicity import AdverseEventTable
from core.schema import StudyData, typed_frame

RECORDS = Path(__file__).with_name("crlm_haic_24_adverse_events.csv")
PUBLISHED = {
    "Abdominal pain": (19, 10, 9),
    "Nausea": (7, 7, 0),
    "Vomiting": (7, 7, 0),
    "Alanine aminotransferase increased": (3, 2, 1),
    "Aspartate aminotransferase increased": (3, 2, 1),
    "Anemia": (2, 2, 0),
    "Proteinuria": (2, 2, 0),
    "White blood cell decreased": (2, 2, 0),
    "Platelet count decreased": (2, 2, 0),
    "Hyperglycemia": (1, 1, 0),
    "Upper gastrointestinal hemorrhage": (1, 1, 0),
    "Creatinine increased": (1, 1, 0),
}


@pytest.fixture
def table() -> AdverseEventTable:
    records = pd.read_csv(RECORDS).rename(columns={"term": "ae_term", "grade": "ae_grade"})
    patients = pd.DataFrame({"patient_id": [f"H{n:02d}" for n in range(1, 25)]})
    return tabulate_adverse_events(
        StudyData(
            {
                "patients": typed_frame("patients", patients),
                "adverse_events": typed_frame("adverse_events", records),
            }
        ),
        ToxicityOptions(overall_rule="bands"),
    )


def test_table_3_each_term_equals_published(table: AdverseEventTable) -> None:
    printed = {
        row.term: (row.any.count, row.grade_1_2.count, row.grade_3_4.count) for row in table.rows
    }
    assert printed == PUBLISHED
    assert not table.set_aside
    assert not table.unmatched_terms


def test_table_3_overall_by_bands_equals_published(table: AdverseEventTable) -> None:
    row = table.overall
    assert (row.any.count, row.grade_1_2.count, row.grade_3_4.count) == (21, 19, 10)
    assert table.n_patients == 24
    assert len(row.in_two_bands) == 19 + 10 - 21


def test_table_3_overall_by_worst_grade_adds_up(table: AdverseEventTable) -> None:
    row = table.overall_worst
    assert (row.any.count, row.grade_1_2.count, row.grade_3_4.count) == (21, 11, 10)
    assert sum(count.count for count in table.worst_grade_per_patient.values()) == 21
