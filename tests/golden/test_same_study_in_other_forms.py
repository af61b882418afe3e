"""The example study gives the same analysis in whatever form it is uploaded.

Forms that hold the whole study give every key of the analysis but the findings, which speak of
the file. One row a patient gives what needs no lesions, visits or events.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from core.example import example_files
from core.exports.interchange.form import Form
from core.intake.cells import UploadedFile
from core.results.common import Severity
from tests.study_forms import (
    analysed,
    differences,
    exported,
    gb18030_csv,
    spss_tables,
    two_row_headers,
    us_units,
)

Json = dict[str, Any]
Files = Callable[[], list[UploadedFile]]

EXACT = 1e-9
"""Numbers pass through text of ten and more digits, months through binary fractions."""
ROUNDED = 0.02
"""Laboratory reports in other units are rounded to two or three significant digits."""

WHOLE: dict[str, Files] = {
    "gb18030_csv": gb18030_csv,
    "two_row_headers": two_row_headers,
    "spss_tables": spss_tables,
    "adam_csv": lambda: exported(Form.ADAM_CSV),
    "adam_xpt": lambda: exported(Form.ADAM),
    "redcap_en": lambda: exported(Form.REDCAP),
    "redcap_zh": lambda: exported(Form.REDCAP, "zh"),
}
FLAT: dict[str, Files] = {
    "spss_en": lambda: exported(Form.SPSS),
    "spss_zh": lambda: exported(Form.SPSS, "zh"),
    "cbioportal": lambda: exported(Form.CBIOPORTAL),
}
ALL_KEYS = (
    "study", "options", "eligibility", "response", "survival", "prognosis", "safety", "baseline",
    "engines", "survival_tests", "competing_risks",
)  # fmt: skip
FLAT_KEYS = (
    "survival", "survival_tests", "competing_risks", "prognosis", "baseline", "engines",
)  # fmt: skip
EXPECTED_WARNINGS = {"two_row_headers": {"header_two_rows"}}


@pytest.fixture(scope="module")
def expected() -> Json:
    return analysed([UploadedFile(*file) for file in example_files("en")])[1]


def chosen(result: Json, keys: tuple[str, ...]) -> Json:
    assert set(keys) <= result.keys()
    return {key: result[key] for key in keys}


def test_keys_of_the_analysis_are_all_compared(expected: Json) -> None:
    assert set(expected) == {*ALL_KEYS, "findings"}


@pytest.mark.parametrize("form", WHOLE)
def test_whole_study_in_another_form_gives_the_same_analysis(form: str, expected: Json) -> None:
    intake, found = analysed(WHOLE[form]())
    wanted, given = chosen(expected, ALL_KEYS), chosen(found, ALL_KEYS)
    assert list(differences(wanted, given, EXACT)) == []
    assert intake.rows_set_aside == 0
    warnings = {one.code for one in intake.findings if one.severity is not Severity.INFO}
    assert warnings == EXPECTED_WARNINGS.get(form, set())


@pytest.mark.parametrize("form", FLAT)
def test_one_row_a_patient_gives_the_same_survival_and_baseline(form: str, expected: Json) -> None:
    intake, found = analysed(FLAT[form]())
    wanted, given = chosen(expected, FLAT_KEYS), chosen(found, FLAT_KEYS)
    for one, other in ((wanted, expected), (given, found)):
        one["n"] = [other["study"]["n_patients"], other["study"]["n_sessions"]]
        one["response"] = {key: other["response"][key] for key in ("overall", "liver")}
    assert list(differences(wanted, given, EXACT)) == []
    assert intake.rows_read == 24
    assert intake.rows_set_aside == 0
    assert [one for one in intake.findings if one.severity is not Severity.INFO] == []


def _without_reported_units(result: Json) -> Json:
    """Criteria without the value as reported; a multiple of the laboratory's limit as such."""
    plain = copy.deepcopy(result)
    for patient in plain["eligibility"]:
        for criterion in patient["criteria"]:
            for name in ("original_value", "original_unit", "reason"):
                criterion.pop(name, None)
            if criterion["id"] in ("C5_BUN", "C5_CREAT"):
                criterion["value"] /= criterion.pop("limit")
                criterion.pop("unit")
    return plain


def test_us_units_give_the_same_analysis_within_the_rounding_of_reports(expected: Json) -> None:
    intake, found = analysed(us_units())
    assert intake.rows_set_aside == 0
    wanted, given = _without_reported_units(expected), _without_reported_units(found)
    assert list(differences(chosen(wanted, ALL_KEYS), chosen(given, ALL_KEYS), ROUNDED)) == []
    for one in (wanted, given):
        # Its models take laboratory values as numbers, which the other unit rounds; so does
        # what the second engine says of them.
        one["prognosis"].pop("measured")
    exact = ("study", "options", "response", "survival", "prognosis", "safety")
    assert list(differences(chosen(wanted, exact), chosen(given, exact), EXACT)) == []
