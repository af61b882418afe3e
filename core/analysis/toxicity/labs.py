"""Grade every laboratory result of a study.

Source: CTCAE v5.0 (NCI 2017); reading decisions in ``docs/decisions``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.analysis.toxicity.baseline import (
    Baselines,
    corrected_calcium,
    days_since,
    find_baselines,
    first_haic_dates,
)
from core.analysis.toxicity.febrile import with_febrile_neutropenia
from core.analysis.toxicity.grading import grade_values
from core.analysis.toxicity.weights import with_session_weights
from core.analysis.toxicity.worst import worst_by_patient
from core.errors import NotComputable
from core.options import ToxicityOptions
from core.results.common import Message
from core.results.toxicity import GradeArrays, LabGrades
from core.rules.ctcae_labs import LabTerm, terms_of
from core.rules.ctcae_versions import ctcae_versions
from core.schema import StudyData

JUST_INSIDE = 1e-9
"""Relative step from a censoring limit into its open side ("<0.5" is below 0.5)."""

HUGE = 1e300

GRADED_COLUMNS = ["lab_value", "value_prefix", "lab_text", "lab_unit", "lln", "uln"]
SHOWN_COLUMNS = ["patient_id", "lab_date", "lab_test", "lab_text", "lab_unit", "lln", "uln"]
SOURCE = ["source_sheet", "source_row"]


def _superseded(rows: pd.DataFrame, is_graded: np.ndarray) -> np.ndarray:
    """Dipsticks of a day that also has a graded 24-hour collection."""
    test = rows["lab_test"].to_numpy(dtype=object)
    is_dipstick = test == "UPROT_DIP"
    if not is_dipstick.any():
        return is_dipstick
    columns = ["patient_id", "lab_date"]
    collected = rows.loc[(test == "UPROT_24H") & is_graded, columns].dropna()
    mine = pd.MultiIndex.from_frame(rows[columns])
    return is_dipstick & mine.isin(pd.MultiIndex.from_frame(collected))


def _grade_rows(
    term: LabTerm, labs: pd.DataFrame, baselines: Baselines, where: np.ndarray, worst_case: bool
) -> GradeArrays:
    rows = labs.loc[:, GRADED_COLUMNS].iloc[where]
    is_level = term.rules[0].quantity == "level"

    def graded(value: np.ndarray | None) -> GradeArrays:
        return grade_values(
            term,
            value,
            unit=None if is_level else rows["lab_unit"].to_numpy(dtype=object),
            level=rows["lab_text"].to_numpy(dtype=object) if is_level else None,
            lln=rows["lln"].to_numpy(dtype=float),
            uln=rows["uln"].to_numpy(dtype=float),
            baseline=baselines.value[where],
            baseline_abnormal=baselines.abnormal[where],
            is_baseline=baselines.is_baseline[where],
            worst_case=worst_case,
        )

    if is_level:
        return graded(None)
    value = rows["lab_value"].to_numpy(dtype=float)
    prefix = rows["value_prefix"].to_numpy(dtype=object)
    below, over = np.isin(prefix, ("<", "<=")), np.isin(prefix, (">", ">="))
    result = graded(value)
    if not (below | over).any():
        return result
    strict = np.where(prefix == "<", 1 - JUST_INSIDE, np.where(prefix == ">", 1 + JUST_INSIDE, 1.0))
    near = graded(value * strict)
    far = graded(np.where(below, 0.0, np.where(over, HUGE, value)))
    censored = (below | over) & ~np.isnan(value)
    same = (near.grade_min == far.grade_min) & (near.grade_max == far.grade_max)
    unclear = censored & ~same & (near.grade_max >= 0)
    merged = {name: np.where(censored, near.flags[name], f) for name, f in result.flags.items()}
    return GradeArrays(
        term=term.term,
        analyte=term.analyte,
        direction=term.direction,
        grade_min=np.where(unclear, -1, np.where(censored, near.grade_min, result.grade_min)),
        grade_max=np.where(unclear, -1, np.where(censored, near.grade_max, result.grade_max)),
        rule_id=np.where(unclear, "", np.where(censored, near.rule_id, result.rule_id)),
        reason=np.where(unclear, "censored", np.where(censored, near.reason, result.reason)),
        flags={**merged, "CENSORED": censored},
    )


def _flag_text(flags: Mapping[str, np.ndarray], size: int) -> np.ndarray:
    """Names of the raised flags, joined by ``|``, one text a row."""
    text = np.full(size, "", dtype=object)
    for name, raised in flags.items():
        if raised.any():
            joined = text[raised]
            text[raised] = np.where(joined == "", name, joined + "|" + name)
    return text


def _outside(term: LabTerm, labs: pd.DataFrame, where: np.ndarray) -> np.ndarray:
    """Positions of values beyond the normal range on the term's side."""
    value = labs["lab_value"].to_numpy(dtype=float)[where]
    if term.direction == "low":
        return where[value < labs["lln"].to_numpy(dtype=float)[where]]
    return where[value > labs["uln"].to_numpy(dtype=float)[where]]


