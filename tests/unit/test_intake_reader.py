"""The limited reading process: a parser that fails, hangs or grows stops alone."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest

from core.errors import UnusableFile
from core.intake import limited
from core.intake.cells import RawSheet, SheetRow, UploadedFile
from core.intake.child import MEMORY_BYTES
from core.intake.findings import problem, with_facts
from core.intake.read import read_files
from core.intake.wire import read_lines, refused, written
from core.results.common import Severity
from tests.bad_inputs.builders import csv_bytes, patient_workbook, table, zipped


def test_every_kind_of_cell_survives_the_way_between_processes() -> None:
    cells = (
        "文字", "", 1, 1.5, True, None, date(2021, 3, 1), datetime(2021, 3, 1, 8, 30),
        clock(8, 30), timedelta(hours=3),
    )  # fmt: skip
    trouble = with_facts(problem(Severity.ERROR, "x", sheet="s", row=2), position=1)
    sheet = RawSheet("s", [SheetRow(2, cells, (trouble,))], [trouble], {0: frozenset({3})},
                     ("a",), ("b",))  # fmt: skip
    (back,) = read_lines("f", b"".join(written([sheet])))
    assert back == sheet
    assert [type(cell) for cell in back.rows[0].cells] == [type(cell) for cell in cells]


def test_refusal_keeps_its_code_and_names_the_file() -> None:
    with pytest.raises(UnusableFile) as caught:
        read_lines("f.xls", refused("too_many_rows", {"limit": 5}))
    assert caught.value.code == "too_many_rows"
    assert caught.value.facts == {"limit": 5, "file": "f.xls"}


@pytest.mark.parametrize("answer", [b"", b"{", b'{"sheet":1}\n', b'{"rows":[],"of":"s"}\n', b"7\n"])
def test_answer_that_breaks_off_is_refused(answer: bytes) -> None:
    with pytest.raises(UnusableFile, match="reader_stopped"):
        read_lines("f", answer)


def test_reading_beyond_the_time_limit_is_stopped() -> None:
    started = time.perf_counter()
    with pytest.raises(UnusableFile, match="reader_too_long"):
        limited.read_limited("xlsx", "a.xlsx", patient_workbook(), seconds=0.001)
    assert time.perf_counter() - started < 5


def test_parser_that_dies_stops_alone_and_the_next_file_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", shutil.which("false"))
        with pytest.raises(UnusableFile, match="reader_stopped"):
            limited.read_limited("xlsx", "a.xlsx", patient_workbook())
    assert read_files([UploadedFile("patients.xlsx", patient_workbook())])[0].rows


def test_busy_reader_refuses_instead_of_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "WAIT_SECONDS", 0.01)
    limited._PLACES.acquire()
    limited._PLACES.acquire()
    try:
        with pytest.raises(UnusableFile, match="reader_busy"):
            limited.read_limited("xlsx", "a.xlsx", patient_workbook())
    finally:
        limited._PLACES.release()
        limited._PLACES.release()


def test_reading_process_has_limits_and_no_memory_dump() -> None:
    code = (
        "import resource as r; from core.intake.child import limit_resources; limit_resources();"
        "print(r.getrlimit(r.RLIMIT_AS)[0], r.getrlimit(r.RLIMIT_CORE)[0])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=limited._ROOT
    ).stdout
    assert said.split() == [str(MEMORY_BYTES), "0"]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != MEMORY_BYTES


def test_reading_process_grows_no_further_than_its_limit() -> None:
    code = "from core.intake.child import limit_resources; limit_resources(); bytearray(2 * 2**30)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=limited._ROOT
    )
    assert "MemoryError" in done.stderr


def test_reading_process_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTERIA_DATABASE", "postgresql://user:secret@host/db")
    assert "ARTERIA_DATABASE" not in limited._environment()


def test_reading_process_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, core.intake.child, core.intake.workbooks; "
        "print({'pandas', 'numpy', 'pydantic'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=limited._ROOT
    ).stdout
    assert said.strip() == "set()"


def test_small_workbook_is_read_in_well_under_the_three_seconds_allowed() -> None:
    content = patient_workbook()
    started = time.perf_counter()
    read_files([UploadedFile("patients.xlsx", content)])
    assert time.perf_counter() - started < 2


def test_sheets_of_one_name_are_told_apart_in_every_finding() -> None:
    content = csv_bytes([["title", *[""] * 17], *table()])
    files = [UploadedFile("patients.csv", content)] * 3
    sheets = read_files(files)
    names = [sheet.name for sheet in sheets]
    assert names == ["patients", "patients.csv: patients", "patients.csv: patients (2)"]
    for sheet in sheets:
        assert {one.sheet for one in sheet.findings} == {sheet.name}


def test_files_of_one_name_in_an_archive_are_told_apart() -> None:
    content = zipped({"a/patients.csv": csv_bytes(table()), "b/patients.csv": csv_bytes(table())})
    names = [sheet.name for sheet in read_files([UploadedFile("study.zip", content)])]
    assert len(set(names)) == 2
