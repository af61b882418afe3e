"""Tabulates the baseline of the patients: Table 1, overall and by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.analysis.baseline.choice import compare_categories, compare_numbers
from core.analysis.baseline.measures import age_years, as_number, session_numbers
from core.analysis.baseline.summaries import (
    is_skewed,
    quartile_type,
    standardised_difference_of_means,
    standardised_difference_of_shares,
    summarise_number,
)
from core.errors import EmptyCohort, NotComputable
from core.options import Convention
from core.results.baseline import (
    BaselineTable,
    CategoricalRow,
    CategoryColumn,
    Factor,
    FactorFrame,
    NumericRow,
    SessionCounts,
    SessionsRow,
)
from core.results.common import Message
from core.rules.factors import number_columns
from core.schema import StudyData, column_specs

Masks = Sequence[np.ndarray]


def _category_column(levels: np.ndarray, codes: Sequence[str]) -> CategoryColumn:
    counts = tuple(int((levels == code).sum()) for code in codes)
    return CategoryColumn(counts, sum(counts), len(levels) - sum(counts))


def _categorical_row(factor: Factor, levels: np.ndarray, masks: Masks) -> CategoricalRow:
    overall = _category_column(levels, factor.codes)
    messages: tuple[Message, ...] = ()
    if overall.missing and overall.total:
        messages = (Message.of("baseline.missing", n=overall.missing, total=len(levels)),)
    if not masks:
        return CategoricalRow(factor.name, factor.label, factor.levels, overall, messages=messages)
    by_group = tuple(_category_column(levels[mask], factor.codes) for mask in masks)
    counts = np.array([column.counts for column in by_group]).T
    tests = compare_categories(counts)
    return CategoricalRow(
        name=factor.name,
        label=factor.label,
        levels=factor.levels,
        overall=overall,
        by_group=by_group,
        test=tests.chosen,
        other_tests=tests.others,
        standardised_difference=standardised_difference_of_shares(counts),
        messages=messages,
    )


def _numbers(data: StudyData, patients: pd.DataFrame) -> list[tuple[str, str, str, np.ndarray]]:
    """Name, label, unit and values of each number that at least one patient has."""
    units = {spec.name: spec.unit for spec in column_specs("patients")}
    found: list[tuple[str, str, str, np.ndarray]] = []
    for name in number_columns():
        if name == "age":
            values, _ = age_years(data, patients)
        elif name == "n_haic_sessions":
            values, _ = session_numbers(data, patients)
        else:
            values = patients[name].to_numpy(dtype=float, na_value=np.nan)
        found.append((name, f"@factors.number.{name}", units[name], values))
    for name in data.own_variables:
        own = as_number(patients[name]) if name in patients.columns else None
        if own is not None and len(np.unique(own[~np.isnan(own)])) > 2:
            found.append((name, name, "", own))
    return [entry for entry in found if not np.isnan(entry[3]).all()]


def _numeric_row(
    name: str, label: str, unit: str, values: np.ndarray, masks: Masks, convention: Convention
) -> NumericRow:
    kind = quartile_type(convention)
    overall = summarise_number(values, kind)
    by_group = tuple(summarise_number(values[mask], kind) for mask in masks)
    skewed, why = is_skewed(overall, by_group)
    messages: tuple[Message, ...] = ()
    if overall.missing and overall.n:
        messages = (Message.of("baseline.missing", n=overall.missing, total=len(values)),)
    tests = None
    if masks:
        groups = [values[mask & ~np.isnan(values)] for mask in masks]
        tests = compare_numbers(groups, skewed=skewed, convention=convention)
    return NumericRow(
        name=name,
        label=label,
        unit=unit,
        overall=overall,
        show="median_iqr" if skewed else "mean_sd",
        why_shown=why,
        quartile_type=kind,
        by_group=by_group,
        test=tests.chosen if tests else None,
        other_tests=tests.others if tests else (),
        equal_variances=tests.equal_variances if tests else None,
        standardised_difference=standardised_difference_of_means(by_group),
        messages=messages,
    )


def _session_counts(numbers: np.ndarray) -> SessionCounts:
    known = numbers[~np.isnan(numbers)].astype(int)
    values, patients = np.unique(known, return_counts=True)
    return SessionCounts(
        total=int(known.sum()) if len(known) else None,
        patients=len(known),
        missing=len(numbers) - len(known),
        by_number=tuple((int(v), int(n)) for v, n in zip(values, patients, strict=True)),
    )


def _sessions_row(data: StudyData, patients: pd.DataFrame, masks: Masks) -> SessionsRow:
    numbers, source = session_numbers(data, patients)
    messages: list[Message] = []
    if not source:
        messages.append(
            Message.of("baseline.sessions.not_given", column="@column.patients.n_haic_sessions")
        )
    elif np.isnan(numbers).any():
        messages.append(Message.of("baseline.sessions.missing", n=int(np.isnan(numbers).sum())))
    return SessionsRow(
        source=source,
        overall=_session_counts(numbers),
        by_group=tuple(_session_counts(numbers[mask]) for mask in masks),
        messages=tuple(messages),
    )


def tabulate_baseline(
    data: StudyData,
    factors: FactorFrame,
    *,
    group: str | None = None,
    convention: Convention = Convention.RECOMMENDED,
) -> BaselineTable:
    """Table 1: the patients at baseline, overall and by the levels of one factor.

    Args:
        data: the study.
        factors: the same patients' factors (``derive_factors``).
        group: name of the factor that makes the columns; None = overall only.
        convention: quartiles type 6 (SPSS) or 7; rank-sum test without (SPSS) or with
            continuity correction or exact; Levene about the mean (SPSS) or the median.

    Returns:
        Percentages are of the patients with a known value. Patients whose group is unknown
        stand in the overall column only.

    Raises:
        EmptyCohort: the study has no patients.
        NotComputable: there is no such factor, or none of its levels has a patient.
    """
    patients = data.table("patients")
    if not len(patients):
        raise EmptyCohort("no_patients")
    columns: Factor | None = None
    masks: list[np.ndarray] = []
    messages: list[Message] = []
    if group is not None:
        if group not in factors.table.columns:
            raise NotComputable("unknown_factor", factor=group)
        columns = factors.factor(group)
        levels = factors.table[group].to_numpy(dtype=object)
        masks = [np.asarray(levels == code, dtype=bool) for code in columns.codes]
        if not any(mask.any() for mask in masks):
            raise NotComputable("factor_without_values", factor=columns.label)
        unknown = len(patients) - int(sum(mask.sum() for mask in masks))
        if unknown:
            messages.append(Message.of("baseline.group_unknown", n=unknown, group=columns.label))
        messages.append(Message.of("baseline.many_tests"))
    rows = tuple(
        _categorical_row(factor, factors.table[factor.name].to_numpy(dtype=object), masks)
        for factor in factors.of_table("table_1")
        if factor.name != group
    )
    return BaselineTable(
        n=len(patients),
        convention=convention,
        quartile_type=quartile_type(convention),
        categorical=rows,
        numeric=tuple(
            _numeric_row(*entry, masks, convention) for entry in _numbers(data, patients)
        ),
        sessions=_sessions_row(data, patients, masks),
        group=columns,
        group_totals=tuple(int(mask.sum()) for mask in masks),
        group_missing=len(patients) - int(sum(mask.sum() for mask in masks)) if masks else 0,
        messages=(*factors.messages, *messages),
    )
