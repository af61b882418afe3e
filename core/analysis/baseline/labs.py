"""Laboratory values at baseline, one number a patient and test, and indices made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.analysis.toxicity.baseline import days_since, find_baselines, first_haic_dates, units_of
from core.results.survival import FloatArray
from core.rules.columns import LABS_WIDE, column_rules
from core.schema import StudyData


@dataclass(frozen=True, slots=True, eq=False)
class BaselineLab:
    """One test of all patients before the treatment.

    Attributes:
        values: (patients,) in ``unit``, in the order of ``patients``; NaN = none.
        other_unit: patients whose value stands in a unit that can't be brought to ``unit``.
        bounded: patients who have no other value than one given as a bound, such as < 0.5.
    """

    values: FloatArray
    unit: str
    other_unit: int
    bounded: int


def baseline_labs(data: StudyData, tests: Sequence[str]) -> Mapping[str, BaselineLab]:
    """The last exact value of each test on or before the day of the first HAIC.

    An undated value counts if it is recorded as baseline. Tests that nobody has are left out.
    """
    labs = data.table("labs")
    labs = labs[labs["lab_test"].isin(list(tests))].reset_index(drop=True)
    if not len(labs):
        return {}
    day = days_since(labs["lab_date"], labs["patient_id"], first_haic_dates(data))
    chosen = find_baselines(labs, day).is_baseline
    recorded = labs["is_baseline"].fillna(False).to_numpy(dtype=bool)
    is_early = (day <= 0) | (np.isnan(day) & recorded)
    has_prefix = labs["value_prefix"].notna().to_numpy()
    patients = data.table("patients")["patient_id"].to_numpy(dtype=object)
    found = {}
    for test in tests:
        is_test = labs["lab_test"].to_numpy() == test
        own = labs[chosen & is_test]
        if own.empty:
            continue
        known = set(own["patient_id"])
        bounded = set(labs.loc[is_test & is_early & has_prefix, "patient_id"]) - known
        found[test] = _lab(test, own, patients, len(bounded))
    return found


def _lab(test: str, own: pd.DataFrame, patients: np.ndarray, bounded: int) -> BaselineLab:
    rule = column_rules().get((LABS_WIDE, test))
    units = units_of(own)
    value = own["lab_value"].to_numpy(dtype=float)
    if any(unit is not None for unit in units):
        unit_name = rule.unit if rule is not None else ""
        factor = np.array([np.nan if unit is None else unit.common_factor for unit in units])
    else:
        # Markers have no table of units: the commonest spelling counts.
        spelled = own["lab_unit"].fillna("").astype(str)
        unit_name = str(spelled.mode().iloc[0])
        factor = np.where(spelled == unit_name, 1.0, np.nan)
    scaled = pd.Series(value * factor, index=own["patient_id"].to_numpy(dtype=object))
    return BaselineLab(
        values=scaled.reindex(patients).to_numpy(dtype=float),
        unit=unit_name,
        other_unit=int((np.isfinite(value) & np.isnan(factor)).sum()),
        bounded=bounded,
    )


def albi(albumin_g_l: FloatArray, bilirubin_umol_l: FloatArray) -> FloatArray:
    """Albumin-bilirubin score; higher = poorer liver function.

    Source: Johnson 2015, J Clin Oncol 33:550.

    >>> round(float(albi(np.array([40.0]), np.array([10.0]))[0]), 2)
    -2.74
    """
    positive = np.where(bilirubin_umol_l > 0, bilirubin_umol_l, np.nan)
    return np.asarray(0.66 * np.log10(positive) - 0.085 * albumin_g_l, dtype=np.float64)


def neutrophil_lymphocyte_ratio(neutrophils: FloatArray, lymphocytes: FloatArray) -> FloatArray:
    """Neutrophils for each lymphocyte, both in 10^9/L.

    Source: Walsh 2005, J Surg Oncol 91:181.
    """
    positive = np.where(lymphocytes > 0, lymphocytes, np.nan)
    return np.asarray(neutrophils / positive, dtype=np.float64)
