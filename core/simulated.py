"""A simulated registry of any size, and how long its import and analysis take.

Only for measuring speed: values are drawn independently and mean nothing clinically.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import pandas as pd

from core.intake.cells import UploadedFile
from core.options import AnalysisOptions
from core.results.common import Message

LABS_PER_PATIENT = 10
_TESTS = (
    ("Hemoglobin", "g/L", 60, 180, 0), ("ALT", "U/L", 8, 400, 0), ("AST", "U/L", 8, 300, 0),
    ("Creatinine", "umol/L", 40, 200, 1), ("Total bilirubin", "umol/L", 3, 60, 1),
    ("Platelets", "10^9/L", 30, 500, 0), ("Albumin", "g/L", 22, 52, 1),
    ("Neutrophils", "10^9/L", 0.3, 12, 2),
)  # fmt: skip
"""Test, unit, lowest and highest value, decimals."""
_FIRST_DAY = np.datetime64("2021-01-01")
_T = TypeVar("_T")


def _dates(days: np.ndarray) -> np.ndarray:
    return np.datetime_as_string(_FIRST_DAY + days.astype("timedelta64[D]"))


def _patients(ids: np.ndarray, zero: np.ndarray, draw: np.random.Generator) -> pd.DataFrame:
    n = len(ids)
    return pd.DataFrame(
        {
            "patient_id": ids,
            "sex": draw.choice(["M", "F"], n),
            "age": draw.integers(30, 81, n),
            "ecog": draw.integers(0, 3, n),
            "first_haic_date": _dates(zero),
            "prior_lines": draw.integers(1, 5, n),
            "max_tumor_diameter_cm": draw.uniform(1, 12, n).round(1),
            "tumor_number": draw.integers(1, 12, n),
            "ras_braf_status": draw.choice(["WILD", "MUTANT"], n),
        }
    )


def _follow_up(ids: np.ndarray, zero: np.ndarray, draw: np.random.Generator) -> pd.DataFrame:
    n = len(ids)
    end = zero + draw.integers(60, 700, n)
    died = draw.random(n) < 0.6
    progressed = draw.random(n) < 0.7
    return pd.DataFrame(
        {
            "patient_id": ids,
            "death_date": np.where(died, _dates(end), ""),
            "last_followup_date": _dates(end),
            "progression_date": np.where(progressed, _dates((zero + end) // 2), ""),
            "vital_status": np.where(died, "DEAD", "ALIVE"),
        }
    )


def _labs(ids: np.ndarray, zero: np.ndarray, draw: np.random.Generator) -> pd.DataFrame:
    n = len(ids) * LABS_PER_PATIENT
    owner = np.repeat(np.arange(len(ids)), LABS_PER_PATIENT)
    test = draw.integers(0, len(_TESTS), n)
    values = np.empty(n, dtype=object)
    for code, (_, _, low, high, decimals) in enumerate(_TESTS):
        mine = test == code
        drawn = draw.uniform(low, high, int(mine.sum()))
        values[mine] = [f"{value:.{decimals}f}" for value in drawn]
    return pd.DataFrame(
        {
            "patient_id": ids[owner],
            "lab_date": _dates(zero[owner] + draw.integers(-7, 60, n)),
            "test": np.array([name for name, *_ in _TESTS], dtype=object)[test],
            "value": values,
            "unit": np.array([unit for _, unit, *_ in _TESTS], dtype=object)[test],
        }
    )


def simulated_registry(patients: int, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Tables as they would be uploaded: patients, follow-up and ten laboratory rows a patient.

    Args:
        patients: number of patients.
        seed: equal seeds give equal tables.

    >>> {name: len(table) for name, table in simulated_registry(3).items()}
    {'patients': 3, 'follow_up': 3, 'labs': 30}
    """
    draw = np.random.default_rng(seed)
    ids = np.array([f"P{number:06d}" for number in range(1, patients + 1)], dtype=object)
    zero = draw.integers(0, 700, patients)
    return {
        "patients": _patients(ids, zero, draw),
        "follow_up": _follow_up(ids, zero, draw),
        "labs": _labs(ids, zero, draw),
    }


def timed_steps(patients: int) -> Iterator[tuple[Message, float]]:
    """Import and full analysis of a simulated registry, step by step with seconds by the clock."""
    from core.analysis.cohort import analyse_study
    from core.analysis.eligibility.cohort import screen_cohort
    from core.analysis.eligibility.protocol import default_protocol
    from core.analysis.toxicity.labs import grade_labs
    from core.intake.validate import read_study
    from core.storage.frames import checked_parquet, read_parquet

    def timed(do: Callable[[], _T]) -> tuple[_T, float]:
        started = time.perf_counter()
        return do(), time.perf_counter() - started

    def make() -> list[UploadedFile]:
        tables = simulated_registry(patients)
        return [UploadedFile(f"{n}.csv", t.to_csv(index=False).encode()) for n, t in tables.items()]

    files, seconds = timed(make)
    labs = patients * LABS_PER_PATIENT
    yield Message.of("cli.bench_step.make", n=patients, labs=labs), seconds
    intake, seconds = timed(lambda: read_study(files))
    yield Message.of("cli.bench_step.read"), seconds
    _, seconds = timed(
        lambda: [read_parquet(name, part) for name, part in checked_parquet(intake.data).items()]
    )
    yield Message.of("cli.bench_step.store"), seconds
    _, seconds = timed(lambda: analyse_study(intake.data, AnalysisOptions()))
    yield Message.of("cli.bench_step.analyse"), seconds
    _, seconds = timed(lambda: grade_labs(intake.data))
    yield Message.of("cli.bench_step.grade"), seconds
    _, seconds = timed(lambda: screen_cohort(intake.data, default_protocol()))
    yield Message.of("cli.bench_step.screen"), seconds
