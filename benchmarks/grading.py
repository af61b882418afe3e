"""A million laboratory values graded by CTCAE as arrays, against a loop over the rows.

``python -m benchmarks.grading [PAIRS]`` takes the laboratory table of a simulated registry
(eight tests, units and limits of normal as reported, each patient's baseline) and grades it turn
by turn as arrays and one row after another. The loop takes only the first rows; its time for a
million is worked out from them and named so. Then the whole way of a study is timed: baselines,
every term, the frame of graded rows and each patient's worst grade.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.import_size import write_csv
from core.analysis.toxicity.grading import find_term, grade_values
from core.analysis.toxicity.labs import grade_labs
from core.analysis.toxicity.single import grade_value
from core.intake.validate import read_study
from core.rules.ctcae_labs import terms_of
from core.schema import StudyData

PATIENTS = 100_000
PAIRS = 5
LOOPED = 5_000
Measured = list[tuple[float, float]]


def study(patients: int) -> StudyData:
    """The simulated registry, uploaded as CSV files."""
    with tempfile.TemporaryDirectory() as name:
        return read_study(write_csv(Path(name), patients)).data


def graded_as_arrays(labs: pd.DataFrame) -> int:
    """Grade each test's values under each of its terms in one call; values graded."""
    n = 0
    for test, rows in labs.groupby("lab_test", sort=False):
        baseline = rows.groupby("patient_id")["lab_value"].transform("first").to_numpy()
        for term in terms_of(str(test)):
            grades = grade_values(
                term,
                rows["lab_value"].to_numpy(),
                unit=rows["lab_unit"].to_numpy(dtype=object),
                lln=rows["lln"].to_numpy(dtype=float),
                uln=rows["uln"].to_numpy(dtype=float),
                baseline=baseline,
                baseline_uln=rows["uln"].to_numpy(dtype=float),
            )
            n += len(grades.grade_max)
    return n


def graded_row_by_row(labs: pd.DataFrame) -> int:
    """The same, one row and term at a time; values graded."""
    n = 0
    first: dict[tuple[str, str], float] = {}
    for row in labs.itertuples(index=False):
        baseline = first.setdefault((row.patient_id, row.lab_test), row.lab_value)
        for term in terms_of(row.lab_test):
            grade_value(
                term.term,
                term.analyte,
                term.direction,
                row.lab_value,
                unit=row.lab_unit,
                lln=row.lln,
                uln=row.uln,
                baseline=[baseline],
                baseline_uln=[row.uln],
            )
            n += 1
    return n


def timed(do: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - clock, time.process_time() - processor


def told(name: str, found: Measured, scale: float = 1.0) -> None:
    """Print minimum / median / maximum of both times."""
    parts = []
    for at, word in enumerate(("clock", "processor")):
        seconds = sorted(scale * one[at] for one in found)
        middle = statistics.median(seconds)
        parts.append(f"{word} {seconds[0]:.2f} / {middle:.2f} / {seconds[-1]:.2f} s")
    print(f"{name}: {', '.join(parts)}", flush=True)


def main(words: Sequence[str]) -> None:
    """Time the pairs and print them."""
    pairs = int(words[0]) if words else PAIRS
    data = study(PATIENTS)
    labs = data.table("labs")
    few = labs.head(LOOPED)
    arrays: Measured = []
    loop: Measured = []
    whole: Measured = []
    for _ in range(pairs):
        arrays.append(timed(lambda: graded_as_arrays(labs)))
        loop.append(timed(lambda: graded_row_by_row(few)))
        whole.append(timed(lambda: grade_labs(data)))
    one_term = find_term("Anemia", "HGB", "low")
    values = np.random.default_rng(1).uniform(50, 180, len(labs))
    single = [
        timed(lambda: grade_values(one_term, values, unit="g/L", lln=120.0)) for _ in range(pairs)
    ]
    print(f"{len(labs)} values; minimum / median / maximum of {pairs} rounds")
    told("haemoglobin alone, as one array", single)
    told("every term of the eight tests, as arrays", arrays)
    told(f"the same, row by row, worked out from {len(few)}", loop, len(labs) / len(few))
    told("whole study: baselines, terms, graded rows, worst grades", whole)


if __name__ == "__main__":
    main(sys.argv[1:])
