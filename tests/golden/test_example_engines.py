"""The product's engines read the example study as the published series does."""

from __future__ import annotations

import csv
from datetime import date

import pandas as pd
import pytest

from core.analysis.eligibility.cohort import screen_cohort
from core.analysis.eligibility.protocol import default_protocol
from core.analysis.endpoints.derive import derive_endpoints
from core.analysis.response.cohort import evaluate_cohort
from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.labs import grade_labs
from core.analysis.toxicity.reconcile import reconcile
from core.example import example_files, example_folder
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import ResponseOptions
from core.results.common import Severity
from core.results.eligibility import Overall, Status
from core.schema import StudyData

PUBLISHED_LAB_TERMS = {
    "Anemia", "White blood cell decreased", "Platelet count decreased",
    "Alanine aminotransferase increased", "Aspartate aminotransferase increased",
    "Proteinuria", "Creatinine increased",
}  # fmt: skip


def rows(path: str) -> list[dict[str, str | None]]:
    with (example_folder() / path).open(encoding="utf-8", newline="") as stream:
        return [
            {name: cell or None for name, cell in row.items()} for row in csv.DictReader(stream)
        ]


SOURCE = {str(row["patient_id"]): row for row in rows("source/patients.csv")}


@pytest.fixture(scope="module", params=["csv", "zh", "en"])
def study(request: pytest.FixtureRequest) -> StudyData:
    """The same study as CSV files, Chinese workbook and English workbook."""
    if request.param == "csv":
        return read_study([example_folder() / "csv"]).data
    return read_study([UploadedFile(*file) for file in example_files(request.param)]).data


@pytest.mark.parametrize(
    "path",
    [
        "csv",
        "crlm_haic_24_zh.xlsx",
        "crlm_haic_24_en.xlsx",
        "crlm_haic_24_flat.csv",
        "crlm_haic_24_flat_zh.xlsx",
    ],
)
def test_example_loads_without_anything_to_correct(path: str) -> None:
    intake = read_study([example_folder() / path])
    assert [one for one in intake.findings if one.severity is not Severity.INFO] == []
    assert intake.set_aside == ()
    assert intake.data.own_variables == ()
    if "flat" not in path:
        assert intake.data.data_cutoff == date(2023, 2, 23)


@pytest.mark.parametrize("window", [0, 28, 42])
def test_engine_gives_published_categories_and_dates(study: StudyData, window: int) -> None:
    response = evaluate_cohort(study, ResponseOptions(sd_min_days=window))
    for one in response.patients:
        source = SOURCE[one.patient_id]
        assert one.source == one.liver_source == "lesions"
        assert (one.patient_id, one.best) == (one.patient_id, source["best_response"])
        assert (one.patient_id, one.best_liver) == (one.patient_id, source["best_response_liver"])
        assert str(one.first_pd_date) == source["progression_date"]
        assert str(one.first_pd_day) == source["pfs_days"]
    assert response.overall is not None
    assert (response.overall.orr.count, response.overall.orr.total) == (4, 24)
    assert (response.overall.dcr.count, response.overall.dcr.total) == (15, 24)
    assert set(response.better_in_liver) == {"H06", "H17", "H19"}


def test_engine_confirms_three_of_four_responses(study: StudyData) -> None:
    response = evaluate_cohort(study, ResponseOptions(confirmed=True))
    assert [one.patient_id for one in response.patients if one.best == "PR"] == [
        "H01", "H03", "H04",
    ]  # fmt: skip


def test_engine_finds_the_recorded_site_of_first_progression(study: StudyData) -> None:
    recorded = dict(
        zip(
            study.table("follow_up")["patient_id"],
            study.table("follow_up")["progression_site"],
            strict=True,
        )
    )
    computed = {p.patient_id: p.progression_site for p in evaluate_cohort(study).patients}
    assert computed == recorded


