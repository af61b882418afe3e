"""One patient's endpoints from dates, readings and coded months, for the tests of endpoints."""

from __future__ import annotations

from typing import Any

from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.options import ResponseOptions
from core.results.endpoints import Endpoints, TimeToEvent
from tests.response_study import Rows, on, patient, study

OTHER = {"patient_id": "P2", "assessment_date": on(30), "overall_response": "SD"}
"""A reading of another patient: the study has imaging, patient P1 may have none."""


def derive(
    follow_up: dict[str, Any] | None = None,
    readings: Rows | None = None,
    options: ResponseOptions | None = None,
    **more: Rows,
) -> Endpoints:
    tables = {
        "patients": [patient()],
        "response_assessments": readings or [],
        "follow_up": [{"patient_id": "P1", **(follow_up or {})}],
    }
    data = study(**{**tables, **more})
    return derive_endpoints(data, evaluate_cohort(data, options), options)


def time_of(endpoints: Endpoints, code: str) -> TimeToEvent:
    found = endpoints.get(code).time_of("P1")
    assert found is not None
    return found


def short(endpoints: Endpoints, code: str) -> tuple[float, bool, str]:
    found = time_of(endpoints, code)
    return found.time_days, found.is_event, found.reason.code.rsplit(".", 1)[1]


def missing(endpoints: Endpoints, code: str) -> str:
    (one,) = endpoints.get(code).not_derived
    return one.reason.code.split(".", 1)[1]


def notes(endpoints: Endpoints) -> set[str]:
    return {one.message.code.rsplit(".", 1)[1] for one in endpoints.differences}
