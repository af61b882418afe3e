"""RECIST 1.1 of 10 000 patients x 5 target lesions x 8 visits: arrays against a plain loop.

Run it with ``python -m benchmarks.response`` on a machine with nothing else to do. Both read the
same disease with the same rules; their categories and best responses are compared at the end.
Then the same disease goes from its tables to all that the screen shows.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
import pandas as pd

from core.analysis.response.best import best_response
from core.analysis.response.cohort import evaluate_cohort, read_cohort
from core.analysis.response.course import assess_course
from core.analysis.response.lesions import Lesion, NewLesionSeen, Visit
from core.analysis.response.packing import Disease, pack_courses
from core.analysis.response.second_engine import check_response
from core.analysis.response.vectorised import CODES, NEVER, best_arrays, read_arrays
from core.options import ResponseOptions
from core.schema import StudyData, typed_frame

PATIENTS, LESIONS, VISITS, ROUNDS = 10_000, 5, 8, 3
START = date(2021, 1, 1)
ORGANS = ("liver", "liver", "lung", "lung", "lymph node")

T = TypeVar("T")


def cohort(patients: int, seed: int = 1) -> list[Disease]:
    """Patients whose lesions shrink and grow again, some scans missed, some new lesions."""
    draw = np.random.default_rng(seed)
    base = draw.integers(150, 700, (patients, LESIONS)) * 100
    trend = draw.normal(-4, 6, (patients, 1, 1)) * np.arange(1, VISITS + 1)[None, :, None]
    noise = draw.normal(0, 8, (patients, VISITS, LESIONS))
    sizes = np.clip(np.rint(base[:, None] * (100 + trend + noise) / 100), 0, None).astype(int)
    missed = draw.random((patients, VISITS, LESIONS)) < 0.02
    is_new = draw.random((patients, VISITS)) < 0.05
    found: list[Disease] = []
    for row in range(patients):
        lesions = [
            Lesion(f"T{at}", True, at == LESIONS - 1, at < 2, int(base[row, at]))
            for at in range(LESIONS)
        ]
        visits = [
            Visit(
                first_day=42 * (at + 1),
                last_day=42 * (at + 1),
                targets={
                    f"T{lesion}": None if missed[row, at, lesion] else int(sizes[row, at, lesion])
                    for lesion in range(LESIONS)
                },
                new_lesions=(NewLesionSeen(True, "liver", True),) if is_new[row, at] else (),
            )
            for at in range(VISITS)
        ]
        found.append((lesions, visits, 0))
    return found


def study(diseases: list[Disease]) -> StudyData:
    """The same disease as the tables that a user uploads."""
    lesions, scans = [], []
    for row, (known, visits, _) in enumerate(diseases):
        name = f"P{row}"
        for at, lesion in enumerate(known):
            lesions.append((name, lesion.lesion_id, "TARGET", ORGANS[at]))
            scans.append((name, lesion.lesion_id, START, (lesion.baseline_um or 0) / 1000))
        for visit in visits:
            when = START + timedelta(days=visit.first_day)
            scans += [
                (name, lesion, when, size / 1000)
                for lesion, size in visit.targets.items()
                if size is not None
            ]
    patients = pd.DataFrame(
        {"patient_id": [f"P{row}" for row in range(len(diseases))], "first_haic_date": START}
    )
    columns = ["patient_id", "lesion_id", "lesion_role", "organ"]
    frames = {
        "patients": patients,
        "lesions": pd.DataFrame(lesions, columns=columns),
        "lesion_measurements": pd.DataFrame(
            scans, columns=["patient_id", "lesion_id", "assessment_date", "diameter_mm"]
        ),
    }
    return StudyData({name: typed_frame(name, frame) for name, frame in frames.items()})


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the seconds that it took."""
    started = time.perf_counter()
    given = work()
    return given, time.perf_counter() - started


def plain_loop(diseases: list[Disease], options: ResponseOptions) -> list[tuple[str, str]]:
    """Every patient by the literal rules, one after the other."""
    found = []
    for lesions, visits, start in diseases:
        course = assess_course(lesions, visits, start)
        best = best_response([(one.day, one.dated_response) for one in course], options)
        found.append((best.unconfirmed, str(best.confirmed)))
    return found


def main() -> None:
    """Print minimum, median and maximum of each, in pairs."""
    options = ResponseOptions()
    diseases = cohort(PATIENTS)
    arrays, packing = timed(lambda: pack_courses(diseases, "overall"))
    fast, slow = [], []
    for _ in range(ROUNDS):
        best, seconds = timed(
            lambda: best_arrays(read_arrays(arrays), options, np.full(PATIENTS, NEVER))
        )
        fast.append(seconds)
        literal, seconds = timed(lambda: plain_loop(diseases, options))
        slow.append(seconds)
    same = literal == [
        (CODES[one], CODES[two]) for one, two in zip(best.unconfirmed, best.confirmed, strict=True)
    ]
    for name, times in (("arrays", fast), ("plain loop", slow)):
        print(f"{name}: {min(times):.3f} / {statistics.median(times):.3f} / {max(times):.3f} s")
    print(f"packing objects into arrays: {packing:.2f} s; equal best responses: {same}")
    tables = study(diseases)
    readings, seconds = timed(lambda: read_cohort(tables, options))
    print(f"every visit of {PATIENTS} patients from the tables: {seconds:.2f} s")
    evaluated, seconds = timed(lambda: evaluate_cohort(tables, options, readings))
    print(f"best responses and rates, at each change of an option: {seconds:.2f} s")
    _, seconds = timed(lambda: check_response(readings, evaluated))
    print(f"the same again by the array engine: {seconds:.2f} s")


if __name__ == "__main__":
    main()
