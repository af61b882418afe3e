"""Rows that are set aside or warned about: bad cells, contradictions, ids used twice."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from core.intake.cells import UploadedFile
from core.intake.validate import read_study
from tests.bad_inputs.builders import spoilt, table
from tests.read_tables import TODAY, errors, read_tables, warnings


def test_bad_cell_sets_the_whole_row_aside_with_place_and_value() -> None:
    intake = read_study([UploadedFile("p.csv", spoilt("Hb (g/L)", "abc", 3))], today=TODAY)
    assert (intake.rows_read, intake.rows_accepted, intake.rows_set_aside) == (4, 3, 1)
    aside = intake.set_aside[0]
    reason = aside.reasons[0]
    assert (aside.row, aside.patient_id) == (3, "A02")
    assert (reason.row, reason.column, reason.value) == (3, "Hb (g/L)", "abc")
    assert ("Hb (g/L)", "abc") in aside.cells
    for name in ("patients", "labs", "follow_up"):
        assert "A02" not in set(intake.data.table(name)["patient_id"])


def test_rows_of_a_patient_set_aside_and_of_an_unknown_one_are_set_aside() -> None:
    sessions = [
        ["patient_id", "session_date"],
        ["A01", "2020-09-12"],
        ["A02", "2020-11-19"],
        ["Z99", "2020-11-19"],
    ]
    intake = read_tables(patients=table([(3, "age", "x")]), haic_sessions=sessions)
    assert ("patient_set_aside", 3) in errors(intake)
    assert ("orphan_row", 4) in errors(intake)
    assert list(intake.data.table("haic_sessions")["patient_id"]) == ["A01"]
    assert intake.rows_read == 7 == intake.rows_accepted + intake.rows_set_aside


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([(2, "death_date", "2020-09-01"), (2, "progression_date", ""),
          (2, "last_followup_date", "")], "date_order"),
        ([(3, "last_followup_date", "2020-11-01"), (3, "progression_date", "")], "date_order"),
        ([(2, "last_followup_date", "2021-10-01")], "date_after_death"),
        ([(3, "last_followup_date", "2024-03-01")], "date_in_future"),
        ([(2, "height_cm", "1.68")], "out_of_range_unit"),
        ([(2, "age", "999")], "out_of_range_sentinel"),
        ([(2, "ecog", "80")], "ecog_looks_like_kps"),
        ([(2, "patient_id", "")], "id_missing"),
    ],
)  # fmt: skip
def test_impossible_row_is_set_aside(changes: Iterable[tuple[int, str, str]], code: str) -> None:
    intake = read_tables(patients=table(changes))
    assert intake.rows_set_aside == 1
    assert code in {found for found, _ in errors(intake)}


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"生存状态": ["存活", "存活", "死亡", "死亡"]}, "death_date_but_alive"),
        ({"是否死亡": ["否", "否", "是", "是"]}, "death_date_but_alive"),
        ({"PFS(月)": ["13", "5", "5", "4"], "OS(月)": ["12.3", "15", "17", "10"]},
         "pfs_longer_than_os"),
        ({"出生日期": ["2021-01-01", "1981-01-01", "1964-01-01", "1951-01-01"]},
         "birth_after_treatment"),
    ],
)  # fmt: skip
def test_contradiction_sets_its_row_aside(more: dict[str, list[str]], error: str) -> None:
    intake = read_tables(patients=table(more=more))
    assert error in {code for code, _ in errors(intake)}
    assert intake.rows_set_aside == 1


@pytest.mark.parametrize(
    ("more", "warning"),
    [
        ({"OS(月)": ["20", "15.4", "16.9", "9.9"]}, "coded_time_differs"),
        ({"是否死亡": ["是", "是", "是", "是"]}, "event_without_date"),
        ({"是否进展": ["否", "是", "是", "是"]}, "progression_date_but_no_event"),
        ({"出生日期": ["1940-01-01", "1981-01-01", "1964-01-01", "1951-01-01"]},
         "age_differs_from_birth"),
    ],
)  # fmt: skip
def test_odd_but_possible_row_is_kept_with_a_warning(
    more: dict[str, list[str]], warning: str
) -> None:
    intake = read_tables(patients=table(more=more))
    assert intake.rows_set_aside == 0
    assert warning in warnings(intake)


def test_weight_in_other_unit_is_asked_about_by_body_mass_index() -> None:
    intake = read_tables(patients=table([(2, "weight_kg", "136")]))
    assert "bmi_implausible" in warnings(intake)


def test_measurement_without_its_lesion_is_set_aside() -> None:
    lesions = [
        ["patient_id", "lesion_id", "lesion_role", "organ"],
        ["A01", "T1", "TARGET", "liver"],
    ]
    sizes = [
        ["patient_id", "lesion_id", "assessment_date", "diameter_mm"],
        ["A01", "T1", "2020-09-01", "45"],
        ["A01", "T9", "2020-09-01", "20"],
    ]
    intake = read_tables(patients=table(), lesions=lesions, lesion_measurements=sizes)
    assert errors(intake) == [("orphan_lesion", 3)]


def test_id_used_twice_is_an_error_even_when_one_row_has_another_error() -> None:
    content = "患者编号,性别,ECOG评分\nA1,男,0\nA3,男,9\nA3,女,0\n".encode()
    intake = read_study([UploadedFile("own.csv", content)])
    assert (intake.rows_read, intake.rows_accepted, intake.rows_set_aside) == (3, 1, 2)
    codes = {(f.row, f.code) for f in intake.findings if f.severity.value == "error"}
    assert (4, "duplicate_key_differs") in codes


def test_id_used_twice_on_a_flat_sheet_is_said_once_a_row() -> None:
    content = "患者编号,性别,末次随访日期\nA1,男,2022-01-01\nA1,女,2022-03-01\n".encode()
    intake = read_study([UploadedFile("own.csv", content)])
    found = [f.row for f in intake.findings if f.code == "duplicate_key_differs"]
    assert sorted(found) == [2, 3]
