"""Worst laboratory grade of each patient after baseline, and shifts from baseline.

Source: CTCAE v5.0 (NCI 2017); shift tables as in ADaM analyses of laboratory toxicity.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.results.toxicity import Direction, LabGrades, ShiftTable

KEYS = ["patient_id", "term", "direction"]


def worst_by_patient(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a patient and term: worst grade after baseline, beside the baseline grade.

    The worst grade is the lower bound of the grade interval; the earliest result that reached
    it is shown. ``treatment_emergent`` means above the baseline grade, or any grade where no
    baseline could be graded.

    Args:
        rows: frame of ``LabGrades.rows``.
    """
    after = np.flatnonzero(rows["is_post_baseline"].to_numpy(dtype=bool))
    keys = [pd.factorize(rows[name].to_numpy(dtype=object)[after], sort=True)[0] for name in KEYS]
    grade = rows["grade_min"].fillna(-1).to_numpy(dtype=np.int64)[after]
    upper = rows["grade_max"].fillna(-1).to_numpy(dtype=np.int64)[after]
    day = rows["day"].fillna(0).to_numpy(dtype=np.int64)[after]
    value = np.nan_to_num(rows["value"].to_numpy(dtype=float)[after])
    pair = (keys[0] * (keys[1].max(initial=0) + 1) + keys[1]) * 2 + keys[2]
    order = np.lexsort((value, day, -upper, -grade, pair))
    starts = np.flatnonzero(np.diff(pair[order], prepend=-1))
    graded = (grade >= 0)[order].astype(int)
    n_rows = np.diff(np.append(starts, len(order)))
    n_graded = np.add.reduceat(graded, starts) if len(starts) else np.zeros(0, dtype=int)
    worst = rows.iloc[after[order[starts]]].reset_index(drop=True)
    base = (
        rows.loc[rows["is_baseline"] & rows["grade_min"].notna(), [*KEYS, "grade_min"]]
        .groupby(KEYS)["grade_min"]
        .max()
        .reindex(pd.MultiIndex.from_frame(worst[KEYS]))
    )
    baseline = pd.array(base.to_numpy(), dtype="Int64")
    is_graded = worst["grade_min"].notna()
    shift = worst["grade_min"].array - baseline
    emergent = (worst["grade_min"] >= 1) & (pd.Series(baseline).isna() | (pd.Series(shift) > 0))
    return pd.DataFrame(
        {
            "patient_id": worst["patient_id"],
            "term": worst["term"],
            "soc": worst["soc"],
            "direction": worst["direction"],
            "analyte": worst["analyte"],
            "baseline_grade": baseline,
            "worst_grade": worst["grade_min"],
            "worst_grade_max": worst["grade_max"],
            "worst_date": worst["lab_date"].where(is_graded),
            "worst_day": worst["day"].where(is_graded),
            "worst_value": worst["value"].where(is_graded),
            "unit": worst["unit"],
            "rule_id": worst["rule_id"],
            "shift": shift,
            "treatment_emergent": emergent.fillna(False).astype(bool),
            "is_advisory": worst["is_advisory"],
            "n_graded": n_graded,
            "n_ungradable": n_rows - n_graded,
        }
    )


def shift_table(grades: LabGrades, term: str, direction: Direction) -> ShiftTable:
    """Patients by baseline grade (rows) and worst grade after it (columns), grades 0-4.

    A patient without a gradable baseline has his own row; one without a gradable result
    after baseline is left out, so ``total`` is the number of evaluable patients.
    """
    mine = grades.worst[
        (grades.worst["term"] == term)
        & (grades.worst["direction"] == direction)
        & grades.worst["worst_grade"].notna()
    ]
    cells: dict[tuple[int | None, int], list[str]] = {}
    for patient, base, worst in zip(
        mine["patient_id"], mine["baseline_grade"], mine["worst_grade"], strict=True
    ):
        cells.setdefault((None if pd.isna(base) else int(base), int(worst)), []).append(patient)
    levels: tuple[int | None, ...] = (0, 1, 2, 3, 4)
    if any(base is None for base, _ in cells):
        levels = (*levels, None)
    return ShiftTable(
        term=term,
        direction=direction,
        baseline_grades=levels,
        worst_grades=(0, 1, 2, 3, 4),
        patients={cell: tuple(sorted(ids)) for cell, ids in cells.items()},
        total=len(mine),
    )
