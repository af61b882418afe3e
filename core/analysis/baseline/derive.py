"""Puts every patient into the levels of the baseline factors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.analysis.baseline.measures import age_years
from core.analysis.baseline.own_variables import derive_own_factor
from core.results.baseline import Factor, FactorFrame, FactorLevel
from core.results.common import Message
from core.rules.factors import FactorRule, factor_rules
from core.schema import StudyData


def _missing(values: np.ndarray) -> np.ndarray:
    return np.asarray(pd.isna(values), dtype=bool)


def _banded(values: np.ndarray, rule: FactorRule) -> np.ndarray:
    levels = np.full(values.shape, None, dtype=object)
    for level in rule.levels:
        # The loader guarantees a lower limit; NaN compares false with both limits.
        upper = np.inf if level.below is None else level.below
        levels[(values >= (level.lower or 0.0)) & (values < upper)] = level.code
    return levels


def _joint_gene_status(patients: pd.DataFrame, genes: Sequence[str]) -> np.ndarray:
    """``MUTANT`` if any gene is mutant, ``WILD`` if all tested genes are, else ``UNKNOWN``.

    None where no gene was tested.
    """
    status = patients[list(genes)].to_numpy(dtype=object)
    tested = ~_missing(status)
    joint = np.full(len(patients), None, dtype=object)
    joint[tested.any(axis=1)] = "UNKNOWN"
    joint[tested.any(axis=1) & (~tested | (status == "WILD")).all(axis=1)] = "WILD"
    joint[(status == "MUTANT").any(axis=1)] = "MUTANT"
    return joint


def _levels(
    data: StudyData, patients: pd.DataFrame, rule: FactorRule
) -> tuple[np.ndarray, list[Message]]:
    label = f"@factors.{rule.name}.name"
    messages: list[Message] = []
    if rule.name == "age":
        values, n_computed = age_years(data, patients)
        if n_computed:
            messages.append(Message.of("factors.message.age_from_birth", n=n_computed))
        raw: np.ndarray = values
    elif rule.kind == "bands":
        raw = patients[rule.name].to_numpy(dtype=float, na_value=np.nan)
    else:
        raw = patients[rule.name].astype(object).to_numpy(dtype=object)
    if rule.genes:
        empty = _missing(raw)
        joint = _joint_gene_status(patients, rule.genes)
        raw = np.where(empty, joint, raw)
        n_derived = int((empty & ~_missing(joint)).sum())
        if n_derived:
            messages.append(Message.of("factors.message.genes_joined", n=n_derived))
    if rule.kind == "bands":
        levels = _banded(raw, rule)
    else:
        codes = {level.value: level.code for level in rule.levels}
        found = pd.Series(raw, dtype=object).map(codes).astype(object)
        levels = found.where(found.notna(), None).to_numpy(dtype=object)
    n_outside = int((~_missing(raw) & _missing(levels)).sum())
    if n_outside:
        messages.append(Message.of("factors.message.no_level", factor=label, n=n_outside))
    if rule.fallback is not None:
        given = patients[rule.fallback].to_numpy(dtype=object)
        use = _missing(raw) & np.isin(given, [level.code for level in rule.levels])
        levels = np.where(use, given, levels)
        if use.any():
            messages.append(
                Message.of("factors.message.category_given", factor=label, n=int(use.sum()))
            )
    if len(levels) and _missing(levels).all():
        column = f"@column.patients.{rule.name}"
        messages.append(Message.of("factors.message.not_given", factor=label, column=column))
    return levels, messages


def _label(rule: FactorRule, code: str) -> str:
    return f"@factors.{rule.name}.{code}"


def derive_factors(data: StudyData, definitions: Sequence[FactorRule] | None = None) -> FactorFrame:
    """The patients' groups by age, sex, lines, tumour load, genes, ECOG and own variables.

    Args:
        data: the study; only ``patients`` is needed. ``haic_sessions`` dates time zero where
            the age has to come from the birth date.
        definitions: factors and their limits; None = those of ``rules/factors.toml``.

    Returns:
        One row per patient in the order of ``patients``. A value equal to a limit belongs to
        the upper band. Unknown RAS/BRAF is missing, not wild. Own variables with 2 to 6
        values are factors by their values; own numbers are split at the median.

    Source: Tables 1, 4 and 5 of the published series (``rules/published.json``).

    >>> import pandas as pd
    >>> from core.schema import StudyData, typed_frame
    >>> raw = pd.DataFrame({"patient_id": ["A", "B"], "age": [49.9, 50.0], "ecog": [0, 1]})
    >>> factors = derive_factors(StudyData({"patients": typed_frame("patients", raw)}))
    >>> factors.table["age"].tolist(), factors.table["ecog"].tolist()
    (['<50', '>=50'], ['0', '1'])
    """
    patients = data.table("patients")
    columns: dict[str, np.ndarray] = {}
    factors: list[Factor] = []
    messages: list[Message] = []
    for rule in factor_rules() if definitions is None else definitions:
        levels, remarks = _levels(data, patients, rule)
        messages.extend(remarks)
        columns[rule.name] = levels
        present = set(levels[~_missing(levels)])
        factors.append(
            Factor(
                name=rule.name,
                label=f"@factors.{rule.name}.name",
                levels=tuple(
                    FactorLevel(level.code, _label(rule, level.code))
                    for level in rule.levels
                    if not level.optional or level.code in present
                ),
                reference=rule.reference,
                tables=tuple(rule.tables),
                kind=rule.kind,
            )
        )
    for name in data.own_variables:
        if name not in patients.columns:
            continue
        own, own_levels, remark = derive_own_factor(name, patients[name])
        if remark is not None:
            messages.append(remark)
        if own is not None:
            columns[name] = own_levels
            factors.append(own)
    index = pd.Index(patients["patient_id"].to_numpy(dtype=object), name="patient_id")
    table = pd.DataFrame(columns, index=index, dtype=object)
    return FactorFrame(table=table, factors=tuple(factors), messages=tuple(messages))
