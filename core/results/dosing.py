"""What a dose calculation gives: surface, drugs, vials and what to check before use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.results.common import Message

BsaFormula = Literal["mosteller", "dubois", "haycock", "gehan_george", "stevenson_cn"]
CheckSeverity = Literal["notice", "warning", "block"]


@dataclass(frozen=True, slots=True)
class DoseCheck:
    """One safety check that had something to say; it never changes a number.

    Attributes:
        id: ``S1`` ... ``S17``, or ``INPUT`` for height and weight.
        severity: ``block`` = no printing until somebody overrides it by name.
    """

    id: str
    severity: CheckSeverity
    message: Message


@dataclass(frozen=True, slots=True)
class DrugDose:
    """Dose of one drug, unrounded.

    Attributes:
        drug: id in the regimen file; its name is the catalogue entry ``dosing.drug.<drug>``.
        dose_mg_m2: prescribed, for the whole infusion.
        dose_mg: ``dose_mg_m2`` times body surface.
        hours: length of the infusion.
        rate_mg_h: ``dose_mg / hours``.
        volume_ml: volume of the product; None where the product's concentration is not given.
        vial_mg, vials, waste_mg: content of a vial, whole vials, what is left of them.
        diluent_low_ml, diluent_high_ml: volume of 5 % glucose that keeps the concentration
            within the label's range; None where the label gives none.
    """

    drug: str
    dose_mg_m2: float
    dose_mg: float
    hours: float
    rate_mg_h: float
    vial_mg: float
    vials: int
    waste_mg: float
    volume_ml: float | None = None
    diluent_low_ml: float | None = None
    diluent_high_ml: float | None = None


@dataclass(frozen=True, slots=True)
class DosePlan:
    """Dose of one session: a calculation aid, not a prescription.

    Attributes:
        regimen_id, regimen_version: which regimen file entry was used.
        height_cm, weight_kg: as entered; None when the surface was given.
        bsa_m2: body surface, unrounded; None = not computable (``checks`` say why).
        bsa_formula: formula used; "" when the surface was given.
        drugs: () when the surface is not computable.
        interval_days: shortest and longest time to the next session.
        checks: safety checks with something to say, blocks first.
        banner: sentence that must stand on every print.
    """

    regimen_id: str
    regimen_version: str
    height_cm: float | None
    weight_kg: float | None
    bsa_m2: float | None
    bsa_formula: BsaFormula | Literal[""]
    drugs: tuple[DrugDose, ...]
    interval_days: tuple[int, int]
    checks: tuple[DoseCheck, ...]
    banner: Message

    @property
    def blocked(self) -> bool:
        """Whether a block is open, so that nothing may be printed."""
        return any(check.severity == "block" for check in self.checks)

    def drug(self, name: str) -> DrugDose:
        """The dose of one drug of the regimen."""
        return next(dose for dose in self.drugs if dose.drug == name)