def test_engine_and_reader_differ_at_one_visit(study: StudyData) -> None:
    read = study.table("response_assessments").set_index(["patient_id", "assessment_date"])
    different = [
        (one.patient_id, visit.day, visit.overall)
        for one in evaluate_cohort(study).patients
        for visit in one.overall.assessments
        if read.loc[(one.patient_id, pd.Timestamp(visit.date)), "overall_response"] != visit.overall
    ]
    assert different == [("H04", 318, "PR")]


def test_engine_ignores_later_therapy_as_it_began_after_progression(study: StudyData) -> None:
    ignored = evaluate_cohort(study, ResponseOptions(new_therapy="ignore"))
    censored = evaluate_cohort(study, ResponseOptions(new_therapy="censor"))
    for one, other in zip(ignored.patients, censored.patients, strict=True):
        assert (one.best, one.best_liver, one.first_pd_day, one.first_liver_pd_day) == (
            other.best, other.best_liver, other.first_pd_day, other.first_liver_pd_day,
        )  # fmt: skip


def test_engine_derives_the_published_times(study: StudyData) -> None:
    endpoints = derive_endpoints(study, evaluate_cohort(study))
    for code, days, event in (("os", "os_days", "death_event"), ("pfs", "pfs_days", "pfs_event")):
        found = {
            one.patient_id: (str(int(one.time_days)), str(int(one.is_event)))
            for one in endpoints.get(code).times
        }
        assert found == {pid: (row[days], row[event]) for pid, row in SOURCE.items()}


def test_liver_progresses_later_only_after_extrahepatic_progression(study: StudyData) -> None:
    endpoints = derive_endpoints(study, evaluate_cohort(study))
    later = {
        one.patient_id: int(one.time_days)
        for one in endpoints.get("hepatic_pfs").times
        if str(int(one.time_days)) != SOURCE[one.patient_id]["pfs_days"]
    }
    # H19's liver never progressed before death.
    assert later == {"H06": 96, "H09": 205, "H16": 112, "H17": 118, "H19": 122}


def test_engine_grades_laboratory_values_as_published(study: StudyData) -> None:
    worst = grade_labs(study).worst
    graded = {
        (row["patient_id"], row["term"]): int(row["worst_grade"])
        for _, row in worst[worst["term"].isin(PUBLISHED_LAB_TERMS)].iterrows()
        if row["worst_grade"] > 0
    }
    expected = {
        (str(row["patient_id"]), str(row["term"])): int(str(row["grade"]))
        for row in rows("source/adverse_events.csv")
        if row["term"] in PUBLISHED_LAB_TERMS
    }
    assert graded == expected


def test_no_published_laboratory_term_lacks_unit_or_range(study: StudyData) -> None:
    ungradable = grade_labs(study).ungradable
    published = {key for key in ungradable if key[0] in PUBLISHED_LAB_TERMS}
    # A dipstick beside a 24-hour collection is not graded: the collection counts.
    assert published == {("Proteinuria", "superseded_by_24h")}


def test_engine_finds_22_eligible_and_2_undetermined(study: StudyData) -> None:
    screened = screen_cohort(study, default_protocol())
    undetermined = {
        one.patient_id: [c.key for c in one.criteria if c.status is not Status.PASS]
        for one in screened.patients
        if one.overall is not Overall.ELIGIBLE
    }
    assert undetermined == {"H14": ["C6"], "H21": ["C5_UPROT"]}
    assert (screened.flow.eligible, screened.flow.undetermined) == (22, 2)


def test_engine_counts_events_as_published(study: StudyData) -> None:
    table = tabulate_adverse_events(study)
    bands = table.overall_bands
    assert (bands.any.count, bands.grade_1_2.count, bands.grade_3_4.count) == (21, 19, 10)
    assert len(table.rows) == 12
    assert (table.unmatched_terms, table.set_aside) == ((), ())


def test_recorded_events_and_laboratory_grades_agree(study: StudyData) -> None:
    found = reconcile(tabulate_adverse_events(study), grade_labs(study), minimum_grade=1)
    different = {one.term for one in found.discrepancies}
    assert not different & PUBLISHED_LAB_TERMS
    assert {one.kind for one in found.discrepancies} <= {"not_reported"}
