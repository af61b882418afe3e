"""Sheets that name their patients by an identifier, read through a sheet that knows both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.exports.marked import marked_workbook
from core.intake.cells import UploadedFile
from core.intake.read import read_files
from core.intake.shown import shown_sheets
from core.intake.validate import validate_study
from core.results.common import Severity
from core.results.decisions import NO_DECISIONS, IdentifierAnswer, IdentifierChoice, Signature
from core.results.intake import Intake
from tests.bad_inputs.builders import ROWS, csv_bytes, table

TODAY = date(2024, 1, 1)
NUMBERS = ["H-1001", "H-1002", "H-1003", "H-1004"]
Rows = list[list[str]]
LABS = ["lab_date", "lab_test", "lab_value", "lab_unit"]
SIGNED = Signature("B", "why", datetime(2024, 1, 1, tzinfo=UTC))


def labs(identifiers: list[str], header: str = "住院号") -> Rows:
    body = [[one, "2020-09-10", "HGB", str(100 + at), "g/L"] for at, one in enumerate(identifiers)]
    return [[header, *LABS], *body]


def patients(numbers: list[str], header: str = "住院号") -> Rows:
    return table((), {header: numbers})


def read(*files: tuple[str, Rows], decisions: object = NO_DECISIONS) -> Intake:
    sheets = read_files([UploadedFile(name, csv_bytes(rows)) for name, rows in files])
    return validate_study(sheets, None, decisions, today=TODAY)  # type: ignore[arg-type]


def codes(intake: Intake) -> set[str]:
    return {one.code for one in intake.findings}


def of_labs(intake: Intake) -> list[str]:
    long = intake.data.table("labs")
    return list(long[long["lab_date"].astype(str) == "2020-09-10"]["patient_id"])


def test_rows_are_led_to_their_patients_and_the_number_is_nowhere() -> None:
    intake = read(("patients.csv", patients(NUMBERS)), ("labs.csv", labs(["H-1003", "h1001 "])))
    assert of_labs(intake) == ["A01", "A03"] or of_labs(intake) == ["A03", "A01"]
    (linked,) = [one for one in intake.findings if one.code == "identifier_linked"]
    assert (linked.sheet, linked.column, linked.kind) == ("labs", "住院号", "converted")
    assert "1003" not in repr(intake.findings) + repr(intake.set_aside) + repr(intake.data.tables)


@pytest.mark.parametrize(
    ("numbers", "asked", "code"),
    [
        (NUMBERS, "H-1009", "identifier_not_linked"),
        (["H-1001", "H-1001", "H-1003", "H-1004"], "H-1001", "identifier_of_several"),
    ],
)
def test_row_of_no_patient_or_of_several_is_an_error_with_its_cell(
    numbers: list[str], asked: str, code: str
) -> None:
    rows = labs(["H-1003", asked])
    intake = read(("patients.csv", patients(numbers)), ("labs.csv", rows))
    (found,) = [one for one in intake.findings if one.code == code]
    assert (found.severity, found.sheet, found.row, found.column, found.value) == (
        Severity.ERROR, "labs", 3, "住院号", "",
    )  # fmt: skip
    assert (intake.rows_read, intake.rows_accepted, intake.rows_set_aside) == (6, 5, 1)
    assert asked not in repr(intake.set_aside)


def test_row_without_any_identifier_is_set_aside_as_one_without_patient() -> None:
    intake = read(("patients.csv", patients(NUMBERS)), ("labs.csv", labs(["H-1003", ""])))
    assert (intake.rows_read, intake.rows_set_aside) == (6, 1)
    assert "identifier_not_linked" not in codes(intake)


def test_two_numbers_of_one_patient_both_lead_to_it() -> None:
    sessions = [
        ["patient_id", "住院号", "session_no", "session_date"],
        ["A01", "H-1", "1", "2020-09-12"],
        ["A01", "H-2", "2", "2020-10-12"],
    ]
    intake = read(
        ("patients.csv", table()),
        ("haic_sessions.csv", sessions),
        ("labs.csv", labs(["H-1", "H-2"])),
    )
    assert of_labs(intake) == ["A01", "A01"]


def test_list_of_persons_links_though_nothing_of_it_is_kept() -> None:
    known = [["patient_id", "住院号"], *([row[0], n] for row, n in zip(ROWS, NUMBERS, strict=True))]
    intake = read(("patients.csv", table()), ("key.csv", known), ("labs.csv", labs(["H-1002"])))
    assert of_labs(intake) == ["A02"]
    assert {"key_list_left_out", "identifier_linked"} <= codes(intake)


def test_patients_are_reached_too_where_only_another_sheet_has_their_number() -> None:
    rows = patients(NUMBERS)
    rows = [row[1:] for row in rows]
    known = [["patient_id", "住院号"], *([row[0], n] for row, n in zip(ROWS, NUMBERS, strict=True))]
    intake = read(("patients.csv", rows), ("key.csv", known))
    assert list(intake.data.table("patients")["patient_id"]) == ["A01", "A02", "A03", "A04"]


def test_other_headers_need_half_of_the_numbers() -> None:
    named = ("patients.csv", patients(NUMBERS, "病案号"))
    assert of_labs(read(named, ("labs.csv", labs(["H-1001", "X9"])))) == ["A01"]
    apart = read(named, ("labs.csv", labs(["H-1001", "X9", "X8"])))
    assert of_labs(apart) == []
    (said,) = [one for one in apart.findings if one.code == "sheet_without_link"]
    assert (said.severity, said.sheet, dict(said.facts)["n"]) == (Severity.WARNING, "labs", 3)


def test_link_by_names_stays_open() -> None:
    names = ["张伟", "王芳", "李娜", "刘洋"]
    intake = read(("patients.csv", patients(names, "姓名")), ("labs.csv", labs(["王芳"], "姓名")))
    assert of_labs(intake) == ["A02"]
    assert any(one.code == "linked_by_name" and one.is_open for one in intake.findings)
    assert "王芳" not in repr(intake.findings) + repr(intake.data.tables)


def test_pseudonyms_come_before_links_and_links_follow_pseudonyms() -> None:
    cards = ["H-1", "H-2", "H-3", "H-4"]
    rows = [row[1:] for row in table((), {"住院号": cards, "门诊号": NUMBERS})]
    answer = IdentifierAnswer("patients", "住院号", IdentifierChoice.PSEUDONYM, SIGNED)
    decided = replace(NO_DECISIONS, identifiers=(answer,))
    intake = read(
        ("patients.csv", rows), ("labs.csv", labs(["H-1001"], "门诊号")), decisions=decided
    )
    first = intake.data.table("patients")["patient_id"].iloc[0]
    assert first.startswith("P-")
    assert of_labs(intake) == [first]


def test_marked_workbook_leaves_the_linked_column_empty() -> None:
    files = [("patients.csv", patients(NUMBERS)), ("labs.csv", labs(["H-1003", "H-1"]))]
    sheets = read_files([UploadedFile(name, csv_bytes(rows)) for name, rows in files])
    shown = shown_sheets(sheets)
    assert all(row.cells[0] is None for row in shown[1].rows)
    intake = validate_study(sheets, None, today=TODAY)
    assert marked_workbook(shown, intake.findings, "zh")


@pytest.mark.parametrize(
    ("header", "numbers", "rows"),
    [
        ("住院号", ["H-1001", "H-1002", "h1001", "H-1004"], [4]),
        ("住院号", NUMBERS, []),
        ("住院号", ["H-1001", "", "", "H-1004"], []),
        ("联系电话", ["13800138000", "13800138000", "13900139000", "13700137000"], []),
    ],
)
def test_two_patients_with_one_number_are_said_but_families_share_phones(
    header: str, numbers: list[str], rows: list[int]
) -> None:
    intake = read(("patients.csv", patients(numbers, header)))
    found = [one for one in intake.findings if one.code == "identifier_shared"]
    assert [one.row for one in found] == rows
    assert "1001" not in repr(found)
    assert all(dict(one.facts)["other"] == "A01" for one in found)
