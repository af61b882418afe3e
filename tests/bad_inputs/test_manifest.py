"""Awkward and hostile uploads of a manifest, judged by what ``validate --json --out`` gives.

The folder (``manifest.json`` beside ``files/``) can be replaced by ``ARTERIA_BAD_INPUTS``.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.bad_inputs.judge import Judge, Verdict

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


def validate(case: dict[str, Any], folder: Path, judge: Judge) -> Verdict:
    """What becomes of one file under the name that the browser would send, if a disk takes it."""
    stored = FOLDER / "files" / case["file"]
    name = Path(case["upload_name"].replace("\\", "/")).name
    is_possible = 0 < len(name.encode()) < 250 and "\x00" not in name
    upload = folder / "upload" / (name if is_possible else case["file"])
    upload.parent.mkdir()
    shutil.copyfile(stored, upload)
    return judge.judge(upload, folder / "out", marked=stored.stat().st_size < 2**18)


OUTCOMES = {
    "accept": "accept",
    "warn": "accept_with_warnings",
    "rows": "reject_rows",
    "refuse": "reject_file",
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_upload_is_judged_as_the_manifest_asks(
    case: dict[str, Any], tmp_path: Path, judge: Judge
) -> None:
    verdict = validate(case, tmp_path, judge)
    assert verdict.code in (0, 1, 2), verdict.log
    result, said, found = verdict.result, verdict.said, OUTCOMES[verdict.outcome]
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
                if item["row"] == place["row"]
                and item["column"] == place["column"]
                and place["value"][:CUT] in item["value"]
            ]
            assert named, place
    if found == "accept":
        assert result["rows_accepted"] == result["rows_read"]
        patients = next(one["rows"] for one in result["tables"] if one["table"] == "patients")
        assert case["rows_in_file"] in (None, patients)
    _check_silence(case, verdict)
    assert verdict.seconds < case["limits"]["seconds"]
    assert verdict.memory_mb < case["limits"]["rss_mb"]


def _check_silence(case: dict[str, Any], verdict: Verdict) -> None:
    """Identifiers nowhere at all; nothing that a spreadsheet would run."""
    if case["category"] == "PHI":
        for text in case["never_emit"]:
            assert text not in verdict.everything
    assert not verdict.live_cells


STORED = [case for case in CASES if case["stored_values"]]


@pytest.mark.parametrize("case", STORED, ids=[case["id"] for case in STORED])
def test_values_are_stored_as_the_manifest_states(
    case: dict[str, Any], tmp_path: Path, judge: Judge
) -> None:
    verdict = validate(case, tmp_path, judge)
    if verdict.code == 2:
        assert "reject_file" in {case["expected"], *case["also_ok"]}
        return
    tables = {name: list(csv.DictReader(StringIO(text))) for name, text in verdict.tables.items()}
    for place, wanted in case["stored_values"].items():
        patient, _, column = place.partition(".")
        value = stored_value(tables, patient, column)
        # US units in the file are rounded, so what they convert to is near, not equal.
        if isinstance(wanted, str):
            assert value == wanted, verdict.said
        else:
            assert value == pytest.approx(wanted, rel=0.01), verdict.said


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
