"""What a person changes of a computed dose: reductions and rounding, never silent.

The planned dose stays; the given one stands beside it. A change belongs to one session.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from core.analysis.dosing.plan import whole_vials
from core.analysis.dosing.safety import drug_label, make_check
from core.errors import Fact, NotComputable
from core.results.dosing import DoseCheck, DosePlan, GivenDose, Reduction

Rounding = Literal["none", "5mg", "vial"]
ROUNDINGS: tuple[Rounding, ...] = ("none", "5mg", "vial")
VIAL_TOLERANCE = 0.05
"""Rounding to whole vials may change a dose by at most this share."""
REASON_CODES = (
    "neuropathy", "neutropenia", "thrombocytopenia", "gastrointestinal", "liver", "kidney",
    "performance", "wish", "other",
)  # fmt: skip


class DoseChange(BaseModel):
    """A signed reduction of one drug in one session, in per cent of the plan or in mg."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    patient_id: str
    session_no: int = Field(ge=1, le=50)
    drug: str
    percent: float | None = None
    mg: float | None = None
    reason_code: str

    @model_validator(mode="after")
    def _is_reduction(self) -> DoseChange:
        if (self.percent is None) == (self.mg is None):
            raise PydanticCustomError("percent_or_mg", "percent_or_mg")
        if self.percent is not None and not 0 <= self.percent < 100:
            raise PydanticCustomError("percent_range", "percent_range", {"percent": self.percent})
        if self.mg is not None and self.mg < 0:
            raise PydanticCustomError("mg_range", "mg_range", {"mg": self.mg})
        if self.reason_code not in REASON_CODES:
            raise PydanticCustomError("reason_code", "reason_code")
        return self

    def reduction(self) -> Reduction:
        """The checked change as the card takes it."""
        return Reduction(**self.model_dump())


def checked_change(plan: DosePlan, **content: object) -> Reduction:
    """A change that really reduces the planned dose.

    Raises:
        NotComputable: ``dose_change_refused``: neither per cent nor mg (or both), not between
            0 and 100 per cent, or at least as much as planned. ``why`` is the reason's code.
    """
    try:
        change = DoseChange.model_validate(content)
    except ValidationError as error:
        kind = error.errors()[0]["type"]
        raise NotComputable("dose_change_refused", why=f"@dosing.refused.{_known(kind)}") from error
    planned = {dose.drug: dose.dose_mg for dose in plan.drugs}.get(change.drug)
    if planned is None or (change.mg is not None and change.mg >= planned):
        raise NotComputable("dose_change_refused", why="@dosing.refused.not_less")
    return change.reduction()


def _known(kind: str) -> str:
    codes = {"percent_or_mg", "percent_range", "mg_range", "reason_code"}
    return kind if kind in codes else "change_not_valid"


def rounded_mg(dose_mg: float, vial_mg: float, rounding: Rounding) -> float:
    """A dose by the rounding that somebody chose; unchanged where the rule does not allow it.

    >>> rounded_mg(221.0, 50, "5mg"), rounded_mg(245.0, 50, "vial"), rounded_mg(221.0, 50, "vial")
    (220.0, 250.0, 221.0)
    """
    if rounding == "5mg":
        return 5.0 * math.floor(dose_mg / 5 + 0.5)
    if rounding == "vial":
        whole = vial_mg * math.floor(dose_mg / vial_mg + 0.5)
        if abs(whole - dose_mg) <= VIAL_TOLERANCE * dose_mg * (1 + 1e-9):
            return float(whole)
    return dose_mg


def given_doses(
    plan: DosePlan,
    changes: Sequence[tuple[Reduction, str]],
    rounding: Rounding = "none",
    product_mg_ml: Mapping[str, float] | None = None,
) -> tuple[tuple[GivenDose, ...], tuple[DoseCheck, ...]]:
    """The doses to give beside the planned ones, and the checks S12 and S13.

    Args:
        changes: signed changes of this session with who signed; the last of a drug counts.
        product_mg_ml: concentration by drug, for the volume of the changed dose.
    """
    latest = {change.drug: (change, who) for change, who in changes}
    found, checks = [], []
    for dose in plan.drugs:
        value, name = dose.dose_mg, drug_label(dose.drug)
        facts: dict[str, Fact] = {"drug": name, "planned": dose.dose_mg}
        signed = latest.get(dose.drug)
        if signed is not None:
            change, who = signed
            value = change.mg if change.mg is not None else value * (change.percent or 0.0) / 100
            checks.append(
                make_check(
                    "S12", "notice", "reduced", **facts, given=value, who=who,
                    reason=f"@dosing.reason.{change.reason_code}",
                )
            )  # fmt: skip
        final = rounded_mg(value, dose.vial_mg, rounding)
        if final != value:
            checks.append(
                make_check("S13", "notice", "rounded", drug=name, before=value, after=final)
            )
        vials = whole_vials(final, dose.vial_mg)
        per_ml = (product_mg_ml or {}).get(dose.drug)
        found.append(
            GivenDose(
                drug=dose.drug,
                planned_mg=dose.dose_mg,
                reduced_mg=value,
                dose_mg=final,
                rate_mg_h=final / dose.hours,
                vials=vials,
                waste_mg=max(vials * dose.vial_mg - final, 0.0),
                volume_ml=final / per_ml if per_ml else None,
                is_reduced=signed is not None,
            )
        )
    return tuple(found), tuple(checks)
