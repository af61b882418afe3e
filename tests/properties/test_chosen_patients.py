"""Response and endpoints of chosen patients, taken from all patients', are those made anew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.endpoints.derive import derive_endpoints, subset_endpoints
from core.analysis.response.cohort import evaluate_cohort, subset_response
from core.analysis.subset import subset_study
from core.errors import EmptyCohort
from core.options import ResponseOptions
from core.schema import StudyData
from tests.response_study import Rows, lesion, on, patient, reading, scan, study

CATEGORY = st.sampled_from(["CR", "PR", "SD", "PD", "NE"])
DAYS = st.integers(1, 400)
MAYBE_DAY = st.none() | DAYS.map(on)


@st.composite
def one_patient(draw: st.DrawFn, name: str) -> dict[str, Rows]:
    """One patient's rows, each kind of evidence there or not."""
    tables: dict[str, Rows] = {
        "patients": [patient(best_response=draw(st.none() | CATEGORY))],
        "follow_up": [
            {
                "patient_id": name,
                "progression_date": draw(MAYBE_DAY),
                "progression_site": draw(st.sampled_from([None, "INTRAHEPATIC", "BOTH"])),
                "death_date": draw(MAYBE_DAY),
                "last_followup_date": draw(MAYBE_DAY),
                "subsequent_therapy_date": draw(MAYBE_DAY),
                "vital_status": draw(st.sampled_from([None, "ALIVE", "DEAD"])),
                "pfs_months": draw(st.none() | st.integers(1, 30)),
                "pfs_event": draw(st.none() | st.booleans()),
            }
        ],
    }
    if draw(st.booleans()):
        tables["lesions"] = [lesion("T1", "TARGET", "liver"), lesion("T2", "TARGET", "lung")]
        tables["lesion_measurements"] = [
            scan(name_of, day, draw(st.integers(0, 60)))
            for day in draw(st.lists(st.integers(-20, 300), max_size=4, unique=True))
            for name_of in ("T1", "T2")
        ]
    if draw(st.booleans()):
        tables["response_assessments"] = [
            reading(
                day, draw(st.none() | CATEGORY), intrahepatic_response=draw(st.none() | CATEGORY)
            )
            for day in draw(st.lists(DAYS, max_size=3, unique=True))
        ]
    return {table: [{**row, "patient_id": name} for row in rows] for table, rows in tables.items()}


@st.composite
def studies(draw: st.DrawFn) -> tuple[StudyData, list[str]]:
    """A study of up to four patients, and some of them."""
    names = [f"P{number}" for number in range(1, draw(st.integers(2, 4)) + 1)]
    tables: dict[str, Rows] = {}
    for name in names:
        for table, rows in draw(one_patient(name)).items():
            tables.setdefault(table, []).extend(rows)
    return study(**tables), draw(st.lists(st.sampled_from(names), min_size=1, unique=True))


OPTIONS = st.builds(
    ResponseOptions,
    confirmed=st.booleans(),
    cutoff=st.none() | DAYS.map(on),
    new_therapy=st.sampled_from(["ignore", "censor"]),
    missed_visit_days=st.sampled_from([None, 60]),
)


@settings(max_examples=80, deadline=None)
@given(studies(), OPTIONS)
def test_chosen_patients_have_the_same_results_as_in_a_study_of_their_own(
    drawn: tuple[StudyData, list[str]], options: ResponseOptions
) -> None:
    whole, names = drawn
    data = subset_study(whole, names)
    response_of_all = evaluate_cohort(whole, options)
    response = subset_response(data, response_of_all)
    assert response == evaluate_cohort(data, options)
    endpoints_of_all = derive_endpoints(whole, response_of_all)
    endpoints = subset_endpoints(data, response, whole, endpoints_of_all)
    assert endpoints == derive_endpoints(data, response)


def test_time_of_a_patient_without_dates_depends_on_the_others_evidence() -> None:
    """Whether nobody has scans or only this patient: a plain cut would give another time."""
    contact = {"last_followup_date": on(200)}
    whole = study(
        patients=[patient("P1"), patient("P2")],
        follow_up=[{"patient_id": name, **contact} for name in ("P1", "P2")],
        response_assessments=[{**reading(60, "SD"), "patient_id": "P2"}],
    )
    data = subset_study(whole, ["P1"])
    response_of_all = evaluate_cohort(whole)
    response = subset_response(data, response_of_all)
    endpoints_of_all = derive_endpoints(whole, response_of_all)
    found = subset_endpoints(data, response, whole, endpoints_of_all)
    assert found == derive_endpoints(data, response)
    assert found.get("pfs").time_of("P1") != endpoints_of_all.get("pfs").time_of("P1")


def test_nobody_of_the_study_is_no_cohort() -> None:
    whole = study(patients=[patient("P1")])
    with pytest.raises(EmptyCohort):
        subset_response(subset_study(whole, ["P9"]), evaluate_cohort(whole))
