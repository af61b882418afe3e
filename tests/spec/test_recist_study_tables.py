"""From the study's tables to responses: baseline, visits, readers, fallbacks, cut-off."""

from __future__ import annotations

from typing import Any

import pytest

from core.analysis.response.cohort import evaluate_cohort
from core.errors import EmptyCohort
from core.options import ResponseOptions
from core.results.response import PatientResponse
from tests.response_study import Rows, lesion, on, patient, reading, scan, study

LESIONS = [lesion("T1", "TARGET", "肝S8"), lesion("T2", "TARGET", "lung")]


def evaluate(
    measurements: Rows, lesions: Rows = LESIONS, options: ResponseOptions | None = None, **more: Any
) -> PatientResponse:
    tables = {"patients": [patient()], "lesions": lesions, "lesion_measurements": measurements}
    return evaluate_cohort(study(**{**tables, **more}), options).patients[0]


def codes(response: PatientResponse) -> set[str]:
    return {message.code.split(".", 1)[1] for message in response.messages}


BASELINE = [scan("T1", -5, 60.0), scan("T2", -5, 20.0)]


def test_baseline_is_each_lesions_last_scan_before_treatment() -> None:
    found = evaluate([scan("T1", -40, 90.0), *BASELINE, scan("T1", 56, 40.0), scan("T2", 56, 16.0)])
    (visit,) = found.overall.assessments
    assert (visit.baseline_mm, visit.sum_mm, visit.overall) == (80.0, 56.0, "PR")
    assert found.source == "lesions"


def test_baseline_after_start_is_used_openly() -> None:
    found = evaluate([scan("T1", 3, 60.0), scan("T2", 3, 20.0), scan("T1", 56, 60.0)])
    assert len(found.overall.assessments) == 1
    assert "note.baseline_after_start" in codes(found)


def test_start_date_missing_counts_from_first_scan_without_sd_window() -> None:
    rows = [*BASELINE, scan("T1", 16, 60.0), scan("T2", 16, 20.0)]
    found = evaluate(rows, patients=[{"patient_id": "P1"}])
    assert (found.overall.assessments[0].day, found.best) == (21, "SD")
    assert "note.no_start_date" in codes(found)


def test_first_session_is_time_zero_before_recorded_first_date() -> None:
    sessions = [
        {"patient_id": "P1", "session_date": on(2)},
        {"patient_id": "P1", "session_date": on(-2)},
    ]
    found = evaluate([*BASELINE, scan("T1", 56, 60.0)], haic_sessions=sessions)
    assert (found.start_date, found.overall.assessments[0].day) == (on(-2), 58)


def test_scans_with_one_label_are_one_visit_unless_far_apart() -> None:
    near = [scan("T1", 56, 60.0, visit="V1"), scan("T2", 60, 20.0, visit="V1")]
    far = [scan("T1", 56, 60.0, visit="CT"), scan("T2", 90, 20.0, visit="CT")]
    assert [one.day for one in evaluate(BASELINE + near).overall.assessments] == [60]
    assert [one.day for one in evaluate(BASELINE + far).overall.assessments] == [56, 90]


def test_two_readers_are_never_mixed() -> None:
    rows = [{**row, "evaluator": "A"} for row in [*BASELINE, scan("T1", 56, 60.0)]]
    rows += [{**row, "evaluator": "B"} for row in [scan("T2", 56, 5.0)]]
    found = evaluate(rows)
    assert found.overall.assessments[0].overall == "NE"
    assert "note.several_readers" in codes(found)


def test_new_lesion_row_progresses_its_compartment() -> None:
    lesions = [*LESIONS, lesion("N1", "NEW", "peritoneum")]
    stable = [scan("T1", 56, 60.0), scan("T2", 56, 20.0)]
    found = evaluate([*BASELINE, *stable, scan("N1", 56, None, status="PRESENT")], lesions)
    assert (found.best, found.best_liver, found.progression_site) == ("PD", "SD", "EXTRAHEPATIC")
    assert (found.first_pd_day, found.first_liver_pd_day) == (56, None)


