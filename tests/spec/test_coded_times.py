"""OS and PFS from months and events that were coded instead of dated."""

from __future__ import annotations

import pytest

from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.options import DAYS_PER_MONTH, ResponseOptions
from tests.endpoint_study import derive, missing, notes, short, time_of
from tests.response_study import on, patient, study

FLAT = {"pfs_months": 3.4, "pfs_event": True, "os_months": 13.6, "os_event": False}


def test_coded_months_without_any_date_give_os_and_pfs() -> None:
    found = derive(FLAT, patients=[{"patient_id": "P1"}])
    assert short(found, "pfs") == (pytest.approx(3.4 * DAYS_PER_MONTH), True, "coded_event")
    assert short(found, "os")[1:] == (False, "coded_censored")
    assert missing(found, "hepatic_pfs") == "missing.start"
    assert found.frame("os")["time_months"].tolist() == pytest.approx([13.6])


def test_coded_months_of_whole_days_become_whole_days() -> None:
    row = {"os_months": 304 / DAYS_PER_MONTH, "os_event": True}
    found = time_of(derive(row, patients=[{"patient_id": "P1"}]), "os")
    assert found.time_days == 304
    assert isinstance(found.time_days, int)


def test_coded_event_missing_is_listed_never_taken_as_censored() -> None:
    found = derive({"pfs_months": 3.4, "os_months": 9.0}, patients=[{"patient_id": "P1"}])
    assert found.get("pfs").times == ()
    assert missing(found, "os") == "missing.event"


def test_vital_status_serves_as_coded_os_event() -> None:
    row = {"os_months": 9.0, "vital_status": "DEAD"}
    found = derive(row, patients=[{"patient_id": "P1"}])
    assert short(found, "os")[1:] == (True, "coded_event")


def test_coded_pfs_serves_where_nothing_dates_the_progression() -> None:
    found = derive({**FLAT, "death_date": on(400)})
    assert short(found, "pfs")[1:] == (True, "coded_event")
    assert short(found, "os") == (400, True, "death")
    assert "coded_differs" in notes(found)


def test_coded_pfs_event_earlier_than_death_is_not_overruled_by_other_patients_dates() -> None:
    rows = [
        {"patient_id": "P1", "pfs_months": 3.0, "pfs_event": True, "death_date": on(400)},
        {"patient_id": "P2", "progression_date": on(50)},
    ]
    data = study(patients=[patient(), patient("P2")], follow_up=rows)
    found = derive_endpoints(data, evaluate_cohort(data))
    assert short(found, "pfs")[1:] == (True, "coded_event")
    second = found.get("pfs").time_of("P2")
    assert second is not None
    assert second.time_days == 50


@pytest.mark.parametrize(("months", "differs"), [(10.0, False), (10.2, True)])
def test_coded_time_differing_by_more_than_a_tenth_of_a_month_is_named(
    months: float, differs: bool
) -> None:
    row = {"death_date": on(304), "os_months": months, "os_event": True}
    found = derive(row)
    assert short(found, "os") == (304, True, "death")
    assert ("coded_differs" in notes(found)) is differs


def test_dead_without_date_takes_the_last_contact_openly() -> None:
    found = derive({"vital_status": "DEAD", "last_followup_date": on(300)})
    assert short(found, "os") == (300, True, "death_at_contact")
    assert "death_at_contact" in notes(found)


def test_coded_time_of_the_dead_wins_over_a_differing_last_contact() -> None:
    row = {"last_followup_date": on(300), "os_months": 5.0, "os_event": True}
    assert short(derive(row), "os")[1:] == (True, "coded_event")


def test_coded_time_beyond_the_cutoff_is_censored_there() -> None:
    row = {"os_months": 20.0, "os_event": True}
    found = derive(row, options=ResponseOptions(cutoff=on(100)))
    assert short(found, "os") == (100, False, "censored_cutoff")


def test_coded_time_starting_after_the_cutoff_is_listed() -> None:
    row = {"os_months": 20.0, "os_event": True}
    found = derive(row, options=ResponseOptions(cutoff=on(-1)))
    assert missing(found, "os") == "missing.start_after_cutoff"


def test_coded_time_without_start_says_that_the_cutoff_could_not_cut_it() -> None:
    row = {"os_months": 20.0, "os_event": True}
    options = ResponseOptions(cutoff=on(100))
    found = derive(row, options=options, patients=[{"patient_id": "P1"}])
    assert time_of(found, "os").is_event
    assert "coded_not_cut" in notes(found)


def test_recorded_progression_date_wins_over_coded_pfs() -> None:
    found = derive({"progression_date": on(90), "pfs_months": 2.0, "pfs_event": True})
    assert short(found, "pfs") == (90, True, "progression_recorded")
    assert "coded_differs" in notes(found)


def test_coded_os_reaches_beyond_the_last_session() -> None:
    follow_up = {"os_months": 300 / DAYS_PER_MONTH, "os_event": False}
    sessions = [{"patient_id": "P1", "session_date": on(day)} for day in (0, 28)]
    found = derive(follow_up, haic_sessions=sessions)
    assert short(found, "os") == (300, False, "coded_censored")
    known = derive({**follow_up, "last_followup_date": on(200)}, haic_sessions=sessions)
    assert short(known, "os")[:2] == (200, False)
