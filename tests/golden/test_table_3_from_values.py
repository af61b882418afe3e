"""The example study's Table 3, from its recorded events and, where they apply, its values."""

from __future__ import annotations

import pytest

from core.analysis.toxicity.events import tabulate_adverse_events
from core.analysis.toxicity.labs import grade_labs
from core.analysis.toxicity.reconcile import reconcile
from core.example import example_folder
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.options import ToxicityOptions
from core.results.toxicity import LabGrades
from core.schema import StudyData

PUBLISHED = {
    "Abdominal pain": (19, 10, 9),
    "Nausea": (7, 7, 0),
    "Vomiting": (7, 7, 0),
    "Alanine aminotransferase increased": (3, 2, 1),
    "Aspartate aminotransferase increased": (3, 2, 1),
    "Anemia": (2, 2, 0),
    "Proteinuria": (2, 2, 0),
    "White blood cell decreased": (2, 2, 0),
    "Platelet count decreased": (2, 2, 0),
    "Hyperglycemia": (1, 1, 0),
    "Upper gastrointestinal hemorrhage": (1, 1, 0),
    "Creatinine increased": (1, 1, 0),
}
BY_A_CLINICIAN = {
    "Abdominal pain", "Nausea", "Vomiting", "Hyperglycemia", "Upper gastrointestinal hemorrhage",
}  # fmt: skip


@pytest.fixture(scope="module")
def example() -> StudyData:
    path = example_folder() / "crlm_haic_24_zh.xlsx"
    return read_study([UploadedFile(path.name, path.read_bytes())]).data


@pytest.fixture(scope="module")
def grades(example: StudyData) -> LabGrades:
    return grade_labs(example)


def counts(
    data: StudyData, options: ToxicityOptions, grades: LabGrades
) -> dict[str, tuple[int, int, int]]:
    table = tabulate_adverse_events(data, options, grades)
    return {
        row.term: (row.any.count, row.grade_1_2.count, row.grade_3_4.count) for row in table.rows
    }


@pytest.mark.parametrize(
    "options",
    [
        ToxicityOptions(),
        ToxicityOptions(treatment_emergent=True),
        ToxicityOptions(related_only=True),
    ],
)
def test_recorded_events_give_the_published_table(
    example: StudyData, grades: LabGrades, options: ToxicityOptions
) -> None:
    assert counts(example, options, grades) == PUBLISHED


def test_values_give_the_published_rows_of_the_laboratory_terms(
    example: StudyData, grades: LabGrades
) -> None:
    found = counts(example, ToxicityOptions(source="lab"), grades)
    expected = {term: row for term, row in PUBLISHED.items() if term not in BY_A_CLINICIAN}
    assert {term: found[term] for term in expected} == expected
    assert not BY_A_CLINICIAN & set(found)


def test_both_sources_together_count_nobody_twice(example: StudyData, grades: LabGrades) -> None:
    found = counts(example, ToxicityOptions(source="both"), grades)
    assert {term: found[term] for term in PUBLISHED} == PUBLISHED


def test_recorded_and_graded_agree(example: StudyData, grades: LabGrades) -> None:
    result = reconcile(tabulate_adverse_events(example), grades)
    assert not result.discrepancies
    assert result.n_agreeing == sum(
        row[0] for term, row in PUBLISHED.items() if term not in BY_A_CLINICIAN
    )
