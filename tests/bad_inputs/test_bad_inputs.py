"""Every awkward or hostile upload gets its outcome, in both languages, and loses no row."""

from __future__ import annotations

import time
from datetime import date

import pytest

from core.errors import UnusableFile
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.common import FindingKind, Severity
from core.results.intake import Intake
from core.text.catalogue import LANGUAGES, say_error, say_finding
from tests.bad_inputs.cases import Case, cases

TODAY = date(2024, 1, 1)


def _outcome(intake: Intake) -> str:
    if intake.rows_set_aside:
        return "rows"
    warned = any(
        f.severity is Severity.WARNING or f.kind is FindingKind.CONVERTED for f in intake.findings
    )
    return "warn" if warned else "accept"


REFUSED = [case for case in cases() if case.outcome == "refuse"]
READ = [case for case in cases() if case.outcome != "refuse"]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_unusable_upload_is_refused_in_one_sentence(case: Case) -> None:
    started = time.perf_counter()
    with pytest.raises(UnusableFile) as caught:
        read_study([UploadedFile(case.name, case.content)], today=TODAY)
    assert time.perf_counter() - started < 5
    assert caught.value.code == case.code
    for language in LANGUAGES:
        sentence = say_error(caught.value, language)
        assert sentence
        assert "\n" not in sentence


@pytest.mark.parametrize("case", READ, ids=str)
def test_awkward_upload_gets_its_outcome_and_loses_no_row(case: Case) -> None:
    intake = read_study([UploadedFile(case.name, case.content)], today=TODAY)
    assert _outcome(intake) == case.outcome, [f.code for f in intake.findings]
    assert intake.rows_read == intake.rows_accepted + intake.rows_set_aside
    assert intake.rows_set_aside == case.rows == len(intake.set_aside)
    if case.code:
        assert case.code in {f.code for f in intake.findings}
    for finding in intake.findings:
        for language in LANGUAGES:
            assert say_finding(finding, language)


def test_upload_with_names_never_shows_them() -> None:
    case = next(c for c in cases() if c.title == "name_column")
    intake = read_study([UploadedFile(case.name, case.content)], today=TODAY)
    said = " ".join(say_finding(f, language) for f in intake.findings for language in LANGUAGES)
    assert "测试甲" not in said
    assert "测试甲" not in intake.data.table("patients").to_csv()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "a" * 300 + ".csv", ".csv", "💊.csv", "rtl_\u202evsc.exe.csv"]
)
def test_upload_name_is_only_shown_and_cut(name: str) -> None:
    case = next(c for c in cases() if c.title == "sep_line")
    intake = read_study([UploadedFile(name, case.content)], today=TODAY)
    sheet = intake.mappings[0].sheet
    assert len(sheet) <= 80
    assert not set("/\\\u202e") & set(sheet)