def test_new_lesion_only_read_by_the_reader_counts_at_its_site() -> None:
    rows = [*BASELINE, scan("T1", 56, 60.0), scan("T2", 56, 20.0)]
    seen = [reading(56, "PD", new_lesion="UNEQUIVOCAL", new_lesion_site="肝")]
    found = evaluate(rows, response_assessments=seen)
    assert (found.best, found.best_liver, found.progression_site) == ("PD", "PD", "INTRAHEPATIC")


def test_new_lesion_first_equivocal_then_measured_dates_progression_back() -> None:
    lesions = [*LESIONS, lesion("N1", "NEW", "liver")]
    rows = [*BASELINE]
    for day in (56, 98):
        rows += [scan("T1", day, 60.0), scan("T2", day, 20.0), scan("N1", day, 6.0)]
    found = evaluate(
        rows, lesions, response_assessments=[reading(56, "SD", new_lesion="EQUIVOCAL")]
    )
    assert [one.overall for one in found.overall.assessments] == ["SD", "PD"]
    assert (found.first_pd_day, found.best) == (56, "PD")


@pytest.mark.parametrize(
    ("confirmed", "cutoff", "expected"),
    [
        (98, None, (56, "PD")),
        (56, None, (56, "PD")),
        (55, None, (None, "SD")),
        (None, None, (None, "SD")),
        (98, 98, (56, "PD")),
        (98, 97, (None, "SD")),
    ],
)
@pytest.mark.parametrize("is_measured", [True, False])
def test_equivocal_new_lesion_confirmed_on_a_date_dates_progression_back(
    confirmed: int | None, cutoff: int | None, expected: tuple[Any, ...], is_measured: bool
) -> None:
    rows = [*BASELINE]
    for day in (56, 84):
        rows += [scan("T1", day, 60.0), scan("T2", day, 20.0)]
    known = {} if confirmed is None else {"confirmed_as_new_on": on(confirmed)}
    seen = [
        reading(56, "SD", new_lesion="EQUIVOCAL", new_lesion_site="lung", **known),
        reading(84, "SD", new_lesion="NO"),
    ]
    options = ResponseOptions(cutoff=None if cutoff is None else on(cutoff))
    found = evaluate(rows if is_measured else [], options=options, response_assessments=seen)
    assert found.source == ("lesions" if is_measured else "assessments")
    assert (found.first_pd_day, found.best) == expected
    assert found.overall.assessments[0].overall == "SD"
    # Only progression outside the liver is dated back.
    assert found.first_liver_pd_day is None


def test_lesion_row_first_equivocal_and_confirmed_on_a_date_progresses_its_compartment() -> None:
    rows = [*BASELINE, scan("T1", 56, 60.0), scan("T2", 56, 20.0), scan("N1", 56, 6.0)]
    seen = reading(56, "SD", new_lesion="EQUIVOCAL", confirmed_as_new_on=on(98))
    lesions = [*LESIONS, lesion("N1", "NEW", "liver")]
    found = evaluate(rows, lesions, response_assessments=[seen])
    assert (found.first_pd_day, found.first_liver_pd_day) == (56, 56)
    assert "NL2-BACKDATED" in found.overall.assessments[0].rules


def test_first_of_two_equivocal_scans_gets_the_date_of_a_confirmed_lesion() -> None:
    seen = [
        reading(28, "SD", new_lesion="EQUIVOCAL", new_lesion_site="liver"),
        reading(
            56, "SD", new_lesion="EQUIVOCAL", new_lesion_site="liver", confirmed_as_new_on=on(70)
        ),
    ]
    assert evaluate([], response_assessments=seen).first_pd_day == 28


def test_reading_without_category_is_progression_once_its_new_lesion_is_confirmed() -> None:
    seen = [
        reading(28, "SD"),
        reading(56, None, new_lesion="EQUIVOCAL", confirmed_as_new_on=on(70)),
    ]
    found = evaluate([], response_assessments=seen)
    assert [(one.day, one.overall) for one in found.overall.assessments] == [(28, "SD"), (56, "NE")]
    assert found.first_pd_day == 56


