"""Whatever bytes arrive, ``validate`` ends with 0, 1 or 2, and no row is lost on the way."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import pytest

from core.__main__ import main
from tests.bad_inputs.builders import (
    chinese_table,
    csv_bytes,
    csv_text,
    patient_workbook,
    table,
    with_part,
)
from tests.bad_inputs.clinical_cases import EVENTS, LABS, LESIONS, MEASURES, RESPONSES, study

WORDS = (
    "", "=1", "<5", "2021-02-30", "男", "1,200", "NaN", "inf", "１２", "9" * 30, "1e400", "\x00",
    "\u202e", "a" * 500, "5-6", "TRUE", "-1", "'", '"', "{x}", "%s", "\n", "2090-01-01", "PD",
    ">=5", "HGB", "mg/dL", "#N/A", "1级", "44086", "\t", "1900-02-29", "T1", "𠮷",
)  # fmt: skip
TABLES = {
    "lesions": [LESIONS, "A01,T1,TARGET,liver,yes", "A01,N1,NON-TARGET,lung,no"],
    "lesion_measurements": [MEASURES, "A01,T1,2020-09-01,51", "A01,N1,2020-09-01,9"],
    "response_assessments": [RESPONSES, "A01,2020-11-01,SD", "A02,2021-04-15,PD"],
    "adverse_events": [EVENTS, "A01,恶心,2级,2020-09-13,2020-09-20", "A02,脱发,3,2020-11-20,"],
    "labs": [LABS, "A01,2020-09-10,HGB,93,g/L", "A01,2020-09-10,UPROT_DIP,+,"],
}


def _bytes(content: bytes, chance: random.Random) -> bytes:
    """The content with bits flipped, bytes lost, bytes and words put in, or its end cut."""
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(len(spoilt))
        match chance.randrange(5):
            case 0:
                spoilt[at] ^= 1 << chance.randrange(8)
            case 1:
                del spoilt[at : at + chance.randrange(1, 30)]
            case 2:
                spoilt[at:at] = chance.randbytes(3)
            case 3:
                spoilt[at:at] = chance.choice(WORDS).encode()
            case _:
                spoilt = spoilt[: max(at, 1)]
        if not spoilt:
            return b""
    return bytes(spoilt)


def _cells(rows: list[list[str]], chance: random.Random) -> list[list[str]]:
    """The rows with cells changed, and rows doubled or lost."""
    for _ in range(chance.choice((1, 2, 5))):
        line = chance.randrange(len(rows))
        match chance.randrange(4):
            case 0:
                rows.insert(line, list(chance.choice(rows)))
            case 1 if len(rows) > 2:
                del rows[line]
            case _:
                rows[line][chance.randrange(len(rows[line]))] = chance.choice(WORDS)
    return rows


def _upload(kind: str, chance: random.Random) -> tuple[str, bytes]:
    if kind == "study":
        tables = {
            name: [",".join(row) for row in _cells([line.split(",") for line in lines], chance)]
            for name, lines in TABLES.items()
        }
        return "study.zip", study(table(), **tables)
    if kind == "workbook":
        return "p.xlsx", _bytes(patient_workbook(), chance)
    if kind == "part":
        content = patient_workbook()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            part = chance.choice([name for name in archive.namelist() if name.startswith("xl/")])
        return "p.xlsx", with_part(content, part, lambda data: _bytes(data, chance))
    text = csv_text(chinese_table())
    contents = {
        "cells": lambda: csv_bytes(_cells(table(), chance)),
        "utf8": lambda: _bytes(text.encode(), chance),
        "gbk": lambda: _bytes(text.encode("gbk"), chance),
        "utf16": lambda: _bytes(text.encode("utf-16"), chance),
    }
    return "p.csv", contents[kind]()


@pytest.mark.parametrize(
    ("kind", "uploads"),
    [("cells", 30), ("utf8", 20), ("gbk", 20), ("utf16", 20), ("study", 20), ("workbook", 6),
     ("part", 8)],
)  # fmt: skip
def test_spoilt_upload_is_read_or_refused_and_never_breaks(
    kind: str, uploads: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(kind)
    for number in range(uploads):
        name, content = _upload(kind, chance)
        path = tmp_path / f"{number}{name}"
        path.write_bytes(content)
        code = main(["validate", str(path), "--json", "--lang", "zh", "--out", str(tmp_path / "o")])
        printed = capsys.readouterr()
        result = json.loads(printed.out)
        assert code in (0, 1, 2)
        assert "Traceback" not in printed.err
        assert result["rows_read"] == result["rows_accepted"] + result["rows_set_aside"]
        assert code != 2 or len(result["findings"]) == 1