def grade_labs(
    data: StudyData,
    options: ToxicityOptions | None = None,
    *,
    worst_case: bool = False,
) -> LabGrades:
    """CTCAE v5.0 grade of each laboratory result, and each patient's worst after baseline.

    Results on or before the day of the first HAIC are baseline, later ones post-baseline. A
    result that can't be graded has status ``UNGRADABLE`` and a reason, never grade 0. Terms
    that CTCAE grades by management (hyperglycaemia) are listed only for values outside the
    normal range, as not gradable by number.

    Args:
        data: the study; results after ``data.data_cutoff`` are not used.
        options: the version must be one that has limits here.
        worst_case: take unknown symptoms and the like as present (upper end of the interval).

    Raises:
        NotComputable: another CTCAE version was asked for.

    Source: CTCAE v5.0 (NCI 2017).
    """
    options = options or ToxicityOptions()
    version = options.ctcae_version
    if version not in ctcae_versions():
        raise NotComputable("ctcae_version_without_limits", version=version)
    labs = with_session_weights(data)
    if data.data_cutoff is not None:
        late = labs["lab_date"] > pd.Timestamp(data.data_cutoff)
        labs = labs[~late].reset_index(drop=True)
    zero = first_haic_dates(data)
    labs = corrected_calcium(labs)
    day = days_since(labs["lab_date"], labs["patient_id"], zero)
    baselines = find_baselines(labs, day)
    codes, tests = pd.factorize(labs["lab_test"])
    parts: list[tuple[np.ndarray, GradeArrays, LabTerm]] = []
    without_term = []
    for code, test in enumerate(tests):
        terms = terms_of(test, version)
        everywhere = np.flatnonzero(codes == code)
        if not terms:
            without_term.append(str(test))
        for term in terms:
            where = everywhere if term.is_numeric else _outside(term, labs, everywhere)
            if len(where):
                graded = _grade_rows(term, labs, baselines, where, worst_case)
                parts.append((where, graded, term))
    rows = with_febrile_neutropenia(_assemble(labs, day, baselines, parts), version)
    ungradable = rows.loc[rows["status"] == "UNGRADABLE"].groupby(["term", "reason"]).size()
    counts = dict(zip(ungradable.index.tolist(), ungradable.tolist(), strict=True))
    missing = zero.index[zero.isna()]
    with_labs = tuple(sorted(set(missing) & set(labs["patient_id"])))
    messages = [Message.of("toxicity.method.labs", version=version)]
    if with_labs:
        messages.append(Message.of("toxicity.method.without_time_zero", n=len(with_labs)))
    if len(ungradable):
        messages.append(Message.of("toxicity.method.ungradable", n=int(ungradable.sum())))
    intervals = int((rows["grade_min"] != rows["grade_max"]).sum())
    if worst_case:
        messages.append(Message.of("toxicity.method.worst_case"))
    elif intervals:
        messages.append(Message.of("toxicity.method.intervals", n=intervals))
    if without_term:
        messages.append(
            Message.of("toxicity.method.without_term", tests=", ".join(sorted(without_term)))
        )
    return LabGrades(
        rows=rows,
        worst=worst_by_patient(rows),
        without_time_zero=with_labs,
        ungradable=counts,
        worst_case=worst_case,
        messages=tuple(messages),
        ctcae_version=version,
    )


