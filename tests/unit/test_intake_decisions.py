"""Corrections, rows set aside and waivers: applied, said, counted, and taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from core.intake.again import repeatable_decisions
from core.intake.cells import Sheet, UploadedFile
from core.intake.columns import recognise_columns
from core.intake.corrections import row_content
from core.intake.deciding import joined, listed, with_correction, with_row_set_aside, without
from core.intake.read import read_files
from core.intake.validate import validate_study
from core.results.common import FindingKind, Severity
from core.results.decisions import (
    CellCorrection,
    Decisions,
    RowSetAside,
    Signature,
    UnitAnswer,
    Waiver,
)
from core.results.intake import Intake
from tests.bad_inputs.builders import csv_bytes, table

TODAY = date(2024, 1, 1)
SIGNED = Signature("Dr. Li", "typing error", datetime(2024, 1, 1, tzinfo=UTC))
WRONG = table([(2, "age", "999")])


def sheets_of(rows: list[list[str]], name: str = "patients.csv") -> list[Sheet]:
    return read_files([UploadedFile(name, csv_bytes(rows))])


def checked(rows: list[list[str]], decisions: Decisions, name: str = "patients.csv") -> Intake:
    return validate_study(sheets_of(rows, name), None, decisions, today=TODAY)


def correction(before: str = "999", after: str = "66", row: int = 2) -> CellCorrection:
    return CellCorrection("patients", row, "age", before, after, SIGNED, "A01")


def codes(intake: Intake) -> list[str]:
    return [finding.code for finding in intake.findings]


def test_corrected_cell_gives_back_the_row_and_is_recorded() -> None:
    before = checked(WRONG, Decisions())
    assert (before.rows_accepted, before.rows_set_aside) == (3, 1)
    after = checked(WRONG, Decisions((correction(),)))
    assert (after.rows_read, after.rows_accepted, after.rows_set_aside) == (4, 4, 0)
    assert after.data.table("patients").set_index("patient_id").loc["A01", "age"] == 66
    said = [f for f in after.findings if f.code == "corrected_by_hand"]
    assert len(said) == 1
    assert (said[0].kind, said[0].row, said[0].column) == (FindingKind.CONVERTED, 2, "age")
    facts = dict(said[0].facts)
    assert facts == {"before": "999", "after": "66", "by": "Dr. Li", "reason": "typing error"}
    assert after.decisions == Decisions((correction(),))


@pytest.mark.parametrize(
    "wrong",
    [
        correction(before="998"),
        CellCorrection("patients", 2, "age", "999", "66", SIGNED, "A02"),
    ],
)
def test_correction_of_another_cell_or_patient_is_not_applied_and_says_so(
    wrong: CellCorrection,
) -> None:
    intake = checked(WRONG, Decisions((wrong,)))
    said = next(f for f in intake.findings if f.code == "correction_not_applied")
    assert (said.severity, said.value) == (Severity.WARNING, "999")
    assert intake.rows_set_aside == 1
    assert "corrected_by_hand" not in codes(intake)


@pytest.mark.parametrize(
    "place",
    [("patients", 99, "age"), ("patients", 2, "nowhere"), ("other", 2, "age")],
)
def test_correction_without_its_place_says_so(place: tuple[str, int, str]) -> None:
    intake = checked(WRONG, Decisions((CellCorrection(*place, "999", "66", SIGNED),)))
    assert "correction_place_missing" in codes(intake)


def test_correction_of_a_column_of_persons_is_refused_without_showing_it() -> None:
    rows = table((), {"姓名": ["张三", "李四", "王五", "赵六"]})
    wrong = CellCorrection("patients", 2, "姓名", "张三", "张三丰", SIGNED)
    intake = checked(rows, Decisions((wrong,)))
    assert "correction_place_missing" in codes(intake)
    assert "张三" not in repr(intake.findings)


def test_a_correction_that_is_wrong_too_sets_the_row_aside_by_its_new_value() -> None:
    intake = checked(WRONG, Decisions((correction(after="sixty-six"),)))
    assert intake.rows_set_aside == 1
    assert any(f.severity is Severity.ERROR and f.value == "sixty-six" for f in intake.findings)
    assert "corrected_by_hand" in codes(intake)


def test_cell_emptied_by_correction_is_missing() -> None:
    intake = checked(WRONG, Decisions((correction(after=""),)))
    assert intake.rows_set_aside == 0
    assert intake.data.table("patients")["age"].isna().sum() == 1


def test_sheets_stay_as_uploaded() -> None:
    sheets = sheets_of(WRONG)
    validate_study(sheets, None, Decisions((correction(),)), today=TODAY)
    assert sheets == sheets_of(WRONG)


def test_row_set_aside_by_hand_is_listed_with_the_reason_and_counted() -> None:
    intake = checked(table(), Decisions((), (RowSetAside("patients", 3, SIGNED),)))
    assert (intake.rows_read, intake.rows_accepted, intake.rows_set_aside) == (4, 3, 1)
    patients = next(one for one in intake.tables if one.table == "patients")
    assert (patients.rows_read, patients.rows_accepted, patients.rows_set_aside) == (4, 3, 1)
    (aside,) = intake.set_aside
    assert (aside.row, aside.patient_id, aside.reasons[0].code) == (3, "A02", "set_aside_by_person")
    assert dict(aside.cells)["age"] == "39"
    assert "A02" not in set(intake.data.table("patients")["patient_id"])
    assert checked(table(), Decisions()).rows_set_aside == 0


def test_row_set_aside_is_no_twin_of_the_row_that_stays() -> None:
    rows = table()
    rows.append([*rows[1][:2], "67", *rows[1][3:]])
    assert checked(rows, Decisions()).rows_set_aside == 2
    intake = checked(rows, Decisions((), (RowSetAside("patients", 6, SIGNED),)))
    assert (intake.rows_read, intake.rows_set_aside) == (5, 1)
    assert "A01" in set(intake.data.table("patients")["patient_id"])


def test_rows_of_a_patient_set_aside_by_hand_say_so() -> None:
    sessions = [["patient_id", "session_no", "session_date"], ["A02", "1", "2020-11-19"]]
    files = [
        UploadedFile("patients.csv", csv_bytes(table())),
        UploadedFile("haic_sessions.csv", csv_bytes(sessions)),
    ]
    decisions = Decisions((), (RowSetAside("patients", 3, SIGNED),))
    intake = validate_study(read_files(files), None, decisions, today=TODAY)
    assert "patient_set_aside" in codes(intake)
    assert intake.rows_read == intake.rows_accepted + intake.rows_set_aside == 5


def test_row_that_has_changed_since_is_not_set_aside() -> None:
    content = row_content(*next((s, s.rows[1]) for s in sheets_of(table())))
    aside = RowSetAside("patients", 3, SIGNED, content)
    assert checked(table(), Decisions((), (aside,))).rows_set_aside == 1
    changed = checked(table([(3, "age", "40")]), Decisions((), (aside,)))
    assert changed.rows_set_aside == 0
    assert "set_aside_not_applied" in codes(changed)
    gone = checked(table(), Decisions((), (RowSetAside("patients", 77, SIGNED),)))
    assert "set_aside_not_applied" in codes(gone)


ODD = table([(2, "weight_kg", "20")])


def the_warning(intake: Intake) -> tuple[str, str]:
    found = next(f for f in intake.findings if f.code == "bmi_implausible")
    return found.column, found.value


def test_waived_warning_stays_listed_and_is_no_longer_open() -> None:
    plain = checked(ODD, Decisions())
    column, value = the_warning(plain)
    waiver = Waiver("bmi_implausible", "patients", 2, column, SIGNED, value)
    intake = checked(ODD, Decisions(waivers=(waiver,)))
    found = next(f for f in intake.findings if f.code == "bmi_implausible")
    assert found.waived == SIGNED
    assert not found.is_open
    open_before = sum(f.is_open for f in plain.findings)
    assert sum(f.is_open for f in intake.findings) == open_before - 1
    assert len(intake.findings) == len(plain.findings)


def test_waiver_of_another_value_or_another_row_leaves_the_warning_open() -> None:
    column, value = the_warning(checked(ODD, Decisions()))
    for waiver in (
        Waiver("bmi_implausible", "patients", 2, column, SIGNED, "21"),
        Waiver("bmi_implausible", "patients", 3, column, SIGNED, value),
        Waiver("bmi_implausible", "patients", 2, column, SIGNED, value, "another row"),
    ):
        found = checked(ODD, Decisions(waivers=(waiver,))).findings
        assert next(f for f in found if f.code == "bmi_implausible").is_open


def test_waiver_of_a_column_covers_its_rows_and_never_an_error() -> None:
    column, _ = the_warning(checked(ODD, Decisions()))
    whole = Waiver("bmi_implausible", "patients", None, column, SIGNED)
    found = checked(ODD, Decisions(waivers=(whole,))).findings
    assert not next(f for f in found if f.code == "bmi_implausible").is_open
    error = next(f for f in checked(WRONG, Decisions()).findings if f.severity is Severity.ERROR)
    waived = Waiver(error.code, error.sheet, error.row, error.column, SIGNED)
    intake = checked(WRONG, Decisions(waivers=(waived,)))
    assert intake.rows_set_aside == 1
    assert all(f.waived is None for f in intake.findings)


def test_decisions_replace_and_take_back() -> None:
    decisions = with_correction(Decisions(), correction(after="65"))
    decisions = with_correction(decisions, correction(after="66"))
    assert [one.after for one in decisions.corrections] == ["66"]
    assert with_correction(decisions, correction(after="999")) == Decisions()
    row = RowSetAside("patients", 3, SIGNED)
    decisions = with_row_set_aside(decisions, row)
    assert listed(decisions) == (*decisions.corrections, row)
    assert without(decisions, row).set_aside == ()


def test_decisions_that_still_fit_are_offered_for_the_next_file() -> None:
    sheets = sheets_of(ODD)
    column, value = the_warning(checked(ODD, Decisions()))
    contents = {row.line: row_content(sheets[0], row) for row in sheets[0].rows}
    earlier = Decisions(
        (correction("66", "67"), CellCorrection("patients", 4, "age", "1", "2", SIGNED, "A03")),
        (
            RowSetAside("patients", 3, SIGNED, contents[3]),
            RowSetAside("patients", 4, SIGNED, "another"),
        ),
        (
            Waiver("bmi_implausible", "patients", 2, column, SIGNED, value, contents[2]),
            Waiver("bmi_implausible", "patients", 2, column, SIGNED, "19", contents[2]),
        ),
        (UnitAnswer("patients", "weight_kg", "kg"), UnitAnswer("patients", "gone", "kg")),
    )
    mappings = [recognise_columns(sheet) for sheet in sheets]
    fresh = sheets_of(ODD, "patients_march.csv")
    intake = validate_study(fresh, today=TODAY)
    offered = repeatable_decisions(earlier, mappings, fresh, intake)
    name = fresh[0].name
    assert [(one.sheet, one.after) for one in offered.corrections] == [(name, "67")]
    assert [(one.sheet, one.row) for one in offered.set_aside] == [(name, 3)]
    assert [(one.sheet, one.value) for one in offered.waivers] == [(name, value)]
    # Nothing asks for these units in the new file.
    assert offered.units == ()
    applied = validate_study(fresh, None, joined(Decisions(), offered), today=TODAY)
    assert applied.rows_set_aside == 1
    again = repeatable_decisions(earlier, mappings, fresh, applied)
    assert again.corrections == again.set_aside == again.waivers == ()
