"""The user's workbook written again: same rows, same lines, findings at their cells."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest

from core.example import example_files
from core.exports.marked import marked_workbook
from core.intake.cells import UploadedFile
from core.intake.read import read_files
from core.intake.shown import shown_sheets
from core.intake.validate import read_study, validate_study
from core.results.common import Finding, Severity
from core.results.decisions import CellCorrection, Decisions, Signature
from core.results.intake import ShownRow, ShownSheet
from core.text.catalogue import LANGUAGES, Language, say_finding, text

TODAY = date(2025, 1, 1)
BAD = "登记表,,,\n患者编号,姓名,年龄(岁),体重(kg)\nP01,张三,58,=1+1\n,李四,61,70\nP03,王五,999,64\n"


def _marked(files: list[UploadedFile], language: Language) -> tuple[bytes, tuple[Finding, ...]]:
    findings = read_study(files, today=TODAY).findings
    return marked_workbook(shown_sheets(read_files(files)), findings, language), findings


def _parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_stand_at_their_cells_in_the_users_lines(language: Language) -> None:
    content, findings = _marked([UploadedFile("登记.csv", BAD.encode())], language)
    parts = _parts(content)
    comments = next(parts[name] for name in parts if re.search(r"comments\d+\.xml$", name))
    too_old = next(f for f in findings if f.row == 5 and f.severity is Severity.ERROR)
    assert re.search(r'ref="C5"', comments)
    assert 'ref="A4"' in comments
    sentence = say_finding(too_old, language)
    assert sentence.replace("<", "&lt;").replace("&", "&amp;")[:10] in comments
    lines = {row.line: row.cells for row in read_files([UploadedFile("m.xlsx", content)])[1].rows}
    assert lines[5][0] == "P03"
    assert set(lines) == {3, 4, 5}


def test_names_of_persons_are_left_out_and_nothing_is_a_formula() -> None:
    content, _ = _marked([UploadedFile("登记.csv", BAD.encode())], "zh")
    parts = _parts(content)
    assert not any("张三" in part or "李四" in part for part in parts.values())
    sheets = [part for name, part in parts.items() if name.startswith("xl/worksheets/sheet")]
    assert not any("<f>" in sheet for sheet in sheets)
    assert "=1+1" in parts["xl/sharedStrings.xml"]
    assert text("template.marked.hidden", "zh", names="姓名") in parts["xl/sharedStrings.xml"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_marked_workbook_of_the_example_is_read_as_the_example(language: Language) -> None:
    files = [UploadedFile(name, content) for name, content in example_files(language)]
    original = read_study(files, today=TODAY)
    content = marked_workbook(shown_sheets(read_files(files)), original.findings, language)
    again = read_study([UploadedFile(files[0].name, content)], today=TODAY)
    assert again.rows_accepted == original.rows_accepted
    assert again.data.data_cutoff == original.data.data_cutoff
    for table, frame in original.data.tables.items():
        assert frame.equals(again.data.tables[table]), table
    shape = [(f.code, f.sheet, f.row, f.column) for f in original.findings]
    assert [(f.code, f.sheet, f.row, f.column) for f in again.findings] == shape


def _sheet(name: str, *rows: ShownRow, header_line: int = 1) -> ShownSheet:
    return ShownSheet(name, (), header_line, ("id", "x"), rows)


def test_worst_finding_colours_the_cell_and_all_are_said() -> None:
    sheet = _sheet("s", ShownRow(2, ("P1", 3)))
    findings = [
        Finding(severity, "value_missing", sheet="s", row=2, column="x", facts=(("field", name),))
        for severity, name in ((Severity.INFO, "a"), (Severity.ERROR, "b"))
    ]
    parts = _parts(marked_workbook([sheet], findings, "en"))
    comment = next(parts[name] for name in parts if re.search(r"comments\d+\.xml$", name))
    assert all(say_finding(f, "en") in comment.replace("&quot;", '"') for f in findings)
    assert "F4A6A0" in parts["xl/styles.xml"]


def test_odd_names_and_cells_can_be_written() -> None:
    long = "a" * 40
    cells = (
        float("nan"), float("inf"), 10**17, True, datetime(2020, 1, 2, 3, 4), date(1899, 1, 1),
        "\x00=cmd", None,
    )  # fmt: skip
    headers = tuple("abcdefgh")
    sheets = [
        ShownSheet(name, (), 1, headers, (ShownRow(2, cells),))
        for name in (long, long + "b", "a/b:c", "", "INFO", "'x'")
    ]
    lost = Finding(Severity.WARNING, "hidden_sheet", sheet="nowhere")
    content = marked_workbook(sheets, [lost], "en")
    names = [sheet.name for sheet in read_files([UploadedFile("m.xlsx", content)])]
    assert len(names) == len(set(names)) == 7
    assert say_finding(lost, "en") in _parts(content)["xl/sharedStrings.xml"]


def test_file_without_header_row_gets_one() -> None:
    sheet = _sheet("cases", ShownRow(1, ("P1", 3)), ShownRow(2, ("P2", 4)), header_line=0)
    content = marked_workbook([sheet], [], "en")
    shown = read_files([UploadedFile("m.xlsx", content)])[1]
    assert shown.headers == ("id", "x")
    assert [row.cells[0] for row in shown.rows] == ["P1", "P2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_correction_is_named_at_its_cell_and_the_file_stays_as_uploaded(
    language: Language,
) -> None:
    sheets = read_files([UploadedFile("登记.csv", BAD.encode())])
    signed = Signature("李医生", "录入错误", datetime(2024, 1, 1, tzinfo=UTC))
    correction = CellCorrection("登记", 5, "年龄(岁)", "999", "66", signed)
    intake = validate_study(sheets, None, Decisions((correction,)), today=TODAY)
    content = marked_workbook(shown_sheets(sheets), intake.findings, language)
    parts = _parts(content)
    comments = next(parts[name] for name in parts if re.search(r"comments\d+\.xml$", name))
    assert 'ref="C5"' in comments
    assert "李医生" in comments
    assert "录入错误" in comments
    lines = {row.line: row.cells for row in read_files([UploadedFile("m.xlsx", content)])[1].rows}
    assert str(lines[5][2]) == "999"


def test_waived_warning_says_who_accepts_it() -> None:
    signed = Signature("李医生", "已核对", datetime(2024, 1, 1, tzinfo=UTC))
    waived = Finding(
        Severity.WARNING, "hidden_columns", sheet="S", facts=(("n", 1),), waived=signed
    )
    sheet = ShownSheet("S", (), 1, ("a",), (ShownRow(2, ("1",)),))
    parts = _parts(marked_workbook([sheet], [waived], "zh"))
    said = text("template.marked.waived", "zh", by="李医生", reason="已核对")
    assert said in parts["xl/sharedStrings.xml"]
