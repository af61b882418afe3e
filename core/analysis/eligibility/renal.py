"""Kidney function from creatinine, and calcium corrected for albumin.

Source: Cockcroft & Gault 1976, Nephron 16:31; Inker 2021, N Engl J Med 385:1737 (CKD-EPI
2021); Payne 1973, Br Med J 4:643 (corrected calcium).
"""

from __future__ import annotations

import math
from typing import Literal

from core.errors import NotComputable
from core.rules.units import canonical_unit

UMOL_PER_MG_DL = 88.4
"""Creatinine: 1 mg/dL = 88.4 umol/L."""


def _creatinine_mg_dl(value: float, unit: str) -> float | None:
    match = canonical_unit("CREAT", unit)
    if match is None or (value > 0 and not match.is_plausible(value)):
        raise NotComputable("creatinine_unit", value=value, unit=unit)
    # Not through umol/L and back: 1.0 mg/dL must stay exactly 1.0.
    return value if match.unit == "mg/dL" else match.convert(value) / UMOL_PER_MG_DL


def creatinine_clearance_ml_min(
    age_years: float | None,
    sex: Literal["M", "F"] | None,
    weight_kg: float | None,
    creatinine: float | None,
    unit: str,
) -> float | None:
    """Creatinine clearance by Cockcroft-Gault in mL/min; None when an input is missing.

    The exact 88.4 is used: with the rounded constants 1.23 and 1.04 a man of 55 years and
    55 kg with 115 umol/L would reach 50 mL/min, which he does not.

    Args:
        age_years: completed years at the date of the sample.
        sex: M or F.
        weight_kg: actual body weight.
        creatinine: value in ``unit``, any unit of creatinine known to the unit table.

    Raises:
        NotComputable: the unit is missing or unknown, or the value can't be in that unit.

    Source: Cockcroft & Gault 1976.

    >>> round(creatinine_clearance_ml_min(55, "M", 55, 115, "umol/L"), 2)
    49.91
    >>> creatinine_clearance_ml_min(60, "M", 45, 1.0, "mg/dL")
    50.0
    """
    if age_years is None or weight_kg is None or creatinine is None or sex is None:
        return None
    mg_dl = _creatinine_mg_dl(creatinine, unit)
    if not mg_dl or mg_dl < 0 or any(map(math.isnan, (age_years, weight_kg, creatinine))):
        return None
    clearance = (140 - math.floor(age_years)) * weight_kg / (72 * mg_dl)
    return clearance * 0.85 if sex == "F" else clearance


def egfr_ckd_epi_2021(
    age_years: float | None,
    sex: Literal["M", "F"] | None,
    creatinine: float | None,
    unit: str,
) -> float | None:
    """Estimated GFR in mL/min/1.73 m2, for display only: never used as the clearance.

    Raises:
        NotComputable: the unit is missing or unknown, or the value can't be in that unit.

    Source: Inker 2021 (creatinine equation without race).

    >>> round(egfr_ckd_epi_2021(55, "M", 96.3, "umol/L"), 1)
    80.2
    """
    if age_years is None or creatinine is None or sex is None:
        return None
    mg_dl = _creatinine_mg_dl(creatinine, unit)
    if not mg_dl or mg_dl < 0 or math.isnan(age_years):
        return None
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "F" else (0.9, -0.302, 1.0)
    ratio = mg_dl / kappa
    shape = min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** -1.200
    return float(142 * shape * 0.9938 ** math.floor(age_years) * factor)


def corrected_calcium_mmol_l(
    calcium_mmol_l: float | None, albumin_g_l: float | None
) -> float | None:
    """Total calcium corrected to an albumin of 40 g/L, in mmol/L; None when one is missing.

    >>> corrected_calcium_mmol_l(2.05, 30)
    2.25
    """
    if calcium_mmol_l is None or albumin_g_l is None:
        return None
    return calcium_mmol_l + 0.02 * (40 - albumin_g_l)


def corrected_calcium_mg_dl(
    calcium_mg_dl: float | None, albumin_g_dl: float | None
) -> float | None:
    """Total calcium corrected to an albumin of 4.0 g/dL, in mg/dL; None when one is missing.

    >>> corrected_calcium_mg_dl(8.0, 3.0)
    8.8
    """
    if calcium_mg_dl is None or albumin_g_dl is None:
        return None
    return calcium_mg_dl + 0.8 * (4.0 - albumin_g_dl)
