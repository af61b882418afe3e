"""Eligibility of whole patients against cases worked out by hand from the published criteria."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from core.analysis.eligibility.engine import screen_patient
from core.analysis.eligibility.form import ScreeningForm
from core.analysis.eligibility.protocol import default_protocol
from core.results.eligibility import PatientEligibility
from core.text.catalogue import LANGUAGES, say

FOLDER = Path(os.environ.get("ARTERIA_VECTORS", Path(__file__).parents[1] / "vectors"))
CASES: list[dict[str, Any]] = [
    case
    for path in sorted(FOLDER.glob("eligibility_*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]
]


def _screened(case: dict[str, Any]) -> PatientEligibility:
    return screen_patient(ScreeningForm.model_validate(case["input"]).facts(), default_protocol())


def test_eligibility_vectors_are_present() -> None:
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_patient_criteria_equal_hand_result(case: dict[str, Any]) -> None:
    screened = screen_patient(
        ScreeningForm.model_validate(case["input"]).facts(), default_protocol()
    )
    assert {row.key: row.status.value for row in screened.criteria} == case["expected"]["criteria"]
    assert screened.overall.value == case["expected"]["overall"]
    assert set(case["expected"]["warnings"]) <= {note.code for note in screened.warnings}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_patient_reasons_have_words_in_both_languages(case: dict[str, Any]) -> None:
    screened = screen_patient(
        ScreeningForm.model_validate(case["input"]).facts(), default_protocol()
    )
    for row in screened.criteria:
        for part in (row, *row.parts):
            messages = (part.reason, *(note.message for note in part.warnings))
            for language in LANGUAGES:
                assert all("@" not in say(message, language) for message in messages)
