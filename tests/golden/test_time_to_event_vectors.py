"""Times to event against the shared reference vectors, from dated tables to days."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.options import ResponseOptions
from core.results.endpoints import Endpoints
from core.schema import StudyData
from tests.response_study import study

VECTORS = Path(os.environ.get("ARTERIA_VECTORS", Path(__file__).parents[1] / "vectors"))
CASES: list[dict[str, Any]] = [
    case
    for path in sorted(VECTORS.glob("tte_*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]
]
ENDPOINT = {"time_in_cr": "cr_duration"}
NEW_THERAPY = "_censor_new_therapy"


def _study() -> StudyData:
    patients, readings, follow_up = [], [], []
    for case in CASES:
        given, who = case["input"], {"patient_id": case["id"]}
        patients.append({**who, "first_haic_date": date.fromisoformat(given["first_haic"])})
        readings += [
            {**who, "assessment_date": date.fromisoformat(day), "overall_response": response}
            for day, response in given["assessments"]
        ]
        dates = {
            "death_date": given["death"],
            "last_followup_date": given["last_known_alive"],
            "subsequent_therapy_date": given["new_anticancer_therapy"],
        }
        known = {name: date.fromisoformat(day) for name, day in dates.items() if day}
        follow_up.append({**who, **known})
    return study(patients=patients, response_assessments=readings, follow_up=follow_up)


def _derived(new_therapy: str) -> Endpoints:
    data = _study()
    options = ResponseOptions(new_therapy=new_therapy)  # type: ignore[arg-type]
    return derive_endpoints(data, evaluate_cohort(data, options), options)


@pytest.fixture(scope="module")
def by_rule() -> dict[bool, Endpoints]:
    return {False: _derived("ignore"), True: _derived("censor")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_dated_course_times_and_events_match_vector(
    case: dict[str, Any], by_rule: dict[bool, Endpoints]
) -> None:
    expected = dict(case["expected"])
    problem = expected.pop("error", None)
    if problem is not None:
        for code in ("os", "pfs"):
            missing = by_rule[False].get(code).not_derived
            reasons = {one.patient_id: one.reason.code for one in missing}
            assert reasons[case["id"]].rsplit(".", 1)[-1].upper() == problem
    for key, value in expected.items():
        endpoints = by_rule[NEW_THERAPY in key]
        name, kind = key.replace(NEW_THERAPY, "").rsplit("_", 1)
        found = endpoints.get(ENDPOINT.get(name, name)).time_of(case["id"])
        assert found is not None
        assert (found.time_days if kind == "days" else int(found.is_event)) == value
