"""Rules between tables: lesions, sums, progression, adverse events, dates of tests and sessions.

Source: RECIST 1.1 (five target lesions, two an organ); CTCAE v5.0; docs/glossary.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.common import Finding, Severity
from core.text.catalogue import LANGUAGES, say_finding
from tests.bad_inputs.builders import table
from tests.bad_inputs.clinical_cases import study

LESIONS = "patient_id,lesion_id,lesion_role,organ,is_lymph_node"
MEASURES = "patient_id,lesion_id,assessment_date,diameter_mm,status"
RESPONSES = "patient_id,assessment_date,overall_response,sum_diameters_mm"
EVENTS = "patient_id,ae_term,ae_grade,ae_start"
LABS = "patient_id,lab_date,lab_test,lab_value,lab_unit,is_baseline"
SESSIONS = "patient_id,session_date,session_no"
TODAY = date(2024, 1, 1)
# A01: first HAIC 2020-09-12, progression 2021-07-30, death 2021-09-20; A02 lives until 2022-03-03.


def _findings(
    code: str, changes: Sequence[tuple[int, str, str]] = (), **tables: Sequence[str]
) -> list[Finding]:
    more = {"diagnosis_date": [""] * 4, "subsequent_therapy_date": [""] * 4}
    content = study(table(changes, more), **tables)
    intake = read_study([UploadedFile("study.zip", content)], today=TODAY)
    found = [finding for finding in intake.findings if finding.code == code]
    for finding in found:
        assert finding.row
        assert finding.column
        assert all(say_finding(finding, language) for language in LANGUAGES)
    return found


def _targets(*organs: str, node: str = "no") -> list[str]:
    return [LESIONS, *(f"A01,T{n},TARGET,{organ},{node}" for n, organ in enumerate(organs))]


@pytest.mark.parametrize(
    ("organs", "expected"),
    [
        (("liver", "liver", "lung", "lung", "bone"), 0),
        (("liver", "liver", "lung", "lung", "bone", "brain"), 1),
    ],
)
def test_sixth_target_lesion_is_said(organs: tuple[str, ...], expected: int) -> None:
    assert len(_findings("too_many_targets", lesions=_targets(*organs))) == expected


@pytest.mark.parametrize(
    ("organs", "expected"),
    [(("肝右叶", "liver"), 0), (("肝右叶", "liver", "肝左叶"), 1), (("liver", "lung", "bone"), 0)],
)
def test_third_target_of_an_organ_is_said_whatever_it_is_called(
    organs: tuple[str, ...], expected: int
) -> None:
    assert len(_findings("too_many_targets_in_organ", lesions=_targets(*organs))) == expected


def test_lymph_nodes_are_one_organ() -> None:
    lines = _targets("axilla", "groin", "neck", node="yes")
    assert len(_findings("too_many_targets_in_organ", lesions=lines)) == 1


@pytest.mark.parametrize(("recorded", "expected"), [("50", 0), ("51", 0), ("51.1", 1), ("48", 1)])
def test_recorded_sum_is_compared_with_the_targets_of_that_day(
    recorded: str, expected: int
) -> None:
    found = _findings(
        "sum_differs",
        lesions=[*_targets("liver", "liver"), "A01,N1,NON-TARGET,lung,no"],
        lesion_measurements=[
            MEASURES, "A01,T0,2020-11-01,20,", "A01,T1,2020-11-01,30,", "A01,N1,2020-11-01,9,",
            "A01,T1,2021-01-01,90,",
        ],
        response_assessments=[RESPONSES, f"A01,2020-11-01,SD,{recorded}"],
    )  # fmt: skip
    assert len(found) == expected


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("EQUIVOCAL,2020-11-01", None),
        ("EQUIVOCAL,2020-10-31", "confirmed_before_seen"),
        ("UNEQUIVOCAL,2020-10-31", "confirmed_before_seen"),
        ("NO,2020-12-20", "confirmed_without_lesion"),
        (",2020-12-20", "confirmed_without_lesion"),
        ("EQUIVOCAL,", None),
    ],
)
def test_confirmation_of_a_new_lesion_needs_one_seen_before_it(
    cells: str, code: str | None
) -> None:
    lines = [
        "patient_id,assessment_date,overall_response,new_lesion,confirmed_as_new_on",
        f"A01,2020-11-01,SD,{cells}",
    ]
    for one in ("confirmed_before_seen", "confirmed_without_lesion"):
        assert len(_findings(one, response_assessments=lines)) == int(one == code)


@pytest.mark.parametrize(
    ("cells", "expected"), [("20,ABSENT", 1), ("0,ABSENT", 0), ("20,MEASURED", 0), (",ABSENT", 0)]
)
def test_diameter_of_a_lesion_that_is_gone_is_said(cells: str, expected: int) -> None:
    lines = [MEASURES, f"A01,T1,2020-11-01,{cells}"]
    assert len(_findings("status_contradicts_diameter", lesion_measurements=lines)) == expected


@pytest.mark.parametrize(
    ("code", "line", "expected"),
    [
        ("progression_without_assessment", "A02,2021-01-19,SD,", 3),
        ("progression_after_assessed", "A01,2021-07-30,PD,", 0),
        ("progression_after_assessed", "A01,2021-07-29,PD,", 1),
        ("progression_after_assessed", "A01,2021-08-30,PD,", 0),
    ],
)
def test_progression_is_compared_with_the_assessments(code: str, line: str, expected: int) -> None:
    assert len(_findings(code, response_assessments=[RESPONSES, line])) == expected


def test_progression_without_any_table_of_assessments_is_no_contradiction() -> None:
    assert not _findings("progression_without_assessment")


@pytest.mark.parametrize(("day", "expected"), [("", 1), ("2021-07-30", 0)])
def test_assessed_progression_needs_its_date(day: str, expected: int) -> None:
    lines = [RESPONSES, "A01,2021-07-30,PD,"]
    changes = [(2, "progression_date", day)]
    found = _findings("progression_not_recorded", changes, response_assessments=lines)
    assert len(found) == expected


@pytest.mark.parametrize(
    ("term", "grade", "expected"),
    [
        ("Alopecia", 2, 0), ("Alopecia", 3, 1), ("脱发", 3, 1), ("Abdominal pain", 3, 0),
        ("腹痛", 4, 1), ("a word of my own", 5, 0),
    ],
)  # fmt: skip
def test_grade_that_ctcae_lacks_is_said_and_kept(term: str, grade: int, expected: int) -> None:
    lines = [EVENTS, f"A01,{term},{grade},2020-10-01"]
    content = study(adverse_events=lines)
    intake = read_study([UploadedFile("study.zip", content)], today=TODAY)
    found = [finding for finding in intake.findings if finding.code == "grade_not_in_term"]
    assert len(found) == expected
    assert all(finding.severity is Severity.WARNING for finding in found)
    assert intake.data.table("adverse_events")["ae_grade"].tolist() == [grade]


@pytest.mark.parametrize(("patient", "expected"), [("A01", 0), ("A02", 1)])
def test_fatal_event_of_a_living_patient_is_said(patient: str, expected: int) -> None:
    lines = [EVENTS, f"{patient},Sepsis,5,2021-02-01"]
    assert len(_findings("fatal_event_but_alive", adverse_events=lines)) == expected


@pytest.mark.parametrize(("day", "expected"), [("2020-09-11", 1), ("2020-09-12", 0)])
def test_event_before_the_first_infusion_is_said(day: str, expected: int) -> None:
    lines = [EVENTS, f"A01,Nausea,1,{day}"]
    assert len(_findings("event_before_treatment", adverse_events=lines)) == expected


@pytest.mark.parametrize(
    ("code", "cells", "expected"),
    [
        ("lab_far_from_sessions", "2019-09-13,HGB,93,g/L,", 0),
        ("lab_far_from_sessions", "2019-09-12,HGB,93,g/L,", 1),
        ("baseline_lab_after_start", "2020-09-12,HGB,93,g/L,yes", 0),
        ("baseline_lab_after_start", "2020-09-13,HGB,93,g/L,yes", 1),
        ("baseline_lab_after_start", "2020-09-13,HGB,93,g/L,no", 0),
        ("date_after_death", "2021-09-20,HGB,93,g/L,", 0),
        ("date_after_death", "2021-09-21,HGB,93,g/L,", 1),
    ],
)
def test_laboratory_dates_are_compared_with_the_course(
    code: str, cells: str, expected: int
) -> None:
    assert len(_findings(code, labs=[LABS, f"A01,{cells}"])) == expected


def test_sessions_numbered_against_their_dates_are_said() -> None:
    lines = [SESSIONS, "A01,2020-09-12,2", "A01,2020-10-20,1"]
    assert len(_findings("session_order", haic_sessions=lines)) == 1
    lines = [SESSIONS, "A01,2020-09-12,1", "A01,2020-10-20,2"]
    assert not _findings("session_order", haic_sessions=lines)


@pytest.mark.parametrize(
    ("change", "code", "expected"),
    [
        ((2, "diagnosis_date", "2020-09-12"), "date_order_unusual", 0),
        ((2, "diagnosis_date", "2020-09-13"), "date_order_unusual", 1),
        ((3, "progression_date", "2022-03-03"), "date_order_unusual", 0),
        ((3, "progression_date", "2022-03-04"), "date_order_unusual", 1),
        ((2, "subsequent_therapy_date", "2020-09-12"), "date_order", 0),
        ((2, "subsequent_therapy_date", "2020-09-11"), "date_order", 1),
    ],
)
def test_dates_around_the_first_infusion_are_in_order(
    change: tuple[int, str, str], code: str, expected: int
) -> None:
    assert len(_findings(code, [change])) == expected
