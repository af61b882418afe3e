"""OS, PFS, intrahepatic PFS and their relatives from dates."""

from __future__ import annotations

from typing import Any

import pytest

from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.options import ResponseOptions
from core.results.endpoints import Endpoints
from tests.endpoint_study import OTHER, derive, missing, notes, short
from tests.response_study import on, patient, reading, study


def test_progression_before_death_ends_pfs() -> None:
    found = derive({"death_date": on(300)}, [reading(42, "SD"), reading(90, "PD")])
    assert short(found, "pfs") == (90, True, "progression")
    assert short(found, "os") == (300, True, "death")
    assert short(found, "ttp") == (90, True, "progression")


def test_death_without_progression_ends_pfs_and_censors_ttp() -> None:
    found = derive({"death_date": on(300)}, [reading(42, "SD")])
    assert short(found, "pfs") == (300, True, "death")
    assert short(found, "ttp") == (42, False, "censored_last_assessment")


def test_pfs_censored_at_last_evaluable_assessment_not_at_contact() -> None:
    found = derive({"last_followup_date": on(200)}, [reading(42, "SD"), reading(84, "NE")])
    assert short(found, "pfs") == (42, False, "censored_last_assessment")
    assert short(found, "os") == (200, False, "censored_last_contact")


def test_pfs_without_assessment_in_a_study_with_imaging_is_censored_at_start() -> None:
    found = derive({"last_followup_date": on(120)}, [OTHER], patients=[patient(), patient("P2")])
    assert short(found, "pfs") == (0, False, "censored_no_assessment")


def test_os_counts_a_later_scan_as_contact() -> None:
    found = derive({"last_followup_date": on(40)}, [reading(84, "SD")])
    assert short(found, "os") == (84, False, "censored_last_contact")


@pytest.mark.parametrize(
    ("therapy", "expected"),
    [
        (100, (84, False, "censored_new_therapy")),
        (126, (126, True, "progression")),
        (70, (42, False, "censored_new_therapy")),
        (30, (0, False, "censored_new_therapy")),
    ],
)
def test_new_therapy_before_progression_censors_if_asked(
    therapy: int, expected: tuple[int, bool, str]
) -> None:
    readings = [reading(42, "SD"), reading(84, "SD"), reading(126, "PD")]
    row = {"subsequent_therapy_date": on(therapy), "last_followup_date": on(200)}
    ignoring = derive(row, readings)
    censoring = derive(row, readings, ResponseOptions(new_therapy="censor"))
    assert short(ignoring, "pfs") == (126, True, "progression")
    assert short(censoring, "pfs") == expected


def test_progression_outside_the_liver_neither_ends_nor_censors_hepatic_pfs() -> None:
    readings = [
        reading(42, "PD", intrahepatic_response="PR", extrahepatic_response="PD"),
        reading(84, "PD", intrahepatic_response="SD"),
        reading(126, "PD", intrahepatic_response="PD"),
    ]
    found = derive({}, readings)
    assert short(found, "pfs") == (42, True, "progression")
    assert short(found, "hepatic_pfs") == (126, True, "progression")


def test_response_duration_starts_at_the_first_response() -> None:
    readings = [reading(42, "PR"), reading(84, "CR"), reading(126, "CR"), reading(181, "PD")]
    found = derive({}, readings)
    assert short(found, "dor") == (139, True, "progression")
    assert short(found, "cr_duration") == (97, True, "progression")
    assert short(found, "ttr") == (42, True, "response")


def test_response_duration_uses_confirmed_response_if_asked() -> None:
    readings = [reading(42, "PR"), reading(63, "SD"), reading(84, "PR"), reading(126, "PR")]
    found = derive({}, readings, ResponseOptions(confirmed=True))
    assert short(found, "ttr") == (84, True, "response")


def test_response_endpoints_leave_non_responders_out() -> None:
    found = derive({}, [reading(42, "SD")])
    assert found.get("dor").times == found.get("dor").not_derived == ()


def test_recorded_response_without_date_is_listed() -> None:
    found = derive({}, patients=[patient(best_response="PR")])
    assert missing(found, "dor") == "missing.response_date"
    assert found.get("cr_duration").not_derived == ()


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"death_date": on(-1)}, "death_before_start"),
        ({"progression_date": on(-1)}, "progression_before_start"),
        ({"last_followup_date": on(-1)}, "last_contact_before_start"),
    ],
)
def test_dates_before_start_are_refused_with_their_reason(
    row: dict[str, Any], problem: str
) -> None:
    found = derive(row)
    assert missing(found, "pfs") == f"problem.{problem}"


