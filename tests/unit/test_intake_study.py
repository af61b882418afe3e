"""Whole uploads: flat sheets, linked tables, rows set aside, and the checks between rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from core.errors import UnusableFile
from core.example import example_folder
from core.intake.cells import UploadedFile
from core.intake.read import read_files, read_paths
from core.intake.validate import read_study, validate_study
from core.results.common import FindingKind, Severity
from core.results.intake import Intake
from tests.bad_inputs.builders import Rows, csv_bytes, spoilt, table, workbook, write_sheet

TODAY = date(2024, 1, 1)


def _study(**tables: Rows) -> Intake:
    files = [UploadedFile(f"{name}.csv", csv_bytes(rows)) for name, rows in tables.items()]
    return read_study(files, today=TODAY)


def _codes(intake: Intake, *severities: Severity) -> list[tuple[str, int | None]]:
    return [(f.code, f.row) for f in intake.findings if f.severity in severities]


def _errors(intake: Intake) -> list[tuple[str, int | None]]:
    return _codes(intake, Severity.ERROR)


def _warnings(intake: Intake) -> set[str]:
    return {code for code, _ in _codes(intake, Severity.WARNING)}


def test_flat_sheet_fills_patients_follow_up_and_laboratory() -> None:
    intake = _study(patients=table())
    patients, labs = intake.data.table("patients"), intake.data.table("labs")
    assert list(patients["patient_id"]) == ["A01", "A02", "A03", "A04"]
    assert list(intake.data.table("follow_up")["death_date"].notna()) == [True, False, True, True]
    haemoglobin = labs[labs["lab_test"] == "HGB"]
    assert list(haemoglobin["lab_value"]) == [93.0, 119.0, 99.0, 118.0]
    assert set(haemoglobin["lab_unit"]) == {"g/L"}
    assert labs["is_baseline"].all()
    assert labs["lab_date"].isna().all()
    counts = {count.table: count for count in intake.tables}
    assert (counts["patients"].rows_read, counts["labs"].rows_read) == (4, 0)
    assert counts["labs"].rows == 12


def test_source_row_is_the_line_in_the_users_file() -> None:
    text = "导出表\n\n" + csv_bytes(table()).decode()
    intake = read_study([UploadedFile("p.csv", text.encode())], today=TODAY)
    assert list(intake.data.table("patients")["source_row"]) == [4, 5, 6, 7]


def test_row_number_after_a_line_break_in_quotes_is_still_right() -> None:
    rows = table([(4, "age", "x")], more={"remark": ["a\nb", "", "", ""]})
    assert _errors(_study(patients=rows)) == [("number_unreadable", 5)]


def test_unit_in_header_is_kept_for_laboratory_and_converted_for_body() -> None:
    rows = table()
    rows[0] = [
        h.replace("Hb (g/L)", "Hb (g/dL)").replace("height_cm", "Height (in)") for h in rows[0]
    ]
    for row, hb, height in zip(
        rows[1:], ("9.3", "11.9", "9.9", "11.8"), ("66", "65", "70", "68"), strict=True
    ):
        row[rows[0].index("Hb (g/dL)")] = hb
        row[rows[0].index("Height (in)")] = height
    intake = _study(patients=rows)
    labs = intake.data.table("labs")
    first = labs[labs["lab_test"] == "HGB"].iloc[0]
    assert (first["lab_value"], first["lab_unit"]) == (9.3, "g/dL")
    assert intake.data.table("patients")["height_cm"].iloc[0] == pytest.approx(167.64)
    converted = {f.code for f in intake.findings if f.kind is FindingKind.CONVERTED}
    assert {"lab_unit_converted", "unit_converted"} <= converted


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
    intake = _study(patients=table([(3, "age", "x")]), haic_sessions=sessions)
    assert ("patient_set_aside", 3) in _errors(intake)
    assert ("orphan_row", 4) in _errors(intake)
    assert list(intake.data.table("haic_sessions")["patient_id"]) == ["A01"]
    assert intake.rows_read == 7 == intake.rows_accepted + intake.rows_set_aside


def test_session_columns_become_sessions() -> None:
    more = {
        "第1次HAIC日期": ["2020-09-12", "2020-11-19", "2020-12-29", "2021-03-22"],
        "第2次HAIC日期": ["2020-10-20", "", "无", "2021-03-30"],
    }
    intake = _study(patients=table(more=more))
    sessions = intake.data.table("haic_sessions")
    assert len(sessions) == 6
    assert "session_gap" in _warnings(intake)
    assert list(sessions[sessions["patient_id"] == "A01"]["session_no"]) == [1, 2]


def test_unknown_column_is_kept_as_own_variable_and_named() -> None:
    more = {
        "吸烟": ["是", "否", "是", ""],
        "评分": ["1", "2.5", "", "4"],
        "编码": ["007", "1", "2", "3"],
    }
    intake = _study(patients=table(more=more))
    assert intake.data.own_variables == ("吸烟", "评分", "编码")
    patients = intake.data.table("patients")
    assert list(patients["吸烟"])[:2] == ["是", "否"]
    assert patients["评分"].dtype == "float64"
    assert patients["编码"].iloc[0] == "007"
    assert [f.column for f in intake.findings if f.code == "column_kept_as_own"] == list(more)


LABS = [
    ["患者编号", "检验日期", "检验项目", "结果", "单位", "参考范围"],
    ["A01", "2020-09-01", "血红蛋白", "93", "g/L", "115-150"],
    ["A01", "2020-09-01", "NA", "140", "mmol/L", "137--147"],
    ["A01", "2020-09-01", "谷丙转氨酶", "<5", "U/L", "≤40"],
    ["A01", "2020-09-01", "尿蛋白", "+", "", ""],
    ["A01", "2020-09-01", "血小板", "184", "", ""],
    ["A01", "2020-09-01", "乙肝表面抗原", "阴性", "", ""],
    ["A02", "2020-11-01", "肌酐", "0.9", "μmol/L", ""],
]


def test_long_laboratory_rows_become_codes_units_and_limits() -> None:
    intake = _study(patients=table(), labs=LABS)
    labs = intake.data.table("labs")
    labs = labs[labs["source_sheet"] == "labs"].set_index("lab_test")
    assert list(labs.index) == ["HGB", "SODIUM", "ALT", "UPROT_DIP", "PLAT", "乙肝表面抗原"]
    assert tuple(labs.loc["HGB", ["lab_value", "lln", "uln"]]) == (93.0, 115.0, 150.0)
    assert tuple(labs.loc["ALT", ["lab_value", "value_prefix", "uln"]]) == (5.0, "<", 40.0)
    assert labs.loc["UPROT_DIP", "lab_text"] == "1+"
    assert labs.loc["乙肝表面抗原", "lab_text"] == "阴性"
    assert _warnings(intake) == {"unit_missing"}
    assert _errors(intake) == [("lab_out_of_range_unit", 8)]


def test_laboratory_sheet_with_a_column_a_test_is_melted() -> None:
    rows = [["患者编号", "检验日期", "血红蛋白(g/L)", "尿蛋白"], ["A01", "2020-10-01", "88", "++"]]
    intake = _study(patients=table(), labs=rows)
    labs = intake.data.table("labs")
    labs = labs[labs["source_sheet"] == "labs"]
    assert list(labs["lab_test"]) == ["HGB", "UPROT_DIP"]
    assert str(labs["lab_date"].iloc[0].date()) == "2020-10-01"


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
    intake = _study(patients=table(changes))
    assert intake.rows_set_aside == 1
    assert code in {found for found, _ in _errors(intake)}


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
    intake = _study(patients=table(more=more))
    assert error in {code for code, _ in _errors(intake)}
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
    intake = _study(patients=table(more=more))
    assert intake.rows_set_aside == 0
    assert warning in _warnings(intake)


def test_weight_in_other_unit_is_asked_about_by_body_mass_index() -> None:
    intake = _study(patients=table([(2, "weight_kg", "136")]))
    assert "bmi_implausible" in _warnings(intake)


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
    intake = _study(patients=table(), lesions=lesions, lesion_measurements=sizes)
    assert _errors(intake) == [("orphan_lesion", 3)]


def test_follow_up_sheet_and_flat_columns_are_joined_and_differences_said() -> None:
    follow_up = [["patient_id", "death_date", "vital_status"], ["A01", "2021-09-21", "死亡"]]
    intake = _study(patients=table(), follow_up=follow_up)
    frame = intake.data.table("follow_up").set_index("patient_id")
    assert str(frame.loc["A01", "death_date"].date()) == "2021-09-21"
    assert str(frame.loc["A01", "progression_date"].date()) == "2021-07-30"
    assert len(frame) == 4
    assert "value_differs_between_sheets" in _warnings(intake)


@pytest.mark.parametrize(
    "rows", [[["数据截止日期", "2023-02-23"]], [["项目", "HAIC"], ["数据截止日期", "2023/2/23"]]]
)
def test_settings_sheet_gives_the_data_cutoff(rows: Rows) -> None:
    def fill(book: object) -> None:
        write_sheet(book, table())  # type: ignore[arg-type]
        write_sheet(book, rows, "研究信息")  # type: ignore[arg-type]

    intake = read_study([UploadedFile("a.xlsx", workbook(fill))], today=TODAY)
    assert intake.data.data_cutoff == date(2023, 2, 23)
    assert intake.rows_read == 4


def test_unreadable_cutoff_is_a_warning() -> None:
    settings = [["data_cutoff", "soon"]]
    assert "cutoff_unreadable" in _warnings(_study(patients=table(), study=settings))


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ({"haic": [["patient_id", "session_date"], ["A01", "2021-01-01"]]}, "no_patient_table"),
        ({"x": [["不良反应", "1~2级"], ["腹痛", "8"]]}, "summary_table"),
        ({"x": [["姓名", "性别"], ["张三", "男"]]}, "only_identifiers"),
        ({"x": [["a", "b"], ["1", "2"]]}, "no_patient_column"),
        ({"x": [["patient_id", "subject_id", "sex"], ["1", "2", "M"]]}, "patient_column_twice"),
    ],
)
def test_upload_without_patients_is_refused_with_the_reason(
    tables: dict[str, Rows], code: str
) -> None:
    with pytest.raises(UnusableFile) as caught:
        _study(**tables)
    assert caught.value.code == code


def test_legend_sheet_beside_patients_is_left_out_and_named() -> None:
    intake = _study(patients=table(), legend=[["code", "meaning"], ["1", "x"]])
    assert "sheet_left_out" in {f.code for f in intake.findings}
    assert intake.rows_read == 4


def test_mapping_confirmed_by_a_person_is_used() -> None:
    from dataclasses import replace

    from core.intake.columns import recognise_columns
    from core.results.intake import Confidence

    rows = table()
    rows[0][2] = "Alder"
    sheets = read_files([UploadedFile("patients.csv", csv_bytes(rows))])
    mapping = recognise_columns(sheets[0])
    columns = list(mapping.columns)
    columns[2] = replace(columns[2], table="patients", field="age", confidence=Confidence.CONFIRMED)
    intake = validate_study(sheets, [replace(mapping, columns=tuple(columns))], today=TODAY)
    assert list(intake.data.table("patients")["age"]) == [66, 39, 56, 70]


def test_paths_of_folder_and_missing_file(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_bytes(csv_bytes(table()))
    (tmp_path / "notes.md").write_text("x")
    assert [sheet.name for sheet in read_paths([tmp_path])] == ["patients"]
    with pytest.raises(UnusableFile, match="path_not_found"):
        read_paths([tmp_path / "none.csv"])
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UnusableFile, match="folder_without_data"):
        read_paths([empty])
    with pytest.raises(UnusableFile, match="no_files"):
        read_files([])


@pytest.mark.parametrize("form", ["crlm_haic_24_zh.xlsx", "crlm_haic_24_en.xlsx", "csv"])
def test_example_study_is_read_whole_without_a_problem(form: str) -> None:
    intake = read_study([example_folder() / form], today=date(2026, 1, 1))
    assert intake.rows_set_aside == 0
    assert not _codes(intake, Severity.ERROR, Severity.WARNING)
    assert len(intake.data.table("patients")) == 24
    assert len(intake.data.table("haic_sessions")) == 56


def test_example_study_in_both_languages_holds_the_same_values() -> None:
    chinese, english = (
        read_study([example_folder() / f"crlm_haic_24_{language}.xlsx"]).data
        for language in ("zh", "en")
    )
    for name, frame in chinese.tables.items():
        other = english.table(name)
        for column in frame.columns:
            if frame[column].dtype != object or column == "lab_test":
                assert frame[column].equals(other[column]), (name, column)


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
