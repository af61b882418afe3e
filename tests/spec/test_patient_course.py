"""One patient's course: every lane says what the tables say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from core.analysis.patient.course import patient_course
from core.analysis.patient.labs import lab_bands
from core.analysis.response.cohort import evaluate_cohort
from core.analysis.toxicity.labs import grade_labs
from core.errors import ArteriaError
from core.example import example_files
from core.figures import patient_timeline
from core.figures.patient_timeline import TimelineLook
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import ResponseOptions
from core.results.patient import PatientCourse
from core.schema import StudyData
from core.schema.study import typed_frame
from core.text.catalogue import LANGUAGES, Language


@pytest.fixture(scope="module")
def example() -> StudyData:
    return read_study([UploadedFile(*one) for one in example_files()]).data


def course(data: StudyData, patient_id: str) -> PatientCourse:
    cohort = evaluate_cohort(data, ResponseOptions())
    return patient_course(data, cohort, grade_labs(data), patient_id)


def test_course_of_a_patient_reaches_from_diagnosis_to_death(example: StudyData) -> None:
    found = course(example, "H01")
    assert (found.first, found.last) == (date(2018, 7, 27), date(2022, 12, 2))
    assert found.start == date(2020, 8, 2)
    assert [one.kind for one in found.milestones] == [
        "diagnosis", "enrolment", "first_haic", "progression", "later_treatment", "death",
    ]  # fmt: skip
    assert [one.oxaliplatin_mg for one in found.sessions] == [224, 222, 223, 221]
    assert [one.category for one in found.scans][:2] == ["SD", "PR"]
    assert found.headline.status == "DEAD"
    assert found.headline.sessions == 4


def test_laboratory_lane_names_grade_and_normal_range(example: StudyData) -> None:
    series = course(example, "H01").lab("HGB")
    assert series is not None
    assert (series.lln, series.uln, series.unit) == (120, 160, "g/L")
    assert {point.grade for point in series.points} == {0}


def test_bands_stand_in_the_unit_of_the_series() -> None:
    in_g_dl = [b for b in lab_bands("HGB", "g/dL", 12.0, 16.0, 14.0) if b.term == "Anemia"]
    assert [(b.grade, b.low, b.high) for b in in_g_dl] == [
        (1, 10.0, 12.0), (2, 8.0, 10.0), (3, None, 8.0),
    ]  # fmt: skip


def test_band_whose_limit_is_not_known_is_left_out() -> None:
    found = lab_bands("BILI", "umol/L", None, None, None)
    assert found == ()


def test_event_without_start_is_counted_and_not_drawn(example: StudyData) -> None:
    events = example.table("adverse_events").copy()
    events.loc[events["patient_id"] == "H01", "ae_start"] = None
    changed = StudyData({**example.tables, "adverse_events": typed_frame("adverse_events", events)})
    found = course(changed, "H01")
    assert (found.events, found.undated_events) == ((), 5)


def test_patient_with_a_flat_sheet_only_has_a_headline_and_no_axis(example: StudyData) -> None:
    patients = example.table("patients")[["patient_id", "sex", "age", "best_response"]]
    found = course(StudyData({"patients": typed_frame("patients", patients)}), "H01")
    assert found.first is None
    assert found.headline.age == 71
    assert found.scans == found.labs == found.milestones == ()


def test_unknown_patient_is_an_error_with_a_code(example: StudyData) -> None:
    with pytest.raises(ArteriaError) as caught:
        course(example, "nobody")
    assert caught.value.code == "patient_not_found"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("with_dates", [True, False])
def test_all_lanes_share_one_axis_and_hide_dates_on_request(
    example: StudyData, with_dates: bool, language: Language
) -> None:
    for patient_id in ("H01", "H07", "H24"):
        look = TimelineLook("HGB", with_dates=with_dates)
        drawn = patient_timeline.figure(course(example, patient_id), look, language)
        axes = [axis for axis in drawn.to_dict()["layout"] if axis.startswith("xaxis")]
        assert len(axes) == 5
        matched = [drawn.layout[axis].matches for axis in axes]
        assert matched.count(None) == 1
        words = drawn.to_json()
        assert ("-2020" in words or "2020-" in words or "2021-" in words) is with_dates


@pytest.mark.parametrize(("event", "status"), [(True, "DEAD"), (False, None), (None, None)])
def test_coded_overall_survival_tells_a_death(event: bool | None, status: str | None) -> None:
    patients = pd.DataFrame({"patient_id": ["A"]})
    coded = pd.DataFrame({"patient_id": ["A"], "os_months": [9.0], "os_event": [event]})
    tables = {"patients": patients, "follow_up": coded}
    data = StudyData({name: typed_frame(name, frame) for name, frame in tables.items()})
    assert course(data, "A").headline.status == status


def test_lanes_without_anything_to_show_take_no_room(example: StudyData) -> None:
    whole = course(example, "H01")
    bare = replace(whole, sessions=(), scans=(), liver_scans=(), events=())
    drawn = [patient_timeline.figure(one, TimelineLook("BILI"), "en") for one in (whole, bare)]
    rows = [len([axis for axis in one.layout if axis.startswith("xaxis")]) for one in drawn]
    assert rows == [5, 2]
    assert drawn[1].layout.height < drawn[0].layout.height
