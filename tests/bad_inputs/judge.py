"""Runs ``validate`` on one upload after another, each in a process of its own, and measures it.

``python -m tests.bad_inputs.judge`` reads one JSON task a line ({path, out, marked}) and writes
one JSON verdict a line. Everything is imported once; each upload is then read in a fork, so a
crash, its memory and its log are its own.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import logging
import os
import resource
import subprocess
import sys
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MB = 2**20 if sys.platform == "darwin" else 2**10
FORMULA_SIGNS = "=+-@\t\r＝＋－＠"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Verdict:
    """What became of one upload.

    Attributes:
        code: exit code; -1 = the process died or raised.
        result: the JSON of ``validate`` in English.
        said: the sentences of both languages, and all that went to the error output.
        log: what was logged or raised.
        tables: text of the canonical CSV files, by table.
        marked: texts of the workbook with the remarks.
        seconds: of one run.
        memory_mb: growth of resident memory, the reading process included.
    """

    code: int
    result: dict[str, Any]
    said: str
    log: str
    tables: dict[str, str]
    marked: str
    seconds: float
    memory_mb: float

    @property
    def outcome(self) -> str:
        """``accept``, ``warn``, ``rows`` or ``refuse``, as the folder's README judges."""
        if self.code == 2:
            return "refuse"
        if self.result["rows_set_aside"]:
            return "rows"
        noted = any(
            finding["severity"] == "warning" or finding["kind"] == "converted"
            for finding in self.result["findings"]
        )
        return "warn" if noted else "accept"

    @property
    def everything(self) -> str:
        """All text that came out of it."""
        written = json.dumps(self.result, ensure_ascii=False)
        return " ".join((written, self.said, self.log, self.marked, *self.tables.values()))

    @property
    def live_cells(self) -> list[str]:
        """Cells of the tables, and parts of the workbook, that a spreadsheet would run."""
        cells = [
            cell
            for text in self.tables.values()
            for row in csv.reader(io.StringIO(text))
            for cell in row
            if _runs(cell)
        ]
        return cells + [sign for sign in ("<f>", "<hyperlink") if sign in self.marked]


def _runs(cell: str) -> bool:
    plain = cell.lstrip(" ")
    is_sign = set(plain) <= set("+-±") or plain.lstrip("+-").replace(".", "", 1).isdigit()
    return bool(plain) and plain[0] in FORMULA_SIGNS and not is_sign


class Judge:
    """The running program; ``close`` ends it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bad_inputs.judge"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip

    def judge(self, path: Path, out: Path, *, marked: bool = True) -> Verdict:
        """Validate the file in both languages; its canonical tables go to ``out``."""
        assert self.process.stdin
        assert self.process.stdout
        task = {"path": str(path), "out": str(out), "marked": marked}
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        return Verdict(**json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def _run(path: str, out: str, language: str) -> tuple[int, str, str]:
    from core.__main__ import main

    printed, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
        code = main(["validate", path, "--json", "--lang", language, "--out", out])
    return code, printed.getvalue(), errors.getvalue()


def _marked(path: str) -> str:
    import zipfile

    from core.exports.marked import marked_workbook
    from core.intake.cells import UploadedFile
    from core.intake.read import read_files
    from core.intake.shown import shown_sheets
    from core.intake.validate import validate_study

    sheets = read_files([UploadedFile(Path(path).name, Path(path).read_bytes())])
    findings = validate_study(sheets).findings
    written = marked_workbook(shown_sheets(sheets), findings, "zh")
    with zipfile.ZipFile(io.BytesIO(written)) as book:
        return " ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def _verdict(task: dict[str, Any]) -> dict[str, Any]:
    log = io.StringIO()
    logging.basicConfig(stream=log, level=logging.DEBUG, force=True)
    warnings.showwarning = lambda message, *_, **__: log.write(f"{message}\n") and None
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code, result, said, marked = -1, {}, "", ""
    started = time.perf_counter()
    seconds = 0.0
    try:
        code, printed, errors = _run(task["path"], task["out"], "en")
        seconds = time.perf_counter() - started
        result = json.loads(printed)
        said = errors + " ".join(item["message"] for item in result["findings"])
        _, printed, errors = _run(task["path"], task["out"], "zh")
        said += errors + " ".join(item["message"] for item in json.loads(printed)["findings"])
        marked = _marked(task["path"]) if task["marked"] and code != 2 else ""
    except BaseException:
        log.write(traceback.format_exc())
        code = -1
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - own
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    written = Path(task["out"]).glob("*.csv")
    return {
        "code": code, "result": result, "said": said, "log": log.getvalue(), "marked": marked,
        "tables": {path.stem: path.read_text(encoding="utf-8") for path in written},
        "seconds": seconds, "memory_mb": max(grown, reader) / _MB,
    }  # fmt: skip


def _forked(task: dict[str, Any]) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w", encoding="utf-8") as stream:
            json.dump(_verdict(task), stream)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    died = {"code": -1, "result": {}, "said": "", "log": "died", "marked": "", "tables": {},
            "seconds": 0.0, "memory_mb": 0.0}  # fmt: skip
    return answer or json.dumps(died)


def serve() -> None:
    """Answer tasks until the input ends."""
    import core.exports.analysis_json
    import core.exports.canonical
    import core.exports.marked
    import core.intake.validate  # noqa: F401 - imported once, before the forks

    for line in sys.stdin:
        print(_forked(json.loads(line)), flush=True)


if __name__ == "__main__":
    serve()
