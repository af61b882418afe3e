"""What a person says that a column means: units, clashes, and the study's next file."""

from __future__ import annotations

from datetime import date

from core.intake.cells import Sheet, UploadedFile
from core.intake.columns import recognise_columns
from core.intake.confirming import NO_FIELD, confirm_columns, remembered_mappings, targets_of
from core.intake.read import read_files
from core.intake.validate import validate_study
from core.results.intake import ColumnMatch, Confidence, SheetMapping
from tests.bad_inputs.builders import csv_bytes, table

TODAY = date(2024, 1, 1)
MORE = {"tumour size (cm)": ["3", "4", "5", "6"], "my score": ["1", "2", "3", "4"]}


def sheet_of(more: dict[str, list[str]] | None = None, name: str = "patients.csv") -> Sheet:
    return read_files([UploadedFile(name, csv_bytes(table((), more)))])[0]


def column(mapping: SheetMapping, header: str) -> ColumnMatch:
    return next(one for one in mapping.columns if one.header == header)


def confirmed(sheet: Sheet, header: str, target: tuple[str, str]) -> SheetMapping:
    return confirm_columns(sheet, recognise_columns(sheet), {sheet.headers.index(header): target})


def test_confirmed_column_takes_the_unit_written_in_its_header() -> None:
    sheet = sheet_of(MORE)
    target = ("patients", "max_tumor_diameter_cm")
    mapping = confirmed(sheet, "tumour size (cm)", target)
    found = column(mapping, "tumour size (cm)")
    assert (found.confidence, found.unit) == (Confidence.CONFIRMED, "cm")


def test_laboratory_column_keeps_an_unknown_unit_so_that_none_is_assumed() -> None:
    sheet = sheet_of({"neutrophils abc (%)": ["50", "60", "70", "80"]})
    mapping = confirmed(sheet, "neutrophils abc (%)", ("labs_wide", "NEUT"))
    assert column(mapping, "neutrophils abc (%)").unit == "%"
    intake = validate_study([sheet], [mapping], today=TODAY)
    assert any(f.code == "lab_unit_unknown" for f in intake.findings)


def test_choice_stands_before_an_exact_column_which_is_then_said_to_be_unused() -> None:
    sheet = sheet_of(MORE)
    mapping = confirmed(sheet, "my score", ("patients", "ecog"))
    assert column(mapping, "my score").confidence is Confidence.CONFIRMED
    assert column(mapping, "ecog").confidence is Confidence.CLASH
    intake = validate_study([sheet], [mapping], today=TODAY)
    assert list(intake.data.table("patients")["ecog"]) == [1, 2, 3, 4]
    assert any(f.code == "column_clash" and f.column == "ecog" for f in intake.findings)
    back = confirm_columns(sheet, mapping, {sheet.headers.index("my score"): NO_FIELD})
    assert column(back, "ecog").confidence is Confidence.EXACT


def test_two_choices_for_one_field_leave_both_unused() -> None:
    sheet = sheet_of(MORE)
    targets = {sheet.headers.index(header): ("patients", "ecog") for header in MORE}
    mapping = confirm_columns(sheet, recognise_columns(sheet), targets)
    assert {column(mapping, header).confidence for header in MORE} == {Confidence.CLASH}


def test_exact_column_can_be_made_an_own_variable_and_stays_one() -> None:
    sheet = sheet_of()
    mapping = confirmed(sheet, "ecog", NO_FIELD)
    intake = validate_study([sheet], [mapping], today=TODAY)
    assert intake.data.own_variables
    fresh = sheet_of(name="next.csv")
    (again,) = remembered_mappings([fresh], [recognise_columns(fresh)], [mapping])
    found = column(again, "ecog")
    assert (found.confidence, found.remembered) == (Confidence.OWN, True)


def test_confirmed_column_is_proposed_for_the_next_file_with_a_note() -> None:
    sheet = sheet_of({"tumour count": ["1", "2", "3", "4"]})
    base = recognise_columns(sheet)
    at = {sheet.headers.index("tumor_number"): NO_FIELD}
    at[sheet.headers.index("tumour count")] = ("patients", "tumor_number")
    mapping = confirm_columns(sheet, base, at)
    fresh = sheet_of({"tumour count": ["5", "6", "7", "8"]}, "next.csv")
    (again,) = remembered_mappings([fresh], [recognise_columns(fresh)], [mapping])
    assert column(again, "tumour count").confidence is Confidence.CONFIRMED
    intake = validate_study([fresh], [again], today=TODAY)
    assert list(intake.data.table("patients")["tumor_number"]) == [5, 6, 7, 8]
    said = [f.column for f in intake.findings if f.code == "column_remembered"]
    assert said == ["tumor_number", "tumour count"]


def test_exact_column_that_nobody_decided_about_is_not_overridden() -> None:
    sheet = sheet_of({"tumour count": ["1", "2", "3", "4"]})
    base = recognise_columns(sheet)
    without = SheetMapping(
        base.sheet, base.table, tuple(c for c in base.columns if c.header != "tumor_number")
    )
    target = {sheet.headers.index("tumour count"): ("patients", "tumor_number")}
    earlier = confirm_columns(sheet, without, target)
    (again,) = remembered_mappings([sheet], [base], [earlier])
    assert column(again, "tumor_number").confidence is Confidence.EXACT
    assert not column(again, "tumour count").used


def test_changed_header_and_persons_columns_are_proposed_as_usual() -> None:
    sheet = sheet_of({"tumour count": ["1", "2", "3", "4"]})
    target = {sheet.headers.index("tumour count"): ("patients", "tumor_number")}
    earlier = confirm_columns(sheet, recognise_columns(sheet), target)
    fresh = sheet_of({"count of tumours 2024": ["1", "2", "3", "4"]})
    recognised = recognise_columns(fresh)
    assert remembered_mappings([fresh], [recognised], [earlier]) == (recognised,)
    person = ColumnMatch(0, "姓名", "patients", "ecog", "", Confidence.CONFIRMED)
    named = sheet_of({"姓名": ["张三", "李四", "王五", "赵六"]})
    (again,) = remembered_mappings(
        [named], [recognise_columns(named)], [SheetMapping("patients", "patients", (person,))]
    )
    assert column(again, "姓名").confidence is Confidence.IDENTIFIER


def test_field_that_the_rules_no_longer_know_is_not_remembered() -> None:
    sheet = sheet_of(MORE)
    old = ColumnMatch(0, "my score", "patients", "gone", "", Confidence.CONFIRMED)
    recognised = recognise_columns(sheet)
    earlier = [SheetMapping("patients", "patients", (old,))]
    assert remembered_mappings([sheet], [recognised], earlier) == (recognised,)


def test_targets_of_a_sheet_start_with_no_field() -> None:
    assert targets_of("patients")[0] == NO_FIELD
    assert ("follow_up", "patient_id") not in targets_of("patients")
    assert ("labs_wide", "HGB") in targets_of("labs")