def _assemble(
    labs: pd.DataFrame,
    day: np.ndarray,
    baselines: Baselines,
    parts: list[tuple[np.ndarray, GradeArrays, LabTerm]],
) -> pd.DataFrame:
    """One frame of all graded results in the order of the laboratory table."""
    where = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, dtype=int)
    # Back to the order of the laboratory table, so that the result follows the user's file.
    order = np.argsort(where, kind="stable")
    where = where[order]
    sizes = [len(positions) for positions, _, _ in parts]
    which = np.repeat(np.arange(len(parts)), sizes)[order]

    def stacked(name: str, kind: type) -> np.ndarray:
        arrays = [getattr(graded, name) for _, graded, _ in parts]
        return np.concatenate(arrays)[order] if arrays else np.zeros(0, dtype=kind)

    def repeated(name: str) -> np.ndarray:
        return np.array([getattr(term, name) for _, _, term in parts], dtype=object)[which]

    lowest, highest = stacked("grade_min", int), stacked("grade_max", int)
    reason, rule = stacked("reason", object), stacked("rule_id", object)
    flags = [_flag_text(graded.flags, len(positions)) for positions, graded, _ in parts]
    flag = np.concatenate(flags)[order] if flags else np.zeros(0, dtype=object)
    corrected = labs["is_corrected"].to_numpy(dtype=bool)[where]
    value = labs["lab_value"].to_numpy(dtype=float)[where]
    reason[corrected & np.isnan(value) & (lowest < 0)] = "albumin_missing"
    flag[corrected] = (
        np.where(flag[corrected] == "", "", flag[corrected] + "|") + "CORRECTED_CALCIUM"
    )
    shown = [*SHOWN_COLUMNS, *(name for name in SOURCE if name in labs.columns)]
    source = labs.loc[:, shown].iloc[where].reset_index(drop=True)
    hidden = _superseded(source, lowest >= 0)
    lowest, highest = np.where(hidden, -1, lowest), np.where(hidden, -1, highest)
    reason[hidden], rule[hidden] = "superseded_by_24h", ""
    after = day[where]
    graded_mask = lowest >= 0
    return pd.DataFrame(
        {
            "patient_id": source["patient_id"],
            "lab_date": source["lab_date"],
            "day": pd.array(after, dtype="Float64").astype("Int64"),
            "analyte": source["lab_test"],
            "value": value,
            "text": source["lab_text"],
            "unit": source["lab_unit"],
            "lln": source["lln"],
            "uln": source["uln"],
            "baseline_value": baselines.value[where],
            "term": repeated("term"),
            "soc": repeated("soc"),
            "direction": repeated("direction"),
            "status": np.where(graded_mask, "GRADED", "UNGRADABLE").astype(object),
            "grade_min": pd.arrays.IntegerArray(lowest.astype(np.int64), ~graded_mask),
            "grade_max": pd.arrays.IntegerArray(highest.astype(np.int64), ~graded_mask),
            "rule_id": rule,
            "flags": flag,
            "reason": reason,
            "is_baseline": baselines.is_baseline[where],
            "is_post_baseline": after > 0,
            "is_advisory": repeated("is_advisory").astype(bool),
            "source_sheet": source.get("source_sheet"),
            "source_row": source.get("source_row"),
        }
    )