def test_new_lesion_seen_on_an_extra_scan_makes_a_visit_of_its_own() -> None:
    rows = [*BASELINE, scan("T1", 56, 60.0), scan("T2", 56, 20.0)]
    found = evaluate(rows, response_assessments=[reading(77, None, new_lesion="UNEQUIVOCAL")])
    assert [(one.day, one.overall) for one in found.overall.assessments] == [(56, "SD"), (77, "PD")]


def test_new_lesion_without_dated_measurement_is_named() -> None:
    found = evaluate([*BASELINE, scan("T1", 56, 60.0)], [*LESIONS, lesion("N1", "NEW", "liver")])
    assert "note.new_lesion_undated" in codes(found)


def test_nontarget_without_rows_follows_the_reader() -> None:
    rows = [*BASELINE, scan("T1", 56, 60.0), scan("T2", 56, 20.0)]
    found = evaluate(rows, response_assessments=[reading(56, "PD", nontarget_response="PD")])
    assert "NT-READER" in found.overall.assessments[0].rules
    assert (found.best, found.best_liver) == ("PD", "SD")


def test_reader_and_computed_category_that_differ_are_both_named() -> None:
    rows = [*BASELINE, scan("T1", 56, 60.0), scan("T2", 56, 20.0)]
    found = evaluate(
        rows,
        patients=[patient(best_response="PR", best_response_liver="SD")],
        response_assessments=[reading(56, "PR")],
    )
    assert {"note.visit_differs", "note.best_differs"} <= codes(found)
    assert "note.best_liver_differs" not in codes(found)
    assert (found.best, found.recorded_best) == ("SD", "PR")


def test_reader_progression_on_a_day_without_measurements_is_named() -> None:
    rows = [*BASELINE, scan("T1", 56, 60.0, visit="V1"), scan("T2", 58, 20.0, visit="V1")]
    near = evaluate(rows, response_assessments=[reading(56, "SD", visit="V1")])
    assert codes(near) == set()
    found = evaluate(rows, response_assessments=[reading(120, "PD")])
    assert codes(found) == {"note.reader_pd_unmeasured"}


def test_baseline_lesions_without_later_scans_leave_the_recorded_best_response() -> None:
    found = evaluate(BASELINE, patients=[patient(best_response="SD")])
    assert (found.source, found.best) == ("recorded", "SD")


def test_measurements_after_the_cutoff_are_not_used() -> None:
    rows = [*BASELINE, scan("T1", 56, 60.0), scan("T2", 56, 20.0), scan("T1", 98, 99.0)]
    assert evaluate(rows).best == "SD"
    assert evaluate(rows).first_pd_day == 98
    assert evaluate(rows, options=ResponseOptions(cutoff=on(97))).first_pd_day is None


def test_best_change_stops_at_progression_and_new_therapy() -> None:
    rows = [*BASELINE]
    for day, size in ((28, 52.0), (56, 99.0), (84, 10.0)):
        rows += [scan("T1", day, size), scan("T2", day, 20.0)]
    assert evaluate(rows).best_change_percent == pytest.approx(-10.0)
    therapy = [{"patient_id": "P1", "subsequent_therapy_date": on(28)}]
    assert evaluate(rows, follow_up=therapy).best_change_percent is None


def test_later_therapy_dated_before_start_is_ignored_openly() -> None:
    rows = [*BASELINE, scan("T1", 56, 60.0), scan("T2", 56, 20.0)]
    found = evaluate(rows, follow_up=[{"patient_id": "P1", "subsequent_therapy_date": on(-9)}])
    assert found.best == "SD"
    assert "note.therapy_before_start" in codes(found)


def test_baseline_selection_is_checked() -> None:
    found = evaluate([scan("T1", -35, 60.0), scan("T2", -35, 8.0), scan("T1", 56, 60.0)])
    assert {"baseline.target_below_10mm", "baseline.baseline_older_than_28_days"} <= codes(found)


