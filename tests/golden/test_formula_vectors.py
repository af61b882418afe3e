"""Body surface, kidney function, corrected calcium and dose against outside values."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.analysis.dosing.body_surface import FORMULA_NAMES, body_surface_m2
from core.analysis.dosing.plan import plan_dose
from core.analysis.eligibility.renal import (
    corrected_calcium_mg_dl,
    corrected_calcium_mmol_l,
    creatinine_clearance_ml_min,
    egfr_ckd_epi_2021,
)
from core.errors import NotComputable
from core.results.dosing import BsaFormula, DosePlan

FOLDER = Path(os.environ.get("ARTERIA_VECTORS", Path(__file__).parents[1] / "vectors"))


def _rows() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in sorted(FOLDER.glob("formula_*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows.extend(csv.DictReader(stream))
    return rows


ROWS = _rows()


def _surface(formula: BsaFormula) -> Callable[[dict[str, Any]], float | None]:
    def computed(given: dict[str, Any]) -> float | None:
        return body_surface_m2(given.get("height_cm"), given.get("weight_kg"), formula)

    return computed


def _dose(given: dict[str, Any]) -> DosePlan:
    return plan_dose(
        given.get("height_cm"),
        given.get("weight_kg"),
        formula=given.get("bsa_formula", "mosteller"),
        bsa_m2=given.get("bsa"),
    )


COMPUTE: dict[str, Callable[[dict[str, Any]], Any]] = {
    **{f"bsa_{name}": _surface(name) for name in FORMULA_NAMES},
    "crcl_cg": lambda given: creatinine_clearance_ml_min(
        given.get("age"), given.get("sex"), given.get("weight_kg"), given.get("creat"),
        given.get("unit") or "",
    ),
    "egfr_ckdepi2021": lambda given: egfr_ckd_epi_2021(
        given.get("age"), given.get("sex"), given.get("creat"), given.get("unit") or ""
    ),
    "corrected_ca_si": lambda given: corrected_calcium_mmol_l(
        given.get("ca_mmol_l"), given.get("alb_g_l")
    ),
    "corrected_ca_us": lambda given: corrected_calcium_mg_dl(
        given.get("ca_mg_dl"), given.get("alb_g_dl")
    ),
    "haic_mfolfox7_dose": _dose,
}  # fmt: skip


def test_formula_vectors_are_present() -> None:
    assert ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_formula_equals_outside_value(row: dict[str, str]) -> None:
    given = json.loads(row["inputs"])
    compute = COMPUTE[row["kind"]]
    if row["expected"] == "ERROR_UNIT":
        with pytest.raises(NotComputable):
            compute(given)
        return
    result = compute(given)
    if not row["expected"]:
        assert result is None or (isinstance(result, DosePlan) and not result.drugs)
        return
    expected, tolerance = json.loads(row["expected"]), float(row["tolerance"])
    if not isinstance(result, DosePlan):
        assert result == pytest.approx(expected, abs=tolerance)
        return
    assert result.bsa_m2 == pytest.approx(expected.pop("bsa"), abs=tolerance)
    fields = {"rate_mg_per_h": "rate_mg_h"}
    for drug, values in expected.items():
        dose = result.drug(drug)
        for name, value in values.items():
            shown = getattr(dose, fields.get(name, name))
            assert shown == pytest.approx(value, abs=tolerance), (drug, name)