def test_scan_after_death_is_refused() -> None:
    found = derive({"death_date": on(80)}, [reading(84, "SD")])
    assert missing(found, "os") == "problem.assessment_after_death"


def test_death_on_the_day_of_start_is_a_time_of_zero() -> None:
    assert short(derive({"death_date": on(0)}), "os") == (0, True, "death")


def test_recorded_progression_differs_from_computed_and_both_are_named() -> None:
    found = derive({"progression_date": on(100)}, [reading(90, "PD")])
    assert short(found, "pfs") == (90, True, "progression")
    assert "progression_differs" in notes(found)


def test_recorded_progression_that_no_scan_shows_is_used_openly() -> None:
    found = derive({"progression_date": on(100)}, [reading(90, "SD")])
    assert short(found, "pfs") == (100, True, "progression_recorded")
    assert "progression_only_recorded" in notes(found)


def test_cutoff_hides_later_scans_and_turns_later_death_into_censoring() -> None:
    row = {"death_date": on(300), "progression_date": on(90)}
    found = derive(row, [reading(42, "SD"), reading(90, "PD")], ResponseOptions(cutoff=on(89)))
    assert short(found, "pfs") == (42, False, "censored_last_assessment")
    assert short(found, "os") == (89, False, "censored_cutoff")


def test_cutoff_on_the_day_of_death_keeps_the_event() -> None:
    found = derive({"death_date": on(300)}, options=ResponseOptions(cutoff=on(300)))
    assert short(found, "os") == (300, True, "death")


def test_start_after_cutoff_is_listed() -> None:
    found = derive({"death_date": on(300)}, options=ResponseOptions(cutoff=on(-1)))
    assert missing(found, "os") == "missing.start_after_cutoff"


def test_dead_without_any_date_is_listed() -> None:
    assert missing(derive({"vital_status": "DEAD"}), "os") == "missing.death_date"


def test_alive_without_contact_date_is_listed() -> None:
    assert missing(derive({"vital_status": "ALIVE"}), "os") == "missing.last_contact"


def test_recorded_progression_site_gives_hepatic_pfs_without_scans() -> None:
    def hepatic(site: str, **more: Any) -> Endpoints:
        return derive({"progression_date": on(90), "progression_site": site, **more})

    inside = hepatic("INTRAHEPATIC", death_date=on(300))
    outside = hepatic("EXTRAHEPATIC", death_date=on(300))
    assert short(inside, "hepatic_pfs") == (90, True, "progression_recorded")
    assert missing(outside, "hepatic_pfs") == "missing.progression_liver"
    coded = hepatic("EXTRAHEPATIC", hepatic_pfs_months=4.0, hepatic_pfs_event=False)
    assert short(coded, "hepatic_pfs")[1:] == (False, "coded_censored")


def test_no_imaging_and_no_progression_is_censored_at_last_contact() -> None:
    rows = [
        {"patient_id": "P1", "last_followup_date": on(200)},
        {"patient_id": "P2", "progression_date": on(50)},
    ]
    data = study(patients=[patient(), patient("P2")], follow_up=rows)
    found = derive_endpoints(data, evaluate_cohort(data))
    assert short(found, "pfs") == (200, False, "censored_contact_no_scans")


def test_every_patient_has_a_time_or_a_reason() -> None:
    rows = [patient(f"P{at}") for at in range(4)]
    follow = [{"patient_id": "P0", "death_date": on(9)}, {"patient_id": "P9", "os_months": 3.0}]
    data = study(patients=rows, follow_up=follow)
    found = derive_endpoints(data, evaluate_cohort(data))
    for code in ("os", "pfs", "hepatic_pfs", "ttp"):
        one = found.get(code)
        assert len(one.times) + len(one.not_derived) == 4


def test_hepatic_pfs_without_own_scans_needs_to_know_where_progression_was() -> None:
    liver = {**OTHER, "intrahepatic_response": "SD"}
    rows = [patient(), patient("P2")]
    unknown = derive({"progression_date": on(90)}, [liver], patients=rows)
    assert "P1" in {one.patient_id for one in unknown.get("hepatic_pfs").not_derived}
    none = derive({"death_date": on(90)}, [liver], patients=rows)
    assert short(none, "hepatic_pfs") == (90, True, "death")