def test_readings_alone_give_best_response_and_confirmation() -> None:
    rows = [
        reading(42, "PR", intrahepatic_response="PR"),
        reading(84, "PR", intrahepatic_response="CR"),
        reading(126, "PD", intrahepatic_response="CR", extrahepatic_response="PD"),
    ]
    data = study(patients=[patient()], response_assessments=rows)
    cohort = evaluate_cohort(data)
    found = cohort.patients[0]
    assert (found.source, found.best, found.best_confirmed, found.best_liver) == (
        "assessments",
        "PR",
        "PR",
        "CR",
    )
    assert (found.progression_site, found.response_onset_day) == ("EXTRAHEPATIC", 42)
    assert found.best_change_percent is None
    assert cohort.better_in_liver == ("P1",)
    assert "response.unlock.lesions" in {message.code for message in cohort.messages}


def test_flat_table_alone_gives_rates_overall_and_in_the_liver() -> None:
    best = ["PR"] * 4 + ["SD"] * 11 + ["PD"] * 9
    liver = ["PR"] * 5 + ["SD"] * 13 + ["PD"] * 6
    rows = [
        {"patient_id": f"P{at}", "best_response": one, "best_response_liver": two}
        for at, (one, two) in enumerate(zip(best, liver, strict=True))
    ]
    cohort = evaluate_cohort(study(patients=rows))
    assert cohort.overall is not None
    assert cohort.liver is not None
    assert (cohort.overall.orr.count, cohort.overall.dcr.count) == (4, 15)
    assert (cohort.liver.orr.count, cohort.liver.dcr.count) == (5, 18)
    assert cohort.overall_confirmed is None
    assert sum(len(cell.patient_ids) for cell in cohort.cross_table) == 24
    assert {one.source for one in cohort.patients} == {"recorded"}


def test_confirmation_asked_of_a_recorded_best_response_says_it_cannot() -> None:
    data = study(patients=[patient(best_response="PR")])
    (found,) = evaluate_cohort(data, ResponseOptions(confirmed=True)).patients
    assert found.best == "PR"
    assert "note.cannot_confirm" in codes(found)


def test_patients_without_any_response_are_missing_and_the_column_is_named() -> None:
    cohort = evaluate_cohort(study(patients=[patient()]))
    assert (cohort.overall, cohort.liver, cohort.patients[0].best) == (None, None, "MISSING")
    assert {message.code for message in cohort.messages} >= {
        "response.unlock.overall",
        "response.unlock.liver",
    }


def test_study_without_patients_raises_empty_cohort() -> None:
    with pytest.raises(EmptyCohort):
        evaluate_cohort(study())


def test_baseline_scan_split_over_two_days_across_the_start_is_one_baseline() -> None:
    rows = [scan("T1", -1, 60.0, visit="Baseline"), scan("T2", 2, 20.0, visit="Baseline")]
    found = evaluate([*rows, scan("T1", 56, 40.0), scan("T2", 56, 10.0)])
    (visit,) = found.overall.assessments
    assert (visit.baseline_mm, visit.overall) == (80.0, "PR")


def test_liver_only_patient_has_no_extrahepatic_response() -> None:
    found = evaluate([BASELINE[0], scan("T1", 56, 60.0)], LESIONS[:1])
    assert found.extrahepatic.best.unconfirmed == "NOT APPLICABLE"


def test_progression_in_liver_and_elsewhere_at_one_visit_is_both() -> None:
    lesions = [*LESIONS, lesion("X1", "NON-TARGET", "liver"), lesion("N1", "NEW", "bone")]
    rows = [*BASELINE, scan("T1", 56, 60.0), scan("T2", 56, 20.0), scan("N1", 56, 9.0)]
    rows.append(scan("X1", 56, None, status="UNEQUIVOCAL_PD"))
    assert evaluate(rows, lesions).progression_site == "BOTH"


def test_readings_without_start_date_say_that_the_window_is_not_applied() -> None:
    data = study(patients=[{"patient_id": "P1"}], response_assessments=[reading(16, "SD")])
    (found,) = evaluate_cohort(data).patients
    assert found.best == "SD"
    assert "note.no_start_date" in codes(found)


def test_readings_with_a_lesser_response_after_complete_response_ask_for_a_look() -> None:
    rows = [reading(56, "CR"), reading(84, "PR")]
    (found,) = evaluate_cohort(study(patients=[patient()], response_assessments=rows)).patients
    assert "note.cr_then_lesser" in codes(found)
