"""The whole report, by Arteria, with lifelines and by R, on the same simulated registry.

Run it with ``python -m benchmarks.survival [most patients]``. The report: for OS and PFS the
curve of all patients and of each level of eight yes-or-no factors, with intervals, medians and
rates at 6 and 12 months (34 curves); a log-rank test of each factor (16); eight univariable
Cox models and one of six factors, Efron's ties; Table 1 by one factor; a table of adverse
events by grade. All start from the table as it comes out of the same CSV file and take turns;
each figure is the least processor time of the rounds. R takes part where it is installed
(``benchmarks/survival.R``).
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from core.analysis.baseline.choice import compare_categories, compare_numbers
from core.analysis.survival.comparison import compare_factors
from core.analysis.survival.curve import curve_of_counts
from core.analysis.survival.inputs import check_times, distinct_times
from core.analysis.survival.levels import level_codes
from core.analysis.survival.logrank import compare_counted
from core.analysis.survival.multivariable import fit_factor_model
from core.analysis.survival.steps import count_factors
from core.options import DAYS_PER_MONTH, Convention, SurvivalOptions

SIZES = (24, 1_000, 10_000, 100_000, 1_000_000)
FACTORS = [f"factor_{number}" for number in range(8)]
TERMS = [f"event_{number}" for number in range(6)]
LEVELS = ("no", "yes")
SHARES = np.array([0.4, 0.6, 0.5, 0.4, 0.7, 0.2, 0.5, 0.3])
EFFECTS = np.array([0.2, 0.5, 0.5, 0.0, 0.0, 0.6, 0.1, 0.0])
BANDS = ((1, 2), (3, 4), (5, 5))
OPTIONS = SurvivalOptions()


def registry(patients: int) -> pd.DataFrame:
    """Simulated patients: whole days, eight factors, an age and six adverse events' grades."""
    draw = np.random.default_rng(patients)
    x = (draw.random((patients, 8)) < SHARES).astype(np.int8)
    hazard = np.exp(-x @ EFFECTS)
    loss = draw.uniform(30, 1500, patients)
    columns: dict[str, object] = {
        name: pd.Categorical.from_codes(x[:, i], LEVELS) for i, name in enumerate(FACTORS)
    }
    for endpoint, scale in (("os", 400), ("pfs", 200)):
        event = draw.exponential(scale * hazard)
        columns[f"{endpoint}_days"] = np.maximum(1, np.ceil(np.minimum(event, loss))).astype(int)
        columns[f"{endpoint}_event"] = event <= loss
    columns["age"] = np.round(draw.normal(58, 10, patients))
    for name in TERMS:
        columns[name] = draw.choice(6, patients, p=[0.5, 0.2, 0.15, 0.1, 0.04, 0.01])
    return pd.DataFrame(columns)


def arteria(frame: pd.DataFrame) -> None:
    """The report by Arteria's kernel."""
    months = {name: frame[f"{name}_days"].to_numpy() / DAYS_PER_MONTH for name in ("os", "pfs")}
    levels = dict.fromkeys(FACTORS, LEVELS)
    for name, time_months in months.items():
        times, events = check_times(time_months, frame[f"{name}_event"].to_numpy())
        moments, position = distinct_times(times)
        counts = np.bincount(position * 2 + events, minlength=2 * moments.size).reshape(-1, 2)
        curve_of_counts(moments, counts, options=OPTIONS)
        if name == "os":
            compare_factors(frame, times, events, levels=levels, options=OPTIONS)
            continue
        coded = [(level_codes(frame, factor, LEVELS), 2) for factor in FACTORS]
        for cube in count_factors(position, events, coded, moments.size):
            for level in range(2):
                curve_of_counts(moments, cube[:, level], options=OPTIONS)
            compare_counted([cube], LEVELS)
    fit_factor_model(frame, FACTORS[:6], levels, months["os"], frame["os_event"], OPTIONS)
    group = frame[FACTORS[0]].cat.codes.to_numpy()
    for factor in FACTORS[1:]:
        cells = group * 2 + frame[factor].cat.codes.to_numpy()
        compare_categories(np.bincount(cells, minlength=4).reshape(2, 2).T)
    ages = frame["age"].to_numpy()
    parts = [ages[group == level] for level in (0, 1)]
    for part in parts:
        np.quantile(part, [0.25, 0.5, 0.75])
    compare_numbers(parts, skewed=False, convention=Convention.RECOMMENDED)
    for term in TERMS:
        counts = np.bincount(frame[term].to_numpy(), minlength=6)
        [int(counts[low : high + 1].sum()) for low, high in BANDS]


