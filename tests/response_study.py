"""Small studies for the tests of response and endpoints, written as rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from core.schema import StudyData, typed_frame

START = date(2021, 1, 1)
Rows = list[dict[str, Any]]


def on(day: int) -> date:
    """The date that many days after the first HAIC."""
    return START + timedelta(days=day)


def study(**tables: Rows) -> StudyData:
    """A study from table name -> rows."""
    return StudyData(
        {name: typed_frame(name, pd.DataFrame(rows)) for name, rows in tables.items() if rows}
    )


def patient(patient_id: str = "P1", **columns: Any) -> dict[str, Any]:
    """A row of ``patients`` with a first HAIC."""
    return {"patient_id": patient_id, "first_haic_date": START, **columns}


def lesion(lesion_id: str, role: str, organ: str, **columns: Any) -> dict[str, Any]:
    """A row of ``lesions`` of patient P1."""
    return {
        "patient_id": "P1",
        "lesion_id": lesion_id,
        "lesion_role": role,
        "organ": organ,
        **columns,
    }


def scan(lesion_id: str, day: int, diameter_mm: float | None, **columns: Any) -> dict[str, Any]:
    """A row of ``lesion_measurements`` of patient P1."""
    return {
        "patient_id": "P1",
        "lesion_id": lesion_id,
        "assessment_date": on(day),
        "diameter_mm": diameter_mm,
        **columns,
    }


def reading(day: int, overall: str | None, **columns: Any) -> dict[str, Any]:
    """A row of ``response_assessments`` of patient P1."""
    return {
        "patient_id": "P1",
        "assessment_date": on(day),
        "overall_response": overall,
        **columns,
    }
