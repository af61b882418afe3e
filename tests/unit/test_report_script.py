"""The reproducible script gives the report's numbers, whatever was chosen."""

from __future__ import annotations

import io
import re
import runpy
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from core.analysis.subset import subset_study
from core.example import example_folder
from core.exports.report.model import ReportContent
from core.exports.report.script import key_numbers, script_archive, script_text
from core.options import AnalysisOptions, Convention, ResponseOptions, SurvivalOptions
from core.reporting import report_content
from core.schema import StudyData
from tests.report_study import example_content, example_study

ROOT = Path(__file__).parents[2]
SPSS = SurvivalOptions.following(Convention.SPSS)
ALONE = SurvivalOptions(median_rule="first", interval="log", landmark_months=(3.0, 18.0), level=0.9)
CHOICES = {
    "spss": AnalysisOptions(survival=SPSS),
    "r": AnalysisOptions.following(Convention.R),
    "confirmed": AnalysisOptions(
        response=ResponseOptions(
            confirmed=True, denominator="evaluable", interval="wilson", sd_min_days=56
        )
    ),
    "cutoff": AnalysisOptions(response=ResponseOptions(cutoff=date(2021, 12, 31)), survival=SPSS),
    "alone": AnalysisOptions(survival=ALONE, response=ResponseOptions(criteria="liver5")),
}


@pytest.fixture(scope="module")
def content() -> ReportContent:
    return example_content()


def run_script(path: Path) -> int:
    """The exit code of a script run without arguments."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [path.name])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(path))
    return int(str(ended.value.code))


def reproduced(
    data: StudyData, options: AnalysisOptions, folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """The script's exit code and what it printed, run on the files that come with it."""
    content = report_content(data, (), options, study_name="x")
    archive = zipfile.ZipFile(io.BytesIO(script_archive(content, data, folder / "made")))
    archive.extractall(folder / "given")
    numbers = key_numbers(content.analysis)
    code = run_script(folder / "given" / "reproduce.py")
    printed = capsys.readouterr().out
    assert printed.count("as reported") == len(numbers) + 1, printed
    return code, printed


@pytest.mark.parametrize("name", CHOICES)
def test_script_gives_the_same_numbers_under_other_options(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = reproduced(example_study(), CHOICES[name], tmp_path, capsys)
    assert code == 0, printed


def test_script_of_a_subgroup_holds_only_its_patients(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = example_study()
    patients = whole.table("patients")
    women = subset_study(whole, patients.loc[patients["sex"] == "F", "patient_id"])
    code, printed = reproduced(women, AnalysisOptions(survival=SPSS), tmp_path, capsys)
    assert code == 0, printed
    assert "patients 7 as reported" in printed
    rows = (tmp_path / "given" / "data" / "patients.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 7 + 1


def test_script_tells_a_number_that_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = example_study()
    content = report_content(data, (), AnalysisOptions(), study_name="x")
    archive = zipfile.ZipFile(io.BytesIO(script_archive(content, data, tmp_path / "made")))
    archive.extractall(tmp_path / "given")
    script = tmp_path / "given" / "reproduce.py"
    words = script.read_text(encoding="utf-8")
    script.write_text(re.sub(r"'orr': [\d.]+", "'orr': 0.25", words), encoding="utf-8")
    assert run_script(script) == 1
    assert "DIFFERS from 0.25" in capsys.readouterr().out


def test_script_reproduces_the_numbers_and_tells_other_data(
    content: ReportContent, tmp_path: Path
) -> None:
    archive = zipfile.ZipFile(
        io.BytesIO(script_archive(content, example_study(), tmp_path / "made"))
    )
    archive.extractall(tmp_path / "given")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(tmp_path / "given" / "reproduce.py"), *arguments],
            capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""},
            check=False,
        )  # fmt: skip

    same = run()
    assert same.returncode == 0, same.stdout + same.stderr
    assert same.stdout.count("as reported") > 30
    other = run(str(example_folder() / "crlm_haic_24_flat.csv"))
    assert other.returncode == 1
    assert "OTHER DATA" in other.stdout


def test_script_is_short_and_names_the_hash(content: ReportContent) -> None:
    words = script_text(content)
    assert content.data_hash in words
    assert len(words.splitlines()) < 140
