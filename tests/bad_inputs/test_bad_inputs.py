"""Every awkward or hostile upload gets its outcome, its words and its values, and loses no row."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from core.errors import UnusableFile
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.text.catalogue import say_error
from tests.bad_inputs.case import Case
from tests.bad_inputs.cases import cases
from tests.bad_inputs.judge import Judge, Verdict

CASES = cases()
ON_DISK = [case for case in CASES if case.group != "FNM"]
NAMED = [case for case in CASES if case.group == "FNM"]
CUT = 60


def test_catalogue_covers_every_group_with_kinds_of_its_own() -> None:
    titles = Counter(map(str, CASES))
    groups = Counter(case.group for case in CASES)
    assert max(titles.values()) == 1
    assert len(CASES) >= 180
    assert set(groups) == {
        "OK", "ENC", "DLM", "XLS", "ZIP", "TYP", "ARC", "DTE", "NUM", "UNT", "CAT", "DUP", "LOG",
        "INJ", "FNM", "PHI", "SIZ",
    }  # fmt: skip


@pytest.mark.parametrize("case", ON_DISK, ids=str)
def test_upload_is_judged_as_a_data_manager_would(case: Case, judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    verdict = judge.judge(path, tmp_path / "out", marked=len(case.content) < 2**18)
    assert verdict.code in (0, 1, 2), verdict.log
    assert "Traceback" not in verdict.said + verdict.log
    assert verdict.outcome in (case.outcome, *case.also), verdict.said[:2000]
    _check_rows(case, verdict)
    _check_words(case, verdict)
    _check_stored(case, verdict)
    _check_silence(case, verdict)
    assert verdict.seconds < case.seconds
    assert verdict.memory_mb < case.memory_mb


def _check_rows(case: Case, verdict: Verdict) -> None:
    result = verdict.result
    assert result["rows_read"] == result["rows_accepted"] + result["rows_set_aside"]
    if verdict.outcome == "refuse":
        assert result["rows_read"] == 0
        assert not verdict.tables
        (finding,) = result["findings"]
        assert finding["message"]
        assert "\n" not in finding["message"]
    if verdict.outcome == case.outcome == "rows":
        assert result["rows_set_aside"] == case.rows
        aside = {item["row"] for item in result["findings"] if item["severity"] == "error"}
        assert len(aside) <= case.rows or case.name.endswith("zip")


def _check_words(case: Case, verdict: Verdict) -> None:
    codes = {item["code"] for item in verdict.result["findings"]}
    if case.code and verdict.outcome == case.outcome:
        assert case.code in codes
    for alternatives in case.words:
        assert any(word.casefold() in verdict.said.casefold() for word in alternatives)
    for row, column, value in case.named if verdict.outcome == "rows" else ():
        assert any(
            item["row"] == row and item["column"] == column and _cut(value) == _cut(item["value"])
            for item in verdict.result["findings"]
        ), (row, column, value)


def _cut(value: str) -> str:
    return value.strip()[:CUT]


def _check_stored(case: Case, verdict: Verdict) -> None:
    if verdict.outcome not in ("accept", "warn"):
        return
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in verdict.tables.items()}
    for place, wanted in case.stored.items():
        patient, _, column = place.rpartition(".")
        values = [
            row["value_canonical"] if name == "labs" else row[column]
            for name, table in rows.items()
            for row in table
            if row["patient_id"] == patient
            and (row.get("lab_test") == column if name == "labs" else column in row)
        ]
        if isinstance(wanted, float):
            assert [float(value) for value in values] == [pytest.approx(wanted, rel=1e-4)]
        else:
            assert values == [wanted or ""], place


def _check_silence(case: Case, verdict: Verdict) -> None:
    for text in case.never:
        assert text not in verdict.everything
    assert not verdict.live_cells


@pytest.mark.parametrize("case", NAMED, ids=str)
def test_upload_name_is_only_shown_and_cut(case: Case) -> None:
    try:
        intake = read_study([UploadedFile(case.name, case.content)])
    except UnusableFile as error:
        assert "refuse" in case.also
        shown = say_error(error, "zh") + say_error(error, "en")
    else:
        (mapping,) = intake.mappings
        shown = mapping.sheet
        assert intake.rows_accepted == intake.rows_read
        assert 0 < len(shown) <= 80
        assert "/" not in shown
        assert "\\" not in shown
    assert not set("\u202e\u200b\n\r\x00") & set(shown)
    assert "a" * 100 not in shown