def with_lifelines(frame: pd.DataFrame) -> None:
    """The report with lifelines, pandas and SciPy."""
    from lifelines import CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test
    from scipy import stats

    def read_off(days: pd.Series, event: pd.Series) -> None:
        fitter = KaplanMeierFitter().fit(days / DAYS_PER_MONTH, event)
        _ = fitter.median_survival_time_
        fitter.survival_function_at_times([6.0, 12.0])

    numbers = frame[FACTORS].apply(lambda column: column.cat.codes)
    for name in ("os", "pfs"):
        days, event = frame[f"{name}_days"], frame[f"{name}_event"]
        read_off(days, event)
        for factor in FACTORS:
            for level in (0, 1):
                inside = numbers[factor] == level
                read_off(days[inside], event[inside])
            multivariate_logrank_test(days, numbers[factor], event)
    model = numbers.assign(time=frame["os_days"] / DAYS_PER_MONTH, event=frame["os_event"])
    for factor in FACTORS:
        CoxPHFitter().fit(model[[factor, "time", "event"]], "time", "event")
    CoxPHFitter().fit(model[[*FACTORS[:6], "time", "event"]], "time", "event")
    for factor in FACTORS[1:]:
        stats.chi2_contingency(pd.crosstab(frame[factor], frame[FACTORS[0]]), correction=False)
    parts = [part for _, part in frame.groupby(FACTORS[0], observed=True)["age"]]
    for part in parts:
        part.describe()
    stats.ttest_ind(*parts, equal_var=False)
    stats.mannwhitneyu(*parts)
    for term in TERMS:
        pd.cut(frame[term], [0, 2, 4, 5]).value_counts()


def seconds(task: Callable[[pd.DataFrame], None], frame: pd.DataFrame) -> float:
    """Processor seconds of one run: other work on the machine doesn't count."""
    started = time.process_time()
    task(frame)
    return time.process_time() - started


def by_r(csv: Path) -> tuple[float, float]:
    """Processor seconds of the report and of reading the file in R; NaN where R is missing."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return math.nan, math.nan
    run = subprocess.run(
        [rscript, str(Path(__file__).with_suffix(".R")), str(csv)],
        capture_output=True,
        text=True,
        check=True,
    )
    report, reading = run.stdout.split()
    return float(report), float(reading)


def compare(frame: pd.DataFrame, csv: Path) -> tuple[float, float, float, float]:
    """Least processor seconds of Arteria, lifelines and R, the three taking turns; R's reading."""
    rounds = 5 if len(frame) <= 10_000 else 2 if len(frame) <= 100_000 else 1
    turns = [
        (seconds(arteria, frame), seconds(with_lifelines, frame), *by_r(csv)) for _ in range(rounds)
    ]
    mine, theirs, r_report, r_reading = (min(column) for column in zip(*turns, strict=True))
    return mine, theirs, r_report, r_reading


def reading(parquet: Path, csv: Path) -> tuple[float, float]:
    """Processor seconds to read the registry from Parquet and from CSV."""
    started = time.process_time()
    pd.read_parquet(parquet)
    between = time.process_time()
    pd.read_csv(csv)
    return between - started, time.process_time() - between


def main() -> None:
    """One line a size: Arteria, lifelines, R, the ratios, and reading the same table."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    warnings.simplefilter("ignore")
    small = registry(200)
    for task in (arteria, with_lifelines):
        task(small)
    for patients in (size for size in SIZES if size <= most):
        frame = registry(patients)
        with tempfile.TemporaryDirectory() as folder:
            parquet, csv = Path(folder) / "registry.parquet", Path(folder) / "registry.csv"
            frame.to_parquet(parquet)
            frame.to_csv(csv, index=False)
            mine, theirs, r_report, r_reading = compare(frame, csv)
            from_parquet, from_csv = reading(parquet, csv)
        sys.stdout.write(
            f"{patients:>9} {1000 * mine:10.1f} ms {1000 * theirs:10.1f} ms {theirs / mine:7.1f}x"
            f"   R {1000 * r_report:.0f} ms {r_report / mine:.1f}x"
            f"   reading {1000 * from_parquet:.0f} ms Parquet, {1000 * from_csv:.0f} ms CSV,"
            f" R {1000 * r_reading:.0f} ms\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
