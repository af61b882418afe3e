"""Awkward and hostile uploads of a manifest, judged by what ``validate --json`` says.

The folder (``manifest.json`` beside ``files/``) can be replaced by ``ARTERIA_BAD_INPUTS``.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main

FOLDER = Path(os.environ.get("ARTERIA_BAD_INPUTS", Path(__file__).with_name("samples")))
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = MANIFEST["files"]
CUT = 80
LAB_OF_COLUMN = {
    "hb_g_l": "HGB",
    "anc_10e9_l": "NEUT",
    "plt_10e9_l": "PLAT",
    "bun_mmol_l": "UREA",
    "creatinine_umol_l": "CREAT",
}
FIELD_OF_COLUMN = {
    "n_tumors": "tumor_number",
    "max_diameter_cm": "max_tumor_diameter_cm",
    "extrahepatic": "extrahepatic_mets",
    "ras_braf": "ras_braf_status",
}
"""Columns of the manifest and what they are called here."""


def validate(
    case: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON and all that was printed, in both languages."""
    stored = FOLDER / "files" / case["file"]
    upload = (
        folder
        / "upload"
        / (case["file"] if case["category"] == "FNM" else Path(case["upload_name"]).name)
    )
    upload.parent.mkdir()
    shutil.copyfile(stored, upload)
    said = ""
    for language in ("en", "zh"):
        code = main(
            ["validate", str(upload), "--json", "--lang", language, "--out", str(folder / "out")]
        )
        printed = capsys.readouterr()
        result = json.loads(printed.out)
        said += " ".join(item["message"] for item in result["findings"]) + printed.err
    return code, result, said


def outcome(code: int, result: dict[str, Any]) -> str:
    if code == 2:
        return "reject_file"
    if result["rows_set_aside"]:
        return "reject_rows"
    noted = any(f["severity"] == "warning" or f["kind"] == "converted" for f in result["findings"])
    return "accept_with_warnings" if noted else "accept"


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_upload_is_judged_as_the_manifest_asks(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.perf_counter()
    code, result, said = validate(case, tmp_path, capsys)
    seconds = (time.perf_counter() - started) / 2
    found = outcome(code, result)
    assert found in {case["expected"], *case["also_ok"]}, said
    assert result["rows_read"] == result["rows_accepted"] + result["rows_set_aside"]
    if found != "accept":
        for alternatives in case["keywords"]:
            assert any(word.casefold() in said.casefold() for word in alternatives), said
    if found == case["expected"] == "reject_rows":
        assert result["rows_set_aside"] == case["rows_expected_rejected"]
        for place in case["must_name"]:
            named = [
                item
                for item in result["findings"]
                if item["row"] == place["row"] and place["value"][:CUT] in item["value"]
            ]
            assert named, place
    if found == "accept":
        assert result["rows_accepted"] == result["rows_read"]
        patients = next(one["rows"] for one in result["tables"] if one["table"] == "patients")
        assert case["rows_in_file"] in (None, patients)
    for text in case["never_emit"]:
        if case["category"] == "PHI":
            assert text not in said
            assert text not in json.dumps(result, ensure_ascii=False)
    assert seconds < case["limits"]["seconds"]


STORED = [case for case in CASES if case["stored_values"]]


@pytest.mark.parametrize("case", STORED, ids=[case["id"] for case in STORED])
def test_values_are_stored_as_the_manifest_states(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, said = validate(case, tmp_path, capsys)
    if code == 2:
        assert "reject_file" in {case["expected"], *case["also_ok"]}
        return
    tables = {
        path.stem: list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"))))
        for path in (tmp_path / "out").glob("*.csv")
    }
    for place, wanted in case["stored_values"].items():
        patient, _, column = place.partition(".")
        value = stored_value(tables, patient, column)
        # US units in the file are rounded, so what they convert to is near, not equal.
        if isinstance(wanted, str):
            assert value == wanted, said
        else:
            assert value == pytest.approx(wanted, rel=0.01), said


def stored_value(tables: dict[str, list[dict[str, str]]], patient: str, column: str) -> Any:
    """The value of one manifest column of one patient, as a number where it is one."""
    if column in LAB_OF_COLUMN:
        rows = [
            row
            for row in tables.get("labs", [])
            if row["patient_id"] == patient and row["lab_test"] == LAB_OF_COLUMN[column]
        ]
        value = rows[0]["value_canonical"] if rows else ""
    else:
        name = FIELD_OF_COLUMN.get(column, column)
        value = next(
            row[name]
            for table in ("patients", "follow_up", "haic_sessions")
            for row in tables.get(table, [])
            if row["patient_id"] == patient and name in row
        )
    try:
        return float(value)
    except ValueError:
        return value or None
