"""Kernel against lifelines: curve, curves and log-rank by six factors, one Cox model.

Run it with ``python -m benchmarks.survival [most patients]``. Both do the same on the same
simulated registry, one after the other (pairs); each figure is the least processor time of the
rounds. Reading the registry from Parquet and CSV stands beside the largest one.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from core.analysis.survival.cox import fit_cox
from core.analysis.survival.curve import curve_of_counts
from core.analysis.survival.inputs import check_times, distinct_times, encode_groups
from core.analysis.survival.logrank import compare_counted
from core.analysis.survival.steps import count_factors
from core.options import DAYS_PER_MONTH, SurvivalOptions

SIZES = (24, 1_000, 10_000, 100_000, 1_000_000)
FACTORS = [f"factor_{number}" for number in range(6)]
SHARES = np.array([0.4, 0.6, 0.5, 0.4, 0.7, 0.2])
EFFECTS = np.array([0.2, 0.5, 0.5, 0.0, 0.0, 0.6])


def registry(patients: int) -> pd.DataFrame:
    """Simulated patients: whole days in months, events, six yes-or-no factors."""
    draw = np.random.default_rng(patients)
    x = (draw.random((patients, 6)) < SHARES).astype(int)
    death = draw.exponential(400 * np.exp(-x @ EFFECTS), patients)
    loss = draw.uniform(30, 1500, patients)
    days = np.maximum(1, np.ceil(np.minimum(death, loss)))
    frame = pd.DataFrame(x, columns=FACTORS)
    return frame.assign(time=days / DAYS_PER_MONTH, event=death <= loss)


def kernel_curves(frame: pd.DataFrame) -> None:
    """Overall curve, curves by each factor with intervals and rates, and each log-rank test."""
    options = SurvivalOptions()
    times, events = check_times(frame["time"].to_numpy(), frame["event"].to_numpy())
    moments, position = distinct_times(times)
    coded = [encode_groups(frame[name].to_numpy()) for name in FACTORS]
    sizes = [(codes, len(names)) for codes, names in coded]
    cubes = count_factors(position, events, sizes, moments.size)
    curve_of_counts(moments, cubes[0].sum(axis=1), options=options)
    for cube, (_, names) in zip(cubes, coded, strict=True):
        for level in range(len(names)):
            curve_of_counts(moments, cube[:, level], options=options)
        compare_counted([cube], names)


def lifelines_curves(frame: pd.DataFrame) -> None:
    """The same by lifelines."""
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test

    def read_off(rows: pd.DataFrame) -> None:
        fitter = KaplanMeierFitter().fit(rows["time"], rows["event"])
        _ = fitter.median_survival_time_
        fitter.survival_function_at_times([6.0, 12.0])

    read_off(frame)
    for name in FACTORS:
        for _, rows in frame.groupby(name):
            read_off(rows)
        multivariate_logrank_test(frame["time"], frame[name], frame["event"])


def kernel_cox(frame: pd.DataFrame) -> None:
    """One Cox model of all factors, Efron's ties."""
    fit_cox(
        frame[FACTORS].to_numpy(),
        frame["time"].to_numpy(),
        frame["event"].to_numpy(),
        FACTORS,
    )


def lifelines_cox(frame: pd.DataFrame) -> None:
    """The same by lifelines."""
    from lifelines import CoxPHFitter

    CoxPHFitter().fit(frame, "time", "event")


def seconds(task: Callable[[pd.DataFrame], None], frame: pd.DataFrame) -> float:
    """Processor seconds of one run: other work on the machine doesn't count."""
    started = time.process_time()
    task(frame)
    return time.process_time() - started


def compare(
    own: Callable[[pd.DataFrame], None], other: Callable[[pd.DataFrame], None], frame: pd.DataFrame
) -> tuple[float, float]:
    """Fastest run of each, the two taking turns."""
    rounds = 5 if len(frame) <= 10_000 else 2 if len(frame) <= 100_000 else 1
    pairs = [(seconds(own, frame), seconds(other, frame)) for _ in range(rounds)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def reading(frame: pd.DataFrame) -> tuple[float, float]:
    """Seconds to read the registry from Parquet and from CSV."""
    with tempfile.TemporaryDirectory() as folder:
        parquet, csv = Path(folder) / "registry.parquet", Path(folder) / "registry.csv"
        frame.to_parquet(parquet)
        frame.to_csv(csv, index=False)
        started = time.process_time()
        pd.read_parquet(parquet)
        between = time.process_time()
        pd.read_csv(csv)
        return between - started, time.process_time() - between


def main() -> None:
    """One line a size: kernel, lifelines and their ratio for both tasks."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    warnings.simplefilter("ignore")
    small = registry(200)
    for task in (kernel_curves, lifelines_curves, kernel_cox, lifelines_cox):
        task(small)
    for patients in (size for size in SIZES if size <= most):
        frame = registry(patients)
        for name, own, other in (
            ("curves and log-rank", kernel_curves, lifelines_curves),
            ("Cox", kernel_cox, lifelines_cox),
        ):
            mine, theirs = compare(own, other, frame)
            sys.stdout.write(
                f"{patients:>9} {name:<20} {1000 * mine:10.1f} ms {1000 * theirs:10.1f} ms"
                f" {theirs / mine:7.1f}x\n"
            )
            sys.stdout.flush()
    parquet, csv = reading(frame)
    sys.stdout.write(f"reading {len(frame)} patients: {parquet:.2f} s Parquet, {csv:.2f} s CSV\n")


if __name__ == "__main__":
    main()
