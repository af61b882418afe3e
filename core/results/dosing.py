"""What a dose calculation gives: surface, drugs, vials and what to check before use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from core.results.common import Message, Words

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


@dataclass(frozen=True, slots=True)
class GivenDose:
    """The dose of one drug as somebody decided it, beside the planned one.

    Attributes:
        planned_mg: as computed.
        reduced_mg: after a signed reduction; equal to ``planned_mg`` without one.
        dose_mg: after the chosen rounding.
    """

    drug: str
    planned_mg: float
    reduced_mg: float
    dose_mg: float
    rate_mg_h: float
    vials: int
    waste_mg: float
    volume_ml: float | None
    is_reduced: bool


@dataclass(frozen=True, slots=True)
class Infusion:
    """One infusion on the clock."""

    drug: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SessionInputs:
    """What the study knows for the dose of one session; None = not recorded.

    Attributes:
        session_no: 1, 2, 3, ...; one more than the last for the next session.
        day: of the session; None = not dated.
        is_next: the session has not taken place.
        weight_kg: of this session, else the last one before it.
        first_weight_kg: of the first session.
        prior_oxaliplatin_mg_m2: given in the study's sessions before this one.
    """

    patient_id: str
    session_no: int
    day: date | None
    is_next: bool
    height_cm: float | None
    weight_kg: float | None
    first_weight_kg: float | None
    days_since_last: int | None
    prior_oxaliplatin_mg_m2: float | None
    anc: float | None = None
    plt: float | None = None
    crcl_ml_min: float | None = None
    neuropathy_grade: int | None = None
    gastrointestinal_grade: int | None = None
    had_febrile_neutropenia: bool | None = None
    neutropenia_grade: int | None = None
    catheter_position: str = ""
    infusion_interrupted: bool | None = None
    lidocaine_given: bool | None = None


@dataclass(frozen=True, slots=True)
class DrugIntensity:
    """Given against planned dose of one drug in one patient, or in all of them.

    Attributes:
        sessions: with a given dose and a computable plan.
        given_mg, planned_mg: sums over these sessions.
        relative_dose: their ratio; None without a session.
        relative_intensity: the ratio, reduced by the time beyond the longest interval.
    """

    patient_id: str
    drug: str
    sessions: int
    given_mg: float
    planned_mg: float
    relative_dose: float | None
    relative_intensity: float | None


@dataclass(frozen=True, slots=True)
class Reduction:
    """A reduction of one drug in one session: per cent of the plan, or mg."""

    patient_id: str
    session_no: int
    drug: str
    percent: float | None
    mg: float | None
    reason_code: str


@dataclass(frozen=True, slots=True)
class SignedDose:
    """One signed entry about one session.

    Attributes:
        change: a reduction; None = an override of the open blocks, or a note on the infusion.
        overrides: the blocks that it lifts.
        mixed_at, started_at, pain_at: of oxaliplatin; None = not noted.
    """

    patient_id: str
    session_no: int
    signed_by: str
    signed_at: datetime
    note: str
    change: Reduction | None = None
    overrides: tuple[str, ...] = ()
    mixed_at: datetime | None = None
    started_at: datetime | None = None
    pain_at: datetime | None = None
    longest_delay_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class ShownRegimen:
    """A regimen as it is printed; ``drugs``: name, mg/m2, hours, mg of a vial."""

    label: str | Words
    interval_days: tuple[int, int]
    drugs: tuple[tuple[str, float, float, float], ...]
