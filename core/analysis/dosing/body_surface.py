"""Body surface area from height and weight.

Source: Mosteller 1987, N Engl J Med 317:1098; Du Bois & Du Bois 1916, Arch Intern Med 17:863;
Haycock 1978, J Pediatr 93:62; Gehan & George 1970, Cancer Chemother Rep 54:225; Stevenson
1937, Chin J Physiol 12:327 (the formula of Chinese textbooks).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import get_args

from core.errors import NotComputable
from core.results.dosing import BsaFormula
from core.schema import column_specs

FORMULAS: Mapping[BsaFormula, Callable[[float, float], float]] = {
    "mosteller": lambda height, weight: math.sqrt(height * weight / 3600),
    "dubois": lambda height, weight: 0.007184 * height**0.725 * weight**0.425,
    "haycock": lambda height, weight: 0.024265 * height**0.3964 * weight**0.5378,
    "gehan_george": lambda height, weight: 0.0235 * height**0.42246 * weight**0.51456,
    "stevenson_cn": lambda height, weight: 0.0061 * height + 0.0128 * weight - 0.1529,
}
FORMULA_NAMES: tuple[BsaFormula, ...] = get_args(BsaFormula)


def _physical_range(column: str) -> tuple[float, float]:
    spec = next(spec for spec in column_specs("patients") if spec.name == column)
    return spec.minimum or 0.0, spec.maximum or math.inf


def body_surface_m2(
    height_cm: float | None, weight_kg: float | None, formula: BsaFormula = "mosteller"
) -> float | None:
    """Body surface area in m2, unrounded; None when height or weight is missing.

    Args:
        height_cm: 100 to 230 cm.
        weight_kg: 20 to 250 kg, actual weight.
        formula: its name must be printed beside the value; they differ by about 3 %.

    Raises:
        NotComputable: height or weight is physically impossible, most likely in another unit
            (1.70 is in metres) or swapped.

    >>> round(body_surface_m2(170, 75), 3), round(body_surface_m2(170, 75, "dubois"), 3)
    (1.882, 1.864)
    """
    if height_cm is None or weight_kg is None:
        return None
    for code, value, column in (
        ("height_not_cm", height_cm, "height_cm"),
        ("weight_not_kg", weight_kg, "weight_kg"),
    ):
        low, high = _physical_range(column)
        if not low <= value <= high:
            raise NotComputable(code, value=value, low=low, high=high)
    return FORMULAS[formula](height_cm, weight_kg)
