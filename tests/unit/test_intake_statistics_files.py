"""SPSS, Stata and SAS files: labels, missing codes, dates and variable names."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from core.errors import UnusableFile
from core.intake.cells import Sheet, UploadedFile
from core.intake.read import ENDINGS, read_files
from core.intake.validate import read_study
from core.text.catalogue import LANGUAGES, Language, say_error

FRAME = pd.DataFrame(
    {
        "v1": ["A1", "A2", "A3"],
        "sex": [1.0, 2.0, 9.0],
        "age": [50.0, 60.5, None],
        "first_haic_date": [date(2020, 1, 2), date(2021, 3, 4), None],
    }
)
LABELS = ["患者编号", "性别", "Age of the patient at start", None]
SEX = {"sex": {1: "男", 2: "女", 9: "不详"}}


def _saved(tmp_path: Path, name: str, write: Callable[..., Any], **options: Any) -> UploadedFile:
    path = tmp_path / name
    write(FRAME, str(path), **options)
    return UploadedFile(name, path.read_bytes())


def _column(sheet: Sheet, header: str) -> list[object]:
    position = sheet.headers.index(header)
    return [row.cells[position] for row in sheet.rows]


def _codes(sheet: Sheet) -> dict[str, str]:
    return {finding.code: finding.value for finding in sheet.findings}


@pytest.mark.parametrize("name", ["study.sav", "study.zsav"])
def test_spss_file_reads_labels_missing_codes_and_dates(tmp_path: Path, name: str) -> None:
    file = _saved(
        tmp_path, name, pyreadstat.write_sav, column_labels=LABELS, variable_value_labels=SEX,
        missing_ranges={"sex": [9]}, compress=name.endswith(".zsav"),
    )  # fmt: skip
    (sheet,) = read_files([file])
    assert sheet.headers == ("患者编号", "性别", "age", "first_haic_date")
    assert _column(sheet, "性别") == ["男", "女", None]
    assert _column(sheet, "first_haic_date") == [date(2020, 1, 2), date(2021, 3, 4), None]
    assert [row.line for row in sheet.rows] == [1, 2, 3]
    assert _codes(sheet) == {
        "user_missing_emptied": "9 = 不详",
        "value_labels_used": "1 = 男; 2 = 女; 9 = 不详",
    }
    intake = read_study([file])
    assert intake.rows_accepted == 3
    assert list(intake.data.table("patients")["sex"][:2]) == ["M", "F"]


def test_spss_file_with_a_range_of_missing_values_empties_all_of_it(tmp_path: Path) -> None:
    file = _saved(
        tmp_path, "a.sav", pyreadstat.write_sav, missing_ranges={"age": [{"lo": 60, "hi": 99}]}
    )
    (sheet,) = read_files([file])
    assert _column(sheet, "age") == [50.0, None, None]
    assert _codes(sheet) == {"user_missing_emptied": "60.5"}


def test_stata_file_reads_labels_and_letters_of_missing_as_empty(tmp_path: Path) -> None:
    frame = FRAME.assign(first_haic_date=pd.to_datetime(FRAME["first_haic_date"]))
    frame["ecog"] = pd.Series([1, "a", 0], dtype=object)
    path = tmp_path / "study.dta"
    pyreadstat.write_dta(
        frame, str(path), variable_value_labels={"sex": {1: "男", 2: "女"}},
        missing_user_values={"ecog": ["a"]},
    )  # fmt: skip
    (sheet,) = read_files([UploadedFile("study.dta", path.read_bytes())])
    assert _column(sheet, "sex") == ["男", "女", 9.0]
    assert _column(sheet, "ecog") == [1, None, 0]
    assert _column(sheet, "first_haic_date")[:2] == [date(2020, 1, 2), date(2021, 3, 4)]


@pytest.mark.parametrize("version", [5, 8])
def test_sas_transport_file_is_read(tmp_path: Path, version: int) -> None:
    frame = FRAME if version == 8 else FRAME.rename(columns={"first_haic_date": "trtsdt"})
    path = tmp_path / "study.xpt"
    pyreadstat.write_xport(frame, str(path), file_format_version=version)
    (sheet,) = read_files([UploadedFile("study.xpt", path.read_bytes())])
    assert sheet.headers[:3] == ("v1", "sex", "age")
    assert _column(sheet, sheet.headers[3])[:2] == [date(2020, 1, 2), date(2021, 3, 4)]


def test_two_variables_with_one_label_keep_their_names(tmp_path: Path) -> None:
    labels: Sequence[str | None] = ["患者编号", "年龄", "年龄", None]
    file = _saved(tmp_path, "a.sav", pyreadstat.write_sav, column_labels=labels)
    (sheet,) = read_files([file])
    assert sheet.headers[:3] == ("患者编号", "sex", "age")


def test_sas_data_set_written_by_sas_is_read() -> None:
    # The iris data as SAS wrote them, the species cut to six letters: from the examples of the
    # R package haven (MIT licence).
    path = Path(__file__).parents[1] / "files" / "iris.sas7bdat.gz"
    file = UploadedFile("iris.sas7bdat", gzip.decompress(path.read_bytes()))
    (sheet,) = read_files([file])
    assert sheet.headers == (
        "Sepal_Length", "Sepal_Width", "Petal_Length", "Petal_Width", "Species",
    )  # fmt: skip
    assert sheet.rows[0].cells == (5.1, 3.5, 1.4, 0.2, "setosa")
    assert Counter(_column(sheet, "Species")) == {"setosa": 50, "versic": 50, "virgin": 50}
    with pytest.raises(UnusableFile) as refused:
        read_study([file])
    assert refused.value.code == "no_patient_column"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["folder_without_data", "file_ending_unsupported"])
def test_sentence_about_files_names_every_kind(code: str, language: Language) -> None:
    sentence = say_error(UnusableFile(code, file="x", ending="pdf"), language)
    named = set(re.findall(r"\.[a-z0-9]+", sentence.replace(".pdf", "")))
    assert named == set(ENDINGS)
