"""OS, PFS, intrahepatic PFS and their relatives from dates and from coded months."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.errors import RuleFileInvalid
from core.options import DAYS_PER_MONTH, ResponseOptions
from core.results.endpoints import Endpoints, TimeToEvent
from core.rules.endpoints import endpoint_rules, read_endpoint_rules
from core.text.catalogue import has, say
from tests.response_study import Rows, on, patient, reading, study

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


def test_dead_without_any_date_is_listed() -> None:
    assert missing(derive({"vital_status": "DEAD"}), "os") == "missing.death_date"


def test_coded_time_of_the_dead_wins_over_a_differing_last_contact() -> None:
    row = {"last_followup_date": on(300), "os_months": 5.0, "os_event": True}
    assert short(derive(row), "os")[1:] == (True, "coded_event")


def test_coded_time_beyond_the_cutoff_is_censored_there() -> None:
    row = {"os_months": 20.0, "os_event": True}
    found = derive(row, options=ResponseOptions(cutoff=on(100)))
    assert short(found, "os") == (100, False, "censored_cutoff")


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


def test_every_definition_is_named_in_both_languages() -> None:
    found = derive({"death_date": on(300)}, [reading(42, "SD")])
    assert set(found.items) == set(endpoint_rules())
    for one in found.items.values():
        assert has(one.label)
        assert has(one.definition)
    assert "2021-10-28" in say(time_of(found, "os").reason, "zh")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('\n[os]\nstart = "birth"\n', 2),
        (
            '[x]\nstart="first_haic"\nevents=["death"]\ncompartment="overall"\n'
            'censor="last_contact"\ntime="no_such"\nevent="os_event"\n',
            1,
        ),
        ("[os\n", 0),
    ],
)
def test_broken_endpoint_rule_names_file_and_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "endpoints.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_endpoint_rules(path)
    assert (caught.value.facts["file"], caught.value.facts["line"]) == ("endpoints.toml", line)


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


def test_hepatic_pfs_without_own_scans_needs_to_know_where_progression_was() -> None:
    liver = {**OTHER, "intrahepatic_response": "SD"}
    rows = [patient(), patient("P2")]
    unknown = derive({"progression_date": on(90)}, [liver], patients=rows)
    assert "P1" in {one.patient_id for one in unknown.get("hepatic_pfs").not_derived}
    none = derive({"death_date": on(90)}, [liver], patients=rows)
    assert short(none, "hepatic_pfs") == (90, True, "death")


def test_endpoint_rule_with_time_but_no_event_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.toml"
    path.write_text(
        '[os]\nstart="first_haic"\nevents=["death"]\ncompartment="overall"\n'
        'censor="last_contact"\ntime="os_months"\nevent=""\n',
        encoding="utf-8",
    )
    with pytest.raises(RuleFileInvalid, match="rule_file_invalid"):
        read_endpoint_rules(path)


def test_coded_os_reaches_beyond_the_last_session() -> None:
    follow_up = {"os_months": 300 / DAYS_PER_MONTH, "os_event": False}
    sessions = [{"patient_id": "P1", "session_date": on(day)} for day in (0, 28)]
    found = derive(follow_up, haic_sessions=sessions)
    assert short(found, "os") == (300, False, "coded_censored")
    known = derive({**follow_up, "last_followup_date": on(200)}, haic_sessions=sessions)
    assert short(known, "os")[:2] == (200, False)
