"""Rows of an upload as a person works on them: shown without persons, edits become corrections."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.intake.cells import Sheet, UploadedFile
from core.intake.columns import recognise_columns
from core.intake.deciding import with_correction
from core.intake.pseudonyms import Pseudonyms, new_key
from core.intake.read import read_files
from core.intake.screening import screen
from core.intake.validate import check_screened, validate_study
from core.intake.working_rows import (
    WorkingSheet,
    edited_cells,
    lines_to_settle,
    patient_of,
    waiver_of,
    working_sheets,
)
from core.results.decisions import Decisions, Signature
from core.results.intake import Intake
from tests.bad_inputs.builders import csv_bytes, table

TODAY = date(2024, 1, 1)
SIGNED = Signature("Dr. Li", "typing error", datetime(2024, 1, 1, tzinfo=UTC))
NAMES = {
    "姓名": ["张三", "李四", "王五", "赵六"],
    "备注": ["随访中", "电话 13812345678", "随访中", ""],
}
ROWS = table([(2, "age", "999"), (3, "weight_kg", "20")], NAMES)


def opened(decisions: Decisions = Decisions()) -> tuple[list[Sheet], Intake, WorkingSheet]:
    sheets = read_files([UploadedFile("patients.csv", csv_bytes(ROWS))])
    codes = Pseudonyms(new_key())
    screened = screen(sheets, [recognise_columns(one) for one in sheets], decisions, codes)
    intake = check_screened(screened, decisions, codes, TODAY)
    return screened.sheets, intake, working_sheets(screened.sheets, intake)["patients"]


def test_columns_of_persons_and_cells_with_identifiers_are_not_shown() -> None:
    _, intake, working = opened()
    assert ("patients", working.sheet.headers.index("姓名")) in intake.hidden
    assert working.position("姓名") is None
    remark = working.position("备注")
    row = working.row(3)
    assert remark is not None
    assert row is not None
    assert working.text(row, remark) == "电话 […]"


def test_row_is_found_by_its_line_with_its_neighbours() -> None:
    _, _, working = opened()
    assert working.row(1) is None
    assert working.row(99) is None
    assert [row.line for row in working.around(2, 2)] == [2, 3, 4]
    assert [row.line for row in working.around(4, 1)] == [3, 4, 5]
    row = working.row(4)
    assert row is not None
    assert working.patient(row) == "A03"


def test_edited_cells_become_corrections_of_the_files_cells() -> None:
    sheets, _, working = opened()
    age, weight = working.position("age"), working.position("weight_kg")
    assert age is not None
    assert weight is not None
    edited = {2: {age: " 66 ", weight: "68.2"}, 3: {weight: "65"}, 99: {age: "1"}}
    made = edited_cells(working, edited, SIGNED)
    assert [(one.row, one.column, one.before, one.after) for one in made] == [
        (2, "age", "999", "66"),
        (3, "weight_kg", "20", "65"),
    ]
    assert [one.patient_id for one in made] == ["A01", "A02"]
    decisions = Decisions()
    for one in made:
        decisions = with_correction(decisions, one)
    intake = validate_study(sheets, None, decisions, today=TODAY)
    assert intake.rows_set_aside == 0
    again = working_sheets(sheets, intake)["patients"]
    row = again.row(2)
    assert row is not None
    assert again.text(row, age) == "66"
    back = edited_cells(again, {2: {age: "999"}}, SIGNED)
    assert len(with_correction(decisions, back[0]).corrections) == 1


def test_cells_of_persons_cannot_be_edited() -> None:
    _, _, working = opened()
    name = working.sheet.headers.index("姓名")
    assert edited_cells(working, {2: {name: "X"}}, SIGNED) == ()


def test_lines_to_settle_are_those_with_errors_and_open_warnings() -> None:
    sheets, intake, working = opened()
    lines = lines_to_settle(intake.findings)["patients"]
    assert {2, 3} <= set(lines)
    warning = next(f for f in intake.findings if f.code == "bmi_implausible")
    waiver = waiver_of(warning, working, SIGNED, whole_column=False)
    waived = validate_study(sheets, None, Decisions(waivers=(waiver,)), today=TODAY)
    assert not next(f for f in waived.findings if f.code == "bmi_implausible").is_open
    whole = waiver_of(warning, None, SIGNED, whole_column=True)
    assert (whole.row, whole.value) == (None, None)


def test_patient_of_a_finding_is_that_of_its_row() -> None:
    sheets, intake, _ = opened()
    working = working_sheets(sheets, intake)
    error = next(f for f in intake.findings if f.row == 2 and f.column == "age")
    assert patient_of(error, working) == "A01"
    general = next(f for f in intake.findings if f.row is None)
    assert patient_of(general, working) == ""
