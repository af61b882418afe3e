"""Large uploads: progress, limits by the size of the file, and nothing taken for its equal."""

from __future__ import annotations

import gc
import io
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks import import_size
from core.__main__ import main
from core.errors import UnusableFile
from core.exports.tables.intake import schema_table
from core.intake.cells import UploadedFile
from core.intake.collector import TURN_S, collector_resting
from core.intake.container import MAX_BYTES
from core.intake.findings import capped, problem
from core.intake.read import read_files
from core.intake.validate import read_study
from core.intake.worksheet_scan import MANY_CELLS, MAX_DATA_ROWS, check_cells, most_cells
from core.results.common import Message, Severity
from core.simulated import simulated_registry
from core.storage.records import write_findings
from core.text.catalogue import LANGUAGES, say, say_finding

TODAY = date(2024, 6, 1)
ROOT = Path(__file__).parents[2]


def _files(patients: int) -> list[UploadedFile]:
    return [
        UploadedFile(f"{name}.csv", table.to_csv(index=False).encode())
        for name, table in simulated_registry(patients).items()
    ]


def test_progress_names_every_stage_in_words_and_never_goes_back() -> None:
    heard: list[tuple[Message, int, int]] = []
    read_study(_files(3), TODAY, progress=lambda stage, done, of: heard.append((stage, done, of)))
    reading = [item for item in heard if item[0].code == "intake.stage.reading_file"]
    checking = heard[len(reading) :]
    assert [item[0].facts for item in reading] == [
        (("file", f"{name}.csv"),) for name in ("patients", "follow_up", "labs")
    ]
    codes = [item[0].code for item in checking]
    assert codes[:3] == ["intake.stage.reading_sheet"] * 3
    assert "intake.stage.table.labs" in codes
    assert codes[-2:] == ["intake.stage.between_rows", "intake.stage.keeping"]
    for part in (reading, checking):
        done = [item[1] for item in part]
        assert done == sorted(done)
        assert all(item[1] < item[2] for item in part)
    for stage, _, _ in heard:
        assert all(say(stage, language) for language in LANGUAGES)


def test_import_leaves_the_garbage_collector_as_it_was() -> None:
    assert gc.isenabled()
    usual = sys.getswitchinterval()
    with collector_resting(), collector_resting():
        assert not gc.isenabled()
        assert sys.getswitchinterval() == pytest.approx(TURN_S)
    assert gc.isenabled()
    assert sys.getswitchinterval() == usual
    with pytest.raises(UnusableFile):
        read_files([])
    assert gc.isenabled()


def test_workbook_may_span_a_cell_a_byte_and_always_five_million() -> None:
    assert most_cells(1) == MANY_CELLS
    assert most_cells(3 * MANY_CELLS) == 3 * MANY_CELLS
    far = b'<row r="1000000"><c r="J1000000"/></row>'
    check_cells("a.xlsx", lambda: [far], 10_000_000)
    with pytest.raises(UnusableFile, match="workbook_far_cell"):
        check_cells("a.xlsx", lambda: [far], 9_999_999)


def test_rows_of_a_worksheet_are_counted_over_its_pieces() -> None:
    piece = b"<row r='1'/>" * (MAX_DATA_ROWS // 2)
    check_cells("a.xlsx", lambda: [b"<x>", piece, piece, b"</x>"], 1)
    with pytest.raises(UnusableFile, match="too_many_rows"):
        check_cells("a.xlsx", lambda: [piece, piece, b"<row r='2'/>"], 1)


def test_prefixed_cells_are_counted_and_measured_exactly() -> None:
    sheet = b'<x:w xmlns:x="u"><x:row r="9"><x:c r="ZZZZ9"/></x:row></x:w>'
    with pytest.raises(UnusableFile, match="workbook_cell_out_of_range"):
        check_cells("a.xlsx", lambda: [sheet[:30], sheet[30:]], 1)


def test_upload_limit_of_the_server_is_that_of_the_reader() -> None:
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert f"maxUploadSize = {MAX_BYTES // 2**20}\n" in config


def test_saved_findings_of_one_kind_are_counted_beyond_the_first() -> None:
    found = [
        problem(Severity.WARNING, "unit_unknown", table="labs", sheet="s", row=row, column="c")
        for row in range(2, 12)
    ]
    other = problem(Severity.ERROR, "id_missing", table="labs", sheet="s", row=3)
    kept = capped([*found, other], most=4)
    assert kept[:5] == [*found[:4], other]
    (rest,) = kept[5:]
    assert (rest.severity, rest.code) == (Severity.WARNING, "more_alike")
    assert dict(rest.facts) == {"alike": "unit_unknown", "n": 6, "rows": "6, 7, 8, 9, 10, 11"}
    assert all(say_finding(rest, language) for language in LANGUAGES)
    assert capped(found) == found
    assert len(write_findings(capped(found * 1000, most=5))) < 5000


def test_same_patient_in_very_many_rows_names_the_first_hundred() -> None:
    rows = "".join(f"P1,{20 + n % 50}\n" for n in range(150))
    intake = read_study([UploadedFile("patients.csv", f"patient_id,age\n{rows}".encode())], TODAY)
    named = dict(intake.set_aside[0].reasons[0].facts)["rows"]
    assert str(named).startswith("2, 3, 4")
    assert str(named).endswith("101, …")


def test_true_and_one_in_one_column_are_not_taken_for_each_other() -> None:
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("patients")
    sheet.write_row(0, 0, ["patient_id", "age"])
    for line, value in enumerate((1, True, 1), start=1):
        sheet.write_string(line, 0, f"P{line}")
        sheet.write(line, 1, value)
    book.close()
    intake = read_study([UploadedFile("a.xlsx", stream.getvalue())], TODAY)
    assert [row.row for row in intake.set_aside] == [3]


def test_table_shows_its_first_rows_and_says_of_how_many() -> None:
    data = read_study(_files(3), TODAY).data
    part = schema_table(data, "labs", "en", most=10)
    assert len(part.frame) == 10
    assert part.notes == ("The first 10 of 30 rows; the download holds all of them.",)
    assert schema_table(data, "labs", "en", most=30).notes == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_bench_times_the_steps_of_a_simulated_registry(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--patients", "12", "--lang", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert all(float(line.split()[0]) >= 0 for line in lines)


@pytest.mark.parametrize("reader", ["arteria", "pandas"])
def test_import_benchmark_reads_the_same_rows_from_text_and_workbook(
    reader: str, tmp_path: Path
) -> None:
    tables = import_size.write_csv(tmp_path, 4)
    book = import_size.write_workbook(tables, tmp_path / "registry.xlsx")
    assert import_size.read_once(reader, tables) == 48
    assert import_size.read_once(reader, [book]) == 48
