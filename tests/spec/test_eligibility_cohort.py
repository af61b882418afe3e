"""Screening of a study's tables: which value is used, what is missing, how patients count."""

from typing import Any

import pandas as pd
import pytest

from core.analysis.eligibility.cohort import screen_cohort
from core.analysis.eligibility.protocol import default_protocol
from core.results.eligibility import CohortEligibility, CriterionResult
from core.schema import StudyData, typed_frame
from core.text.catalogue import say

PATIENT: dict[str, Any] = {
    "patient_id": "P1", "sex": "M", "age": 58.0, "weight_kg": 65.0, "ecog": 1,
    "ecog_date": "2021-02-24", "enrol_date": "2021-02-26", "prior_lines": 2,
    "primary_crc_liver_mets": True, "pathology_confirmed": True, "mdt_unresectable": True,
    "n_measurable_lesions": 2, "life_expectancy_weeks": 20.0, "max_residual_ae_grade": 1,
    "last_cytotoxic_date": "2021-01-15", "last_bevacizumab_date": "NEVER",
    "last_radiotherapy_date": "NEVER", "last_surgery_date": "2019-05-01",
    "last_egfr_tki_date": "NEVER", "best_response": "SD",
}  # fmt: skip
LABS: list[tuple[Any, ...]] = [
    ("HGB", 11.8, "g/dL", None, None, None),
    ("NEUT", 3.2, "10^9/L", None, None, None),
    ("PLAT", 150.0, "×10^9/L", None, None, None),
    ("UREA", 5.2, "mmol/L", None, 8.2, None),
    ("CREAT", 70.0, "µmol/L", None, 104.0, None),
    ("INR", 1.02, None, None, 1.2, None),
    ("APTT", 30.0, "s", None, 42.0, None),
    ("UPROT_DIP", None, None, None, None, "NEG"),
]


def lab_rows(patient_id: str = "P1", day: str | None = "2021-02-25") -> list[dict[str, Any]]:
    names = ("lab_test", "lab_value", "lab_unit", "lln", "uln", "lab_text")
    return [
        {"patient_id": patient_id, "lab_date": day, **dict(zip(names, row, strict=True))}
        for row in LABS
    ]


def study(**tables: list[dict[str, Any]]) -> StudyData:
    return StudyData({name: typed_frame(name, pd.DataFrame(rows)) for name, rows in tables.items()})


def screen(labs: list[dict[str, Any]], **more: Any) -> CohortEligibility:
    tables: dict[str, Any] = {
        "patients": [PATIENT],
        "haic_sessions": [
            {"patient_id": "P1", "session_date": "2021-04-01"},
            {"patient_id": "P1", "session_date": "2021-03-01"},
        ],
        "labs": labs,
        **more,
    }
    return screen_cohort(study(**tables), default_protocol())


def row(cohort: CohortEligibility, key: str) -> CriterionResult:
    return cohort.patients[0].criterion(key)


def test_complete_patient_is_eligible_from_the_first_session() -> None:
    cohort = screen(lab_rows())
    assert cohort.patients[0].overall.exported == "eligible"
    assert str(cohort.patients[0].haic_start) == "2021-03-01"
    assert cohort.patients[0].warnings == ()
    hb = row(cohort, "C5_HB")
    assert (hb.value, hb.original_unit, hb.status.exported) == (118.0, "g/dL", "pass")


@pytest.mark.parametrize(
    ("day", "value", "status"),
    [("2021-02-28", 85.0, "FAIL"), ("2021-03-01", 85.0, "FAIL"), ("2021-03-02", 85.0, "PASS")],
)
def test_last_value_up_to_the_first_haic_day_is_used(day: str, value: float, status: str) -> None:
    later = {
        "patient_id": "P1", "lab_test": "HGB", "lab_value": value, "lab_unit": "g/L",
        "lab_date": day,
    }  # fmt: skip
    assert row(screen([later, *lab_rows()]), "C5_HB").status.value == status


def test_old_values_warn_and_still_count() -> None:
    cohort = screen(lab_rows(day="2021-02-14"))
    assert cohort.patients[0].overall.value == "ELIGIBLE"
    assert {note.code for note in cohort.patients[0].warnings} >= {"LAB_OLD_HB", "LAB_OLD_CREAT"}
    edge = screen(lab_rows(day="2021-02-15"))
    assert edge.patients[0].warnings == ()


@pytest.mark.parametrize(("is_baseline", "status"), [(True, "PASS"), (None, "UNKNOWN")])
def test_undated_value_counts_only_as_baseline(is_baseline: bool | None, status: str) -> None:
    rows = [{**entry, "is_baseline": is_baseline} for entry in lab_rows(day=None)]
    assert row(screen(rows), "C5_HB").status.value == status


def test_negative_value_is_unreadable_not_a_crash() -> None:
    rows = [{**entry, "lab_value": -3.0} for entry in lab_rows() if entry["lab_test"] == "HGB"]
    assert row(screen(rows), "C5_HB").status.value == "UNKNOWN"


def test_censored_value_is_judged_as_a_bound() -> None:
    rows = lab_rows()
    rows[2] |= {"lab_value": 100.0, "value_prefix": "<"}
    assert row(screen(rows), "C5_PLT").status.value == "UNKNOWN"


