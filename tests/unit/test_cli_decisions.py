"""``python -m core validate --decisions``: the same decisions as on the screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.__main__ import NOBODY_READS, UNUSABLE, WITH_FINDINGS, main
from core.results.decisions import CellCorrection, Decisions, Signature
from core.storage.decisions import write_decisions
from core.text.catalogue import text
from tests.bad_inputs.builders import csv_bytes, table


def test_decisions_of_a_file_are_applied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    upload, decided = tmp_path / "patients.csv", tmp_path / "decisions.json"
    upload.write_bytes(csv_bytes(table([(2, "age", "999")])))
    signed = Signature("B", "why", datetime(2024, 1, 1, tzinfo=UTC))
    correction = CellCorrection("patients", 2, "age", "999", "66", signed)
    decided.write_text(write_decisions(Decisions((correction,))), encoding="utf-8")
    code = main(["validate", str(upload), "--json", "--decisions", str(decided)])
    found = json.loads(capsys.readouterr().out)
    assert (code, found["rows_accepted"], found["rows_set_aside"]) == (WITH_FINDINGS, 4, 0)
    assert any(one["code"] == "corrected_by_hand" for one in found["findings"])


@pytest.mark.parametrize("content", ["", "[1]", '{"corrections": [{"row": 1}]}'])
def test_unreadable_decisions_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    upload, decided = tmp_path / "patients.csv", tmp_path / "decisions.json"
    upload.write_bytes(csv_bytes(table()))
    decided.write_text(content, encoding="utf-8")
    assert main(["validate", str(upload), "--decisions", str(decided)]) == UNUSABLE
    expected = text("error.decisions_unreadable", "en", file="decisions.json")
    assert expected in capsys.readouterr().err


def test_findings_whose_reader_goes_away_end_quietly(tmp_path: Path) -> None:
    upload = tmp_path / "patients.csv"
    upload.write_bytes(csv_bytes(table([(2, "age", "999")])))
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-m", "core", "validate", str(upload)],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (NOBODY_READS, b"")


@pytest.mark.parametrize("command", ["analyse", "report", "export"])
def test_a_study_of_which_nobody_is_left_names_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    upload, out = tmp_path / "patients.csv", tmp_path / "out"
    upload.write_bytes(csv_bytes(table([(row, "age", "old") for row in range(2, 6)])))
    more = {
        "analyse": ["--json", str(out)],
        "report": ["--format", "json", "--out", str(out)],
        "export": ["--form", "redcap", "--out", str(out)],
    }[command]
    assert main([command, str(upload), "--lang", "en", *more]) == UNUSABLE
    said = capsys.readouterr().err
    assert said == text("error.nothing_accepted", "en", rows=4, errors=4) + "\n"
    assert not out.exists()
