"""The numbers of a study that a Cox model can hold as measured: of factors, columns and labs."""

from __future__ import annotations

import numpy as np

from core.analysis.baseline.labs import albi, baseline_labs, neutrophil_lymphocyte_ratio
from core.analysis.baseline.measures import age_years
from core.analysis.survival.levels import factor_name
from core.analysis.survival_groups import numeric_values
from core.results.baseline import FactorFrame
from core.results.common import Message
from core.results.measured import MeasuredNumber
from core.results.survival import FloatArray
from core.rules.columns import LABS_WIDE, column_rules
from core.rules.measured import offered_numbers
from core.schema import StudyData


def measured_numbers(data: StudyData, factors: FactorFrame) -> tuple[MeasuredNumber, ...]:
    """Every number at baseline that at least one patient has, the factors' own first.

    Numbers are described with their unit; values are in the order of ``patients``.
    """
    patients = data.table("patients")
    ids = tuple(patients["patient_id"])
    rules = column_rules()
    found = []
    for factor in factors.factors:
        values = numeric_values(data, factor)
        if factor.name == "age":
            number = age_years(data, patients)[0]
        elif values is None:
            continue
        else:
            number = values.to_numpy(dtype=float)
        if np.isfinite(number).any():
            rule = rules.get(("patients", factor.name))
            unit = rule.unit if rule is not None else ""
            found.append(
                MeasuredNumber(factor.name, factor_name(factor.name), unit, "factor", ids, number)
            )
    offered = offered_numbers()
    for column in offered.columns:
        number = patients[column].to_numpy(dtype=float, na_value=np.nan)
        if np.isfinite(number).any():
            label, unit = f"@factors.{column}.name", rules["patients", column].unit
            found.append(MeasuredNumber(column, label, unit, "column", ids, number))
    return (*found, *_laboratory(data, ids))


def _laboratory(data: StudyData, ids: tuple[str, ...]) -> list[MeasuredNumber]:
    offered = offered_numbers()
    labs = baseline_labs(data, offered.labs)
    found = []
    for test, lab in labs.items():
        label = f"@{LABS_WIDE}.{test}"
        messages = [
            Message.of(f"measured.{code}", factor=label, n=n)
            for code, n in (("other_unit", lab.other_unit), ("bounded", lab.bounded))
            if n
        ]
        found.append(MeasuredNumber(test, label, lab.unit, "lab", ids, lab.values, tuple(messages)))
    for name in offered.indices:
        number = _index(name, {test: lab.values for test, lab in labs.items()})
        if number is not None and np.isfinite(number).any():
            found.append(MeasuredNumber(name, f"@measured.{name}", "", "index", ids, number))
    return found


def _index(name: str, labs: dict[str, FloatArray]) -> FloatArray | None:
    if name == "albi" and {"ALB", "BILI"} <= set(labs):
        return albi(labs["ALB"], labs["BILI"])
    if name == "nlr" and {"NEUT", "LYM"} <= set(labs):
        return neutrophil_lymphocyte_ratio(labs["NEUT"], labs["LYM"])
    return None
