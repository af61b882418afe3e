"""Whole uploads: flat sheets, linked tables, laboratory rows, settings, refusals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.errors import UnusableFile
from core.example import example_folder
from core.intake.cells import UploadedFile
from core.intake.read import read_files, read_paths
from core.intake.validate import read_study, validate_study
from core.results.common import FindingKind, Severity
from tests.bad_inputs.builders import Rows, csv_bytes, table, workbook, write_sheet
from tests.read_tables import TODAY, codes, errors, read_tables, warnings


def test_flat_sheet_fills_patients_follow_up_and_laboratory() -> None:
    intake = read_tables(patients=table())
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
    assert errors(read_tables(patients=rows)) == [("number_unreadable", 5)]


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
    intake = read_tables(patients=rows)
    labs = intake.data.table("labs")
    first = labs[labs["lab_test"] == "HGB"].iloc[0]
    assert (first["lab_value"], first["lab_unit"]) == (9.3, "g/dL")
    assert intake.data.table("patients")["height_cm"].iloc[0] == pytest.approx(167.64)
    converted = {f.code for f in intake.findings if f.kind is FindingKind.CONVERTED}
    assert {"lab_unit_converted", "unit_converted"} <= converted


def test_session_columns_become_sessions() -> None:
    more = {
        "第1次HAIC日期": ["2020-09-12", "2020-11-19", "2020-12-29", "2021-03-22"],
        "第2次HAIC日期": ["2020-10-20", "", "无", "2021-03-30"],
    }
    intake = read_tables(patients=table(more=more))
    sessions = intake.data.table("haic_sessions")
    assert len(sessions) == 6
    assert "session_gap" in warnings(intake)
    assert list(sessions[sessions["patient_id"] == "A01"]["session_no"]) == [1, 2]


def test_unknown_column_is_kept_as_own_variable_and_named() -> None:
    more = {
        "吸烟": ["是", "否", "是", ""],
        "评分": ["1", "2.5", "", "4"],
        "编码": ["007", "1", "2", "3"],
    }
    intake = read_tables(patients=table(more=more))
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
    intake = read_tables(patients=table(), labs=LABS)
    labs = intake.data.table("labs")
    labs = labs[labs["source_sheet"] == "labs"].set_index("lab_test")
    assert list(labs.index) == ["HGB", "SODIUM", "ALT", "UPROT_DIP", "PLAT", "乙肝表面抗原"]
    assert tuple(labs.loc["HGB", ["lab_value", "lln", "uln"]]) == (93.0, 115.0, 150.0)
    assert tuple(labs.loc["ALT", ["lab_value", "value_prefix", "uln"]]) == (5.0, "<", 40.0)
    assert labs.loc["UPROT_DIP", "lab_text"] == "1+"
    assert labs.loc["乙肝表面抗原", "lab_text"] == "阴性"
    assert warnings(intake) == {"unit_missing"}
    assert errors(intake) == [("lab_out_of_range_unit", 8)]


def test_laboratory_sheet_with_a_column_a_test_is_melted() -> None:
    rows = [["患者编号", "检验日期", "血红蛋白(g/L)", "尿蛋白"], ["A01", "2020-10-01", "88", "++"]]
    intake = read_tables(patients=table(), labs=rows)
    labs = intake.data.table("labs")
    labs = labs[labs["source_sheet"] == "labs"]
    assert list(labs["lab_test"]) == ["HGB", "UPROT_DIP"]
    assert str(labs["lab_date"].iloc[0].date()) == "2020-10-01"


def test_follow_up_sheet_and_flat_columns_are_joined_and_differences_said() -> None:
    follow_up = [["patient_id", "death_date", "vital_status"], ["A01", "2021-09-21", "死亡"]]
    intake = read_tables(patients=table(), follow_up=follow_up)
    frame = intake.data.table("follow_up").set_index("patient_id")
    assert str(frame.loc["A01", "death_date"].date()) == "2021-09-21"
    assert str(frame.loc["A01", "progression_date"].date()) == "2021-07-30"
    assert len(frame) == 4
    assert "value_differs_between_sheets" in warnings(intake)


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
    assert "cutoff_unreadable" in warnings(read_tables(patients=table(), study=settings))


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
        read_tables(**tables)
    assert caught.value.code == code


def test_legend_sheet_beside_patients_is_left_out_and_named() -> None:
    intake = read_tables(patients=table(), legend=[["code", "meaning"], ["1", "x"]])
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
    assert not codes(intake, Severity.ERROR, Severity.WARNING)
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