def test_study_without_labs_names_what_is_not_recorded() -> None:
    cohort = screen_cohort(study(patients=[PATIENT]), default_protocol())
    reason = row(cohort, "C5_HB").reason
    assert reason.code == "eligibility.reason.not_recorded"
    assert say(reason, "zh") == "本研究未记录该项：血红蛋白。"
    assert "hb" in cohort.not_recorded
    assert cohort.patients[0].overall.exported == "unknown"
    assert cohort.flow.treated == 0


def test_flat_sheet_without_any_criterion_is_undetermined() -> None:
    cohort = screen_cohort(
        study(patients=[{"patient_id": "P1", "first_haic_date": "2021-03-01"}]),
        default_protocol(),
    )
    assert {part.status.value for part in cohort.patients[0].criteria} == {"UNKNOWN"}
    assert (cohort.flow.screened, cohort.flow.treated, cohort.flow.analysed) == (1, 1, 0)


@pytest.mark.parametrize(
    ("lesions", "status", "derived"),
    [
        ([("L1", "liver", False, 10.0)], "PASS", 1),
        ([("L1", "liver", False, 9.9)], "FAIL", 0),
        ([("N1", "lymph node", True, 15.0)], "PASS", 1),
        ([("N1", "lymph node", None, 14.9)], "FAIL", 0),
        ([("L1", "liver", False, 30.0), ("N1", "淋巴结", None, 12.0)], "PASS", 1),
    ],
)
def test_measurable_lesions_are_counted_from_the_lesion_table(
    lesions: list[tuple[str, str, bool | None, float]], status: str, derived: int
) -> None:
    cohort = screen(
        lab_rows(),
        lesions=[
            {"patient_id": "P1", "lesion_id": name, "lesion_role": "TARGET", "organ": organ,
             "is_lymph_node": node}
            for name, organ, node, _ in lesions
        ],
        lesion_measurements=[
            {"patient_id": "P1", "lesion_id": name, "assessment_date": day, "diameter_mm": size}
            for name, _, _, size in lesions
            for day, size in (("2021-01-01", 50.0), ("2021-02-20", size), ("2021-05-01", 60.0))
        ],
    )  # fmt: skip
    found = row(cohort, "C2")
    assert (found.status.value, found.value) == (status, derived)
    assert [note.code for note in found.warnings] == ["MEASURABLE_COUNT_DIFFERS"]


@pytest.mark.parametrize(
    ("change", "derived"),
    [
        ({"prior_local_therapy": True}, 0),
        ({"prior_local_therapy": True, "progressed_since": True}, 1),
        ({"slice_mm": 8.0}, 0),
        ({"slice_mm": 5.0}, 1),
    ],
)
def test_treated_lesion_and_thick_slice_change_what_is_measurable(
    change: dict[str, Any], derived: int
) -> None:
    lesion = {"patient_id": "P1", "lesion_id": "L1", "lesion_role": "TARGET", "organ": "liver"}
    scan = {
        "patient_id": "P1", "lesion_id": "L1", "assessment_date": "2021-02-20",
        "diameter_mm": 12.0,
    }  # fmt: skip
    cohort = screen(lab_rows(), lesions=[{**lesion, **change}], lesion_measurements=[scan])
    assert row(cohort, "C2").value == derived


def test_age_is_completed_years_at_the_creatinine_sample() -> None:
    born = {**PATIENT, "age": None, "birth_date": "1961-02-26"}
    estimate = row(screen(lab_rows(), patients=[born]), "C5_CRCL").value
    assert estimate == pytest.approx((140 - 59) * 65 / (72 * 70 / 88.4))


def test_flow_counts_each_patient_once_and_reasons_overlap() -> None:
    patients = [
        PATIENT,
        {**PATIENT, "patient_id": "P2", "ecog": 2, "life_expectancy_weeks": 12.0},
        {**PATIENT, "patient_id": "P3", "enrol_date": None, "n_haic_sessions": 1},
    ]
    labs = [entry for name in ("P1", "P2", "P3") for entry in lab_rows(name)]
    flow_study = study(
        patients=[{**entry, "first_haic_date": "2021-03-01"} for entry in patients], labs=labs
    )
    cohort = screen_cohort(flow_study, default_protocol())
    flow = cohort.flow
    assert (flow.screened, flow.eligible, flow.not_eligible, flow.undetermined) == (3, 1, 1, 1)
    assert flow.not_eligible_by == (("C3", 1), ("C6", 1))
    assert flow.first_failed_by == (("C3", 1),)
    assert flow.undetermined_by == (("C6", 1),)
    assert (flow.treated, flow.analysed) == (3, 3)
    ecog = cohort.counts[-1]
    assert (ecog.passed, ecog.failed, ecog.unknown) == (1, 1, 1)
    for count in cohort.counts:
        assert count.passed + count.failed + count.unknown == 3


def test_study_without_patients_gives_zero_counts() -> None:
    cohort = screen_cohort(StudyData({}), default_protocol())
    assert (cohort.patients, cohort.flow.screened, cohort.counts[0].passed) == ((), 0, 0)


def test_order_of_rows_does_not_matter() -> None:
    forward, backward = screen(lab_rows()), screen(list(reversed(lab_rows())))
    assert forward.patients == backward.patients


def test_notes_say_that_it_is_as_recorded_and_what_is_not_assessed() -> None:
    sentences = [say(note, "en") for note in screen(lab_rows()).notes]
    assert "not a treatment decision" in sentences[0]
    assert "liver function" in sentences[1]
