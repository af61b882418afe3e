"""Patients whose numbers look like notes or totals stay; notes and totals are left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.__main__ import WITH_FINDINGS, main
from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from core.results.intake import Intake
from core.text.catalogue import LANGUAGES, Language, say_finding

HEADER = "患者编号,性别,年龄,ECOG"


def read(*lines: str) -> Intake:
    content = "\n".join([HEADER, *lines]).encode()
    return read_study([UploadedFile("patients.csv", content)])


@pytest.mark.parametrize(
    "numbers",
    [
        ("N01", "N02", "N03"), ("n1", "n2", "n3"), ("N 1", "N 2", "N 3"), ("1", "2", "3"),
        ("SD", "MAX", "MIN"), ("Sum", "Std", "Mean"), ("注1", "注2", "注3"),
    ],
)  # fmt: skip
def test_every_patient_stays_whatever_the_numbers_look_like(numbers: tuple[str, ...]) -> None:
    intake = read(*(f"{one},男,{60 + at},1" for at, one in enumerate(numbers)))
    assert list(intake.data.table("patients")["patient_id"]) == list(numbers)
    assert not [one for one in intake.findings if one.code.endswith("row_left_out")]


@pytest.mark.parametrize(
    "last",
    ["N=2,,,", "n = 2,,,", "N：2,,,", "合计,2,,", "合计,男2,61,1", "SD,,0.7,0", "Mean,,60.5,1",
     "Average,both sexes,60.5,1"],
)  # fmt: skip
def test_notes_and_totals_below_the_data_are_left_out_and_said(last: str) -> None:
    intake = read("N01,男,60,1", "N02,女,61,0", last)
    assert list(intake.data.table("patients")["patient_id"]) == ["N01", "N02"]
    assert [one.row for one in intake.findings if one.code == "notes_row_left_out"] == [4]


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_without_a_unit_leave_no_gap_in_the_sentence(language: Language) -> None:
    intake = read("N01,男,60,1", "N02,女,61,7")
    (said,) = [say_finding(one, language) for one in intake.findings if one.row == 3]
    assert "  " not in said
    assert "4 ." not in said


def test_line_of_the_command_names_the_sheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "登记.csv"
    path.write_text(f"{HEADER}\nN01,男,六十,1\nN02,女,61,0\n", encoding="utf-8")
    assert main(["validate", str(path), "--lang", "zh"]) == WITH_FINDINGS
    wrong = [line for line in capsys.readouterr().out.splitlines() if line.startswith("error")]
    assert wrong
    assert all("登记" in line for line in wrong)
