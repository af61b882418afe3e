"""Units that a column's values contradict: asked, never converted, never used unanswered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from core.analysis.eligibility.cohort import screen_cohort
from core.analysis.eligibility.protocol import default_protocol
from core.errors import RuleFileInvalid
from core.intake.cells import UploadedFile
from core.intake.columns import recognise_columns
from core.intake.read import read_files
from core.intake.validate import validate_study
from core.results.decisions import NO_DECISIONS, Decisions, UnitAnswer
from core.results.intake import Intake
from core.rules.unit_ranges import FILE, read_unit_ranges, usual_range


def study(
    decisions: Decisions = NO_DECISIONS, labs: Sequence[str] = (), **columns: Sequence[object]
) -> Intake:
    size = max((len(cells) for cells in columns.values()), default=3)
    header = ",".join(["患者编号", *columns])
    rows = [
        ",".join([f"A{at}", *(str(cells[at]) for cells in columns.values())]) for at in range(size)
    ]
    files = [UploadedFile("patients.csv", "\n".join([header, *rows]).encode())]
    if labs:
        head = "患者编号,检验日期,检验项目,结果,单位"
        files.append(UploadedFile("labs.csv", "\n".join([head, *labs]).encode()))
    sheets = read_files(files)
    mappings = [recognise_columns(sheet) for sheet in sheets]
    return validate_study(sheets, mappings, decisions, today=date(2026, 1, 1))


def codes(intake: Intake) -> set[str]:
    return {finding.code for finding in intake.findings}


@pytest.mark.parametrize(
    ("header", "usual", "odd", "fits"),
    [
        ("血红蛋白", [121, 110, 95], [12.1, 11.0, 9.5], "g/dL"),
        ("肌酐", [97, 80, 71], [1.1, 0.9, 0.8], "mg/dL"),
        ("总胆红素", [20.5, 13.7, 17.1], [1.2, 0.8, 1.0], "mg/dL"),
        ("白蛋白", [42, 38, 35], [4.2, 3.8, 3.5], "g/dL"),
        ("血小板", [184, 220, 95], [18.4, 22.0, 9.5], "10^4/uL"),
        ("中性粒细胞计数", [4.2, 3.1, 2.2], [4200, 3100, 2200], "/mm3"),
        ("CEA", [3.5, 120, 900], [3500, 120000, 900000], "ng/L"),
        ("身高", [172, 160, 168], [1.72, 1.60, 1.68], "m"),
        ("体重", [65, 58, 71], [130, 116, 142], "斤"),
        ("肿瘤最大直径", [4.5, 3.2, 6.1], [45, 32, 61], "mm"),
    ],
)
def test_column_in_another_unit_is_asked_and_a_usual_one_is_not(
    header: str, usual: list[float], odd: list[float], fits: str
) -> None:
    assert "unit_question" not in codes(study(**{header: usual}))
    intake = study(**{header: odd})
    asked = next(one for one in intake.findings if one.code == "unit_question")
    facts = dict(asked.facts)
    assert (asked.column, facts["fits_unit"], facts["n_fit"], facts["n"]) == (header, fits, 3, 3)
    [question] = intake.unit_questions
    assert question.units[0].unit == fits


def test_single_outlier_is_left_to_the_check_of_its_cell() -> None:
    intake = study(**{"血红蛋白(g/L)": [121, 110, 12.1, 95]})
    assert "unit_question" not in codes(intake)
    [finding] = [one for one in intake.findings if one.code == "lab_out_of_range_unit"]
    assert (finding.row, dict(finding.facts)["fits"]) == (4, "g/dL")
    assert intake.rows_set_aside == 1


def test_half_of_the_column_is_not_the_majority() -> None:
    assert "unit_question" not in codes(study(总胆红素=[1.2, 0.8, 20.5, 17.1]))
    assert "unit_question" in codes(study(总胆红素=[1.2, 0.8, 1.0, 17.1]))


@pytest.mark.parametrize(("n", "asked"), [(2, False), (3, True)])
def test_stated_unit_needs_several_values_against_it(n: int, asked: bool) -> None:
    intake = study(**{"总胆红素(μmol/L)": [1.2, 0.8, 1.0][:n]})
    assert ("unit_question" in codes(intake)) is asked
    assert len(intake.unit_questions) == 1


def test_unanswered_values_are_neither_stored_nor_judged() -> None:
    intake = study(尿素氮=[14, 18, 21], 体重=[130, 116, 142])
    assert intake.rows_accepted == 3
    assert intake.data.table("labs").empty
    assert intake.data.table("patients")["weight_kg"].isna().all()
    for patient in screen_cohort(intake.data, default_protocol()).patients:
        [urea] = [one for one in patient.criteria if one.key == "C5_BUN"]
        assert urea.status == "UNKNOWN"


def test_answer_is_applied_and_recorded_with_its_factor() -> None:
    answers = Decisions(
        units=(UnitAnswer("patients", "总胆红素", "mg/dL"), UnitAnswer("patients", "体重", "斤"))
    )
    intake = study(answers, 总胆红素=[1.2, 0.8, 1.0], 体重=[130, 116, 142])
    assert "unit_question" not in codes(intake)
    labs = intake.data.table("labs")
    assert next(zip(labs["lab_value"], labs["lab_unit"], strict=True)) == (1.2, "mg/dL")
    assert list(intake.data.table("patients")["weight_kg"]) == [65.0, 58.0, 71.0]
    said = {
        one.column: dict(one.facts)
        for one in intake.findings
        if one.code == "unit_answered" and one.kind == "converted"
    }
    assert said["总胆红素"]["factor"] == "17.1"
    assert said["体重"] == {"unit": "斤", "to_unit": "kg", "factor": "0.5", "n": 3}
    assert {one.answer for one in intake.unit_questions} == {"斤", "mg/dL"}


def test_answer_that_the_file_is_right_stands() -> None:
    answers = Decisions(units=(UnitAnswer("patients", "体重", "kg"),))
    intake = study(answers, 体重=[130, 116, 142])
    assert list(intake.data.table("patients")["weight_kg"]) == [130.0, 116.0, 142.0]
    assert "unit_question" not in codes(intake)


LONG = [
    "A0,2021-01-01,血小板,184,", "A1,2021-01-01,血小板,95,", "A2,2021-01-01,PLT,210,",
    "A0,2021-01-01,肌酐,1.1,umol/L", "A1,2021-01-01,肌酐,0.9,μmol/L",
    "A2,2021-01-01,肌酐,0.8,umol/L",
    "A0,2021-01-01,血红蛋白,121,g/L",
]  # fmt: skip


def test_missing_unit_of_a_long_sheet_is_said_once_a_test() -> None:
    intake = study(labs=LONG)
    [missing] = [one for one in intake.findings if one.code == "unit_missing"]
    facts = dict(missing.facts)
    assert (missing.value, missing.row, facts["n"], facts["rows"]) == ("PLAT", 2, 3, "2, 3, 4")
    asked = {one.column: one for one in intake.unit_questions}
    assert set(asked) == {"PLAT []", "CREAT [umol/L]"}
    assert asked["PLAT []"].units[0].unit == "10^9/L"


def test_long_sheet_is_read_in_the_units_answered() -> None:
    answers = Decisions(
        units=(
            UnitAnswer("labs", "PLAT []", "10^9/L"),
            UnitAnswer("labs", "CREAT [umol/L]", "mg/dL"),
        )
    )
    intake = study(answers, labs=LONG)
    assert intake.rows_set_aside == 0
    assert not {"unit_missing", "unit_question"} & codes(intake)
    labs = intake.data.table("labs")
    assert set(labs["lab_unit"]) == {"10^9/L", "mg/dL", "g/L"}
    assert list(labs.loc[labs["lab_test"] == "CREAT", "lab_value"]) == [1.1, 0.9, 0.8]


def test_possible_values_of_a_test_in_question_are_withheld() -> None:
    rows = [f"A{at},2021-01-01,总胆红素,{value},umol/L" for at, value in enumerate((1.2, 0.8, 1.0))]
    intake = study(labs=rows)
    assert "unit_question" in codes(intake)
    assert intake.rows_set_aside == 0
    assert intake.data.table("labs")["lab_value"].isna().all()


def test_usual_ranges_lie_within_what_is_possible() -> None:
    ranges = read_unit_ranges(FILE)
    assert len(ranges) > 40
    for place, usual in ranges.items():
        assert usual.units[usual.unit] == 1.0, place
        assert usual.is_usual(usual.low, 1.0)
        assert usual.is_usual(usual.high, 1.0)
        assert not usual.is_usual(usual.low * 0.999, 1.0)
        assert not usual.is_usual(usual.high * 1.001, 1.0)
    assert usual_range("labs_wide", "UPROT_DIP") is None


@pytest.mark.parametrize(
    "line",
    [
        "HGB,g/dL,4,20,x", "NOBODY,g/L,4,20,x", "HGB,g/L,20,4,x", "HGB,g/L,a,4,x", "HGB,g/L,4,20,",
        "patients.nothing,kg,4,20,x", "HGB,g/L,4,20",
    ],
)  # fmt: skip
def test_broken_range_is_refused_with_its_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "unit_ranges.csv"
    path.write_text(f"quantity,unit,low,high,source\n{line}\n", "utf-8")
    with pytest.raises(RuleFileInvalid) as caught:
        read_unit_ranges(path)
    assert caught.value.facts["line"] == 2
