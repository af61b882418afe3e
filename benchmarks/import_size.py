"""A registry of 100 000 patients and a million laboratory rows: import against plain pandas.

``python -m benchmarks.import_size [PATIENTS [ROUNDS]]`` writes a simulated registry as CSV and one
workbook, and reads each with Arteria (read, every check, typed tables) and with pandas alone
(``read_csv``, ``read_excel`` with the same calamine parser), turn by turn, each in a fresh
process.
"""

from __future__ import annotations

import csv
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

from core.simulated import LABS_PER_PATIENT, simulated_registry

ROUNDS = 3


def write_csv(folder: Path, patients: int) -> list[Path]:
    """The simulated registry, one CSV file a table."""
    paths = []
    for name, table in simulated_registry(patients).items():
        paths.append(folder / f"{name}.csv")
        table.to_csv(paths[-1], index=False)
    return paths


def write_workbook(tables: Sequence[Path], path: Path) -> Path:
    """The CSV files as the sheets of one workbook, with typed dates and numbers."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for table in tables:
        sheet = book.add_worksheet(table.stem)
        with table.open(newline="") as stream:
            for line, cells in enumerate(csv.reader(stream)):
                for column, cell in enumerate(cells):
                    if line and len(cell) == 10 and cell[4] == cell[7] == "-":
                        sheet.write_datetime(line, column, datetime.fromisoformat(cell), day)
                    elif line and cell.replace(".", "", 1).isdigit():
                        sheet.write_number(line, column, float(cell))
                    elif cell:
                        sheet.write_string(line, column, cell)
    book.close()
    return path


def read_once(reader: str, paths: Sequence[Path]) -> int:
    """Rows read by Arteria or by pandas."""
    if reader == "arteria":
        from core.intake.validate import read_study

        return read_study(paths).rows_read
    if paths[0].suffix == ".xlsx":
        book = pd.read_excel(paths[0], sheet_name=None, engine="calamine")
        return sum(map(len, book.values()))
    return sum(len(pd.read_csv(path)) for path in paths)


def measured(reader: str, paths: Sequence[Path]) -> tuple[float, float, float]:
    """Seconds by the clock and of the processor, and peak memory in MB, of one reading."""
    words = [sys.executable, "-m", "benchmarks.import_size", "--read", reader, *map(str, paths)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    seconds, processor, peak = json.loads(done.stdout)
    return seconds, processor, peak


def _measure_here(reader: str, paths: Sequence[Path]) -> None:
    started = time.perf_counter()
    read_once(reader, paths)
    seconds = time.perf_counter() - started
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    processor = sum(one.ru_utime + one.ru_stime for one in used)
    # The largest process: the reader of a workbook runs beside this one and is gone first.
    peak = max(one.ru_maxrss for one in used) / 1024
    print(json.dumps([seconds, processor, peak]))


def compare_readers(paths: Sequence[Path], rounds: int) -> None:
    """Print minimum / median / maximum of both readers, measured turn by turn."""
    found: dict[str, list[tuple[float, float, float]]] = {"arteria": [], "pandas": []}
    for _ in range(rounds):
        for reader, results in found.items():
            results.append(measured(reader, paths))
    for reader, results in found.items():
        seconds = sorted(second for second, _, _ in results)
        processor = statistics.median(second for _, second, _ in results)
        peak = max(megabytes for _, _, megabytes in results)
        print(
            f"{paths[0].suffix} {reader:8}{seconds[0]:8.1f} /{statistics.median(seconds):7.1f} /"
            f"{seconds[-1]:7.1f} s   processor {processor:6.1f} s   peak {peak:6.0f} MB",
            flush=True,
        )


def main(words: Sequence[str]) -> None:
    """Run all comparisons for the number of patients given."""
    if words[:1] == ["--read"]:
        _measure_here(words[1], [Path(word) for word in words[2:]])
        return
    patients = int(words[0]) if words else 100_000
    rounds = int(words[1]) if len(words) > 1 else ROUNDS
    print(f"{patients} patients, {patients * LABS_PER_PATIENT} laboratory rows")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = write_csv(folder, patients)
        compare_readers(tables, rounds)
        compare_readers([write_workbook(tables, folder / "registry.xlsx")], rounds)


if __name__ == "__main__":
    main(sys.argv[1:])
