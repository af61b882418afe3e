"""What criteria ask of the baseline lesions, counted patient by patient and all at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.eligibility.collect import first_haic_days
from core.analysis.eligibility.measurable import last_scans, lesion_numbers
from core.schema import StudyData, typed_frame

START = date(2022, 1, 10)


@st.composite
def studies(draw: st.DrawFn) -> StudyData:
    """A few patients with scans around the first HAIC, some without any."""
    lesions: list[dict[str, Any]] = []
    scans: list[dict[str, Any]] = []
    for patient in ("1", "2", "3"):
        for number in range(draw(st.integers(0, 4))):
            key = {"patient_id": patient, "lesion_id": f"L{number}"}
            if draw(st.booleans()):
                is_inside = draw(st.sampled_from([True, False, None]))
                lesions.append({**key, "intrahepatic": is_inside})
            for day in draw(st.lists(st.integers(-40, 5), max_size=3)):
                size = draw(st.one_of(st.none(), st.floats(1, 200)))
                taken = START + timedelta(days=day)
                scans.append({**key, "assessment_date": taken, "diameter_mm": size})
    tables = {
        "patients": [{"patient_id": one, "first_haic_date": START} for one in ("1", "2", "3")],
        "lesions": lesions,
        "lesion_measurements": scans,
    }
    return StudyData(
        {name: typed_frame(name, pd.DataFrame(rows)) for name, rows in tables.items() if rows}
    )


@given(studies())
def test_lesion_numbers_all_at_once_are_those_counted_patient_by_patient(data: StudyData) -> None:
    starts = first_haic_days(data)
    scans = last_scans(data, starts)
    roles = data.table("lesions")
    found = lesion_numbers(data, starts, {"2": 7})
    assert set(found) == set(scans["patient_id"])
    for patient, numbers in found.items():
        mine = scans[scans["patient_id"] == patient]
        of_patient = roles[roles["patient_id"] == patient]
        outside = set(of_patient.loc[of_patient["intrahepatic"].eq(False), "lesion_id"])
        assert numbers == {
            "lesion.baseline_scan": mine["assessment_date"].max().date(),
            "lesion.count": len(mine),
            "lesion.largest_mm": mine["diameter_mm"].max(),
            "lesion.sum_mm": pytest.approx(sum(mine["diameter_mm"]), rel=1e-12),
            "lesion.extrahepatic": len(outside & set(mine["lesion_id"])),
            "lesion.measurable": 7 if patient == "2" else 0,
        }
